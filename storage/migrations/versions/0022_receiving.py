"""Revision 0022: the SQL is in sql/0022_receiving.sql."""

from storage.migrations.steps import run_sql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_sql("0022_receiving")

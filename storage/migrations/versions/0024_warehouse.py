"""Revision 0024: the SQL is in sql/0024_warehouse.sql."""

from storage.migrations.steps import run_sql

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    run_sql("0024_warehouse")

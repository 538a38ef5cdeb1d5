"""Revision 0019: the SQL is in sql/0019_custody.sql."""

from storage.migrations.steps import run_sql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_sql("0019_custody")

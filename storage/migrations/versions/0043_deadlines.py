"""Revision 0043: the SQL is in sql/0043_deadlines.sql."""

from storage.migrations.steps import run_sql

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    run_sql("0043_deadlines")

"""Revision 0035: the SQL is in sql/0035_trace.sql."""

from storage.migrations.steps import run_sql

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    run_sql("0035_trace")

"""Revision 0007: the SQL is in sql/0007_due_summary.sql."""

from storage.migrations.steps import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_sql("0007_due_summary")

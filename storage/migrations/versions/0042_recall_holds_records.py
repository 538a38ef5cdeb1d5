"""Revision 0042: the SQL is in sql/0042_recall_holds_records.sql."""

from storage.migrations.steps import run_sql

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    run_sql("0042_recall_holds_records")

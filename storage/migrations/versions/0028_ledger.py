"""Revision 0028: the SQL is in sql/0028_ledger.sql."""

from storage.migrations.steps import run_sql

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    run_sql("0028_ledger")

"""Revision 0038: the SQL is in sql/0038_ledger.sql."""

from storage.migrations.steps import run_sql

revision = "0038"
down_revision = "0033"


def upgrade() -> None:
    run_sql("0038_ledger")

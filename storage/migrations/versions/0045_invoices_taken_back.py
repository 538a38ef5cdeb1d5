"""Revision 0045: the SQL is in sql/0045_invoices_taken_back.sql."""

from storage.migrations.steps import run_sql

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    run_sql("0045_invoices_taken_back")

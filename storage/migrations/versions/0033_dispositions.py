"""Revision 0033: the SQL is in sql/0033_dispositions.sql."""

from storage.migrations.steps import run_sql

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    run_sql("0033_dispositions")

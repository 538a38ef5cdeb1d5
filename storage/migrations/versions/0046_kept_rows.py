"""Revision 0046: the SQL is in sql/0046_kept_rows.sql."""

from storage.migrations.steps import run_sql

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    run_sql("0046_kept_rows")

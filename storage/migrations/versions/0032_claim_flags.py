"""Revision 0032: the SQL is in sql/0032_claim_flags.sql."""

from storage.migrations.steps import run_sql

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    run_sql("0032_claim_flags")

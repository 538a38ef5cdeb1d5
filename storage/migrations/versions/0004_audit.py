"""Revision 0004: the SQL is in sql/0004_audit.sql."""

from storage.migrations.steps import run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_sql("0004_audit")

"""Revision 0030: the SQL is in sql/0030_audit_changes.sql."""

from storage.migrations.steps import run_sql

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    run_sql("0030_audit_changes")

"""Revision 0038: the SQL is in sql/0038_evidence.sql."""

from storage.migrations.steps import run_sql

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    run_sql("0038_evidence")

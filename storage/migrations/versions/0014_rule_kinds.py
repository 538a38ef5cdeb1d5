"""Revision 0014: the SQL is in sql/0014_rule_kinds.sql."""

from storage.migrations.steps import run_sql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_sql("0014_rule_kinds")

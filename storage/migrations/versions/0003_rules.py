"""Revision 0003: the SQL is in sql/0003_rules.sql."""

from storage.migrations.steps import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_sql("0003_rules")

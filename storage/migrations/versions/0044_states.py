"""Revision 0044: the SQL is in sql/0044_states.sql."""

from storage.migrations.steps import run_sql

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    run_sql("0044_states")

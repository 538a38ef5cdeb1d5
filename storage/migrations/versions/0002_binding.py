"""Revision 0002: the SQL is in sql/0002_binding.sql."""

from storage.migrations.steps import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql("0002_binding")

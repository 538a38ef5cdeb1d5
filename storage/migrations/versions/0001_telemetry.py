"""Revision 0001: the SQL is in sql/0001_telemetry.sql."""

from storage.migrations.steps import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql("0001_telemetry")

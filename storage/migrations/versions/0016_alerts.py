"""Revision 0016: the SQL is in sql/0016_alerts.sql."""

from storage.migrations.steps import run_sql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_sql("0016_alerts")

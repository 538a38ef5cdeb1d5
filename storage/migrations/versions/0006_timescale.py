"""Revision 0006: the SQL is in sql/0006_timescale.sql."""

from storage.migrations.steps import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_sql("0006_timescale")

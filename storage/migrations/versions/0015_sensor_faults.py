"""Revision 0015: the SQL is in sql/0015_sensor_faults.sql."""

from storage.migrations.steps import run_sql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_sql("0015_sensor_faults")

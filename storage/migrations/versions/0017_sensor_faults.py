"""Revision 0017: the SQL is in sql/0017_sensor_faults.sql."""

from storage.migrations.steps import run_sql

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    run_sql("0017_sensor_faults")

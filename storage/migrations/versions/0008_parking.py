"""Revision 0008: the SQL is in sql/0008_parking.sql."""

from storage.migrations.steps import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_sql("0008_parking")

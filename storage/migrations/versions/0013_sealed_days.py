"""Revision 0013: the SQL is in sql/0013_sealed_days.sql."""

from storage.migrations.steps import run_sql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_sql("0013_sealed_days")

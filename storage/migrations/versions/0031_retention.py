"""Revision 0031: the SQL is in sql/0031_retention.sql."""

from storage.migrations.steps import run_sql

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    run_sql("0031_retention")

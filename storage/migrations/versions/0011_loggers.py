"""Revision 0011: the SQL is in sql/0011_loggers.sql."""

from storage.migrations.steps import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_sql("0011_loggers")

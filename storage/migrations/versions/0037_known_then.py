"""Revision 0037: the SQL is in sql/0037_known_then.sql."""

from storage.migrations.steps import run_sql

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    run_sql("0037_known_then")

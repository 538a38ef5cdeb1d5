"""Revision 0020: the SQL is in sql/0020_receiving_flags.sql."""

from storage.migrations.steps import run_sql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_sql("0020_receiving_flags")

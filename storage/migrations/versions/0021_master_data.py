"""Revision 0021: the SQL is in sql/0021_master_data.sql."""

from storage.migrations.steps import run_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_sql("0021_master_data")

"""Revision 0036: the SQL is in sql/0036_held_moved.sql."""

from storage.migrations.steps import run_sql

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    run_sql("0036_held_moved")

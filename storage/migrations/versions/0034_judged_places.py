"""Revision 0034: the SQL is in sql/0034_judged_places.sql."""

from storage.migrations.steps import run_sql

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    run_sql("0034_judged_places")

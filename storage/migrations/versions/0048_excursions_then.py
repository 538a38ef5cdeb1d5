"""Revision 0048: the SQL is in sql/0048_excursions_then.sql."""

from storage.migrations.steps import run_sql

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    run_sql("0048_excursions_then")

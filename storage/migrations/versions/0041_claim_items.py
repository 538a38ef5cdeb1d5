"""Revision 0041: the SQL is in sql/0041_claim_items.sql."""

from storage.migrations.steps import run_sql

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    run_sql("0041_claim_items")

"""Revision 0012: the SQL is in sql/0012_binding_in_bulk.sql."""

from storage.migrations.steps import run_sql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_sql("0012_binding_in_bulk")

"""Revision 0030: the SQL is in sql/0030_warehouse.sql."""

from storage.migrations.steps import run_sql

revision = "0030"
down_revision = "0026"


def upgrade() -> None:
    run_sql("0030_warehouse")

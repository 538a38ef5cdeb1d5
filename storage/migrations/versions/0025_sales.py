"""Revision 0025: the SQL is in sql/0025_sales.sql."""

from storage.migrations.steps import run_sql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run_sql("0025_sales")

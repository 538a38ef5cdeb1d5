"""Revision 0005: the SQL is in sql/0005_erp.sql."""

from storage.migrations.steps import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_sql("0005_erp")

"""Revision 0009: the SQL is in sql/0009_goods.sql."""

from storage.migrations.steps import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_sql("0009_goods")

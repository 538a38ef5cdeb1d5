"""Revision 0038: the SQL is in sql/0038_claimed_goods_decided.sql."""

from storage.migrations.steps import run_sql

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    run_sql("0038_claimed_goods_decided")

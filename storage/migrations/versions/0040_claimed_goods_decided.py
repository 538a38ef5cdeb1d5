"""Revision 0040: the SQL is in sql/0040_claimed_goods_decided.sql."""

from storage.migrations.steps import run_sql

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    run_sql("0040_claimed_goods_decided")

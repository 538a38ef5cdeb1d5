"""Revision 0047: the SQL is in sql/0047_closed_order_lines.sql."""

from storage.migrations.steps import run_sql

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    run_sql("0047_closed_order_lines")

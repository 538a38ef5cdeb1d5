"""Revision 0026: the SQL is in sql/0026_dispatch.sql."""

from storage.migrations.steps import run_sql

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    run_sql("0026_dispatch")

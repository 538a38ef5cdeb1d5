"""Revision 0027: the SQL is in sql/0027_recall.sql."""

from storage.migrations.steps import run_sql

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run_sql("0027_recall")

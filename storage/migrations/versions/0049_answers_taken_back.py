"""Revision 0049: the SQL is in sql/0049_answers_taken_back.sql."""

from storage.migrations.steps import run_sql

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    run_sql("0049_answers_taken_back")

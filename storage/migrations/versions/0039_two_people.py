"""Revision 0039: the SQL is in sql/0039_two_people.sql."""

from storage.migrations.steps import run_sql

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    run_sql("0039_two_people")

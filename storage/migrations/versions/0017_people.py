"""Revision 0017: the SQL is in sql/0017_people.sql."""

from storage.migrations.steps import run_sql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_sql("0017_people")

"""Revision 0010: the SQL is in sql/0010_places.sql."""

from storage.migrations.steps import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_sql("0010_places")

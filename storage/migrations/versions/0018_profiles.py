"""Revision 0018: the SQL is in sql/0018_profiles.sql."""

from storage.migrations.steps import run_sql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_sql("0018_profiles")

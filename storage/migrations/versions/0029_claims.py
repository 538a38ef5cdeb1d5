"""Revision 0029: the SQL is in sql/0029_claims.sql."""

from storage.migrations.steps import run_sql

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    run_sql("0029_claims")

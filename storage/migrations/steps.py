"""How one numbered SQL file is run inside alembic's transaction."""

from importlib.resources import files

from alembic import op


def run_sql(name: str) -> None:
    """Execute sql/`name`.sql as one script, with no parameter substitution."""
    script = (files("storage.migrations") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    raw = op.get_bind().connection.dbapi_connection
    assert raw is not None, "alembic runs with a connection"
    raw.cursor().execute(script)

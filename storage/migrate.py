"""Bring a database's schema to this release.

Each numbered file is one transaction, so a failed step leaves the schema at the step before it. Two
migrations at the same time wait for each other.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from storage.errors import StorageError, Unavailable

_ADVISORY_LOCK = 0x0C01DB1D
_OLDEST_SERVER = 150000


@dataclass(frozen=True, slots=True)
class Migrated:
    """The revision before (None for an empty database) and after, and what the server is."""

    before: str | None
    after: str
    server: str


def migrate(url: str) -> Migrated:
    """Run every migration the database at `url` does not have yet.

    Raises `Unavailable` when it cannot be reached and `StorageError` when a step is refused or the
    database is newer than this release.
    """
    engine = sqlalchemy.create_engine(_for_sqlalchemy(url), poolclass=sqlalchemy.NullPool)
    config = _config()
    try:
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text(f"select pg_advisory_lock({_ADVISORY_LOCK})"))
            connection.commit()
            server = _server(connection)
            before = _revision(connection, config)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            after = _revision(connection, config)
            assert after is not None, "upgrade ends at a revision"
            return Migrated(before, after, server)
    except OperationalError as error:
        raise Unavailable(f"the database cannot be reached: {_cause(error)}") from error
    except SQLAlchemyError as error:
        raise StorageError(f"a migration was refused: {_cause(error)}") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _revision(connection: Connection, config: Config) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": "schema_version"})
    revision = context.get_current_revision()
    connection.commit()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise StorageError(
            f"the database is at revision {revision}, which this release does not know: "
            "use the release that made it, or a newer one"
        )
    return revision


def _server(connection: Connection) -> str:
    number = int(_scalar(connection, "show server_version_num"))
    if number < _OLDEST_SERVER:
        raise StorageError(f"PostgreSQL 15 or newer is needed, this server is {number // 10000}")
    timescale = _scalar(
        connection,
        "select max(default_version) from pg_available_extensions where name = 'timescaledb'",
    )
    version = f"PostgreSQL {_scalar(connection, 'show server_version')}"
    connection.commit()
    return f"{version} with TimescaleDB {timescale}" if timescale else version


def _scalar(connection: Connection, query: str) -> Any:
    return connection.execute(sqlalchemy.text(query)).scalar()


def _for_sqlalchemy(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in {"postgresql", "postgres"}:
        raise StorageError("the database URL must look like postgresql://user:password@host:port/name")
    return f"postgresql+psycopg://{rest}"


def _cause(error: SQLAlchemyError) -> str:
    cause: object = getattr(error, "orig", None) or error
    return str(cause).strip().partition("\n")[0]

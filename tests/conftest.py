"""Real servers for the tests: one PostgreSQL and one broker a session, a fresh database a test.

`COLDBIND_TEST_DATABASE=timescale` runs on the TimescaleDB of `make timescale`, `COLDBIND_DATABASE_URL`
and `COLDBIND_MQTT_URL` on servers that are already there. Sessions that run at the same time get
servers of their own.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import LiteralString, Protocol, TypeVar

import psycopg
import pytest
from psycopg import sql

from coldbind.embedded_broker import EmbeddedBroker
from coldbind.var_folder import var_folder
from storage import ports
from storage.embedded import EmbeddedPostgres
from storage.migrate import migrate
from storage.ownership import OwnedServer
from storage.timescale_debian import TimescaleDebian
from storage.timescale_install import install
from tests.memory import in_memory

FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
}
"""The machine does not lose power during a test; a killed process loses nothing by these."""
NO_JOBS = {"timescaledb.max_background_workers": "0"}
"""Background jobs would hold connections to databases that a test wants to copy or drop."""
TEST_ACK_WAIT = 5
"""Seconds until the broker delivers again what a test did not acknowledge."""

Server = TypeVar("Server", bound=OwnedServer)


class AnyPostgres(Protocol):
    """What a test may ask of the session's PostgreSQL."""

    def url(self, database_name: str, /) -> str:
        """The URL of a database on it."""
        ...


class ExternalPostgres:
    """The server at `COLDBIND_DATABASE_URL`, whose user must be allowed to create databases."""

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, database_name: str, /) -> str:
        return f"{self._url.rpartition('/')[0]}/{database_name}"


def given_database() -> bool:
    """Whether the tests run on a database that was chosen for them, not on the embedded one."""
    chosen = os.environ.get("COLDBIND_TEST_DATABASE") == "timescale"
    return chosen or "COLDBIND_DATABASE_URL" in os.environ


def _own(make: Callable[[int], Server]) -> Server:
    """Start the first server that no other test session uses."""
    for number in count():
        server = make(number)
        server.start()
        if server.owned:
            return server
        server.stop()
    raise AssertionError("there is always one more number")


@pytest.fixture(scope="session")
def postgres() -> Generator[AnyPostgres]:
    """The session's PostgreSQL server."""
    if url := os.environ.get("COLDBIND_DATABASE_URL"):
        yield ExternalPostgres(url)
        return
    place = var_folder()
    if os.environ.get("COLDBIND_TEST_DATABASE") == "timescale":
        install(place.timescale)
        server = _own(
            lambda number: TimescaleDebian(
                place.test / f"timescale-{number}", FAST | NO_JOBS, installation=place.timescale
            )
        )
        with server:
            _drop_left_over(server.url("postgres"))
            yield server
        return
    folder = in_memory(place.test)
    embedded = _own(lambda number: EmbeddedPostgres(folder / f"postgres-{number}", settings=FAST))
    try:
        _drop_left_over(embedded.url("postgres"))
        yield embedded
    finally:
        embedded.erase()
        with suppress(OSError):  # another session is still there
            folder.rmdir()


@pytest.fixture(scope="session")
def broker_url() -> Generator[str]:
    """The session's MQTT broker; it begins empty, and tests choose topics and client names apart."""
    if url := os.environ.get("COLDBIND_MQTT_URL"):
        yield url
        return
    place = var_folder().test
    broker = _own(lambda number: EmbeddedBroker(place / f"broker-{number}", ack_wait=TEST_ACK_WAIT))
    broker.erase()  # what a killed session left
    yield broker.start()
    broker.erase()


@pytest.fixture(scope="session")
def template_database(postgres: AnyPostgres) -> Generator[str]:
    """The name of a migrated database that nobody can connect to: the pattern of every test's own."""
    name = f"coldbind_test_template_{secrets.token_hex(4)}"
    maintenance = postgres.url("postgres")
    _execute(maintenance, "create database {}", name)
    migrate(postgres.url(name))
    _execute(maintenance, "alter database {} allow_connections false", name)
    yield name
    _execute(maintenance, "drop database {} with (force)", name)


@pytest.fixture
def database_url(postgres: AnyPostgres, template_database: str) -> Generator[str]:
    """The URL of a migrated, empty database that only this test uses."""
    name = f"coldbind_test_{secrets.token_hex(6)}"
    maintenance = postgres.url("postgres")
    _disconnect(maintenance, template_database)
    # copied file by file: half the time of copying through the write-ahead log
    _execute(maintenance, "create database {} template {} strategy file_copy", name, template_database)
    yield postgres.url(name)
    _execute(maintenance, "drop database {} with (force)", name)


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody uses now."""
    return ports.free_port()


@pytest.fixture
def server_folder() -> Generator[Path]:
    """An empty folder that a server of another user can reach, unlike `tmp_path`."""
    with tempfile.TemporaryDirectory(prefix="case-", dir=var_folder().test) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
        for path in folder.rglob("*"):
            if path.name == "elsewhere" and path.is_symlink():
                shutil.rmtree(path.resolve(), ignore_errors=True)


def _execute(url: str, statement: LiteralString, *names: str) -> None:
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _disconnect(url: str, name: str) -> None:
    """End whoever is connected to the database, such as a background worker that came earlier."""
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
        )


def _drop_left_over(url: str) -> None:
    """Drop the databases of a test session that was killed; the server is ours alone."""
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        found = connection.execute(
            "select datname from pg_database where datname like 'coldbind_test_%'"
        )
        for (name,) in found.fetchall():
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

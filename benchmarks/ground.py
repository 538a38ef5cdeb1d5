"""What a benchmark stands on: its own database server, broker and workers, below var/bench.

The servers run with the product's own settings (so with fsync), the workers are the product's own
processes, started by its own supervisor.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import LiteralString

import psycopg

from benchmarks.mosquitto import Mosquitto, installed
from coldbind.embedded_broker import EmbeddedBroker
from coldbind.install import install
from coldbind.supervisor import Workers
from coldbind.var_folder import var_folder
from coldbind.wiring import open_database
from storage import administration
from storage.database import Database
from storage.embedded import EmbeddedPostgres

SITE, GATEWAY = "bench", "edge-1"
DATABASE = "coldbind_bench"


class BusyElsewhere(Exception):
    """Another benchmark uses the servers; measuring on them together would measure neither."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Running servers with an empty, installed database."""

    database_url: str = field(repr=False)
    mqtt_url: str = field(repr=False)
    postgres: int
    broker: int
    folder: Path
    broker_name: str = "NATS"

    def execute(self, statement: LiteralString) -> None:
        """Run a statement that the product has no use for, such as TRUNCATE or CHECKPOINT."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(statement)

    def number(self, query: LiteralString) -> int:
        """The one number that `query` returns."""
        with psycopg.connect(self.database_url) as connection:
            found = connection.execute(query).fetchone()
        assert found is not None, "a count always returns a row"
        return int(found[0])


def bench_folder() -> Path:
    """Where benchmarks keep their state; unprivileged servers pass through."""
    folder = var_folder().root / "bench"
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    return folder


@contextmanager
def ground(*, mosquitto: bool = False) -> Generator[Ground]:
    """Start servers with nothing in them, and end them.

    With `mosquitto` that is the broker where it is installed, else the embedded one.
    """
    folder = bench_folder()
    chosen = mosquitto and installed()
    broker = Mosquitto(folder / "mosquitto") if chosen else EmbeddedBroker(folder / "broker")
    with EmbeddedPostgres(folder / "postgres") as server:
        if server.pid is None:
            raise BusyElsewhere(f"another benchmark uses {folder}: wait for it")
        url = _installed_database(server, DATABASE)
        broker.erase()
        with broker:
            mqtt_url = broker.start()
            assert broker.pid is not None, "it was erased, so this is ours"
            name = "Mosquitto" if chosen else "NATS"
            yield Ground(url, mqtt_url, server.pid, broker.pid, folder, name)


@contextmanager
def second_database(on: Ground) -> Generator[Ground]:
    """The same servers with another installed database, for what must be compared side by side."""
    name = f"{DATABASE}_second"
    with EmbeddedPostgres(on.folder / "postgres") as server:
        yield replace(on, database_url=_installed_database(server, name))
        administration.drop_database(server.url("postgres"), name)


def _installed_database(server: EmbeddedPostgres, name: str) -> str:
    administration.drop_database(server.url("postgres"), name)
    administration.create_database(server.url("postgres"), name)
    install(server.url(name))
    return server.url(name)


@contextmanager
def workers(on: Ground, *names: str, keep_spool: bool = False) -> Generator[Workers]:
    """The product's workers on these servers, once at work; their spool begins empty if not kept."""
    spool = on.folder / "spool"
    for file in () if keep_spool else spool.glob("*"):
        file.unlink()
    environment = {
        "COLDBIND_DATABASE_URL": on.database_url,
        "COLDBIND_MQTT_URL": on.mqtt_url,
        "COLDBIND_VAR": str(on.folder),
        "COLDBIND_SITE": SITE,
        "COLDBIND_GATEWAY": GATEWAY,
        "COLDBIND_UDP_PORT": "0",
        "COLDBIND_API_PORT": "0",
        "COLDBIND_INGEST_CLIENT_ID": "coldbind-bench",
        "COLDBIND_LOG_FORMAT": "json",
    }
    with Workers(names, on.folder / "run", environment) as running:
        running.wait_ready()
        yield running


@contextmanager
def product(on: Ground) -> Generator[Database]:
    """The database as the product opens it."""
    with open_database(on.database_url, "bench") as database:
        yield database

"""A whole installation on loopback: database, broker, two gateways, ingest, rules; real processes."""

import socket
import sqlite3
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from coldbind.install import install
from coldbind.site_file import apply_site, read_site
from coldbind.wiring import open_database
from storage import administration
from storage.ports import LOOPBACK
from tests.chaos.mosquitto import mosquitto
from tests.chaos.plan import GATEWAYS
from tests.chaos.processes import Broker, Part, Server, Worker, database, embedded_broker
from tests.chaos.world import SITE
from tests.commands import environment

BROKERS: Mapping[str, Callable[[Path], Broker]] = {"nats": embedded_broker, "mosquitto": mosquitto}
SITE_NAME = "chaos"
_DATABASE = "coldbind"
_PATIENCE_S = 60

Kind = TypeVar("Kind", bound=Part)


@dataclass(frozen=True)
class House:
    """The running installation; `gateways` are the UDP addresses that devices know."""

    parts: Mapping[str, Part]
    server: Server
    database_url: str
    gateways: tuple[tuple[str, int], ...]
    folder: Path

    def ended_by_themselves(self) -> list[str]:
        """Parts that nobody struck and that are gone, with their last words."""
        return [
            f"{part.name} ended by itself: {part.last_words()}"
            for part in self.parts.values()
            if not part.runs
        ]

    def spooled(self) -> list[str]:
        """The gateways whose spools still hold batches."""
        found: list[str] = []
        for name in GATEWAYS:
            spool = self.folder / "spool" / f"{SITE_NAME}-{name}.sqlite"
            with closing(sqlite3.connect(f"file:{spool}?mode=ro", uri=True, timeout=10)) as connection:
                (batches,) = connection.execute("select count(*) from batch").fetchone()
            if batches:
                found.append(f"{name} holds {batches} batches")
        return found

    def fresh_database(self, name: str) -> str:
        """The URL of another database with the same world in it, and nothing that happened."""
        maintenance = self.server.url
        administration.drop_database(maintenance, name)
        administration.create_database(maintenance, name)
        return prepared(f"{maintenance.rpartition('/')[0]}/{name}")


@contextmanager
def house(folder: Path, broker: str) -> Generator[House]:
    """Start everything in `folder`, which begins empty; end everything, in whatever state it is."""
    with ExitStack() as stack:
        server = _started(stack, database(folder / "postgres"))
        administration.create_database(server.url, _DATABASE)
        url = prepared(f"{server.url.rpartition('/')[0]}/{_DATABASE}")
        line = _started(stack, BROKERS[broker](folder / "broker"))
        ports = _free_udp_ports(len(GATEWAYS))
        workers = _workers(folder, url, line.url, ports)
        for worker in workers:
            _started(stack, worker)
        _wait_ready(workers)
        parts = {part.name: part for part in (server, line, *workers)}
        yield House(parts, server, url, tuple((LOOPBACK, port) for port in ports), folder)


def prepared(url: str) -> str:
    """The same URL, once the schema and the world's sensors and places are in the database."""
    install(url)
    with open_database(url, "chaos") as opened, opened.transaction() as transaction:
        apply_site(transaction, read_site(SITE, "the world"), "chaos")
    return url


def _workers(folder: Path, database_url: str, mqtt_url: str, ports: list[int]) -> list[Worker]:
    run = folder / "run"
    run.mkdir(parents=True, exist_ok=True)
    told = {
        "COLDBIND_DATABASE_URL": database_url,
        "COLDBIND_MQTT_URL": mqtt_url,
        "COLDBIND_VAR": str(folder),
        "COLDBIND_SITE": SITE_NAME,
        "COLDBIND_LOG_FORMAT": "json",
    }
    workers = [Worker(name, name, environment(told), run) for name in ("ingest", "rules")]
    for name, port in zip(GATEWAYS, ports, strict=True):
        own = {"COLDBIND_GATEWAY": name, "COLDBIND_UDP_PORT": str(port)}
        workers.append(Worker(name, "gateway", environment(told | own), run))
    return workers


def _started(stack: ExitStack, part: Kind) -> Kind:
    stack.callback(part.stop)
    part.start()
    return part


def _wait_ready(workers: list[Worker]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    for worker in workers:
        while not worker.ready:
            assert worker.runs, f"{worker.name} ended: {worker.last_words()}"
            assert time.monotonic() < deadline, f"{worker.name} is not ready: {worker.last_words()}"
            time.sleep(0.05)


def _free_udp_ports(many: int) -> list[int]:
    with ExitStack() as stack:
        probes = [
            stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(many)
        ]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]

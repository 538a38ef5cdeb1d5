"""A peer's program as a process: started for a lap with its own MQTT session, asked, and ended."""

import os
import socket
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.frames import START
from benchmarks.ground import Ground
from benchmarks.peers.programs.told import CLIENT, DATABASE_URL, MQTT_URL, TOPICS
from benchmarks.peers.readings import single
from benchmarks.peers.tally import PROBE, Table
from storage.processes import Child, start_child, wait_until
from wire.broker import parse_broker
from wire.mqtt import DISCONNECT, V311, Login, connect, publish

_PATIENCE = 60.0
_BETWEEN_PROBES = 0.5
_CONNACK = 4
"""Bytes."""


class PeerFailed(RuntimeError):
    """A peer did not do its work; the text holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Program:
    """A module of `benchmarks.peers.programs`, run by `python` as a module or, `alone`, by its path."""

    name: str
    module: str
    python: str = sys.executable
    alone: bool = False

    @property
    def command(self) -> list[str]:
        """What to run."""
        if self.alone:
            return [self.python, str(Path(__file__).parent / "programs" / f"{self.module}.py")]
        return [self.python, "-m", f"benchmarks.peers.programs.{self.module}"]


class RunningPeer:
    """A peer at work below the topic `prefix`."""

    def __init__(self, child: Child, log: Path, mqtt_url: str, prefix: str) -> None:
        self.pid = child.pid
        self._child = child
        self._log = log
        self._mqtt_url = mqtt_url
        self._prefix = prefix

    def wait_until_it_stores(self, table: Table) -> None:
        """Send it readings of a sensor that does not count until one of them is in `table`."""

        def stores() -> bool:
            self._probe()
            return wait_until(table.probed, _BETWEEN_PROBES)

        self._wait(stores)

    def wait_for(self, word: str) -> str:
        """Wait until it prints a line that begins with `word`; the rest of that line."""

        def said() -> list[str]:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
            return [line.removeprefix(word) for line in lines if line.startswith(word)]

        self._wait(lambda: bool(said()))
        return said()[-1]

    def _wait(self, condition: Callable[[], bool]) -> None:
        came = wait_until(lambda: condition() or self._child.poll() is not None, _PATIENCE)
        if not came or self._child.poll() is not None:
            words = self._log.read_text(encoding="utf-8", errors="replace")[-1000:]
            raise PeerFailed(f"a peer did not come to work: {words or 'it said nothing'}")

    def _probe(self) -> None:
        broker = parse_broker(self._mqtt_url)
        login = Login(f"probe-{self.pid}", broker.username, broker.password)
        message = publish(f"{self._prefix}/{PROBE}/json", single(PROBE, START, 0.0), V311)
        with socket.create_connection((broker.host, broker.port), _PATIENCE) as line:
            line.sendall(connect(login, V311))
            line.recv(_CONNACK, socket.MSG_WAITALL)
            line.sendall(message + DISCONNECT)


@contextmanager
def running(program: Program, on: Ground, prefix: str, *arguments: str) -> Generator[RunningPeer]:
    """Run `program` on these servers for what comes on `prefix`/#."""
    log = on.folder / f"peer-{program.name}.log"
    log.unlink(missing_ok=True)
    told = {
        DATABASE_URL: on.database_url,
        MQTT_URL: on.mqtt_url,
        TOPICS: f"{prefix}/#",
        CLIENT: prefix.replace("/", "-"),
    }
    child = start_child([*program.command, *arguments], log=log, env={**os.environ, **told})
    try:
        yield RunningPeer(child, log, on.mqtt_url, prefix)
    finally:
        child.stop()

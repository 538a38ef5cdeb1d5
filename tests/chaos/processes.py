"""The processes of a run; each can be killed, stalled and started again, with all its children.

They are the product's own workers and servers. Every one dies with us, however we end.
"""

import shutil
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from coldbind.embedded_broker import EmbeddedBroker
from coldbind.workers.ground import READY_FILE
from storage.embedded import EmbeddedPostgres
from storage.ownership import OwnedServer
from storage.processes import Child, start_child, wait_until
from tests.chaos.plan import Blow, Strike

_PATIENCE_S = 30


class Part(ABC):
    """One part of the installation: a process with its children, called `name`."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._stalled: list[psutil.Process] = []

    @property
    @abstractmethod
    def pid(self) -> int:
        """The first process; the others are its children."""

    @property
    @abstractmethod
    def runs(self) -> bool:
        """Whether the first process is alive."""

    @abstractmethod
    def start(self) -> None:
        """Start it, whether or not it ran before."""

    @abstractmethod
    def stop(self) -> None:
        """End it in good order."""

    def strike(self, strike: Strike) -> None:
        """Do to it what `strike` says."""
        if strike.blow is Blow.STALL:
            self._stalled = self._suspend()
            return
        self._kill()
        if strike.blow is Blow.ERASE:
            self.erase()

    def restore(self) -> None:
        """Let it go on after a stall, or start it again."""
        if self._stalled:
            self.resume()
        else:
            self.start()

    def resume(self) -> None:
        """Let stalled processes go on."""
        for process in self._stalled:
            with suppress(psutil.NoSuchProcess):
                process.resume()
        self._stalled = []

    def erase(self) -> None:
        """Lose what it had stored; only a broker may."""
        raise AssertionError(f"{self.name} must not lose its store: that would be real loss")

    def last_words(self) -> str:
        """The end of its log."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return " | ".join(text.splitlines()[-3:]) or "it said nothing"

    def _suspend(self) -> list[psutil.Process]:
        """Stop the first process before asking for its children: it can have no more of them then."""
        first = psutil.Process(self.pid)
        first.suspend()
        children = first.children(recursive=True)
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.suspend()
        return [first, *children]

    def _kill(self) -> None:
        first, *children = self._suspend()
        for process in (*children, first):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        assert wait_until(lambda: not self.runs, _PATIENCE_S), f"{self.name} survived kill -9"
        _, alive = psutil.wait_procs(children, timeout=_PATIENCE_S)
        assert not alive, f"children of {self.name} survived kill -9: {alive}"


class Worker(Part):
    """One of `coldbind.workers`, told its settings by `environment`."""

    def __init__(self, name: str, module: str, environment: Mapping[str, str], folder: Path) -> None:
        super().__init__(name, folder / f"{name}.log")
        self._module = module
        self._ready_file = folder / f"{name}.ready"
        self._environment = {**environment, READY_FILE: str(self._ready_file)}
        self._child: Child | None = None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._child is not None, f"{self.name} was never started"
        return self._child.pid

    @property
    def runs(self) -> bool:
        """Whether it is alive."""
        return self._child is not None and self._child.poll() is None

    @property
    def ready(self) -> bool:
        """Whether it said that it is at work."""
        return self._ready_file.exists()

    def start(self) -> None:
        """Start it; it may take a while until it is at work."""
        self._ready_file.unlink(missing_ok=True)
        self._child = start_child(
            [sys.executable, "-m", f"coldbind.workers.{self._module}"],
            log=self.log,
            env=self._environment,
            death_signal=signal.SIGKILL,  # a stalled process would not hear a gentler one
        )

    def stop(self) -> None:
        """Ask it to end, and insist."""
        if self._child is not None:
            self.resume()
            self._child.stop()


class Server(Part):
    """The embedded database or broker; `start` returns once it answers, on the same port as before."""

    def __init__(self, name: str, server: OwnedServer, log: Path) -> None:
        super().__init__(name, log)
        self._server = server
        self.url = ""

    @property
    def pid(self) -> int:
        """Its process; a postmaster's children are the backends."""
        assert self._server.pid is not None, f"{self.name} is not started"
        return self._server.pid

    @property
    def runs(self) -> bool:
        """Whether it is alive."""
        return self._server.owned

    def start(self) -> None:
        """Start it; a database recovers first. The address must stay, for everybody knows it."""
        before, self.url = self.url, self._server.start()
        assert self._server.owned, f"another run uses {self._server.folder}: wait for it"
        assert before in {"", self.url}, f"{self.name} came back at another address"

    def stop(self) -> None:
        """End it in good order."""
        self.resume()
        self._server.stop()


class Broker(Server):
    """A broker, which may lose its whole store: nothing depends on that."""

    def __init__(self, server: OwnedServer, store: Path, log: Path) -> None:
        super().__init__("broker", server, log)
        self._store = store

    def erase(self) -> None:
        """Remove every stored message and session."""
        shutil.rmtree(self._store)


def database(folder: Path) -> Server:
    """PostgreSQL as the product embeds it, so with fsync."""
    return Server("database", EmbeddedPostgres(folder), folder / "postgres.log")


def embedded_broker(folder: Path) -> Broker:
    """The broker that the product embeds."""
    return Broker(EmbeddedBroker(folder), folder / "store", folder / "broker.log")

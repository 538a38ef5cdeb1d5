"""All workers as child processes: started together, started again when one ends, stopped together.

A child never outlives its supervisor, however that ends.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from coldbind.logs import sentence
from coldbind.metrics import PORT, TOGETHER
from coldbind.workers.ground import READY_FILE
from storage.processes import Child, start_child

_LONGEST_PAUSE = 30.0
_STEADY = 60.0
_POLL = 0.02


class WorkerFailed(RuntimeError):
    """A worker did not come up; the text names it and holds the end of its log."""


class Workers:
    """Workers of one installation, each with a log and a ready file in `folder`.

    Those in `metrics_ports` serve their metrics there, the others nowhere.
    """

    def __init__(
        self,
        names: Iterable[str],
        folder: Path,
        environment: Mapping[str, str],
        metrics_ports: Mapping[str, int] | None = None,
    ) -> None:
        self._names = tuple(names)
        self._folder = folder
        self._metrics_ports = metrics_ports or {}
        self._environment = {**os.environ, **environment}
        self._environment.pop(PORT, None)  # one port cannot serve them all
        self._children: dict[str, Child] = {}
        self._started: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._due: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            for name in self._names:
                self.log(name).unlink(missing_ok=True)
                self._start(name)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        running = [child for child in self._children.values() if child.poll() is None]
        for child in running:
            os.kill(child.pid, signal.SIGTERM)
        for child in running:
            child.stop()

    def log(self, name: str) -> Path:
        """The file with the worker's log."""
        return self._folder / f"{name}.log"

    def pid(self, name: str) -> int:
        """The worker's process."""
        return self._children[name].pid

    def wait_ready(self, patience: float = 30) -> dict[str, str]:
        """Wait until every worker is at work; the address each listens on, empty for none."""
        deadline = time.monotonic() + patience
        addresses: dict[str, str] = {}
        for name in self._names:
            while not self._ready_file(name).exists():
                if self._children[name].poll() is not None or time.monotonic() > deadline:
                    raise WorkerFailed(f"{name} did not come up: {self._last_words(name)}")
                select.select((), (), (), _POLL)
            addresses[name] = self._ready_file(name).read_text(encoding="utf-8")
        return addresses

    def restart_ended(self, patience: float) -> list[str]:
        """Watch for `patience` seconds; start ended workers again, each in growing pauses.

        Returns the names of those that ended since the last call.
        """
        select.select((), (), (), patience)
        now = time.monotonic()
        ended: list[str] = []
        for name, child in self._children.items():
            if child.poll() is None:
                continue
            if name not in self._due:
                lived = now - self._started[name]
                before = 0.0 if lived > _STEADY else self._pauses.get(name, 0.0)
                self._pauses[name] = min(max(2 * before, 0.5), _LONGEST_PAUSE)
                self._due[name] = now + self._pauses[name]
                ended.append(name)
        for name in [name for name, at in self._due.items() if at <= now]:
            del self._due[name]
            self._start(name)
        return ended

    def _start(self, name: str) -> None:
        self._ready_file(name).unlink(missing_ok=True)
        self._started[name] = time.monotonic()
        told = {READY_FILE: str(self._ready_file(name)), TOGETHER: "1"}
        if name in self._metrics_ports:
            told[PORT] = str(self._metrics_ports[name])
        self._children[name] = start_child(
            [sys.executable, "-m", f"coldbind.workers.{name}"],
            log=self.log(name),
            env=self._environment | told,
            death_signal=signal.SIGTERM,
        )

    def _ready_file(self, name: str) -> Path:
        return self._folder / f"{name}.ready"

    def _last_words(self, name: str) -> str:
        log = self.log(name)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        return " | ".join(map(sentence, lines[-3:])) or "it said nothing"

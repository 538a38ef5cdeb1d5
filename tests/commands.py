"""The `coldbind` command as a user runs it: told by its arguments and its environment.

A worker is a process of its own. A command that only asks or writes runs in this one, behind the same
front door: starting Python for each of hundreds takes longer than all they do.
"""

import io
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from unittest.mock import patch

import psutil

from coldbind import cli

ROOT = Path(__file__).resolve().parents[1]
_COMMAND = (sys.executable, "-m", "coldbind")
_WORKERS = frozenset({"run", "demo", "sim"})
"""Commands that take over the logs, the signals and the time of their process."""


@dataclass(frozen=True)
class Answer:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    def refused(self, *words: str) -> None:
        """Assert that it failed as a user may expect: one clear sentence, which has these words."""
        assert self.code != 0, self.out
        assert "Traceback" not in self.err
        sentences = [line for line in self.err.splitlines() if line.strip()]
        assert len(sentences) == 1, self.err
        for word in words:
            assert word in sentences[0], f"{word!r} is not in: {sentences[0]}"


def environment(told: Mapping[str, str]) -> dict[str, str]:
    """Our environment without any setting of Coldbind but those `told`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COLDBIND_")}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"} | dict(told)


def coldbind(*arguments: str, told: Mapping[str, str], patience: float = 60) -> Answer:
    """Run a command to its end; a worker is given `patience` seconds."""
    if not _WORKERS.isdisjoint(arguments[:1]):
        return _as_process(*arguments, told=told, patience=patience)
    out, err = _stream(), _stream()
    with (
        patch.dict(os.environ, environment(told), clear=True),
        patch.object(sys, "argv", ["coldbind", *arguments]),
        patch.object(sys, "stdin", io.StringIO()),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = _through_the_front_door()
    return Answer(code, _text(out), _text(err))


def _as_process(*arguments: str, told: Mapping[str, str], patience: float) -> Answer:
    done = subprocess.run(
        [*_COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=patience,
        env=environment(told),
        stdin=subprocess.DEVNULL,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def _through_the_front_door() -> int:
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:  # ends the command as it would end a process: with a traceback
        traceback.print_exc()
        return 1
    return 0


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()


class Running:
    """A command that goes on until it is stopped, and everything it started."""

    def __init__(self, *arguments: str, told: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*_COMMAND, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment(told),
                start_new_session=True,
            )
        self._seen: dict[psutil.Process, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    @property
    def said(self) -> str:
        """What it printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, words: str, patience: float = 60) -> None:
        """Wait until it has printed `words`."""
        deadline = time.monotonic() + patience
        while words not in self.said:
            assert self._process.poll() is None, f"it ended before it said {words!r}: {self.said}"
            assert time.monotonic() < deadline, f"never said {words!r}: {self.said}"
            self._look()
            time.sleep(0.05)

    def wait(self, patience: float) -> int:
        """Wait for its end; the exit code."""
        deadline = time.monotonic() + patience
        while self._process.poll() is None:
            assert time.monotonic() < deadline, f"still running after {patience} s: {self.said}"
            self._look()
            time.sleep(0.05)
        return self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it alone."""
        self._look()
        self._process.send_signal(number)

    def left_behind(self, patience: float = 10) -> list[str]:
        """Processes that it started, directly or not, and that still run after `patience` seconds."""
        assert self._seen, "it never had a process of its own to look after"
        _, alive = psutil.wait_procs(list(self._seen), timeout=patience)
        return [self._seen[process] for process in alive]

    def _look(self) -> None:
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self._process.pid).children(recursive=True):
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    self._seen[child] = " ".join(child.cmdline())

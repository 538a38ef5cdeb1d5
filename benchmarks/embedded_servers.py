"""How long the embedded servers take to start, to stop, and to be gone after kill -9 of their owner.

Each figure is the median of three rounds; they are the figures of decision record 0001.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figure import Figure, at_most, load
from benchmarks.ground import bench_folder
from coldbind.embedded_broker import EmbeddedBroker
from storage.embedded import EmbeddedPostgres
from storage.processes import identify, is_running, wait_until

ROUNDS = 3
OWNER = """
import sys
from pathlib import Path
from {module} import {name}
with {name}(Path(sys.argv[1])) as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""
GOALS = {"first_start": 5.0, "second_start": 1.0, "attach": 0.5, "gone": 1.0, "after_kill": 2.0}
"""Seconds at most."""


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def gone_after_kill(kind: type[EmbeddedPostgres | EmbeddedBroker], folder: Path) -> float:
    """Seconds from kill -9 of an owner process until its server is gone."""
    code = OWNER.format(module=kind.__module__, name=kind.__name__)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        server = identify(int(owner.stdout.readline()))
        assert server is not None
        owner.send_signal(signal.SIGKILL)
        return timed(lambda: wait_until(lambda: not is_running(server), 30))


def one_round(kind: type[EmbeddedPostgres | EmbeddedBroker], folder: Path) -> dict[str, float]:
    server = kind(folder)
    figures = {"first_start": timed(server.start), "stop": timed(server.stop)}
    figures["second_start"] = timed(server.start)
    figures["attach"] = timed(kind(folder).start)
    server.stop()
    figures["gone"] = gone_after_kill(kind, folder)
    figures["after_kill"] = timed(server.start)
    server.erase()
    return figures


def measure(rounds: int = ROUNDS) -> Iterator[Figure]:
    """Measure both servers; the medians."""
    detail: dict[str, object] = {"rounds": rounds, "cpus": os.cpu_count(), "load_before": load()}
    for kind, label in ((EmbeddedPostgres, "postgres"), (EmbeddedBroker, "broker")):
        measured: list[dict[str, float]] = []
        for _ in range(rounds):
            with tempfile.TemporaryDirectory(dir=bench_folder()) as name:
                Path(name).chmod(0o711)
                measured.append(one_round(kind, Path(name) / "server"))
        for figure in measured[0]:
            value = statistics.median(each[figure] for each in measured)
            name = f"embedded.{label}_{figure}"
            yield at_most(name, round(value, 3), "s", GOALS.get(figure), detail)

"""What a reading costs when much is stored already: a small and a large database, in turns.

Both are on one server. A first few frames go through the whole path, so that the judges know each
series; then the past is filled in behind their back. After that the same frames go through the path
into one and the other, never both at a time.
"""

import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks import past
from benchmarks.batch_vs_copy import rooms
from benchmarks.figure import Figure, at_most, load
from benchmarks.frames import FRAME, START, Gateway, gateway
from benchmarks.ground import Ground, ground, product, second_database, workers
from benchmarks.site import furnish
from benchmarks.whole_path import Run, WholePath

GOAL = 1.15
MILLIONS = "GROWTH_MILLIONS"
"""Variable of the environment: how many million readings the large one holds."""
_PATIENCE = 300.0
_THE_PATH = ("ingest", "rules", "database")


@dataclass(frozen=True, slots=True)
class Size:
    """Frames of 1 000 readings: stored before in the one and the other, and sent in a round."""

    small: int = 1000
    large: int = 5000
    frames: int = 200
    warm_up: int = 20
    rounds: int = 5


def measure(size: Size | None = None) -> Iterator[Figure]:
    """Measure `path.growth_cpu` and `path.growth_wall`: large against small, 1 when cost is flat."""
    size = size or replace(Size(), large=int(os.environ.get(MILLIONS, "5")) * 1000)
    before = load()
    with ground() as on, second_database(on) as other, gateway(on.mqtt_url) as publisher:
        sides = [_Side(on, size, size.small, publisher), _Side(other, size, size.large, publisher)]
        runs = [_pair(size, sides, number) for number in range(1, size.rounds + 1)]
        stored = [side.stored() for side in sides]
    detail: dict[str, object] = {
        "stored_before": [size.small * FRAME, size.large * FRAME],
        "stored_after": stored,
        "readings_a_round": size.frames * FRAME,
        "cpu_s_a_million": [
            {name: _cost(size, [pair[side] for pair in runs], name) for name in _THE_PATH}
            for side in (0, 1)
        ],
        "wall_s": [statistics.median(pair[side].judged for pair in runs) for side in (0, 1)],
        "load_before": before,
        "load_after": load(),
    }
    cpu = statistics.median(_seconds(large) / _seconds(small) for small, large in runs)
    wall = statistics.median(large.judged / small.judged for small, large in runs)
    yield at_most("path.growth_cpu", round(cpu, 3), "ratio", GOAL, detail)
    yield at_most("path.growth_wall", round(wall, 3), "ratio", GOAL, detail)


def _pair(size: Size, sides: "list[_Side]", number: int) -> list[Run]:
    """A round of the small and of the large one; they take turns in going first."""
    found = {side: side.round(size, number) for side in (sides if number % 2 else sides[::-1])}
    return [found[side] for side in sides]


class _Side:
    """One of the two databases, with a site and its past; time goes on from round to round."""

    def __init__(self, on: Ground, size: Size, frames: int, publisher: Gateway) -> None:
        self._on = on
        self._publisher = publisher
        self._next = 0
        with product(on) as database:
            furnish(database, rooms(), START)
        self._through_the_path(1, size.warm_up)
        past.fill(on.database_url, self._next, frames - self._next)
        self._next = frames

    def round(self, size: Size, number: int) -> Run:
        """Warm up, so that what must be read from disk once is there, and measure."""
        return self._through_the_path(2 * number, size.warm_up, size.frames)

    def _through_the_path(self, epoch: int, *frames: int) -> Run:
        """So many frames, and so many, each under an epoch of its own; what the last ones took."""
        with product(self._on) as database, workers(self._on, "ingest", "rules") as running:
            path = WholePath(self._on, database, running, self._publisher)
            runs = [self._run(path, epoch + number, some) for number, some in enumerate(frames)]
        return runs[-1]

    def stored(self) -> int:
        """How many readings there are, every one that was sent among them."""
        found = self._on.number("select count(*) from telemetry.reading")
        assert found == self._next * FRAME, f"{found} readings instead of {self._next * FRAME}"
        return found

    def _run(self, path: WholePath, epoch: int, frames: int) -> Run:
        path.prepare(epoch, self._next, frames)
        self._on.execute("checkpoint")
        self._next += frames
        return path.run(_PATIENCE)


def _seconds(run: Run) -> float:
    return sum(run.cpu[name] for name in _THE_PATH)


def _cost(size: Size, runs: list[Run], name: str) -> float:
    """Processor seconds of the process `name` for a million readings."""
    million = size.frames * FRAME / 1e6
    return round(statistics.median(run.cpu[name] / million for run in runs), 2)

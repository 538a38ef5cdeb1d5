"""The whole path, from MQTT batches to committed, bound and judged readings, against raw COPY.

Both write the same rows into the same emptied table on the same server, in turns. The path's clock
runs from the first publication until the last reading is committed and nothing is due any more.
"""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import raw_copy
from benchmarks.figure import Figure, at_least, load
from benchmarks.frames import FRAME, SERIES, START, gateway, sensors
from benchmarks.ground import Ground, ground, product, workers
from benchmarks.site import Room, furnish
from benchmarks.whole_path import WholePath

GOAL = 0.7
ROOMS = 50


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: `frames` of 1 000 readings a round."""

    frames: int = 600
    rounds: int = 5
    warm_up: int = 60


@dataclass(frozen=True, slots=True)
class Round:
    """One pair of measurements: seconds, and processor seconds by process."""

    copy: float
    stored: float
    judged: float
    cpu: dict[str, float]

    @property
    def share(self) -> float:
        """The path's speed as a share of COPY's."""
        return self.copy / self.judged


def measure(size: Size | None = None) -> Iterator[Figure]:
    """Measure `path.batch_vs_copy`."""
    size = size or Size()
    before = load()
    with ground() as on, product(on) as database:
        furnish(database, rooms(), START)
        with workers(on, "ingest", "rules") as running, gateway(on.mqtt_url) as publisher:
            bench = _Bench(on, WholePath(on, database, running, publisher))
            bench.round(size.warm_up)
            done = [bench.round(size.frames) for _ in range(size.rounds)]
    yield _figure(size, done, before)


def rooms() -> list[Room]:
    """Fifty rooms with four sensors and two units each: every reading has goods that felt it."""
    names = sensors()
    share = len(names) // ROOMS
    return [Room(f"room{n}", tuple(names[n * share : (n + 1) * share]), units=2) for n in range(ROOMS)]


class _Bench:
    """Does round after round; time goes on from one to the next, as it would in life."""

    def __init__(self, on: Ground, path: WholePath) -> None:
        self._on = on
        self._path = path
        self._next = 0
        self._epoch = 0

    def round(self, frames: int) -> Round:
        copied = self._copy(frames)
        self._epoch += 1
        self._path.prepare(self._epoch, self._next, frames)
        self._empty()
        run = self._path.run()
        self._check(frames)
        self._next += frames
        return Round(copied, run.stored, run.judged, run.cpu)

    def _copy(self, frames: int) -> float:
        rows = raw_copy.chunks(self._next, frames)
        self._empty()
        return raw_copy.copy_all(self._on.database_url, rows)

    def _empty(self) -> None:
        """The same start for both: an empty table, and no checkpoint that falls into one of them."""
        self._on.execute("truncate telemetry.reading")
        self._on.execute("checkpoint")

    def _check(self, frames: int) -> None:
        stored = self._on.number("select count(*) from telemetry.reading")
        parked = self._on.number("select count(*) from telemetry.parked")
        judged = self._on.number("select count(*) from rules.verdict where state = 'conforming'")
        assert (stored, parked) == (frames * FRAME, 0), f"{stored} stored, {parked} parked"
        assert judged == 2 * ROOMS, f"{judged} units conform"


def _figure(size: Size, rounds: list[Round], before: float) -> Figure:
    readings = size.frames * FRAME
    copy_s = statistics.median(one.copy for one in rounds)
    path_s = statistics.median(one.judged for one in rounds)
    spent = {
        name: round(statistics.median(one.cpu[name] for one in rounds) * 1e6 / readings, 2)
        for name in rounds[0].cpu
    }
    detail: dict[str, object] = {
        "readings": readings,
        "series": SERIES,
        "readings_a_frame": FRAME,
        "rounds": size.rounds,
        "copy_rows_a_transaction": raw_copy.ROWS,
        "copy_s": round(copy_s, 2),
        "path_s": round(path_s, 2),
        "path_stored_s": round(statistics.median(one.stored for one in rounds), 2),
        "copy_readings_a_s": round(readings / copy_s),
        "path_readings_a_s": round(readings / path_s),
        "shares": [round(one.share, 2) for one in rounds],
        "cpu_s_a_million": spent,
        "load_before": before,
        "load_after": load(),
    }
    share = statistics.median(one.share for one in rounds)
    return at_least("path.batch_vs_copy", round(share, 3), "ratio", GOAL, detail)

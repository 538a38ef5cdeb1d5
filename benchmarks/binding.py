"""Lot binding by the clock: a back-dated transfer of 500 units, who felt a sensor, a reading's cost.

Movements are recorded by the product's own use cases. The judging is done in this process, so that what
is timed begins with the command and ends with the commit of the last verdict.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

import psycopg

from benchmarks.figure import Figure, at_most, load
from benchmarks.ground import Ground, ground, product, second_database
from benchmarks.site import Room, furnish
from coldbind.wiring import BINDING
from kernel.instants import DAY, HOUR, MINUTE, moment
from lotbinding.felt_by import felt_by
from lotbinding.handlers.corrections import Correction, correct
from lotbinding.handlers.movements import Movement, record_movements
from lotbinding.handlers.whereabouts import listed
from rules.worker import Judges
from storage.database import Database

_READINGS = """
insert into telemetry.reading (series_id, time, value)
select series_id, at, case when series_id %% 2 = 0 and at > %(warm)s then 12 else 5 end
from telemetry.series, generate_series(%(since)s::timestamptz, %(until)s, %(step)s) at
"""
_ALL_DUE = """
insert into rules.due (series_id, since, until)
select series_id, min(time), max(time) from telemetry.reading group by series_id
"""
_ONE_MINUTE = """
with fresh as (
    insert into telemetry.reading (series_id, time, value)
    select series_id, %(at)s, 5 from telemetry.series
    returning series_id, time
)
insert into rules.due (series_id, since, until, lowest, highest, longest_step)
select series_id, time, time, 5, 5, 0 from fresh
"""
_WARM_UP = 10


@dataclass(frozen=True, slots=True)
class Size:
    """`moved` units are moved anew, among readings of `days` days; `few` and `many` units in a zone."""

    moved: int = 500
    days: int = 5
    few: int = 100
    many: int = 10_000
    asked: int = 60
    minutes: int = 200
    sensors: int = 4


def measure(size: Size | None = None) -> Iterator[Figure]:
    """Measure the figures of lot binding."""
    size = size or Size()
    yield _back_dated(size)
    with ground() as on, second_database(on) as other, product(on) as many, product(other) as few:
        now = time.time_ns() // 1000
        furnish(many, [_zone("zone", size.many, size)], now - DAY)
        furnish(few, [_zone("zone", size.few, size)], now - DAY)
        for one in (on, other):
            one.execute("vacuum (analyze)")
        yield _felt(size, many, now)
        yield _cost_of_a_reading(size, few, many, now)


def _zone(name: str, units: int, size: Size) -> Room:
    return Room(name, tuple(f"{name}-{n}" for n in range(size.sensors)), units)


def _back_dated(size: Size) -> Figure:
    """All units of a zone turn out to have been moved to the warm zone three days earlier."""
    with ground() as on, product(on) as database:
        now = time.time_ns() // 1000
        rooms = [Room("cold", ("cold-1",), size.moved), Room("warm", ("warm-2",), 1)]
        furnish(database, rooms, now - size.days * DAY)
        _execute(
            on,
            _READINGS,
            since=moment(now - size.days * DAY),
            until=moment(now),
            warm=moment(now - 2 * DAY),
            step=timedelta(minutes=1),
        )
        _execute(on, _ALL_DUE)
        judges = Judges(database, BINDING)
        judges.judge_all()
        moved = _transfer(database, size, now - HOUR)
        judges.judge_all()
        before = load()
        began = time.monotonic()
        with database.transaction() as transaction:
            told = [Correction(number, occurred_at=now - HOUR - 3 * DAY) for number in moved]
            correct(transaction, told, "bench", "scanned three days late")
        recorded = time.monotonic() - began
        judges.judge_all()
        took = time.monotonic() - began
        standing = on.number(
            "select count(distinct unit_id) from rules.excursion where superseded_at is null"
        )
        assert standing >= size.moved, f"{standing} units have their excursion, not {size.moved}"
        detail: dict[str, object] = {
            "units": size.moved,
            "recorded_s": round(recorded, 3),
            "judged_s": round(took - recorded, 3),
            "readings": on.number("select count(*) from telemetry.reading"),
            "load_before": before,
        }
        return at_most("binding.back_dated_s", round(took, 3), "s", 2.0, detail)


def _transfer(database: Database, size: Size, at: int) -> list[int]:
    """Move the units of the cold zone to the warm one; the ids of the movements."""
    units = [f"LOT-BENCH/{number}" for number in range(1, size.moved + 1)]
    with database.transaction() as transaction:
        record_movements(
            transaction, [Movement(unit, "transfer", "site.warm", at, "bench") for unit in units]
        )
        return [
            one.movement_id
            for unit in units
            for one in listed(transaction, unit)
            if one.kind == "transfer"
        ]


def _felt(size: Size, database: Database, now: int) -> Figure:
    """Which units felt this sensor between two instants, asked with a zone full of units."""

    def ask() -> int:
        with database.transaction() as transaction:
            return len(felt_by(transaction, "zone-0", now - 6 * HOUR, now - 2 * HOUR))

    assert ask() == size.many
    times = [_timed(ask) for _ in range(size.asked)]
    detail: dict[str, object] = {
        "units": size.many,
        "p50_ms": round(statistics.median(times) * 1000, 1),
        "max_ms": round(max(times) * 1000, 1),
        "load": load(),
    }
    value = round(statistics.quantiles(times, n=20)[-1] * 1000, 1)
    return at_most("binding.felt_ms_p95", value, "ms", 50.0, detail)


def _cost_of_a_reading(size: Size, few: Database, many: Database, now: int) -> Figure:
    """Storing, binding and judging a reading of each sensor, in turns beside few and beside many units.

    A minute is a pair of measurements; the figure is the median of the pairs' ratios, because what else
    the machine does meets both alike.
    """
    judges = [Judges(database, BINDING) for database in (few, many)]
    for each in judges:
        each.judge_all()
    with (
        psycopg.connect(few.url, autocommit=True) as beside_few,
        psycopg.connect(many.url, autocommit=True) as beside_many,
    ):
        pairs: list[tuple[float, float]] = []
        for minute in range(size.minutes + _WARM_UP):
            if minute == _WARM_UP:
                for connection in (beside_few, beside_many):
                    connection.execute("vacuum (analyze)")  # as autovacuum does within a minute
            at = moment(now - 12 * HOUR + minute * MINUTE)
            sides = list(zip((beside_few, beside_many), judges, strict=True))
            order = (0, 1) if minute % 2 else (1, 0)
            took = {side: _one_minute(*sides[side], at) for side in order}
            pairs.append((took[0], took[1]))
    pairs = pairs[_WARM_UP:]
    ratio = statistics.median(more / less for less, more in pairs)
    detail: dict[str, object] = {
        "us_a_reading": {
            units: round(statistics.median(pair[side] for pair in pairs) * 1e6 / size.sensors, 1)
            for side, units in enumerate((size.few, size.many))
        },
        "load": load(),
    }
    return at_most("binding.reading_cost_ratio", round(ratio, 3), "ratio", 1.15, detail)


def _one_minute(beside: psycopg.Connection[Any], judges: Judges, at: datetime) -> float:
    def work() -> None:
        beside.execute(_ONE_MINUTE, {"at": at})
        judges.judge_all()

    return _timed(work)


def _timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _execute(on: Ground, statement: LiteralString, **parameters: object) -> None:
    with psycopg.connect(on.database_url, autocommit=True) as connection:
        connection.execute(statement, parameters)

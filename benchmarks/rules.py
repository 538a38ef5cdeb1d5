"""Judging by the clock: what is in range, a sensor's year, and five hundred units at once.

Goods are recorded by the product's own use cases, readings written straight into the table. The judging
is done in this process, by the clock of the newest reading; what is timed begins with the due list and
ends with the commit of the last verdict and hold.
"""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import LiteralString

import psycopg

from benchmarks.figure import Figure, at_most, load
from benchmarks.ground import Ground, ground, product
from benchmarks.site import Room, furnish
from coldbind.wiring import BINDING
from kernel.instants import DAY, HOUR, MINUTE, moment
from rules.worker import Judges
from storage.database import Database

_IN_RANGE = """
insert into telemetry.reading (series_id, time, value)
select series_id, at, 5 + (series_id %% 7) * 0.1
from telemetry.series, generate_series(%(since)s::timestamptz, %(until)s, %(step)s) at
"""
_YEAR = """
insert into telemetry.reading (series_id, time, value)
select series_id, at,
       case when extract(day from at) = 1 and extract(hour from at) < 2 then 9 else 5 + random() end
from telemetry.series, generate_series(%(since)s::timestamptz, %(until)s, '1 minute') at
"""
_WARM = """
insert into telemetry.reading (series_id, time, value)
select series_id, at, 12
from telemetry.series, generate_series(%(since)s::timestamptz, %(until)s, %(step)s) at
"""
_DUE_IN_SHORT = """
insert into rules.due (series_id, since, until, lowest, highest, longest_step)
select series_id, %(since)s, %(until)s, min(value), max(value), %(step)s
from telemetry.reading
where time between %(since)s and %(until)s
group by series_id
"""
_DUE = """
insert into rules.due (series_id, since, until)
select series_id, %(since)s, %(until)s from telemetry.series
"""
_ALL_UNITS_DUE = "insert into rules.due_unit (unit_id) select unit_id from binding.stock_unit"


@dataclass(frozen=True, slots=True)
class Size:
    """So many `series` with `readings` each, in rooms with `few` or `many` units."""

    series: int = 1_000
    readings: int = 1_000
    few: int = 100
    many: int = 10_000
    days: int = 365
    at_once: int = 500
    rounds: int = 3


def measure(size: Size | None = None) -> Iterator[Figure]:
    """Measure the figures of rules."""
    size = size or Size()
    told: dict[int, float] = {}
    for units in (size.few, size.many):
        with ground() as on, product(on) as database:
            read_back, in_short = _in_range(size, units, on, database)
            told[units] = in_short
        if units == size.few:
            detail: dict[str, object] = {"told_in_short_s": round(in_short, 3), "load": load()}
            detail |= {"readings": size.series * size.readings, "series": size.series, "units": units}
            yield at_most("rules.in_range_s", round(read_back, 3), "s", 1.5, detail)
    ratio = told[size.many] / told[size.few]
    costs = {str(units): round(cost, 4) for units, cost in told.items()}
    yield at_most("rules.units_ratio", round(ratio, 3), "ratio", 1.15, {"s": costs, "load": load()})
    yield _sensor_year(size)
    yield _at_once(size)


def _in_range(size: Size, units: int, on: Ground, database: Database) -> tuple[float, float]:
    """Seconds for as many readings: all read back, and told in short by ingest; medians."""
    now = time.time_ns() // 1000
    since = now - 40 * DAY
    rooms = [
        Room(f"zone{n}", tuple(f"z{n}-{s}" for s in range(size.series // 10)), units // 10)
        for n in range(10)
    ]
    furnish(database, rooms, since)
    _measured(on, _IN_RANGE, since, 1)
    _execute(on, _DUE, since=moment(since), until=moment(since))
    _judged(database, since)
    read_back: list[float] = []
    in_short: list[float] = []
    for number in range(2 * size.rounds):
        first = since + MINUTE * (1 + number * size.readings)
        last = _measured(on, _IN_RANGE, first, size.readings)
        told = {"since": moment(first), "until": moment(last)}
        if number % 2:
            _execute(on, _DUE_IN_SHORT, **told, step=MINUTE)
        else:
            _execute(on, _DUE, **told)
        _execute(on, "analyze telemetry.reading")
        (in_short if number % 2 else read_back).append(_judged(database, last))
    assert not on.number("select count(*) from rules.excursion")
    return statistics.median(read_back), statistics.median(in_short)


def _sensor_year(size: Size) -> Figure:
    """A year of one sensor, warm for two hours on the first of each month, judged anew as a whole."""
    with ground() as on, product(on) as database:
        now = time.time_ns() // 1000
        since, until = now - size.days * DAY, now - HOUR
        furnish(database, [Room("zone", ("z-1",))], since)
        _execute(on, _YEAR, since=moment(since), until=moment(until))
        _execute(on, "analyze telemetry.reading")
        times: list[float] = []
        for _ in range(size.rounds + 1):
            _execute(on, _DUE, since=moment(since), until=moment(until))
            _execute(on, _ALL_UNITS_DUE)
            times.append(_judged(database, until))
        found = on.number("select count(*) from rules.excursion where superseded_at is null")
        assert found >= size.days // 31, f"{found} excursions stand"
        detail: dict[str, object] = {
            "readings": on.number("select count(*) from telemetry.reading"),
            "excursions": found,
            "first_s": round(times[0], 3),
            "load": load(),
        }
        return at_most("rules.sensor_year_s", round(statistics.median(times[1:]), 3), "s", 1.0, detail)


def _at_once(size: Size) -> Figure:
    """All units of a zone become warm with the same reading; until all their holds are committed."""
    with ground() as on, product(on) as database:
        now = time.time_ns() // 1000
        since = now - 4 * HOUR
        furnish(database, [Room("zone", ("z-1",), size.at_once)], since)
        good = _measured(on, _IN_RANGE, since, 60)
        _execute(on, _DUE, since=moment(since), until=moment(good))
        _judged(database, good)
        first = good + MINUTE
        last = _measured(on, _WARM, first, 40)
        _execute(on, _DUE, since=moment(first), until=moment(last))
        took = _judged(database, last)
        holds = on.number("select count(*) from erp.hold where released_at is null")
        assert holds == size.at_once, f"{holds} holds, not {size.at_once}"
        return at_most(
            "rules.at_once_s", round(took, 3), "s", 1.0, {"units": size.at_once, "load": load()}
        )


def _measured(on: Ground, statement: LiteralString, since: int, readings: int) -> int:
    """Write so many readings a series, a minute apart; when the last of them was."""
    until = since + (readings - 1) * MINUTE
    step = timedelta(microseconds=MINUTE)
    _execute(on, statement, since=moment(since), until=moment(until), step=step)
    return until


def _judged(database: Database, now: int) -> float:
    """Seconds until everything due is judged, at that time on the wall."""
    judges = Judges(database, BINDING, clock=lambda: now)
    began = time.perf_counter()
    judges.judge_all()
    return time.perf_counter() - began


def _execute(on: Ground, statement: LiteralString, **parameters: object) -> None:
    with psycopg.connect(on.database_url, autocommit=True) as connection:
        connection.execute(statement, parameters)

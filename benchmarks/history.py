"""The temperature record by the clock: one unit's figures and all its readings, in a full database.

A unit with three ancestors stood at twelve places in 90 days, with a reading a minute. The readings of
all series lie in the table as they came, minute by minute, so those of one series lie far apart, and
the product's own sealing went over them. READINGS=5000000 makes a tenth of the world, for a quick look.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, islice
from typing import LiteralString

import psycopg

from benchmarks.figure import Figure, at_most, load
from benchmarks.ground import Ground, ground, product
from benchmarks.site import Room, furnish
from ingest.sealing import seal_all
from kernel.instants import DAY, HOUR, MINUTE, moment
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.units import Split, split
from lotbinding.record.history import lot_history
from lotbinding.record.statistics import lot_statistics
from storage.database import Database

READINGS = """
insert into telemetry.reading (series_id, time, value, received_at)
select series_id, at, 5 + 3.5 * sin((number %% 4000) / 640.0) + (number * 7919 %% 13) / 40.0, at
from generate_series(1, %(minutes)s) as number
cross join lateral (select %(since)s + number * interval '1 minute' as at offset 0) minute
cross join lateral (select series_id, number as again from telemetry.series offset 0) series
"""
_OTHER_UNITS = """
with fresh as (
    insert into binding.stock_unit (code, lot_id, quantity, unit_of_measure)
    select 'OTHER/' || number, lot_id, 1, 'ea' from erp.lot, generate_series(1, %(units)s) as number
    returning unit_id
),
own as (
    insert into binding.lineage (unit_id, ancestor_id) select unit_id, unit_id from fresh
),
moved as (
    insert into binding.movement (unit_id, kind, location_id, occurred_at, recorded_by)
    select unit_id, 'transfer', location_id, %(since)s + number * interval '20 days', 'bench'
    from fresh
    cross join generate_series(0, 3) as number
    cross join (select max(location_id) as location_id from binding.location) place
    returning unit_id, location_id, occurred_at
)
insert into binding.stay (unit_id, location_id, during)
select unit_id, location_id,
       tstzrange(occurred_at, lead(occurred_at) over (partition by unit_id order by occurred_at))
from moved
"""
_TRIGGERS_OFF = "set session_replication_role = replica;"
"""Nor are foreign keys checked: the statement keeps to them, and writes the lineage itself."""
_INDEXES_OFF = (
    "alter table telemetry.reading drop constraint reading_pkey",
    "alter table binding.stay drop constraint stay_one_place_at_a_time",
    "drop index binding.stay_by_location",
)
_INDEXES_ON = (
    "set maintenance_work_mem = '1GB'; alter table telemetry.reading add primary key (series_id, time)",
    """
    alter table binding.stay add constraint stay_one_place_at_a_time
        exclude using gist (unit_id with =, during with &&)
    """,
    "create index stay_by_location on binding.stay using gist (location_id, during)",
)
"""Made after the rows a world costs minutes instead of hours."""
_PLACES = 12
_SPLITS = (3, 6, 9)
_DAYS_AT_ONCE = 2_000
_ENOUGH_FOR_8_UNITS = 12_500_000
"""Each unit goes through twelve rooms of its own."""


@dataclass(frozen=True, slots=True)
class Size:
    """`readings` and `movements` in a database of which `units` units are `asked` about."""

    readings: int = 50_000_000
    movements: int = 1_000_000
    days: int = 90
    units: int = 8
    asked: int = 40


def size_wanted() -> Size:
    """The whole world, or what READINGS asks for."""
    wanted = int(os.environ.get("READINGS", "0"))
    if not wanted:
        return Size()
    return Size(wanted, wanted // 50, units=8 if wanted >= _ENOUGH_FOR_8_UNITS else 3)


def measure(size: Size | None = None) -> Iterator[Figure]:
    """Measure the figures of the temperature record."""
    size = size or size_wanted()
    with ground() as on, product(on) as database:
        since = time.time_ns() // 1000 - size.days * DAY
        units = _world(size, on, database, since)
        detail: dict[str, object] = {
            "readings": on.number("select count(*) from telemetry.reading"),
            "movements": on.number("select count(*) from binding.movement"),
        }
        figures = (
            ("binding.history_stats_p95_ms", _statistics, 50.0),
            ("binding.history_points_p95_ms", _points, 250.0),
        )
        for name, ask, goal in figures:
            times, rows = _timed(size, database, units, ask)
            assert rows > size.days * 1440 - 30, f"{rows} readings are not those of {size.days} days"
            told = {"rows": rows, "p50_ms": round(statistics.median(times), 1), "load": load()}
            value = round(statistics.quantiles(times, n=20)[-1], 1)
            yield at_most(name, value, "ms", goal, detail | told)


def _statistics(database: Database, unit: str) -> int:
    with database.transaction() as transaction:
        (one,) = lot_statistics(transaction, unit=unit).units
    return one.figures.readings


def _points(database: Database, unit: str) -> int:
    with database.transaction() as transaction:
        return len(lot_history(transaction, unit=unit))


def _timed(
    size: Size, database: Database, units: Sequence[str], ask: Callable[[Database, str], int]
) -> tuple[list[float], int]:
    """Milliseconds of each question, after one round of all units; and the rows of the last answer."""
    rows = 0
    times: list[float] = []
    for unit in islice(cycle(units), size.asked + len(units)):
        began = time.monotonic()
        rows = ask(database, unit)
        times.append((time.monotonic() - began) * 1000)
    return times[len(units) :], rows


def _world(size: Size, on: Ground, database: Database, since: int) -> list[str]:
    """Rooms full of readings, units that went through twelve of them, and many others."""
    minutes = size.days * DAY // MINUTE
    rooms = max(_PLACES * size.units, round(size.readings / minutes))
    furnish(
        database,
        [
            Room(
                f"room{n}", (f"sensor-{n}",), 1 if n % _PLACES == 0 and n < _PLACES * size.units else 0
            )
            for n in range(rooms)
        ],
        since,
    )
    units = [_travelled(database, number, since, size.days * DAY) for number in range(size.units)]
    for statement in _INDEXES_OFF:
        on.execute(statement)
    _execute(on, _TRIGGERS_OFF, _OTHER_UNITS, units=size.movements // 4, since=moment(since))
    _execute(on, _TRIGGERS_OFF, READINGS, minutes=minutes, since=moment(since))
    for statement in _INDEXES_ON:
        on.execute(statement)
    on.execute("vacuum (analyze)")
    sealed = seal_all(database, time.time_ns() // 1000, _DAYS_AT_ONCE)
    assert sealed.readings > 0.9 * size.readings, f"only {sealed.readings} readings were sealed"
    on.execute("vacuum (analyze) telemetry.sealed_day")
    return units


def _travelled(database: Database, number: int, since: int, length: int) -> str:
    """Take the unit through its rooms; what is split off goes on. The code of the last part."""
    unit = f"LOT-BENCH/{number + 1}"
    quantity = Decimal(1)
    with database.transaction() as transaction:
        for step in range(1, _PLACES):
            at = since + step * length // _PLACES
            if step in _SPLITS:
                part, quantity = f"{unit}.{step}", quantity / 2
                split(transaction, Split(unit, part, quantity, at - HOUR, "bench"))
                unit = part
            place = f"site.room{number * _PLACES + step}"
            record_movement(transaction, Movement(unit, "transfer", place, at, "bench"))
    return unit


def _execute(on: Ground, before: LiteralString, statement: LiteralString, **parameters: object) -> None:
    with psycopg.connect(on.database_url, autocommit=True) as connection:
        connection.execute(before)
        connection.execute(statement, parameters)

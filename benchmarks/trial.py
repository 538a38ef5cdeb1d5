"""A profile tried on history by the clock: a year of two sensors at one-minute steps, 200 units.

The profile that is tried finds a great deal more than the one in use, so that what it costs is judging.
"""

import resource
import time
from collections.abc import Iterator
from typing import LiteralString

import psycopg

from benchmarks.figure import Figure, at_most, load, without_goal
from benchmarks.ground import Ground, ground, product
from benchmarks.site import Room, furnish
from coldbind.wiring import BINDING
from kernel.instants import DAY, MINUTE, moment
from kernel.intervals import Span
from rules.profile_files import read_profile
from rules.trial import Asked, Trial, try_profile
from storage.database import Database

_DAYS, _UNITS = 365, 200
_SINCE = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z."""
_READINGS: LiteralString = """
insert into telemetry.reading (series_id, time, value)
select series_id, %(since)s + number * interval '1 minute', 5 + 4 * sin(number / 700.0)
from telemetry.series, generate_series(1, %(minutes)s) as number
"""
_SAME = """
name: quiet
version: 1
title: Finds nothing
source: this benchmark
rules: [{name: hot, kind: immediate, above: 90.0, severity: critical}]
"""
_STRICT = """
name: strict
version: 1
title: Finds thousands
source: this benchmark
rules:
  - {name: above 8 degC, kind: single, above: 8.0, for: 20 min, severity: major}
  - {name: below 2 degC, kind: single, below: 2.0, for: 20 min, severity: major}
budget:
  - {name: budget, severity: major, ranges: [{from: 8, to: 8.5, for: 24 h}, {from: 8.5, for: 2 h}]}
"""


def measure() -> Iterator[Figure]:
    """Seconds for a sensor-year, and for a trial that judges every unit otherwise."""
    with ground() as on, product(on) as database:
        furnish(database, [Room(f"room{n}", (f"s-{n}",), _UNITS // 2) for n in range(2)], _SINCE)
        _fill(on)
        for name, text in (("replay", _SAME), ("judging", _STRICT)):
            began = time.monotonic()
            trial = _tried(database, text)
            seconds = time.monotonic() - began
            detail: dict[str, object] = {
                "units": trial.units,
                "readings": trial.readings,
                "units_otherwise": len(trial.otherwise),
                "load": load(),
            }
            assert trial.readings >= 2 * (_DAYS * DAY // MINUTE) - 2, "all readings were looked at"
            a_year = round(seconds / 2, 2)
            yield at_most(f"rules.trial_{name}_s_a_sensor_year", a_year, "s", None, detail)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        yield without_goal("rules.trial_rss_mb", peak, "MiB", {})


def _fill(on: Ground) -> None:
    minutes = _DAYS * DAY // MINUTE
    with psycopg.connect(on.database_url, autocommit=True) as connection:
        connection.execute(_READINGS, {"since": moment(_SINCE), "minutes": minutes})
        connection.execute("vacuum (analyze) telemetry.reading")


def _tried(database: Database, text: str) -> Trial:
    asked = Asked(Span(_SINCE, _SINCE + _DAYS * DAY + MINUTE), lot="LOT-BENCH")
    with database.snapshot() as transaction:
        return try_profile(
            transaction, read_profile(text, "the benchmark"), asked, BINDING.exposures_of
        )

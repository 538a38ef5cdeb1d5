"""Faults of sensors are a pure function of the readings: any order of arrival equals the oracle.

Runs, gaps and the ends of the signal are those of the readings that are left.
"""

import itertools
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.exposure import Exposure
from kernel.instants import MINUTE, instant, moment, parse_moment
from kernel.intervals import Span
from rules.core.profile import ABOVE, BELOW, Limit
from rules.core.runs import Window, gaps, runs
from rules.faults.core.limits import Limits
from rules.faults.core.readings import Kind, classify
from rules.faults.core.stretches import stretches
from rules.worker import Binding, Judges
from storage.database import Database
from tests.examples import examples
from tests.property import oracle_faults
from tests.property.oracle_faults import Bounds, Readings

START = instant(parse_moment("2026-01-10T00:00:00Z"))
WATCHED = (Limit(ABOVE, 8.0), Limit(BELOW, 2.0))
BOUNDS = (
    Bounds(-10, 30, 16.0, 6.0, 1.0, 60, 3, 20),
    Bounds(-10, 30, 16.0, 6.0, 1.0, 60, 0, 20),
    Bounds(-10, 30, 16.0, 6.0, 0.0, 45, 2, 20),
)

values = st.sampled_from([-12.0, 1.5, 4.9, 5.0, 5.1, 5.2, 7.0, 8.5, 12.0, 16.0, 25.0, 40.0])
scattered = st.lists(
    st.tuples(st.integers(0, 400), values), min_size=1, max_size=40, unique_by=lambda one: one[0]
)


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[int, float]]:
    """A sensor that is alive for a while, and then repeats itself, with trouble in between."""
    step = draw(st.sampled_from([3, 5, 7]))
    lively = st.sampled_from([4.9, 5.0, 5.1, 5.2, 5.3])
    before = draw(st.lists(lively, max_size=20))
    before += draw(st.sampled_from([[], [4.9, 5.2, 5.0, 5.3, 4.8] * 4]))
    still = [draw(lively)] * draw(st.integers(1, 25))
    after = draw(st.lists(values, max_size=8))
    told = [(step * number, value) for number, value in enumerate([*before, *still, *after])]
    for _ in range(draw(st.integers(0, 3))):
        number = draw(st.integers(0, len(told) - 1))
        told[number] = (told[number][0], draw(values))
    for _ in range(draw(st.integers(0, 3))):
        told.pop(draw(st.integers(0, len(told) - 1))) if len(told) > 1 else None
    return told


readings = st.one_of(scattered, lives()).map(sorted)


def limits_of(bounds: Bounds) -> Limits:
    return Limits(
        bounds.lowest,
        bounds.highest,
        (bounds.error,),
        bounds.max_step,
        bounds.max_rate,
        bounds.stuck_after * MINUTE,
        bounds.levels,
    )


def arrays(told: Readings) -> tuple[Any, Any]:
    return (
        np.array([START + at * MINUTE for at, _ in told], np.int64),
        np.array([value for _, value in told], np.float64),
    )


@settings(max_examples=examples(400), deadline=None)
@given(told=readings, bounds=st.sampled_from(BOUNDS))
def test_faults_are_what_the_oracle_finds(told: Readings, bounds: Bounds) -> None:
    times, column = arrays(told)
    found = classify(times, column, limits_of(bounds), bounds.max_gap * MINUTE, newest=True)
    names = ["" if kind == Kind.NONE else Kind(kind).name.lower() for kind in found.tolist()]
    assert names == oracle_faults.kinds(told, bounds)
    rows = [
        ((one.start - START) // MINUTE, (one.end - START) // MINUTE, one.kind.name.lower())
        for one in stretches(times, column, found, bounds.max_gap * MINUTE)
    ]
    assert rows == oracle_faults.stretches(told, bounds)


_numbers = itertools.count(1)


def _nobody(_: Any, __: Any, ___: Collection[int] | None) -> set[int]:
    return set()


def _nothing(_: Any, __: Collection[int]) -> list[Exposure]:
    return []


def _nowhere(_: Any, __: Mapping[int, tuple[int, Span]]) -> list[Exposure]:
    return []


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url) as database:
        yield database


def _new_series(connection: psycopg.Connection[Any], bounds: Bounds) -> int:
    row = connection.execute(
        "with s as (insert into telemetry.sensor (name) values (%s) returning sensor_id)"
        " insert into telemetry.series (sensor_id, quantity, unit, max_gap)"
        " select sensor_id, 'temperature', 'Cel', '20 min' from s returning series_id",
        (f"s{next(_numbers)}",),
    ).fetchone()
    assert row is not None
    connection.execute(
        "insert into rules.sensor_limits (series_id, lowest, highest, error_values, max_step, max_rate,"
        " stuck_after, stuck_levels) values (%s, %s, %s, %s, %s, %s, %s * interval '1 min', %s)",
        (
            row[0],
            bounds.lowest,
            bounds.highest,
            [bounds.error],
            bounds.max_step,
            bounds.max_rate,
            bounds.stuck_after,
            bounds.levels,
        ),
    )
    for limit in WATCHED:
        connection.execute(
            "insert into rules.watch (series_id, side, limit_value, stretch)"
            " values (%s, %s, %s, %s * interval '1 microsecond')",
            (row[0], *limit),
        )
    return row[0]


def _measure(
    connection: psycopg.Connection[Any], series: int, told: Readings, *, in_short: bool
) -> None:
    connection.cursor().executemany(
        "insert into telemetry.reading (series_id, time, value) values (%s, %s, %s)",
        [(series, moment(START + at * MINUTE), value) for at, value in told],
    )
    times = sorted(START + at * MINUTE for at, _ in told)
    steps = [after - before for before, after in itertools.pairwise(times)]
    measured = [value for _, value in told]
    short = (min(measured), max(measured), max(steps, default=0))
    connection.execute(
        "insert into rules.due (series_id, since, until, lowest, highest, longest_step)"
        " values (%s, %s, %s, %s, %s, %s)",
        (
            series,
            moment(times[0]),
            moment(times[-1]),
            *(short if in_short else (None, None, None)),
        ),
    )


def _check(
    connection: psycopg.Connection[Any], series: int, told: Sequence[tuple[int, float]], bounds: Bounds
) -> None:
    told = sorted(told)
    stored = connection.execute(
        "select ((micros(started_at) - %s) / 60000000)::int, ((micros(ended_at) - %s) / 60000000)::int,"
        " kind from rules.sensor_fault where series_id = %s order by 1",
        (START, START, series),
    ).fetchall()
    assert stored == oracle_faults.stretches(told, bounds)
    good = [
        reading
        for reading, kind in zip(told, oracle_faults.kinds(told, bounds), strict=True)
        if not kind
    ]
    window = Window(*arrays(good))
    ends = connection.execute(
        "select micros(first_at), micros(last_at) from rules.signal"
        " where series_id = %s and first_at is not null",
        (series,),
    ).fetchone()
    assert ends == (tuple(window.span) if good else None)
    known = connection.execute(
        "select micros(started_at), micros(ended_at) from rules.gap where series_id = %s order by 1",
        (series,),
    ).fetchall()
    assert known == ([tuple(gap) for gap in gaps(window, 20 * MINUTE)] if good else [])
    for limit in WATCHED:
        kept = connection.execute(
            "select micros(started_at), micros(ended_at), peak, micros(peak_at) from rules.run"
            " where series_id = %s and side = %s and limit_value = %s"
            " and stretch = %s * interval '1 microsecond' order by 1",
            (series, *limit),
        ).fetchall()
        assert kept == ([tuple(run) for run in runs(window, limit, 20 * MINUTE)] if good else [])


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=readings, bounds=st.sampled_from(BOUNDS), seed=st.integers(0, 2**32))
def test_any_order_of_arrival_leaves_the_same_evidence(
    database: Database, told: Readings, bounds: Bounds, seed: int
) -> None:
    order = random.Random(seed)
    judges = Judges(database, Binding(_nothing, _nobody, _nowhere))
    with psycopg.connect(database.url, autocommit=True) as connection:
        series = _new_series(connection, bounds)
        left = list(told)
        if order.random() < 0.6:
            order.shuffle(left)
        known: list[tuple[int, float]] = []
        longest = order.choice([1, 3, 12, 50])
        while left:
            size = order.randint(1, min(longest, len(left)))
            chunk, left = left[:size], left[size:]
            _measure(connection, series, chunk, in_short=order.random() < 0.8)
            known += chunk
            if order.random() < 0.7 or not left:
                judges.judge_all()
                _check(connection, series, known, bounds)

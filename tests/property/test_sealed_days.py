"""Sealed days change no answer: readings come, late ones too, are altered, deleted, between sealings.

After each step what lot binding reads is what a plain query finds, and no sealed day differs from its
readings. The clock of the sealing is the test's; what is recent by it may come without a word, as it
does in ingest, whose own clock finds everything here late.
"""

import itertools
import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.core.decode import Message
from ingest.sealing import LATE, differing, forget_seals, seal_all, seal_some
from ingest.settings import IngestSettings
from ingest.worker import Ingest
from kernel.instants import DAY, HOUR, MINUTE, instant, moment, parse_moment
from kernel.intervals import Span
from lotbinding.store.readings import readings_of
from storage.database import Database
from tests.examples import examples
from wire.columns import Columns, SeriesName
from wire.frame import encode_body, encode_frame

START = instant(parse_moment("2026-02-26T00:00:00Z"))
DAYS = 6
_numbers = itertools.count(1)
_MARK = """
update telemetry.reading set quality = quality | 4
where (series_id, time) in (
    select series_id, time from telemetry.reading order by md5(time::text) limit 2
)
"""
_DELETE = """
delete from telemetry.reading
where (series_id, time) in (
    select series_id, time from telemetry.reading order by md5(time::text) limit 2
)
"""


@dataclass
class Telemetry:
    """Two series of sensors of their own, and a clock that only goes forward."""

    database: Database
    ingest: Ingest
    connection: psycopg.Connection[Any]
    dice: random.Random
    now: int = START

    def prepare(self) -> None:
        self.connection.execute("truncate telemetry.reading")
        self.connection.execute("truncate telemetry.sealing, telemetry.unsealed_day")
        self.connection.execute("insert into telemetry.sealing default values")
        self.sensors = [f"e{next(_numbers)}" for _ in range(2)]
        self.series = [self._register(sensor) for sensor in self.sensors]

    def _register(self, sensor: str) -> int:
        row = self.connection.execute(
            "with one as (insert into telemetry.sensor (name) values (%s) returning sensor_id)"
            " insert into telemetry.series (sensor_id, quantity, unit)"
            " select sensor_id, 'temperature', 'Cel' from one returning series_id",
            (sensor,),
        ).fetchone()
        assert row is not None
        return row[0]

    def time_passes(self) -> None:
        self.now += self.dice.choice((HOUR, 7 * HOUR, DAY, 2 * DAY))

    def live(self) -> None:
        """What is not late comes without a word about days."""
        at = self.now - self.dice.randrange(LATE)
        self.connection.execute(
            "insert into telemetry.reading (series_id, time, value, quality, received_at)"
            " values (%s, %s, %s, %s, %s) on conflict do nothing",
            (
                self.dice.choice(self.series),
                moment(at),
                5,
                self.dice.choice((0, 0, 2)),
                moment(self.now),
            ),
        )

    def comes(self) -> None:
        """A batch by the path of ingest, of any age."""
        count, number = self.dice.randint(1, 12), next(_numbers)
        since = self.dice.randrange(START, max(self.now, START + DAY))
        columns = Columns(
            tuple(SeriesName(sensor, "temperature", "Cel") for sensor in self.sensors),
            np.array([self.dice.randrange(2) for _ in range(count)], np.uint32),
            np.array(
                [since + self.dice.randrange(DAY) // MINUTE * MINUTE for _ in range(count)], np.int64
            ),
            np.array([self.dice.uniform(-5, 20) for _ in range(count)]),
        )
        frame = encode_frame(1, number, self.now, encode_body(columns))
        done = self.ingest.commit_group(
            [Message("coldbind/v1/dc1/gw1/data", frame, self.now + 10 * DAY)]
        )
        assert done.stored + done.parked > 0

    def altered(self) -> None:
        """Somebody marks or deletes readings."""
        what = self.dice.choice((_MARK, _DELETE))
        self.connection.execute(what)

    def seals(self) -> None:
        with self.database.transaction() as transaction:
            seal_some(transaction, self.now, self.dice.randint(1, 4))

    def seals_all(self) -> None:
        seal_all(self.database, self.now, 5)

    def forgets(self) -> None:
        with self.database.transaction() as transaction:
            assert forget_seals(transaction)

    def assert_same(self) -> None:
        edges = sorted(START + self.dice.randrange(DAYS * DAY) // HOUR * HOUR for _ in range(4))
        stretches = [
            (self.series[0], Span(START - DAY, self.now + 20 * DAY)),
            (self.series[1], Span(edges[0], edges[1])),
            (self.series[1], Span(edges[2], edges[3] + 1)),
        ]
        known_at = self.dice.choice((None, None, self.now - DAY))
        with self.database.transaction() as transaction:
            found = readings_of(transaction, stretches, known_at, qualities=True)
            signals = readings_of(transaction, stretches, known_at)
            assert differing(transaction) == []
        for stretch, measured, signal in zip(stretches, found, signals, strict=True):
            told = list(zip(*map(np.ndarray.tolist, (measured.times, measured.values)), strict=True))
            rows = self._plain(*stretch, known_at)
            assert told == [row[:2] for row in rows]
            assert measured.qualities.tolist() == [row[2] for row in rows]
            assert signal.times.tolist() == measured.times.tolist()
            assert signal.values.tolist() == measured.values.tolist()

    def _plain(self, series: int, span: Span, known_at: int | None) -> list[tuple[Any, ...]]:
        return self.connection.execute(
            "select micros(time), value, quality from telemetry.reading"
            " where series_id = %s and time >= %s and time < %s and received_at <= %s order by time",
            (
                series,
                moment(span.start),
                moment(span.end),
                "infinity" if known_at is None else moment(known_at),
            ),
        ).fetchall()


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    with Database(database_url) as database:
        yield database


@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**48))
def test_sealed_or_not_the_readings_are_the_same(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    with psycopg.connect(database.url, autocommit=True) as connection:
        ingest = Ingest(database, IngestSettings("mqtt://127.0.0.1"))
        telemetry = Telemetry(database, ingest, connection, dice)
        telemetry.prepare()
        steps = [
            *[telemetry.time_passes] * 3,
            *[telemetry.live] * 3,
            *[telemetry.comes] * 3,
            telemetry.altered,
            telemetry.seals,
            telemetry.seals_all,
            telemetry.forgets,
        ]
        for _ in range(15):
            dice.choice(steps)()
            telemetry.assert_same()
        telemetry.now += 3 * DAY
        telemetry.seals_all()
        telemetry.assert_same()
        left = connection.execute(
            "select count(*) from telemetry.unsealed_day where day < %s",
            (moment(telemetry.now - 3 * DAY).date(),),
        ).fetchone()
        assert left == (0,)
        days = connection.execute(
            "select count(distinct (series_id, (time at time zone 'UTC')::date)) from telemetry.reading"
            " where time < %s",
            (moment(telemetry.now - 36 * HOUR - DAY),),
        ).fetchone()
        sealed = connection.execute("select count(*) from telemetry.sealed_day").fetchone()
        assert days is not None
        assert sealed is not None
        assert sealed[0] >= days[0]

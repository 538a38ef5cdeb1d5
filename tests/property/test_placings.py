"""Where sensors hang: told in any order, cancelled, corrected; against a loop over minutes."""

import itertools
import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.instants import FOREVER, MINUTE, instant, moment, parse_moment
from kernel.intervals import Span
from lotbinding.core.placements import NOWHERE, Placing, Spot, differing, placements, spot_at
from lotbinding.handlers.placements import Correction, Hanging, cancel_placing, correct_placing, hang
from lotbinding.handlers.places import record_location
from lotbinding.handlers.units import add_handling_unit
from lotbinding.store.placements import known_covers, listed
from storage.database import Database
from tests.examples import examples

START = instant(parse_moment("2026-03-02T08:00:00Z"))
LAST = 30
SPOTS = (NOWHERE, Spot(1, None), Spot(2, None), Spot(None, 1))
_told = st.dictionaries(st.integers(0, LAST), st.sampled_from(SPOTS), max_size=8)


def placings_of(told: dict[int, Spot], order: random.Random) -> list[Placing]:
    found = [Placing(n, 7, at, *spot) for n, (at, spot) in enumerate(told.items())]
    order.shuffle(found)
    return found


def hung_at(told: dict[int, Spot], minute: int) -> Spot:
    """By brute force: the last that was told of a time not later."""
    spot = NOWHERE
    for at in range(minute + 1):
        spot = told.get(at, spot)
    return spot


@settings(max_examples=examples(200), deadline=None)
@given(told=_told, seed=st.integers(0, 2**32))
def test_placements_are_what_a_loop_over_minutes_finds(told: dict[int, Spot], seed: int) -> None:
    hung = placements(placings_of(told, random.Random(seed)))
    assert [spot_at(hung, minute) for minute in range(LAST + 2)] == [
        hung_at(told, minute) for minute in range(LAST + 2)
    ]
    for one, following in itertools.pairwise(hung):
        assert one.span.end <= following.span.start
        assert one.span.end < following.span.start or one.spot != following.spot
    assert all(one.span.start < one.span.end and one.spot != NOWHERE for one in hung)


@settings(max_examples=examples(100), deadline=None)
@given(before=_told, after=_told)
def test_what_differs_is_told_minute_by_minute(before: dict[int, Spot], after: dict[int, Spot]) -> None:
    dice = random.Random(1)
    old, new = placements(placings_of(before, dice)), placements(placings_of(after, dice))
    told = differing(old, new)
    for minute in range(LAST + 2):
        one, other = hung_at(before, minute), hung_at(after, minute)
        wanted: set[Spot] = set() if one == other else {one, other} - {NOWHERE}
        assert {spot for spot, span in told if span.start <= minute < span.end} == wanted


@dataclass(frozen=True)
class Fact:
    """At minute `at` the sensor was put to `where`; perhaps `cancelled`, or corrected to `instead`."""

    at: int
    where: str | None
    cancelled: bool = False
    instead: str | None = None


def random_facts(dice: random.Random) -> list[Fact]:
    wheres = ("z1", "z2", "z1.bin", "BOX", None)
    return [
        Fact(
            at,
            dice.choice(wheres),
            dice.random() < 0.25,
            dice.choice((None, "z1", "z2", "BOX")) if dice.random() < 0.25 else None,
        )
        for at in dice.sample(range(LAST), dice.randint(0, 7))
    ]


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    with Database(database_url) as database:
        with database.transaction() as transaction:
            record_location(transaction, "s", "Site", "site", "test")
            for path, kind in (("s.z1", "zone"), ("s.z1.bin", "bin"), ("s.z2", "zone")):
                record_location(transaction, path, path, kind, "test")
            add_handling_unit(transaction, "BOX", "box", "test")
        yield database


_numbers = itertools.count(1)


class Teller:
    """Tells facts about one sensor, in whatever order, and knows what they should come to."""

    def __init__(self, database: Database, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        self.database, self.connection = database, connection
        self.sensor = f"t-{next(_numbers)}"
        connection.execute(
            "with s as (insert into telemetry.sensor (name) values (%s) returning sensor_id)"
            " insert into telemetry.series (sensor_id, quantity, unit)"
            " select sensor_id, 'temperature', 'Cel' from s",
            (self.sensor,),
        )
        self.truth: dict[int, str | None] = {}

    def hanging(self, at: int, where: str | None) -> Hanging:
        location = None if where in {None, "BOX"} else f"s.{where}"
        return Hanging(self.sensor, START + at * MINUTE, location, "BOX" if where == "BOX" else None)

    def tell(self, fact: Fact) -> None:
        with self.database.transaction() as transaction:
            hang(transaction, [self.hanging(fact.at, fact.where)], "test")
        self.truth[fact.at] = fact.where

    def take_back(self, fact: Fact) -> None:
        with self.database.transaction() as transaction:
            (number,) = [
                one.placing_id
                for one in listed(transaction, self.sensor)
                if one.occurred_at == START + fact.at * MINUTE and one.cancelled_at is None
            ]
            if fact.instead is None:
                cancel_placing(transaction, number, "test", "told wrongly")
                del self.truth[fact.at]
            else:
                told = self.hanging(fact.at, fact.instead)
                how = Correction(number, told.location, told.handling_unit)
                correct_placing(transaction, how, "test", "told wrongly")
                self.truth[fact.at] = fact.instead

    def projected(self) -> list[str | None]:
        rows = self.connection.execute(
            "select coalesce(ltree2text(subpath(l.path, 1)), h.code), micros(lower(during)),"
            " micros(upper(during)) from binding.placement join telemetry.sensor s using (sensor_id)"
            " left join binding.location l using (location_id)"
            " left join binding.handling_unit h using (handling_unit_id) where s.name = %s",
            (self.sensor,),
        ).fetchall()
        return _by_minute([(str(where), Span(int(str(a)), int(str(b)))) for where, a, b in rows])

    def known(self, at: int) -> list[str | None]:
        with self.database.transaction() as transaction:
            covers = known_covers(transaction, ["s.z1.bin", "s.z2"], [1], at)
            (series,) = self.connection.execute(
                "select series_id from telemetry.series join telemetry.sensor using (sensor_id)"
                " where name = %s",
                (self.sensor,),
            ).fetchall()
        mine = [one for one in covers if one.series_id == series[0]]
        return _by_minute(
            [(one.path.removeprefix("s.") if one.path else "BOX", one.span) for one in mine]
        )


def _by_minute(hung: Sequence[tuple[str, Span]]) -> list[str | None]:
    return [
        next((where for where, span in hung if span.start <= START + minute * MINUTE < span.end), None)
        for minute in range(LAST + 1)
    ]


def _wanted(truth: dict[int, str | None]) -> list[str | None]:
    found: list[str | None] = []
    for minute in range(LAST + 1):
        found.append(truth[minute] if minute in truth else (found[-1] if found else None))
    return found


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**48))
def test_placings_told_in_any_order_come_to_the_same(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    with psycopg.connect(database.url, autocommit=True) as connection:
        teller = Teller(database, connection)
        facts = random_facts(dice)
        waiting = [*facts, *(one for one in facts if one.cancelled or one.instead)]
        dice.shuffle(waiting)
        told: set[int] = set()
        remembered: list[tuple[int, list[str | None]]] = []
        for fact in waiting:
            if fact.at in told:
                teller.take_back(fact)
            else:
                teller.tell(fact)
                told.add(fact.at)
            wanted = _wanted(teller.truth)
            assert teller.projected() == wanted
            row = connection.execute("select micros(clock_timestamp())").fetchone()
            assert row is not None
            remembered.append((int(str(row[0])), wanted))
        for at, wanted in remembered:
            assert teller.known(at) == wanted, moment(at)
        assert teller.known(FOREVER // 2**10) == _wanted(teller.truth)

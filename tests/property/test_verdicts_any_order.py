"""Verdicts are a pure function of the facts: any order of arrival equals the brute-force oracle."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.events import ArrivingUnit, BindingChanged, GoodsArrived
from kernel.instants import HOUR, MINUTE, SECOND, instant, moment, parse_moment
from lotbinding.handlers import movements, placements, places, units
from lotbinding.store import exposure
from lotbinding.store.places_felt import exposures_of_places
from rules import handlers as rules_handlers
from rules.core.profile import Limit, Profile, Rule
from rules.worker import Binding, Judges
from storage.database import Database, Handlers, Transaction
from tests.examples import examples
from tests.property.oracle import RuleSpec, Sensor, Walk, World, cuts, expected
from tests.property.oracle_kinds import KindSpec
from tests.property.oracle_kinds import found as found_by_kind
from tests.property.test_rule_kinds import KINDS, rule_of

START = instant(parse_moment("2026-01-10T00:00:00Z"))
MAX_GAP = 20 * MINUTE
SPECS = (
    RuleSpec("warm", "single", "above", 8.0, 30 * MINUTE + 7 * SECOND, None),
    RuleSpec("cold", "single", "below", 2.0, 61 * MINUTE + 11 * SECOND, None),
    RuleSpec("budget", "cumulative", "above", 8.0, 95 * MINUTE + 13 * SECOND, None),
    RuleSpec("window", "cumulative", "above", 8.0, 41 * MINUTE + 17 * SECOND, 3 * HOUR + 3 * SECOND),
    RuleSpec("frozen", "immediate", "below", 0.0, 0, None),
)
BUDGET = SPECS[2]
PROFILE = Profile(
    "oracle",
    1,
    "as the oracle judges",
    "this test",
    (
        *(Rule(s.name, s.kind, Limit(s.side, s.limit), s.tolerance, s.window, "major") for s in SPECS),
        *(replace(rule_of(spec), name=f"kind {spec.name}") for spec in KINDS),
    ),
    two_people=False,
)
NOW = START + 40 * HOUR
_examples = itertools.count(1)
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@dataclass(frozen=True)
class Story:
    """One world: where sensors hang, what they measured, where units went, what we hear when."""

    extra: str
    readings: tuple[tuple[tuple[int, float], ...], ...]
    moves: tuple[tuple[tuple[int, str | None], ...], ...]
    swap_at: int | None
    seed: int


PLACES = ("a", "a.bin", "b")

values = st.sampled_from([-3.0, -0.5, 0.0, 1.0, 2.0, 5.0, 7.75, 8.0, 8.5, 9.0, 16.0])
minutes = st.integers(0, 12 * 60)
series = st.lists(st.tuples(minutes, values), max_size=30, unique_by=lambda pair: pair[0])
steady = st.tuples(minutes, st.integers(3, 18), st.lists(values, min_size=1, max_size=40)).map(
    lambda t: [(t[0] + i * t[1], v) for i, v in enumerate(t[2])]
)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    readings = [tuple(draw(st.one_of(series, steady))) for _ in range(3)]
    moves: list[tuple[tuple[int, str | None], ...]] = []
    for _ in range(draw(st.integers(1, 2))):
        later = draw(st.lists(minutes.filter(bool), max_size=4, unique=True))
        moves.append(
            (
                (0, draw(st.sampled_from(PLACES))),
                *((at, draw(st.sampled_from([*PLACES, "nowhere", None]))) for at in later),
            )
        )
    return Story(
        extra=draw(st.sampled_from(["a", "a.bin", "b"])),
        readings=tuple(readings),
        moves=tuple(moves),
        swap_at=draw(st.none() | minutes.filter(bool)),
        seed=draw(st.integers(0, 2**32)),
    )


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    handlers: Handlers = {
        GoodsArrived: [units.receive_units],
        BindingChanged: [rules_handlers.judge_again],
    }
    with Database(database_url, handlers) as database:
        with database.transaction() as transaction:
            rules_handlers.install_profile(transaction, PROFILE, "test")
        with psycopg.connect(database_url) as connection:
            connection.execute("insert into erp.supplier (code, name) values ('S', 'S')")
            connection.execute(
                "insert into erp.product (code, name, unit_of_measure, profile_id)"
                " values ('P', 'P', 'ea', 1)"
            )
            connection.execute(
                "insert into erp.purchase_order (code, supplier_id, ordered_on, currency)"
                " values ('PO', 1, '2026-01-01', 'EUR')"
            )
            connection.execute("insert into erp.purchase_order_line values (1, 1, 1, 100, 1)")
            connection.execute(
                "insert into binding.location (path, name, kind) values ('dock', 'Dock', 'dock_door')"
            )
            connection.execute(
                "insert into erp.goods_receipt (code, order_id, dock, arrived_at)"
                " values ('GR', 1, 'dock', now())"
            )
        yield database


@dataclass
class Stage:
    """One example in the shared database: its own places, sensors and units, told apart by a number."""

    database: Database
    connection: psycopg.Connection[Any]
    number: int

    def path(self, place: str) -> str:
        return f"e{self.number}.{place}"

    def prepare(self) -> list[int]:
        with self.database.transaction() as transaction:
            for path, kind in (
                ("", "site"),
                (".a", "zone"),
                (".a.bin", "bin"),
                (".b", "zone"),
                (".nowhere", "zone"),
            ):
                places.record_location(transaction, f"e{self.number}{path}", "place", kind, "test")
        found: list[int] = []
        for letter in "xyz":
            row = self.connection.execute(
                "with s as (insert into telemetry.sensor (name) values (%s) returning sensor_id)"
                " insert into telemetry.series (sensor_id, quantity, unit, max_gap)"
                " select sensor_id, 'temperature', 'Cel', '20 min' from s returning series_id",
                (self.sensor(letter),),
            ).fetchone()
            assert row is not None
            found.append(row[0])
        row = self.connection.execute(
            "insert into erp.lot (code, product_id, receipt_id, order_id, order_line, quantity)"
            " values (%s, 1, 1, 1, 1, 10) returning lot_id",
            (f"L{self.number}",),
        ).fetchone()
        assert row is not None
        self.lot_id = row[0]
        return found

    def sensor(self, letter: str) -> str:
        return f"e{self.number}-{letter}"

    def unit(self, index: int) -> str:
        return f"L{self.number}/{index}"

    def measure(self, series_id: int, readings: list[tuple[int, float]]) -> None:
        self.connection.cursor().executemany(
            "insert into telemetry.reading (series_id, time, value) values (%s, %s, %s)",
            [(series_id, moment(START + at * MINUTE), value) for at, value in readings],
        )
        times = sorted(START + at * MINUTE for at, _ in readings)
        values = [value for _, value in readings]
        steps = [after - before for before, after in itertools.pairwise(times)]
        in_short = (min(values), max(values), max(steps, default=0))
        self.connection.execute(
            "insert into rules.due (series_id, since, until, lowest, highest, longest_step)"
            " values (%s, %s, %s, %s, %s, %s)",
            (
                series_id,
                moment(times[0]),
                moment(times[-1]),
                *(in_short if len(readings) % 3 else (None, None, None)),
            ),
        )

    def arrive(self, index: int, place: str) -> None:
        with self.database.transaction() as transaction:
            transaction.publish(
                GoodsArrived(
                    self.lot_id,
                    (ArrivingUnit(self.unit(index), Decimal(1)),),
                    "ea",
                    self.path(place),
                    START,
                    "GR",
                    "test",
                )
            )

    def move(self, index: int, at: int, place: str | None) -> None:
        movement = movements.Movement(
            self.unit(index),
            "transfer" if place else "dispatch",
            self.path(place) if place else None,
            START + at * MINUTE,
            "test",
        )
        with self.database.transaction() as transaction:
            movements.record_movement(transaction, movement)

    def hang(self, letter: str, place: str, at: int) -> None:
        with self.database.transaction() as transaction:
            placements.place_sensor(
                transaction, self.sensor(letter), self.path(place), START + at * MINUTE - HOUR, "test"
            )


def _units_near(transaction: Transaction, stretches: Any, among: Any) -> set[int]:
    return exposure.units_near_series(transaction, stretches, among)


def _other(story: Story) -> str:
    """Where the third sensor goes when it is swapped."""
    return "b" if story.extra != "b" else "a"


def _play(stage: Stage, story: Story) -> None:
    order = random.Random(story.seed)
    series_ids = stage.prepare()
    stage.hang("x", "a", 0)
    stage.hang("y", "b", 0)
    stage.hang("z", story.extra, 0)
    actions: list[Callable[[], None]] = []
    for index, moves in enumerate(story.moves):
        stage.arrive(index, moves[0][1] or "a")
        for at, place in moves[1:]:
            actions.append(partial(stage.move, index, at, place))
    for series_id, readings in zip(series_ids, story.readings, strict=True):
        shuffled = sorted(readings)
        if order.random() < 0.6:
            order.shuffle(shuffled)
        while shuffled:
            size = order.randint(1, len(shuffled))
            chunk, shuffled = shuffled[:size], shuffled[size:]
            actions.append(partial(stage.measure, series_id, chunk))
    if story.swap_at is not None:
        actions.append(partial(stage.hang, "z", _other(story), story.swap_at))
    if order.random() < 0.7:
        order.shuffle(actions)
    clock = iter([*sorted(order.randint(START, NOW) for _ in actions), NOW])
    for action in actions:
        action()
        at = next(clock)
        if order.random() < 0.6:
            _judges(stage, at).judge_all()
    _judges(stage, NOW).judge_all()


def _judges(stage: Stage, now: int) -> Judges:
    binding = Binding(exposure.exposures_of, _units_near, exposures_of_places)
    return Judges(stage.database, binding, clock=lambda: now)


def _world(story: Story) -> World:
    def timed(readings: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
        return tuple((START + at * MINUTE, value) for at, value in readings)

    begin = START - HOUR
    swap = None if story.swap_at is None else START + story.swap_at * MINUTE - HOUR
    z = [(story.extra, begin, swap)]
    if swap is not None:
        z.append((_other(story), swap, None))
    return World(
        (
            Sensor("x", timed(story.readings[0]), (("a", begin, None),)),
            Sensor("y", timed(story.readings[1]), (("b", begin, None),)),
            Sensor("z", timed(story.readings[2]), tuple(z)),
        ),
        MAX_GAP,
    )


def _stored(
    connection: psycopg.Connection[Any], unit: str, rules: Sequence[str]
) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select r.name, micros(started_at), micros(breached_at),"
        " case when ended_at is not null then micros(ended_at) end,"
        " (select coalesce(sum(micros(upper(p)) - micros(lower(p))), 0)::float8 from unnest(beyond) p),"
        " measured"
        " from rules.excursion e join rules.rule r using (rule_id)"
        " join binding.stock_unit u using (unit_id)"
        " where u.code = %s and superseded_at is null and r.name = any(%s)"
        " order by r.name, breached_at",
        (unit, list(rules)),
    ).fetchall()


def _spent(connection: psycopg.Connection[Any], unit: str) -> int:
    """Microseconds used of the life budget."""
    row = connection.execute(
        "select coalesce(max(spent[1]), 0) from rules.budget_use join rules.rule r using (rule_id)"
        " join binding.stock_unit u using (unit_id) where u.code = %s and r.name = 'budget'",
        (unit,),
    ).fetchone()
    assert row is not None
    return row[0]


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=stories())
def test_any_order_of_arrival_gives_what_the_oracle_finds(database: Database, story: Story) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        stage = Stage(database, connection, next(_examples))
        _play(stage, story)
        world = _world(story)
        for index, moves in enumerate(story.moves):
            path_moves = [(START + at * MINUTE, place) for at, place in moves]
            wanted = sorted(
                (e for spec in SPECS for e in expected(world, Walk(world, path_moves), spec)),
                key=lambda e: (e.rule, e.breached_at),
            )
            warm = [
                end - start
                for start, end, state in cuts(world, Walk(world, path_moves), BUDGET)
                if state == "B"
            ]
            assert _spent(connection, stage.unit(index)) == pytest.approx(float(sum(warm)), abs=20)
            stored = _stored(connection, stage.unit(index), [spec.name for spec in SPECS])
            assert [row[0] for row in stored] == [e.rule for e in wanted]
            for row, e in zip(stored, wanted, strict=True):
                assert row[1] == pytest.approx(e.started_at, abs=5)
                assert row[2] == pytest.approx(e.breached_at, abs=5)
                assert (row[3] is None) == (e.ended_at is None)
                if e.ended_at is not None:
                    assert row[3] == pytest.approx(e.ended_at, abs=5)
                assert row[4] == pytest.approx(e.beyond, abs=20)

            for spec in random.Random(story.seed).sample(KINDS, 2):
                _same_by_kind(connection, stage.unit(index), world, Walk(world, path_moves), spec)


def _same_by_kind(
    connection: psycopg.Connection[Any], unit: str, world: World, walk: Walk, spec: KindSpec
) -> None:
    wanted = found_by_kind(world, walk, spec, NOW)
    stored = _stored(connection, unit, [f"kind {spec.name}"])
    assert len(stored) == len(wanted), (spec.name, stored, wanted)
    close = 50_000 if spec.kind == "mkt" else 5
    for row, one in zip(stored, sorted(wanted, key=lambda w: w.told.breached_at), strict=True):
        told = one.told
        assert row[1] == pytest.approx(told.started_at, abs=close), spec.name
        assert row[2] == pytest.approx(told.breached_at, abs=close), spec.name
        assert (row[3] is None) == (told.ended_at is None), spec.name
        if told.ended_at is not None:
            assert row[3] == pytest.approx(told.ended_at, abs=close), spec.name
        assert row[4] == pytest.approx(told.beyond, abs=4 * close), spec.name
        if one.figure is not None:
            assert row[5] == pytest.approx(one.figure, abs=0.002), spec.name

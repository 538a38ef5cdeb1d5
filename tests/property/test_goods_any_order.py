"""Goods told to a real database in any order: where they were and what rules find, now and as known.

The brute force of `oracle_goods` and the judging oracle say what is right, after everything and at
states of knowledge in between.
"""

import itertools
import random
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coldbind.wiring import BINDING
from kernel.events import ArrivingUnit, BindingChanged, GoodsArrived
from kernel.instants import MINUTE, instant, moment, parse_moment
from lotbinding.felt_by import felt_by
from lotbinding.handlers.corrections import Correction, cancel, correct
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.placements import Hanging, hang
from lotbinding.handlers.places import record_location
from lotbinding.handlers.units import Split, add_handling_unit, receive_units, split
from lotbinding.store.exposure import exposures_of
from lotbinding.store.movements import listed
from lotbinding.store.units import things
from rules import handlers as rules_handlers
from rules.core.profile import Limit, Profile, Rule
from rules.worker import Judges
from storage.database import Database, Handlers
from tests.examples import examples
from tests.property import oracle
from tests.property.oracle import RuleSpec, Sensor, World
from tests.property.oracle_goods import Goods, GoodsLife, Hung, Told
from tests.property.random_goods import LAST, RandomWorld, random_world

START = instant(parse_moment("2026-01-10T00:00:00Z"))
MAX_GAP = 20 * MINUTE
SPECS = (
    RuleSpec("warm", "single", "above", 8.0, 10 * MINUTE + 7_000_000, None),
    RuleSpec("budget", "cumulative", "above", 8.0, 25 * MINUTE + 13_000_000, None),
    RuleSpec("window", "cumulative", "below", 2.0, 11 * MINUTE + 17_000_000, 60 * MINUTE + 3_000_000),
    RuleSpec("frozen", "immediate", "below", 0.0, 0, None),
)
PROFILE = Profile(
    "oracle",
    1,
    "as the oracle judges",
    "this test",
    tuple(Rule(s.name, s.kind, Limit(s.side, s.limit), s.tolerance, s.window, "major") for s in SPECS),
    two_people=False,
)
_examples = itertools.count(1)
_WORLD = """
insert into erp.supplier (code, name) values ('S', 'S');
insert into erp.product (code, name, unit_of_measure, profile_id) values ('P', 'P', 'ea', 1);
insert into erp.purchase_order (code, supplier_id, ordered_on, currency)
    values ('PO', 1, '2026-01-01', 'EUR');
insert into erp.purchase_order_line values (1, 1, 1, 100, 1);
insert into binding.location (path, name, kind) values ('dock', 'Dock', 'dock_door');
insert into erp.goods_receipt (code, order_id, dock, arrived_at) values ('GR', 1, 'dock', now());
"""


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    handlers: Handlers = {GoodsArrived: [receive_units], BindingChanged: [rules_handlers.judge_again]}
    with Database(database_url, handlers) as database:
        with database.transaction() as transaction:
            rules_handlers.install_profile(transaction, PROFILE, "test")
        with psycopg.connect(database_url) as connection:
            connection.execute(_WORLD)
        yield database


def at(minute: int) -> int:
    return START + minute * MINUTE


@dataclass(frozen=True)
class Placing:
    """A sensor was hung at a path or in a handling unit, or taken down (`where` is None)."""

    sensor: str
    at: int
    where: str | None


@dataclass
class Teller:
    """Tells one world, under names of its own, in an order of its own."""

    database: Database
    connection: psycopg.Connection[Any]
    world: RandomWorld
    number: int
    applied: list[Told] = field(default_factory=list[Told])
    placed: list[Placing] = field(default_factory=list[Placing])
    movement_ids: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    quantities: dict[str, Decimal] = field(default_factory=dict[str, Decimal])

    def name(self, code: str) -> str:
        return f"e{self.number}-{code}"

    def path(self, path: str) -> str:
        return f"e{self.number}.{path}"

    def prepare(self) -> None:
        with self.database.transaction() as transaction:
            record_location(transaction, f"e{self.number}", "site", "site", "test")
            for path in self.world.paths:
                needed = self.world.goods.needed.get(path)
                record_location(transaction, self.path(path), path, "zone", "test", needed)
            for carrier in self.world.handling_units:
                add_handling_unit(transaction, self.name(carrier), "pallet", "test")
        run = self.connection.execute
        for sensor in self.world.readings:
            run(
                "with s as (insert into telemetry.sensor (name) values (%s) returning sensor_id)"
                " insert into telemetry.series (sensor_id, quantity, unit, max_gap)"
                " select sensor_id, 'temperature', 'Cel', '20 min' from s",
                (self.name(sensor),),
            )
        row = run(
            "insert into erp.lot (code, product_id, receipt_id, order_id, order_line, quantity)"
            " values (%s, 1, 1, 1, 1, 10) returning lot_id",
            (self.name("lot"),),
        ).fetchone()
        assert row is not None
        self.lot_id: int = row[0]

    def placings(self) -> list[Placing]:
        """The world's hangings as they are told: hung here, then there, then taken down."""
        found = [Placing(hung.sensor, hung.since, hung.where) for hung in self.world.goods.hung]
        again = {(one.sensor, one.at) for one in found}
        ends = [(hung.sensor, hung.until) for hung in self.world.goods.hung if hung.until is not None]
        return found + [Placing(*end, None) for end in ends if end not in again]

    def place(self, placing: Placing) -> None:
        """Tell where a sensor was hung, or that it was taken down."""
        carrier = placing.where in self.world.handling_units
        place = None if placing.where is None or carrier else self.path(placing.where)
        inside = self.name(placing.where) if placing.where is not None and carrier else None
        hanging = Hanging(self.name(placing.sensor), at(placing.at), place, inside)
        with self.database.transaction() as transaction:
            hang(transaction, [hanging], "test")
        self.placed.append(placing)

    def hung(self) -> tuple[Hung, ...]:
        """Where sensors hung by what was told so far: each until the next thing told of it."""
        found: list[Hung] = []
        for one in self.placed:
            if one.where is not None:
                later = [o.at for o in self.placed if o.sensor == one.sensor and o.at > one.at]
                found.append(Hung(one.sensor, one.where, one.at, min(later, default=None), 0))
        return tuple(found)

    def tell(self, told: Told, born: bool) -> None:
        """Tell one fact as it was first told."""
        with self.database.transaction() as transaction:
            if told.kind == "split":
                self._split(transaction, told)
            elif born:
                self.quantities[told.thing] = Decimal(1000)
                units = (ArrivingUnit(self.name(told.thing), Decimal(1000)),)
                place = self.path(told.where or "")
                transaction.publish(
                    GoodsArrived(self.lot_id, units, "ea", place, at(told.at), "GR", "test")
                )
            else:
                record_movement(transaction, self._movement(told))
            self._remember(transaction, told)
        self.applied.append(replace(told, cancelled=None))

    def take_back(self, told: Told, instead: Told | None) -> None:
        """Cancel a fact, or correct it when there is another one instead."""
        number = self.movement_ids[told.thing, told.at]
        with self.database.transaction() as transaction:
            moved = instead is not None and told.kind == "move"
            if moved and instead is not None and instead.where is not None:
                kind = "transfer"
                other = None if instead.at == told.at else at(instead.at)
                correction = Correction(number, self.path(instead.where), other, kind)
                (number,) = correct(transaction, [correction], "test", "told wrongly")
                self.movement_ids[instead.thing, instead.at] = number
            else:
                cancel(transaction, [number], "test", "told wrongly")
                if instead is not None:
                    record_movement(transaction, self._movement(instead))
                    self._remember(transaction, instead)
        self.applied.remove(replace(told, cancelled=None))
        if instead is not None:
            self.applied.append(instead)

    def _split(self, transaction: Any, told: Told) -> None:
        parent = told.where or ""
        part = self.quantities[parent] / 10
        self.quantities[told.thing] = part
        names = (self.name(parent), self.name(told.thing))
        split(transaction, Split(*names, part, at(told.at), "test"))

    def _movement(self, told: Told) -> Movement:
        kind = told.kind
        if kind == "move":
            kind = "transfer" if told.where is not None else "dispatch"
        into = self.name(told.where or "") if kind == "pack" else None
        place = self.path(told.where or "") if kind == "transfer" else None
        return Movement(self.name(told.thing), kind, place, at(told.at), "test", into=into)

    def _remember(self, transaction: Any, told: Told) -> None:
        thing = things(transaction, [self.name(told.thing)])[self.name(told.thing)]
        for one in listed(transaction, thing.unit_id, thing.handling_unit_id):
            if one.cancelled_at is None:
                self.movement_ids[told.thing, (one.occurred_at - START) // MINUTE] = one.movement_id

    def measure(self, sensor: str, readings: list[tuple[int, float]]) -> None:
        told = [(moment(at(minute)), value) for minute, value in readings]
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "insert into telemetry.reading (series_id, time, value) select series_id, %s, %s"
                " from telemetry.series join telemetry.sensor using (sensor_id) where name = %s",
                [(time, value, self.name(sensor)) for time, value in told],
            )
            cursor.execute(
                "insert into rules.due (series_id, since, until) select series_id, %s, %s"
                " from telemetry.series join telemetry.sensor using (sensor_id) where name = %s",
                [min(told)[0], max(told)[0], self.name(sensor)],
            )

    def knowledge(self) -> Goods:
        return Goods(tuple(self.applied), self.hung(), self.world.goods.needed)

    def assert_exposures(self, goods: Goods, as_known_at: int | None) -> None:
        """Every minute of every unit is where the brute force finds it, beside the same sensors."""
        ask = self.connection.execute
        paths = dict(ask("select location_id, path::text from binding.location").fetchall())
        names = dict(
            ask("select series_id, name from telemetry.series join telemetry.sensor using (sensor_id)")
        )
        with self.database.transaction() as transaction:
            known = things(transaction, [self.name(unit) for unit in self.world.units])
            units = {thing.unit_id: code for code, thing in known.items() if thing.unit_id}
            found = exposures_of(transaction, list(units), as_known_at)
        answered: dict[tuple[str, int], tuple[str | None, set[str], int]] = {}
        for one in found:
            end = min(one.span.end, at(LAST + 20))
            path = None if one.location_id is None else str(paths[one.location_id])
            near = {names[series] for series in one.series}
            for when in range(one.span.start, end, MINUTE):
                answered[units[one.unit_id], (when - START) // MINUTE] = (path, near, one.needed)
        for unit in self.world.units:
            for minute in range(-5, LAST + 20):
                asked = goods.near(unit, minute)
                wanted = None
                if asked is not None:
                    path = None if asked[0].path is None else self.path(asked[0].path)
                    wanted = (path, {self.name(sensor) for sensor in asked[1]}, asked[2])
                assert answered.get((self.name(unit), minute)) == wanted, f"{unit} at {minute}"

    def assert_felt(self, goods: Goods) -> None:
        """Asked from the sensor's side, the answer is the same: who felt it, minute by minute."""
        for sensor in self.world.readings:
            with self.database.transaction() as transaction:
                found = felt_by(transaction, self.name(sensor), at(-5), at(LAST + 20))
            answered = {
                (code, (when - START) // MINUTE)
                for code, spans in found.items()
                for span in spans
                for when in range(span.start, span.end, MINUTE)
            }
            wanted = {
                (self.name(unit), minute)
                for unit in self.world.units
                for minute in range(-5, LAST + 20)
                if (asked := goods.near(unit, minute)) is not None and sensor in asked[1]
            }
            assert answered == wanted, sensor

    def assert_verdicts(self, goods: Goods) -> None:
        sensors = tuple(
            Sensor(name, tuple((one.at * MINUTE, one.value) for one in told), ())
            for name, told in self.world.readings.items()
        )
        for unit in self.world.units:
            life = GoodsLife(goods, unit, sensors, MINUTE)
            wanted = sorted(
                (e for s in SPECS for e in oracle.expected(World(sensors, MAX_GAP), life, s)),
                key=lambda e: (e.rule, e.started_at),
            )
            stored = self._stored(unit)
            assert [row[0] for row in stored] == [one.rule for one in wanted], unit
            for row, one in zip(stored, wanted, strict=True):
                assert row[1] - START == pytest.approx(one.started_at, abs=5)
                assert row[2] - START == pytest.approx(one.breached_at, abs=5)
                assert (row[3] is None) == (one.ended_at is None)

    def _stored(self, unit: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(
            "select r.name, micros(started_at), micros(breached_at), ended_at"
            " from rules.excursion e join rules.rule r using (rule_id)"
            " join binding.stock_unit u using (unit_id)"
            " where u.code = %s and superseded_at is null order by r.name, started_at",
            (self.name(unit),),
        ).fetchall()


def births(world: RandomWorld) -> dict[str, Told]:
    """The fact by which each unit came to be: its split, or the first time it stood anywhere."""
    found: dict[str, Told] = {}
    for told in sorted(world.goods.told, key=lambda told: told.at):
        if told.thing in world.units and told.kind in {"move", "split"}:
            found.setdefault(told.thing, told)
    return found


def play(teller: Teller, dice: random.Random) -> list[tuple[int, Goods]]:
    """Tell everything; what was known at some instants in between."""
    teller.prepare()
    world, born = teller.world, births(teller.world)
    judges = Judges(teller.database, BINDING)
    waiting: list[tuple[str, Any]] = [
        *(("tell", told) for told in world.goods.told if not _replacement(world, told)),
        *(("take back", told) for told in world.goods.told if told.cancelled is not None),
        *(("measure", part) for part in _batches(world, dice)),
        *(("place", placing) for placing in teller.placings()),
    ]
    dice.shuffle(waiting)
    known: list[tuple[int, Goods]] = []
    while waiting:
        action = next(one for one in waiting if _possible(one, teller, born))
        waiting.remove(action)
        kind, what = action
        if kind == "tell":
            teller.tell(what, born.get(what.thing) is what)
        elif kind == "take back":
            teller.take_back(what, next((o for o in world.goods.told if _replaces(o, what)), None))
        elif kind == "place":
            teller.place(what)
        else:
            teller.measure(*what)
        if dice.random() < 0.15:
            judges.judge_all()
        if dice.random() < 0.1:
            row = teller.connection.execute("select micros(clock_timestamp())").fetchone()
            assert row is not None
            known.append((row[0], teller.knowledge()))
    judges.judge_all()
    return known[:2]


def _batches(world: RandomWorld, dice: random.Random) -> list[tuple[str, list[tuple[int, float]]]]:
    """The readings of each sensor in pieces, which may lie between each other."""
    found: list[tuple[str, list[tuple[int, float]]]] = []
    for sensor, told in world.readings.items():
        left = [(one.at, one.value) for one in told]
        if dice.random() < 0.5:
            dice.shuffle(left)
        while left:
            size = dice.randint(1, len(left))
            found.append((sensor, left[:size]))
            left = left[size:]
    return found


def _replaces(one: Told, cancelled: Told) -> bool:
    same = one.thing == cancelled.thing and one.replaces == cancelled.at
    return same and one is not cancelled and one.recorded == cancelled.cancelled


def _replacement(world: RandomWorld, told: Told) -> bool:
    return any(other.cancelled is not None and _replaces(told, other) for other in world.goods.told)


def _possible(action: tuple[str, Any], teller: Teller, born: dict[str, Told]) -> bool:
    kind, what = action
    if kind in {"measure", "place"}:
        return True
    if kind == "take back":
        return (what.thing, what.at) in teller.movement_ids
    if what.kind == "split":
        return what.where in teller.quantities
    birth = born.get(what.thing)
    return birth is None or birth is what or what.thing in teller.quantities


@settings(
    max_examples=examples(50),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**48))
def test_goods_told_in_any_order_are_where_the_oracle_finds_them(database: Database, seed: int) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        assert_told_in_any_order(database, connection, seed)


def assert_told_in_any_order(
    database: Database, connection: psycopg.Connection[Any], seed: int
) -> None:
    """Tell the world of `seed` in an order of its own, and ask where goods are, then and now."""
    teller = Teller(database, connection, random_world(seed), next(_examples))
    known = play(teller, random.Random(seed))
    teller.assert_exposures(teller.knowledge(), None)
    teller.assert_felt(teller.knowledge())
    for as_known_at, goods in known:
        teller.assert_exposures(goods, as_known_at)
    teller.assert_verdicts(teller.knowledge())

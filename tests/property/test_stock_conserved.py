"""Quantities conserve: random operations of floor and sales, told late and corrected.

No goods appear, none vanish, whatever was packed, picked, shipped and sent back.

The model keeps every fact that counts in plain lists. At every instant stock is the sum of the
movements until then, and the projection of now is what the facts say.
"""

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coldbind.conditions import conditions_of
from erp.fulfilment import handlers as sales
from erp.fulfilment import shipping
from erp.fulfilment.handlers import NewOrder, OrderedLine
from erp.fulfilment.picking import Pick, Picked, pick
from erp.fulfilment.returns import Return, take_back
from erp.wms.stock import Asked, stock
from kernel.instants import moment
from kernel.refusal import Refusal
from lotbinding.handlers.corrections import cancel
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.units import Count, Split, add_handling_unit, count, split
from storage.database import Transaction
from tests.erp_world import after
from tests.examples import examples
from tests.stocked import Stocked, stocked

PLACES = ("dc1.zone1.a", "dc1.zone1.b", "dc1.zone2", "dc1.cage")
LAST = 400
TODAY = date(2026, 3, 1)
INSTANT = 1 / 60e6
"""A microsecond, in minutes: what was split off to be moved is moved then."""
PROJECTED = "select * from erp.stock_as_told order by unit_id"
PROJECTION = (
    "select unit_id, lot_id, product_id, expires_on, received_at, location_id, handling_unit_id, since,"
    " quantity, held from erp.stock order by unit_id"
)


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    with stocked(database_url) as centre:
        centre.customer("C1")
        yield centre


@dataclass
class Model:
    """Every fact that counts: where a unit went at a minute, and by how much its quantity changed."""

    moves: dict[str, dict[float, str | None]] = field(
        default_factory=dict[str, dict[float, str | None]]
    )
    changes: list[tuple[str, float, int]] = field(default_factory=list[tuple[str, float, int]])
    born: dict[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])

    def split(self, unit: str, child: str, minute: float, quantity: int) -> None:
        self.moves[child] = {}
        self.born[child] = (unit, minute)
        self.changes += [(child, minute, quantity), (unit, minute, -quantity)]

    def taken(self, unit: str, part: str, minute: float, quantity: int, place: str) -> None:
        """All of a unit went there, or a part of it was split off and went there at once."""
        if part == unit:
            self.moves[unit][minute] = place
        else:
            self.split(unit, part, minute, quantity)
            self.moves[part][minute + INSTANT] = place

    def place(self, unit: str, minute: float) -> str | None:
        past = [at for at in self.moves[unit] if at <= minute]
        if past:
            return self.moves[unit][max(past)]
        parent, since = self.born.get(unit, ("", LAST))
        return self.place(parent, since) if parent and since <= minute else None

    def quantity(self, unit: str, minute: float) -> int:
        return sum(delta for one, at, delta in self.changes if one == unit and at <= minute)

    def stock(self, minute: int) -> dict[str, tuple[str, int]]:
        found = {unit: (self.place(unit, minute), self.quantity(unit, minute)) for unit in self.moves}
        return {
            unit: (at, much)
            for unit, (at, much) in found.items()
            if at is not None and at.startswith("dc1") and much > 0
        }


@dataclass
class Floor:
    """One random day of the floor, told to the database and to the model."""

    centre: Stocked
    model: Model
    dice: random.Random
    name: str

    def tell(self, work: Callable[[Transaction], object]) -> bool:
        """Whether the database took it; a refusal must leave nothing behind."""
        try:
            with self.centre.database.transaction() as transaction:
                work(transaction)
        except Refusal:
            return False
        return True

    def step(self, number: int) -> None:
        unit = self.dice.choice(sorted(self.model.moves))
        minute = self.dice.randrange(1, LAST)
        kind = self.dice.choice(
            (
                *("move", "move", "split", "adjust", "loss", "dispatch", "take back", "hold"),
                *("pack", "unpack", "pick", "pick", "pick", "ship", "ship", "give back", "give back"),
            )
        )
        match kind:
            case "move" | "dispatch":
                place = None if kind == "dispatch" else self.dice.choice(PLACES)
                told = Movement(
                    unit, "transfer" if place else "dispatch", place, after(minute), "x",
                    client_id=f"{self.name}-{number}",
                )  # fmt: skip
                if self.tell(lambda transaction: record_movement(transaction, told)):
                    self.model.moves[unit][minute] = place
            case "split":
                self._split(unit, minute, number)
            case "pack" | "unpack":  # the pallet never moves: what is in it stays where it is
                into = self.name if kind == "pack" else ""
                packed = Movement(unit, kind, None, after(minute), "x", into=into or None)
                self.tell(lambda transaction: record_movement(transaction, packed))
            case "pick":
                self._pick(unit, minute, number)
            case "ship":
                self._ship(LAST - self.dice.randint(31, 60), number)
            case "give back":
                self._give_back(LAST - self.dice.randint(1, 29), number)
            case "hold":
                self.centre.hold(unit, minute, minute + 31)
            case "take back":
                self._take_back(unit)
            case _:
                self._count(unit, minute, "adjust" if kind == "adjust" else "write_off")

    def _split(self, unit: str, minute: int, number: int) -> None:
        child, quantity = f"{self.name}-{number}", self.dice.randint(1, 12)
        told = Split(unit, child, Decimal(quantity), after(minute), "x")
        if self.tell(lambda transaction: split(transaction, told)):
            self.model.split(unit, child, minute, quantity)

    def open(self) -> None:
        """A pallet, and an order that takes whatever is picked for it."""
        lines = (OrderedLine(1, "VAX-10", Decimal(1000)),)
        order = NewOrder(self.name, "C1", TODAY, TODAY, lines, minimum_life_days=0)
        with self.centre.database.transaction() as transaction:
            add_handling_unit(transaction, self.name, "pallet", "x")
            sales.put_order(transaction, order, "x")

    def _pick(self, unit: str, minute: int, number: int) -> None:
        much, part = Decimal(self.dice.randint(1, 12)), f"{self.name}-{number}"
        told = Pick(
            self.name, 1, unit, "dc1.stage", after(minute), "x", much, part, "any", client_id=part
        )
        found: list[Picked] = []
        if self.tell(lambda transaction: found.append(pick(transaction, told))):
            self.model.taken(unit, found[-1].unit, minute, int(found[-1].quantity), "dc1.stage")

    def _ship(self, minute: int, number: int) -> None:
        rows = self.centre.ask(
            "select unit.code from erp.pick join binding.stock_unit unit using (unit_id)"
            " where state = 'picked' and pick.shipment_id is null and unit.code like %(name)s",
            name=f"{self.name}%",
        )
        goods, code = [str(row["code"]) for row in rows], f"SH-{self.name}-{number}"

        def work(transaction: Transaction) -> None:
            shipping.open_shipment(transaction, code, "C1", "x", vehicle="truck")
            shipping.load(transaction, code, goods, after(minute), "x")
            shipping.dispatch(transaction, code, after(minute + 1), "x", conditions_of)

        if goods and self.tell(work):
            for unit in goods:
                self.model.moves[unit] |= {minute: "truck", minute + 1: None}

    def _give_back(self, minute: int, number: int) -> None:
        rows = self.centre.ask(
            "select shipment.code as shipment, unit.code from erp.dispatch_line"
            " join erp.shipment using (shipment_id) join binding.stock_unit unit using (unit_id)"
            " where unit.code like %(name)s order by unit.code",
            name=f"{self.name}%",
        )
        if not rows:
            return
        row, much = self.dice.choice(rows), Decimal(self.dice.randint(1, 6))
        shipment, unit = str(row["shipment"]), str(row["code"])
        told = Return(
            f"R{number}", shipment, unit, "dc1.stage", after(minute), "x", "back", quantity=much
        )
        found: list[str] = []
        if self.tell(lambda transaction: found.append(take_back(transaction, told)[0])):
            self.model.taken(unit, found[-1], minute, int(much), "dc1.stage")

    def _count(self, unit: str, minute: int, kind: str) -> None:
        much = self.dice.randint(0, 15)
        before = self.model.quantity(unit, minute)
        told = Count(unit, kind, Decimal(much), after(minute), "x")
        if self.tell(lambda transaction: count(transaction, told)):
            delta = much - before if kind == "adjust" else -much
            self.model.changes.append((unit, minute, delta))

    def _take_back(self, unit: str) -> None:
        rows = self.centre.ask(
            "select movement_id, occurred_at from binding.movement"
            " join binding.stock_unit using (unit_id)"
            " where code = %(unit)s and kind in ('transfer', 'dispatch') and not exists"
            " (select from binding.cancellation c where c.movement_id = movement.movement_id)",
            unit=unit,
        )
        if rows:
            row = self.dice.choice(rows)
            number = int(str(row["movement_id"]))
            if self.tell(lambda transaction: cancel(transaction, [number], "x", "never happened")):
                for minute in list(self.model.moves[unit]):
                    if moment(after(minute)) == row["occurred_at"]:
                        del self.model.moves[unit][minute]

    def check(self) -> None:
        for minute in (*self.dice.sample(range(LAST), 4), LAST):
            with self.centre.database.transaction() as transaction:
                found = stock(transaction, Asked(location="dc1"), after(minute))
            told = {one.unit: (one.location, int(one.quantity)) for one in found}
            mine = {unit: row for unit, row in told.items() if unit in self.model.moves}
            assert mine == self.model.stock(minute), f"minute {minute}"
        (total,) = self.centre.ask(
            "select sum(delta) as total from binding.quantity_change"
            " join binding.stock_unit using (unit_id) where code like %(name)s and not exists"
            " (select from binding.cancellation c where c.movement_id = quantity_change.movement_id)",
            name=f"{self.name}%",
        )
        assert total["total"] == sum(delta for *_, delta in self.model.changes)
        assert self.centre.ask(PROJECTION) == self.centre.ask(PROJECTED)


@settings(
    max_examples=examples(6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_stock_is_the_sum_of_movements_at_every_instant(centre: Stocked, seed: int) -> None:
    dice = random.Random(seed)
    name = f"E{len(centre.in_stock())}-{seed}"
    units = [(f"{name}/{n}", dice.randint(5, 20)) for n in range(3)]
    floor = Floor(centre, Model(), dice, name)
    centre.receive(name, units)
    floor.open()
    for unit, quantity in units:
        floor.model.moves[unit] = {0: "dc1.dock1"}
        floor.model.changes.append((unit, 0, quantity))
    for number in range(30):
        floor.step(number)
    floor.check()

"""Random facts, one after the other: what is told later of each moment is what was told then."""

import json
import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from erp.fulfilment import allocation
from erp.fulfilment.handlers import NewOrder, OrderedLine, put_order
from erp.fulfilment.picking import Pick, pick, put_back
from erp.quality import holds
from erp.receiving import handlers as receiving
from erp.receiving.core import Decision
from erp.trace.handlers import More, trace_lot
from kernel.instants import MINUTE, instant
from kernel.refusal import Refusal
from lotbinding.handlers.units import Split, split
from lotbinding.record.stays import lot_stays
from storage.database import Transaction
from storage.errors import DuplicateKey
from tests.examples import examples
from tests.integration.test_budgets import PROFILE, approve
from tests.warehouse import START, Warehouse, warehouse

TODAY = date(2026, 3, 2)
PLACES = ("dc.warm", "dc.warm.bin", "dc.cold", "dc.cold.bin")
SOON_WARM = "  - {name: warm, kind: single, above: 8.0, for: 15 min, severity: notice}"
CELSIUS = (3.0, 5.0, 7.5, 9.0, 12.0, 12.0, 18.0)
FULL = frozenset(range(3))
"""Seeds whose dice bring about all that is kept."""


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    """U1, U2 and U3 of ten boxes, with a stability budget, and a customer for them."""
    with warehouse(database_url) as house:
        approve(house.database, PROFILE.replace("rules:", f"rules:\n{SOON_WARM}"))
        with psycopg.connect(database_url) as connection:
            connection.execute(
                "update erp.product set profile_id ="
                " (select profile_id from rules.profile where name = 'vaccine')"
            )
            connection.execute("update erp.purchase_order_line set quantity = 100")
            connection.execute(
                "insert into erp.customer (code, name, min_remaining_days) values ('C', 'Clinic', 0)"
            )
        house.receive("U1", "U2", "U3")
        with house.database.transaction() as transaction:
            told = Decision("GR", "accepted", START + MINUTE // 2, "anna")
            receiving.decide(transaction, told)
        house.move("U1", 1, "dc.warm.bin")
        house.move("U2", 1, "dc.warm")
        yield house


@dataclass
class Story:
    """What dice tell about the lot, minute by minute."""

    house: Warehouse
    dice: random.Random
    minute: int = 2
    units: list[str] = field(default_factory=lambda: ["U1", "U2", "U3"])
    orders: list[str] = field(default_factory=list[str])

    def step(self) -> None:
        """One more fact; what is refused leaves nothing."""
        self.minute += self.dice.randint(1, 30)
        kinds = (
            *(self.measure, self.measure, self.measure, self.measure),
            *(self.late, self.move, self.move, self.split, self.hold),
            *(self.order, self.order, self.pick, self.pick, self.put_back),
        )
        try:
            self.dice.choice(kinds)()
        except (Refusal, DuplicateKey):
            return

    def measure(self) -> None:
        sensor = self.dice.choice(("warm-t", "warm-t", "cold-t"))
        celsius = self.dice.choice(CELSIUS)
        self.house.measure(sensor, [(self.minute + 10 * n, celsius) for n in range(3)])
        self.minute += 21
        self.house.judges.judge_all()

    def late(self) -> None:
        minute = self.dice.randint(2, self.minute) + 0.25
        try:
            self.house.measure("warm-t", [(minute, self.dice.choice(CELSIUS))])
        except psycopg.errors.UniqueViolation:
            return
        self.house.judges.judge_all()

    def move(self) -> None:
        at = self.minute - self.dice.choice((0, 0, 40))
        self.house.move(self.dice.choice(self.units), at, self.dice.choice(PLACES))
        self.house.judges.judge_all()

    def split(self) -> None:
        child = f"{self.units[0]}-{self.minute}"
        at = START + self.minute * MINUTE
        told = Split(self.dice.choice(self.units), child, Decimal("0.25"), at, "ben")
        self._do(lambda transaction: split(transaction, told))
        self.units.append(child)
        self.house.judges.judge_all()

    def hold(self) -> None:
        if self.dice.random() < 0.3:
            unit = self.dice.choice(self.units)
            self._do(lambda running: holds.place(running, [unit], "inspection", "looks odd", "carl"))

    def order(self) -> None:
        code = f"SO-{self.minute}"
        quantity = Decimal(self.dice.choice(("0.1", "0.4", "1.2")))
        told = NewOrder(code, "C", TODAY, TODAY, [OrderedLine(1, "P", quantity)])
        self._do(lambda running: put_order(running, told, "sue"))
        self._do(lambda running: allocation.allocate_orders(running, [code], TODAY, "sue"))
        self.orders.append(code)

    def pick(self) -> None:
        if self.orders:
            order, unit = self.dice.choice(self.orders), self.dice.choice(self.units)
            quantity = Decimal(self.dice.choice(("0.05", "0.1", "0.3")))
            at = START + self.minute * MINUTE
            told = Pick(order, 1, unit, "dc.dock", at, "paul", quantity, reason="it is near")
            taken = self._do(lambda running: pick(running, told))
            self.units.append(taken.unit)
            self.house.judges.judge_all()

    def put_back(self) -> None:
        unit = self.dice.choice(self.units)
        self._do(lambda running: put_back(running, unit, "paul", "not wanted"))

    def _do(self, work: Callable[[Transaction], Any]) -> Any:
        return self.house.database.attempt(work)


@dataclass(frozen=True)
class Moment:
    """What was told of the lot at an instant, and which units were using up a budget then."""

    at: int
    told: dict[str, Any]
    spending: set[str]


def told(house: Warehouse, at: int | None = None) -> dict[str, Any]:
    """What the trace tells, now or as known at an instant, without what it says to be today's."""
    with house.database.transaction() as transaction:
        text = trace_lot(transaction, "LOT", None if at is None else More(lot_stays, at))
    story = json.loads(text or "")
    kept = (
        *("state", "unmonitored_seconds", "budgets", "held", "contains", "location"),
        *("excursions", "holds"),
    )
    units = {unit["code"]: {key: unit[key] for key in kept} for unit in story["units"]}
    for excursion in (one for unit in units.values() for one in unit["excursions"]):
        del excursion["unmonitored_since"]
    return {"units": units, "stock": story["stock"], "picks": story["picks"]}


def moment(house: Warehouse) -> Moment:
    spending = {
        code
        for (code,) in house.ask(
            "select code from rules.budget_use join binding.stock_unit using (unit_id)"
            " where in_use is not null"
        )
    }
    return Moment(instant(datetime.now(UTC)), told(house), spending)


def assert_told_again(house: Warehouse, then: Moment) -> None:
    again = told(house, then.at)
    for code in then.spending:
        before, after = (one["units"][code].pop("budgets") for one in (then.told, again))
        for one, other in zip(before, after, strict=True):
            assert other["used"] <= one["used"] < other["used"] + 0.01, (code, one, other)
    assert again == then.told


@pytest.mark.parametrize("seed", range(examples(3)))
def test_what_is_told_later_of_a_moment_is_what_was_told_then(house: Warehouse, seed: int) -> None:
    story = Story(house, random.Random(seed))
    moments = [moment(house)]
    for _ in range(50):
        story.step()
        moments.append(moment(house))
    for then in moments:
        assert_told_again(house, then)
    if seed not in FULL:
        return
    assert house.ask("select count(*) > 0 from rules.excursion_change") == [(True,)]
    states = {unit["state"] for then in moments for unit in then.told["units"].values()}
    assert states >= {"not_judged", "excursion"}
    assert any(then.spending for then in moments)
    assert any(line["reserved"] != "0" for then in moments for line in then.told["stock"])


def test_a_pass_that_changes_nothing_writes_nothing(house: Warehouse) -> None:
    house.measure("warm-t", [(2, 5.0), (12, 5.0)])
    house.judges.judge_all()
    kept = (
        "select (select count(*) from rules.verdict_change),"
        " (select count(*) from rules.excursion_change)"
    )
    before = house.ask(kept)
    house.measure("warm-t", [(22 + 10 * n, 5.0 + n / 10) for n in range(10)])
    house.judges.judge_all()
    assert house.ask(kept) == before


def test_an_excursion_is_told_as_far_as_it_had_grown(house: Warehouse) -> None:
    def seen(at: int | None = None) -> list[tuple[float, float, bool]]:
        return [
            (one["beyond_seconds"] / 60, one["peak"], one["ended_at"] is not None)
            for one in told(house, at)["units"]["U1"]["excursions"]
            if one["rule"] == "warm"
        ]

    moments: list[int] = []
    for values in ([(2, 9.0), (12, 9.0), (22, 9.0)], [(32, 12.0)], [(42, 8.0), (52, 5.0)], [(62, 5.0)]):
        moments.append(instant(datetime.now(UTC)))
        house.measure("warm-t", values)
        house.judges.judge_all()
    then = [seen(at) for at in moments]
    assert then == [[], [(20, 9.0, False)], [(30, 12.0, False)], [(40, 12.0, True)]]
    assert seen() == then[-1]


def test_a_budget_in_use_is_kept_in_hundredths(house: Warehouse) -> None:
    """Of 200 min between 8 and 15 degC: a reading a minute for 100 min, each judged by itself."""
    house.move("U2", 1.5, "dc.cold")
    for minute in range(2, 103):
        house.measure("warm-t", [(minute, 9.0)])
        house.judges.judge_all()
    ((kept,),) = house.ask(
        "select count(*) from rules.budget_use_change join rules.rule using (rule_id)"
        " where name = 'out of the fridge'"
    )
    assert 50 <= kept <= 52
    house.measure("warm-t", [(103, 5.0)])
    house.judges.judge_all()
    ((newest,),) = house.ask(
        "select spent from rules.budget_use_change join rules.rule using (rule_id)"
        " where name = 'out of the fridge' order by budget_use_change_id desc limit 1"
    )
    ((spent,),) = house.ask(
        "select spent from rules.budget_use join rules.rule using (rule_id)"
        " where name = 'out of the fridge'"
    )
    assert newest == spent, "exact when it rests"


def test_what_was_known_before_it_was_kept_is_told_so(house: Warehouse) -> None:
    with psycopg.connect(house.database.url) as connection:
        connection.execute(
            "insert into rules.verdict_change (unit_id, recorded_at)"
            " select unit_id, '-infinity' from binding.stock_unit where code = 'U1'"
        )
        connection.execute(
            "insert into rules.budget_use_change (unit_id, rule_id, recorded_at)"
            " select unit_id, rule_id, '-infinity' from binding.stock_unit, rules.rule"
            " where code = 'U1' and rule.name in ('out of the fridge', '4 h above 8 degC in life')"
        )
    then = told(house, instant(datetime.now(UTC)))["units"]
    assert (then["U1"]["state"], then["U1"]["unmonitored_seconds"]) == ("not_kept", None)
    assert then["U1"]["budgets"] == []
    assert then["U2"]["state"] == "not_judged"
    assert [one["used"] for one in then["U2"]["budgets"]] == [0, 0]


def test_what_was_kept_stays(house: Warehouse) -> None:
    for table in (
        *("rules.verdict_change", "rules.budget_use_change", "rules.excursion_change"),
        *("erp.reservation_change", "erp.hold_excursion_change"),
    ):
        with (
            psycopg.connect(house.database.url) as connection,
            pytest.raises(psycopg.errors.RaiseException, match="append-only"),
        ):
            connection.execute(f"delete from {table}".encode())

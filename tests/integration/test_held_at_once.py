"""Goods that must not be free are held by themselves: at the dock, and when they expire in stock."""

from collections.abc import Generator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from coldbind.signing import sign_and_act
from erp.fulfilment.allocation import allocate_orders
from erp.fulfilment.handlers import NewOrder, OrderedLine, put_order
from erp.people import handlers as people
from erp.people.handlers import Pen
from erp.quality import disposition_store, dispositions, holds
from erp.quality.core import Decision
from erp.receiving import deliveries
from kernel.events import ArrivingUnit, TimePassed
from kernel.instants import instant, parse_moment
from lotbinding.handlers.units import Split, split
from tests.erp_world import ARRIVAL, after
from tests.stocked import Stocked, stocked

PASSWORD = "a long enough phrase"
LAST_DAY = date(2026, 3, 31)
BEFORE, ON_IT, AFTER = (
    instant(parse_moment(day))
    for day in ("2026-03-30T12:00Z", "2026-03-31T23:59Z", "2026-04-01T00:01Z")
)


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    """A centre with nothing in it, a customer, and anna, who may sign."""
    with stocked(database_url) as centre:
        centre.customer("NORTH")
        with centre.database.transaction() as transaction:
            people.add_account(transaction, "anna", "Anna Berg", PASSWORD, "root")
        yield centre


def open_holds(centre: Stocked) -> list[tuple[str, str, str]]:
    """Unit, cause and why of every open hold."""
    with centre.database.transaction() as transaction:
        found = disposition_store.holds(transaction)
    return sorted((one.unit, one.cause, one.why) for one in found)


def arrive(centre: Stocked, *units: ArrivingUnit, damage: str = "") -> None:
    damaged = sum((one.damaged for one in units), Decimal(0))
    centre.arrive(replace(ARRIVAL, units=units, damaged=damaged, damage=damage))


def promise(centre: Stocked, code: str, quantity: int, today: date) -> Decimal:
    """Order and allocate; how much is missing."""
    told = NewOrder(code, "NORTH", today, today, [OrderedLine(1, "VAX-10", Decimal(quantity))])
    with centre.database.transaction() as transaction:
        put_order(transaction, told, "sue")
        return sum(
            (one.missing for one in allocate_orders(transaction, [code], today, "sue")), Decimal(0)
        )


def time_passes(centre: Stocked, at: int) -> None:
    with centre.database.transaction() as transaction:
        transaction.publish(TimePassed(at))


def release(centre: Stocked, hold_id: int, part: int | None = None) -> None:
    kind, amount = ("partial_release", Decimal(part)) if part else ("release", None)
    decision = Decision(
        kind, "inspected_sound", "retested, longer life", amount, "PART" if part else ""
    )
    sign_and_act(
        centre.database,
        Pen("anna", PASSWORD, "decision", decision.words),
        lambda running: dispositions.document(running, hold_id, decision),
        lambda running, signed: dispositions.decide(
            running, hold_id, decision, signed, four_eyes=False
        ),
    )


def test_what_comes_damaged_is_held_at_once_and_the_rest_is_free(centre: Stocked) -> None:
    crushed = ArrivingUnit("U2", Decimal(10), damaged=Decimal(3))
    arrive(centre, ArrivingUnit("U1", Decimal(10)), crushed, damage="crushed corner")
    why = "lot LOT-A: 3 of 20 box damaged: crushed corner"
    assert open_holds(centre) == [("U2", "damage", why)]
    centre.decide("accepted", 30)
    centre.move("U1", "dc1.zone1.a", 40)
    assert promise(centre, "SO-1", 20, date(2026, 3, 2)) == 10, "U1 alone"
    assert "hold placed" in centre.actions("unit U2")
    (task,) = centre.ask("select kind, state from erp.warehouse_task")
    assert task == {"kind": "quarantine", "state": "open"}


def test_damage_that_names_no_unit_holds_the_lot(centre: Stocked) -> None:
    units = (ArrivingUnit("U1", Decimal(10)), ArrivingUnit("U2", Decimal(10)))
    centre.arrive(replace(ARRIVAL, units=units, damaged=Decimal(1), damage="wet"))
    assert [(unit, cause) for unit, cause, _ in open_holds(centre)] == [
        ("U1", "damage"),
        ("U2", "damage"),
    ]


def test_what_comes_expired_is_held_and_told_again_changes_nothing(centre: Stocked) -> None:
    expired = replace(ARRIVAL, expires_on=date(2026, 2, 1))
    centre.arrive(expired)
    held = open_holds(centre)
    assert [(unit, cause) for unit, cause, _ in held] == [
        ("LOT-A/0001", "expiry"),
        ("LOT-A/0002", "expiry"),
    ]
    assert "expired on 2026-02-01, 28 days before it arrived" in held[0][2]
    recorded = centre.actions()
    centre.arrive(expired)
    assert centre.actions() == recorded


def test_a_flag_withdrawn_leaves_the_hold_and_says_so(centre: Stocked) -> None:
    arrive(centre, ArrivingUnit("U1", Decimal(10)))
    centre.ask("update erp.lot set expires_on = '2026-02-01'")
    (receipt,) = centre.ask("select receipt_id from erp.goods_receipt")
    with centre.database.transaction() as transaction:
        deliveries.settle(transaction, int(str(receipt["receipt_id"])))
    assert [(unit, cause) for unit, cause, _ in open_holds(centre)] == [("U1", "expiry")]
    # The label was read wrongly.
    centre.ask("update erp.lot set expires_on = '2028-02-01'")
    centre.decide("accepted", 30)
    with centre.database.transaction() as transaction:
        (line,) = disposition_store.holds(transaction)
    assert line.ended_at is None
    assert holds.waiting(line) == (
        "a person: the flag of the delivery that it was placed for is withdrawn"
    )
    assert promise(centre, "SO-1", 1, date(2026, 3, 2)) == 1, "the machine releases nothing"


def test_what_passes_its_last_day_in_stock_is_held_by_itself(centre: Stocked) -> None:
    centre.receive("A", [("A1", 10), ("A2", 10)], expires=LAST_DAY, bin_="dc1.zone1.a")
    centre.receive("B", [("B1", 10)], bin_="dc1.zone1.b")
    for at in (BEFORE, ON_IT):
        time_passes(centre, at)
        assert open_holds(centre) == []
    assert promise(centre, "SO-1", 15, date(2026, 4, 1)) == 5, "what is expired is not promised anyway"
    for _ in range(2):
        time_passes(centre, AFTER)
        assert [(unit, cause) for unit, cause, _ in open_holds(centre)] == [
            ("A1", "expiry"),
            ("A2", "expiry"),
        ]


def test_what_a_person_released_after_its_last_day_is_not_held_again(centre: Stocked) -> None:
    centre.receive("A", [("A1", 10), ("A2", 10)], expires=date(2025, 1, 31), bin_="dc1.zone1.a")
    numbers = {
        one["code"]: int(str(one["hold_id"]))
        for one in centre.ask(
            "select code, hold_id from erp.hold join binding.stock_unit using (unit_id)"
        )
    }
    release(centre, numbers["A1"])
    release(centre, numbers["A2"], part=4)
    with centre.database.transaction() as transaction:
        split(transaction, Split("A1", "A1-half", Decimal(5), after(1e6), "paul"))
    time_passes(centre, AFTER)
    assert [unit for unit, _, _ in open_holds(centre)] == ["A2"]

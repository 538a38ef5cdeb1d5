"""Faults that are visible in what was told, before anybody looks into the database."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from erp.purchasing.core import (
    OrderLine,
    PurchaseOrder,
    order_fault,
    product_fault,
    supplier_fault,
)
from erp.receiving.core import (
    Arrival,
    Decision,
    KnownLot,
    KnownReceipt,
    arrival_fault,
    decision_contradiction,
    decision_fault,
    lot_contradiction,
    receipt_contradiction,
)
from kernel.events import ArrivingUnit
from tests.erp_world import ARRIVAL, EIGHT, ORDER, PRODUCT, SUPPLIER, after

RECEIPT = KnownReceipt(1, "GR-1", "PO-1", "dc1.dock1", EIGHT, None, None, None, "")
LOT = KnownLot(
    1,
    "GR-1",
    "PO-1",
    1,
    "AB-77",
    Decimal("151.500000"),
    ARRIVAL.expires_on,
    {"LOT-A/0001": Decimal("101.000000"), "LOT-A/0002": Decimal("50.500000")},
)


def line(number: int = 1, quantity: str = "1", price: str = "1") -> OrderLine:
    return OrderLine(number, "VAX-10", Decimal(quantity), Decimal(price))


def ordering(*lines: OrderLine) -> PurchaseOrder:
    return replace(ORDER, lines=lines)


def damaged(of_units: list[str], in_all: str) -> Arrival:
    """Units of 50 each, of which so much is damaged."""
    units = [
        ArrivingUnit(f"U{number}", Decimal(50), Decimal(text)) for number, text in enumerate(of_units)
    ]
    return replace(ARRIVAL, units=tuple(units), damaged=Decimal(in_all), damage="wet")


def test_sound_commands_have_no_fault() -> None:
    assert arrival_fault(damaged(["0", "50"], "50")) is None
    assert arrival_fault(damaged(["0", "0"], "7")) is None
    assert supplier_fault(SUPPLIER) is None
    assert product_fault(PRODUCT) is None
    assert order_fault(ORDER) is None
    assert arrival_fault(ARRIVAL) is None
    assert receipt_contradiction(RECEIPT, ARRIVAL) is None
    assert lot_contradiction(LOT, ARRIVAL) is None


def test_a_supplier_needs_a_name_and_a_deadline_after_the_delivery() -> None:
    assert "needs a code and a name" in (supplier_fault(replace(SUPPLIER, name=" ")) or "")
    assert "-1 days" in (supplier_fault(replace(SUPPLIER, claim_deadline_days=-1)) or "")


def test_a_product_needs_a_unit_of_measure() -> None:
    assert "unit of measure" in (product_fault(replace(PRODUCT, unit_of_measure="")) or "")


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        (replace(ORDER, code=""), "needs a code"),
        (replace(ORDER, currency="Euro"), "'Euro' is not an ISO 4217 currency code"),
        (ordering(), "orders nothing"),
        (ordering(line(1), line(1)), "two lines with number 1"),
        (ordering(line(0)), "line 0: lines are numbered from 1"),
        (ordering(line(quantity="0")), "line 1: 0 is no quantity"),
        (ordering(line(quantity="NaN")), "NaN is no quantity"),
        (ordering(line(), line(2, price="-0.01")), "line 2: -0.01 is no price"),
        (ordering(line(price="0.0000001")), "is no price"),
    ],
)
def test_faulty_orders(order: PurchaseOrder, fault: str) -> None:
    assert fault in (order_fault(order) or "")


def test_an_order_says_the_same_in_any_sequence_of_lines_and_spelling_of_numbers() -> None:
    told = replace(ORDER, lines=tuple(reversed(ORDER.lines)), actor="somebody else")
    assert ORDER.says_the_same_as(told)
    assert ordering(line(quantity="1.50")).says_the_same_as(ordering(line(quantity="1.5")))
    assert not ORDER.says_the_same_as(replace(ORDER, currency="USD"))


@pytest.mark.parametrize(
    ("arrival", "fault"),
    [
        (replace(ARRIVAL, lot=""), "needs a receipt, a lot and a person"),
        (replace(ARRIVAL, units=()), "arrives without units"),
        (replace(ARRIVAL, units=(*ARRIVAL.units, ARRIVAL.units[0])), "LOT-A/0001 is counted twice"),
        (replace(ARRIVAL, units=(ArrivingUnit("U", Decimal(-1)),)), "unit 'U' cannot hold -1"),
        (replace(ARRIVAL, units=(ArrivingUnit("", Decimal(1)),)), "unit '' cannot hold 1"),
        (damaged(["1"], "2"), "1 damaged in its units, 2 in all"),
        (damaged(["60", "-1"], "59"), "no more of a unit than it holds"),
        (damaged(["NaN"], "0"), "NaN damaged in its units"),
    ],
)
def test_faulty_arrivals(arrival: Arrival, fault: str) -> None:
    assert fault in (arrival_fault(arrival) or "")


@pytest.mark.parametrize(
    ("arrival", "told"),
    [
        (replace(ARRIVAL, order="PO-2"), "is under order PO-1, not PO-2"),
        (replace(ARRIVAL, dock="dc1.dock2"), "arrived at dc1.dock1, not at dc1.dock2"),
        (
            replace(ARRIVAL, arrived_at=after(5)),
            "arrived at 2026-03-01 08:00 UTC, not at 2026-03-01 08:05 UTC",
        ),
    ],
)
def test_an_arrival_that_contradicts_its_receipt(arrival: Arrival, told: str) -> None:
    assert told in (receipt_contradiction(RECEIPT, arrival) or "")


CHANGES: list[tuple[Callable[[Arrival], Arrival], str]] = [
    (lambda a: replace(a, receipt="GR-2"), "receipt GR-1, not GR-2"),
    (lambda a: replace(a, line=2), "order line 1, not 2"),
    (lambda a: replace(a, supplier_lot="X"), "supplier lot 'AB-77', not 'X'"),
    (lambda a: replace(a, expires_on=None), "expiry 2027-01-31, not none"),
    (lambda a: replace(a, units=a.units[:1]), "quantity 151.5, not 101"),
    (
        lambda a: replace(a, units=(a.units[0], ArrivingUnit("NEW", Decimal("50.5")))),
        "unit NEW holding none, not 50.5",
    ),
]


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_an_arrival_that_contradicts_its_lot(change: Callable[[Arrival], Arrival], told: str) -> None:
    assert told in (lot_contradiction(LOT, change(ARRIVAL)) or "")


@pytest.mark.parametrize(
    ("decision", "fault"),
    [
        (Decision("GR-1", "accepted", EIGHT, ""), "say who"),
        (Decision("GR-1", "accepted", EIGHT, "anna", "dented"), "there is a reservation"),
        (Decision("GR-1", "accepted_with_reservation", EIGHT, "anna"), "needs its words"),
        (Decision("GR-1", "refused", EIGHT, "anna", " "), "write in --reason why"),
        (
            Decision("GR-1", "perhaps", EIGHT, "anna"),  # pyright: ignore[reportArgumentType] # from JSON
            "'perhaps' is no decision: give one of accepted, accepted_with_reservation, refused",
        ),
    ],
)
def test_faulty_decisions(decision: Decision, fault: str) -> None:
    assert fault in (decision_fault(decision) or "")


def test_a_delivery_is_not_decided_before_it_arrives_nor_twice() -> None:
    early = Decision("GR-1", "accepted", EIGHT - 1, "anna")
    assert "cannot have been decided" in (decision_contradiction(RECEIPT, early) or "")
    decided = replace(RECEIPT, decision="refused", decided_at=EIGHT, decided_by="anna")
    assert decision_contradiction(decided, Decision("GR-1", "refused", EIGHT, "anna")) is None
    other = Decision("GR-1", "accepted", EIGHT, "anna")
    assert "was already refused at 2026-03-01 08:00 UTC by anna" in (
        decision_contradiction(decided, other) or ""
    )

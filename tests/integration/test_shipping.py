"""Packing, loading, dispatch with manifest and condition, delivery and returns on a real database."""

import json
from collections.abc import Generator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from coldbind.conditions import conditions_of
from erp.fulfilment import handlers as sales
from erp.fulfilment import shipment_store as store
from erp.fulfilment import shipping
from erp.fulfilment.allocation import allocate_orders
from erp.fulfilment.handlers import NewOrder, OrderedLine
from erp.fulfilment.picking import Pick, pick
from erp.fulfilment.returns import Return, take_back
from kernel.refusal import Refusal
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.placements import Hanging, hang
from lotbinding.handlers.units import add_handling_unit
from tests.erp_world import after
from tests.stocked import Stocked, stocked

TODAY = date(2026, 3, 1)


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    """Two picked units for SO-1 of the clinic: all of S1, and S2a from S2."""
    with stocked(database_url) as centre:
        centre.customer("C1")
        centre.customer("C2")
        centre.receive("SOON", [("S1", 6), ("S2", 6)], minute=5, bin_="dc1.zone1.b")
        lines = (OrderedLine(1, "VAX-10", Decimal(8)),)
        with centre.database.transaction() as transaction:
            hang(transaction, [Hanging("dock1-t1", after(0), "dc1", None)], "test")
            sales.put_order(transaction, NewOrder("SO-1", "C1", TODAY, TODAY, lines), "sue")
            allocate_orders(transaction, ["SO-1"], TODAY, "sue")
            pick(transaction, Pick("SO-1", 1, "S1", "dc1.stage", after(60), "paul"))
            pick(transaction, Pick("SO-1", 1, "S2", "dc1.stage", after(61), "paul", as_unit="S2a"))
            shipping.open_shipment(transaction, "SH-1", "C1", "sue", vehicle="truck")
        yield centre


def pack(centre: Stocked, unit: str, into: str, minute: float) -> None:
    with centre.database.transaction() as transaction:
        add_handling_unit(transaction, into, "pallet", "paul")
        told = Movement(unit, "pack", None, after(minute), "paul", into=into)
        record_movement(transaction, told)


def load(centre: Stocked, *goods: str, minute: float = 80, shipment: str = "SH-1") -> list[str]:
    return centre.database.attempt(
        lambda transaction: shipping.load(transaction, shipment, goods, after(minute), "paul")
    )


def dispatch(centre: Stocked, minute: float = 90) -> list[store.Loaded]:
    return centre.database.attempt(
        lambda transaction: shipping.dispatch(transaction, "SH-1", after(minute), "paul", conditions_of)
    )


def given_back(centre: Stocked, code: str, unit: str, minute: float, **more: Any) -> tuple[str, bool]:
    told = Return(code, "SH-1", unit, "dc1.stage", after(minute), "rita", "box dented", **more)
    return centre.database.attempt(lambda transaction: take_back(transaction, told))


def test_what_was_picked_is_packed_loaded_and_leaves_with_its_manifest(centre: Stocked) -> None:
    centre.read(1, 0, [4.0 + (n % 5) / 10 for n in range(120)])
    pack(centre, "S1", "PAL-1", 70)
    assert load(centre, "PAL-1", "S2a") == ["S1", "S2a"]
    assert centre.in_stock()["S1"][0] == "truck"
    assert [one.unit for one in dispatch(centre)] == ["S1", "S2a"]
    assert set(centre.in_stock()) == {"S2"}
    with centre.database.transaction() as transaction:
        lines = store.manifest(transaction, "SH-1")
        (shipment,) = store.shipments(transaction, "SH-1")
    assert [(one.unit, one.lot, int(one.quantity), one.handling_unit) for one in lines] == [
        ("S1", "SOON", 6, "PAL-1"),
        ("S2a", "SOON", 2, None),
    ]
    assert [(one.lowest, one.highest) for one in lines] == [(4.0, 4.4), (4.0, 4.4)]
    assert all(one.until == shipment.dispatched_at for one in lines)
    assert json.loads(lines[0].beyond or "") == {"above 7": 0.0, "above 8": 0.0, "above 15": 0.0}
    (row,) = centre.ask("select state, ended_why from erp.sales_order")
    assert row == {"state": "closed", "ended_why": "all dispatched"}
    with pytest.raises(Refusal, match="shipment SH-1 is dispatched"):
        dispatch(centre, 95)


def test_the_condition_is_what_was_known_when_it_left(centre: Stocked) -> None:
    centre.read(1, 0, [4.0] * 100)
    load(centre, "S1")
    dispatch(centre)
    centre.read(2, 0, [30.0])
    with centre.database.transaction() as transaction:
        hang(transaction, [Hanging("dock1-t2", after(0), "dc1.stage", None)], "late")
        (line,) = store.manifest(transaction, "SH-1")
    assert (line.highest, line.mean) == (4.0, 4.0)
    assert line.readings == 75, "one a minute from its arrival at minute 5 until it was loaded"
    assert line.unmonitored_seconds == 600, "ten minutes on the truck, where no sensor hangs"


def test_nothing_held_leaves_and_nothing_that_is_not_on_the_shipment(centre: Stocked) -> None:
    pack(centre, "S1", "PAL-1", 70)
    pack(centre, "S2a", "PAL-1", 71)
    load(centre, "PAL-1")
    pack(centre, "S2", "PAL-1", 82)
    with pytest.raises(Refusal, match="unit S2 in PAL-1 is not loaded: take it out first"):
        dispatch(centre)
    centre.hold("S2a")
    centre.move("S2", "dc1.zone1.b", 83)
    with pytest.raises(Refusal, match="unit S2a in PAL-1 is held: take it out first"):
        dispatch(centre)
    centre.move("S2a", "dc1.cage", 84)
    assert [one.unit for one in dispatch(centre)] == ["S1"]
    (row,) = centre.ask("select state from erp.sales_order")
    assert row["state"] == "open", "two of eight are missing"


def test_only_what_is_picked_for_the_customer_is_loaded(centre: Stocked) -> None:
    with centre.database.transaction() as transaction:
        shipping.open_shipment(transaction, "SH-2", "C2", "sue")
    with pytest.raises(Refusal, match="is for C2, but unit S1 is picked for C1, order SO-1"):
        load(centre, "S1", shipment="SH-2")
    with pytest.raises(Refusal, match="unit S2 is not picked for anybody"):
        load(centre, "S2")
    with pytest.raises(Refusal, match="'NONE' is no unit in stock"):
        load(centre, "NONE")
    with pytest.raises(Refusal, match="nothing is loaded"):
        dispatch(centre)
    load(centre, "S1")
    with centre.database.transaction() as transaction:
        shipping.cancel_shipment(transaction, "SH-1", "sue", "the truck broke down")
        shipping.open_shipment(transaction, "SH-3", "C1", "sue")
    assert load(centre, "S1", shipment="SH-3", minute=85) == ["S1"]


def test_delivery_is_proved_by_who_took_it(centre: Stocked) -> None:
    load(centre, "S1")
    with centre.database.transaction() as transaction, pytest.raises(Refusal, match="SH-1 is open"):
        shipping.deliver(transaction, "SH-1", after(200), "dave", to="Dr. Lee")
    dispatch(centre)
    with centre.database.transaction() as transaction, pytest.raises(Refusal, match="left at"):
        shipping.deliver(transaction, "SH-1", after(20), "dave", to="Dr. Lee")
    with centre.database.transaction() as transaction:
        shipping.deliver(transaction, "SH-1", after(200), "dave", to="Dr. Lee", remark="one box dented")
        (shipment,) = store.shipments(transaction, "SH-1")
    assert (shipment.state, shipment.delivered_to, shipment.remark) == (
        "delivered",
        "Dr. Lee",
        "one box dented",
    )


def test_what_comes_back_is_held_for_inspection_and_never_more_than_left(centre: Stocked) -> None:
    load(centre, "S1", "S2a")
    dispatch(centre)
    assert given_back(centre, "R-1", "S1", 300, quantity=Decimal(2)) == ("S1/R-1", True)
    assert given_back(centre, "R-1", "S1", 300, quantity=Decimal(2)) == ("S1/R-1", False)
    with pytest.raises(Refusal, match="4 of it is still out"):
        given_back(centre, "R-2", "S1", 301, quantity=Decimal(5))
    assert given_back(centre, "R-2", "S1", 301) == ("S1", True)
    with pytest.raises(Refusal, match="0 of it is still out"):
        given_back(centre, "R-3", "S1", 302)
    with pytest.raises(Refusal, match="cannot have come back before it left"):
        given_back(centre, "R-3", "S2a", 50)
    with pytest.raises(Refusal, match="did not leave with shipment SH-1"):
        given_back(centre, "R-3", "S2", 50)
    stock = centre.in_stock()
    assert {code: (stock[code][1], stock[code][3]) for code in ("S1", "S1/R-1")} == {
        "S1": (Decimal(4), True),
        "S1/R-1": (Decimal(2), True),
    }
    tasks = centre.ask("select kind from erp.warehouse_task where state = 'open'")
    assert [row["kind"] for row in tasks] == ["quarantine", "quarantine"]

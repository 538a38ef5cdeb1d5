"""The trace's way outward, and both senses of time: as of now, and as was known then."""

import json
from collections.abc import Generator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast

import pytest

from coldbind.conditions import conditions_of
from coldbind.felt_by import units_that_felt
from erp.fulfilment import handlers as sales
from erp.fulfilment import shipping
from erp.fulfilment.allocation import allocate_orders
from erp.fulfilment.handlers import NewOrder, OrderedLine
from erp.fulfilment.picking import Pick, pick
from erp.fulfilment.returns import Return, take_back
from erp.recall import handlers as recall
from erp.recall.core import Handle
from erp.recall.handlers import Opening
from erp.trace import shape, text
from erp.trace.handlers import More, trace_lot
from kernel.instants import instant
from lotbinding.handlers.placements import Hanging, hang
from lotbinding.handlers.units import Count, count
from lotbinding.record.stays import lot_stays, lot_stays_felt
from storage.database import Transaction
from tests.erp_world import after
from tests.integration.test_erp_trace import assert_shaped
from tests.stocked import Stocked, stocked

TODAY = date(2026, 3, 1)


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    """Lot A of three units; a clinic gets A1 and part of A2, with a thermometer in the house."""
    with stocked(database_url) as centre:
        centre.customer("C1", contact="+49 30 1234")
        centre.receive("A", [("A1", 6), ("A2", 6), ("A3", 6)], bin_="dc1.zone1.a")
        with centre.database.transaction() as transaction:
            hang(transaction, [Hanging("dock1-t1", after(0), "dc1", None)], "test")
        centre.read(1, 0, [4.0 + (n % 5) / 10 for n in range(120)])
        yield centre


def sold(centre: Stocked) -> None:
    lines = (OrderedLine(1, "VAX-10", Decimal(8)),)

    def picked(transaction: Transaction) -> None:
        sales.put_order(transaction, NewOrder("SO-1", "C1", TODAY, TODAY, lines), "sue")
        allocate_orders(transaction, ["SO-1"], TODAY, "sue")
        pick(transaction, Pick("SO-1", 1, "A1", "dc1.stage", after(60), "paul"))
        pick(transaction, Pick("SO-1", 1, "A2", "dc1.stage", after(61), "paul", as_unit="A2a"))
        shipping.open_shipment(transaction, "SH-1", "C1", "sue", vehicle="truck")
        shipping.load(transaction, "SH-1", ["A1", "A2a"], after(80), "paul")
        shipping.dispatch(transaction, "SH-1", after(90), "paul", conditions_of)

    centre.database.attempt(picked)
    with centre.database.transaction() as transaction:
        shipping.deliver(transaction, "SH-1", after(200), "dave", to="Dr. Ito", remark="")


def came_back(centre: Stocked) -> None:
    told = Return("R-1", "SH-1", "A2a", "dc1.stage", after(300), "rita", "box dented")
    centre.database.attempt(lambda transaction: take_back(transaction, told))
    with centre.database.transaction() as transaction:
        count(transaction, Count("A3", "write_off", Decimal(2), after(310), "rita", "broken"))
        recall.open_recall(
            transaction, Opening("RC-1", Handle("lot", "A"), "glass", "quinn"), units_that_felt
        )


def told(centre: Stocked, more: More | None = None, lot: str = "A") -> shape.Trace:
    with centre.database.transaction() as transaction:
        found = trace_lot(transaction, lot, more)
    assert found is not None
    story = cast("shape.Trace", json.loads(found))
    assert_shaped(story, shape.Trace, lot)
    return story


def now() -> int:
    return instant(datetime.now(UTC))


def test_who_got_it_what_is_left_and_what_it_cost(centre: Stocked) -> None:
    sold(centre)
    came_back(centre)
    trace = told(centre)
    left = {one["unit"]: (one["location"], one["quantity"], one["held"]) for one in trace["stock"]}
    assert left == {
        "A2": ("dc1.zone1.a", "4", True),
        "A2a": ("dc1.stage", "2", True),
        "A3": ("dc1.zone1.a", "4", True),
    }
    assert [
        (one["unit"], one["taken_from"], one["in_order"], one["state"]) for one in trace["picks"]
    ] == [
        ("A1", "A1", True, "dispatched"),
        ("A2a", "A2", True, "dispatched"),
    ]
    (shipment,) = trace["shipments"]
    assert (shipment["customer"], shipment["contact"], shipment["quantity"]) == (
        "C1",
        "+49 30 1234",
        "8",
    )
    assert (shipment["dispatched_at"], shipment["delivered_to"]) == ("2026-03-01T09:30:00Z", "Dr. Ito")
    conditions = [line["condition"] for line in shipment["lines"]]
    assert [one and (one["lowest"], one["highest"]) for one in conditions] == [(4.0, 4.4), (4.0, 4.4)]
    (back,) = trace["returns"]
    assert (back["customer"], back["unit"], back["quantity"], back["reason"]) == (
        *("C1", "A2a", "2"),
        "box dented",
    )
    (case,) = trace["recalls"]
    assert (case["code"], case["closed_at"], case["units"]) == ("RC-1", None, ["A1", "A2", "A2a", "A3"])
    (money,) = trace["money"]
    assert (money["currency"], money["cost"], money["written_off"]) == ("EUR", "225.00", "25.00")
    accounts = {one["account"]: Decimal(one["amount"]) for one in trace["money"][0]["accounts"]}
    assert sum(accounts.values()) == 0, "double entry"
    assert accounts["5000"] == Decimal(75), "six of A1 at 12.50: two came back"
    split = next(unit for unit in trace["units"] if unit["code"] == "A2a")
    assert (split["split_from"], split["split_at"], split["contains"]) == (
        *("A2", "2026-03-01T09:01:00Z"),
        "2",
    )
    story = "\n".join(text.lines(trace))
    assert "Shipment SH-1: 8 box to C1 C1 clinic (+49 30 1234), left 2026-03-01 09:30" in story
    assert "Money in EUR: cost 225.00, written off 25.00" in story


def test_as_it_was_known_then(centre: Stocked) -> None:
    before = now()
    sold(centre)
    between = now()
    came_back(centre)
    early = told(centre, More(lot_stays, before))
    assert {one["unit"]: one["location"] for one in early["stock"]} == dict.fromkeys(
        ("A1", "A2", "A3"), "dc1.zone1.a"
    )
    assert [unit["code"] for unit in early["units"]] == ["A1", "A2", "A3"], "nothing was split then"
    assert (early["picks"], early["shipments"], early["returns"], early["recalls"]) == ([], [], [], [])
    assert (early["receipt"]["decision"], early["money"][0]["cost"]) == ("accepted", "225.00")
    then = told(centre, More(lot_stays, between))
    assert {one["unit"]: (one["quantity"], one["held"]) for one in then["stock"]} == {
        "A2": ("4", False),
        "A3": ("6", False),
    }
    assert (then["returns"], then["recalls"], then["money"][0]["written_off"]) == ([], [], "0.00")
    assert then["shipments"][0]["delivered_to"] == "Dr. Ito"
    gone = next(unit for unit in then["units"] if unit["code"] == "A2a")
    assert (gone["location"], gone["custody"][-1]["party"]) == (None, "customer")
    late = told(centre, More(lot_stays, now()))
    today = told(centre)
    same = ("picks", "shipments", "returns", "recalls", "money", "claims", "audit", "receipt")
    assert {key: late[key] for key in same} == {key: today[key] for key in same}
    for one, other in zip(late["units"], today["units"], strict=True):
        kept = (
            "stays",
            "custody",
            "movements",
            "holds",
            "contains",
            "location",
            "held",
            "state",
            "budgets",
        )
        assert {key: one[key] for key in kept} == {key: other[key] for key in kept}
    assert late["stock"] == today["stock"]
    with centre.database.transaction() as transaction:
        assert trace_lot(transaction, "A", More(lot_stays, after(0))) is None


def test_what_was_felt_in_each_stay(centre: Stocked) -> None:
    centre.read(1, 30.25, [9.5])
    centre.read(1, 30.75, [9.5])
    trace = told(centre, More(lot_stays_felt))
    dock, bin_ = trace["units"][0]["stays"]
    assert dock["felt"] is not None
    assert (dock["location"], dock["felt"]["readings"], dock["felt"]["highest"]) == (
        "dc1.dock1",
        1,
        4.1,
    )
    assert bin_["felt"] is not None
    assert (bin_["felt"]["lowest"], bin_["felt"]["highest"]) == (4.0, 9.5)
    warm = {(one["side"], one["limit"]): one["seconds"] for one in bin_["felt"]["beyond"]}
    assert 30 < warm["above", 8] < 60
    assert any(line.startswith("    felt: ") for line in text.lines(trace))


def test_a_stay_that_ended_without_a_reading_was_unmonitored_all_the_time(centre: Stocked) -> None:
    centre.receive("Z", [("Z1", 5)], minute=200, bin_="dc1.zone1.b")
    centre.move("Z1", "dc1.zone1.c", 231)
    unit = told(centre, More(lot_stays_felt), "Z")["units"][0]
    felt = [stay["felt"] for stay in unit["stays"]]
    assert [one and (one["readings"], one["unmonitored_seconds"]) for one in felt] == [
        (0, 60.0),
        (0, 1800.0),
        (0, 0.0),
    ], "it stands in the last one still"

"""Three of the four questions, as stories that a user could check: recall, audit, customer dispute."""

from collections.abc import Generator
from decimal import Decimal
from typing import Any

import pytest

from coldbind.felt_by import units_that_felt
from erp.fulfilment import handlers as sales
from erp.fulfilment import shipment_store, shipping
from erp.fulfilment import store as orders
from erp.fulfilment.allocation import allocate_orders
from erp.fulfilment.handlers import NewOrder, OrderedLine
from erp.fulfilment.returns import Return, take_back
from erp.recall import handlers as recall
from erp.recall import notice_store
from erp.recall import store as recalls
from erp.recall.core import Fate, Handle, together
from erp.recall.handlers import Opening
from erp.trace.handlers import trace_lot
from kernel.intervals import Span
from kernel.refusal import Refusal
from lotbinding.handlers.corrections import cancel
from lotbinding.handlers.placements import Hanging, hang
from lotbinding.handlers.units import Split, split
from tests.erp_world import after
from tests.stocked import TODAY, Stocked, sell, stocked


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    """One room with a thermometer; two clinics that can be called."""
    with stocked(database_url) as centre:
        centre.customer("NORTH", contact="+49 30 1234")
        centre.customer("SOUTH", contact="qa@south.example")
        with centre.database.transaction() as transaction:
            hang(transaction, [Hanging("dock1-t1", after(0), "dc1", None)], "test")
        yield centre


def done(centre: Stocked, work: Any, *arguments: Any, **more: Any) -> Any:
    """Do one thing in a transaction of its own."""
    with centre.database.transaction() as transaction:
        return work(transaction, *arguments, **more)


def test_recall_the_supplier_calls_about_a_lot(centre: Stocked) -> None:
    # Two of our lots are of the supplier's lot S-77; both clinics got some, and some is left.
    centre.receive("A", [("A1", 10)], supplier_lot="S-77", bin_="dc1.zone1.a")
    centre.receive("B", [("B1", 10), ("B2", 10)], supplier_lot="S-77", minute=5, bin_="dc1.zone1.b")
    centre.receive("C", [("C1", 10)], supplier_lot="S-78", minute=9, bin_="dc1.zone1.c")
    sell(centre, "SO-1", "NORTH", 8, 60)
    sell(centre, "SO-2", "SOUTH", 5, 70)
    lines = (OrderedLine(1, "VAX-10", Decimal(4)),)
    done(centre, sales.put_order, NewOrder("SO-3", "NORTH", TODAY, TODAY, lines), "sue")
    done(centre, allocate_orders, ["SO-3"], TODAY, "sue")

    # The question first: who has it? Nothing changes by asking.
    handle = Handle("supplier_lot", "S-77", "ACME")
    asked = done(centre, recall.find, handle, units_that_felt)
    got = [(one.customer, one.contact, one.lot, int(one.quantity)) for one in asked.forward]
    assert got == [
        ("NORTH", "+49 30 1234", "A", 8),
        ("SOUTH", "qa@south.example", "A", 2),
        ("SOUTH", "qa@south.example", "B", 3),
    ]
    assert [(one.lot, one.supplier, one.order) for one in asked.backward] == [
        ("A", "ACME", "PO-1"),
        ("B", "ACME", "PO-1"),
    ]
    assert [(one.unit, int(one.quantity), one.blocked) for one in asked.present] == [
        ("B1", 7, False),
        ("B2", 10, False),
    ]

    # The case: what is left is blocked at once, and the promise for SO-3 is gone.
    opened = done(
        centre, recall.open_recall, Opening("RC-1", handle, "glass in a vial", "quinn"), units_that_felt
    )
    assert all(one.blocked for one in opened.present)
    assert done(centre, orders.pick_list, "SO-3") == []
    assert done(centre, allocate_orders, ["SO-3"], TODAY, "sue") == []
    assert [one.unit for one in done(centre, orders.pick_list, "SO-3")] == ["C1"]

    # Whatever of it turns up while the case is open is blocked too.
    done(centre, split, Split("B2", "B2x", Decimal(1), after(100), "paul"))
    centre.receive("D", [("D1", 3)], supplier_lot="S-77", minute=110)
    back, _ = done(
        centre,
        take_back,
        Return("R-1", "SH-SO-2", asked.forward[2].unit, "dc1.stage", after(200), "rita", "recall"),
    )
    (number,) = centre.ask(
        "select movement_id from binding.movement where kind = 'dispatch' order by movement_id limit 1"
    )
    done(centre, cancel, [int(str(number["movement_id"]))], "paul", "the truck never left")
    blocked = centre.ask(
        "select code from erp.hold join binding.stock_unit using (unit_id) where cause = 'recall'"
    )
    north = asked.forward[0].unit
    assert {row["code"] for row in blocked} == {"B1", "B2", "B2x", "D1", back, north}

    # Both clinics are told and answer; what will come back counts when it is here.
    assert done(centre, recall.notify, "RC-1", "NORTH", "phone", "quinn")
    assert not done(centre, recall.notify, "RC-1", "NORTH", "phone", "quinn"), "once is enough"
    with pytest.raises(Refusal, match="customer 'EAST' got nothing of it"):
        done(centre, recall.notify, "RC-1", "EAST", "phone", "quinn")
    with pytest.raises(Refusal, match="NORTH has 8 of it by what we know"):
        done(centre, recall.reply, "RC-1", Fate("NORTH", "used", Decimal(9)), "quinn", lot="A")
    done(centre, recall.reply, "RC-1", Fate("NORTH", "used", Decimal(6)), "quinn", lot="A")
    done(centre, recall.reply, "RC-1", Fate("SOUTH", "will_return", Decimal(2)), "quinn", lot="A")
    case = done(centre, recall.known_case, "RC-1")
    effects = done(centre, recall.effect, case)
    assert [(one.customer, int(one.shipped), int(one.open)) for one in effects] == [
        ("NORTH", 8, 2),
        ("SOUTH", 5, 2),
    ]
    assert together(effects).share == Decimal(9) / 13
    assert case.traced_seconds is not None
    assert case.traced_seconds < 5
    assert done(centre, recall.close, "RC-1", "quinn", "two at each clinic not found") == 4
    states = done(centre, notice_store.notices, case.recall_id)
    assert [one.state for one in states] == ["answered", "answered"]


def test_a_mock_recall_is_timed_and_holds_nothing(centre: Stocked) -> None:
    centre.receive("A", [("A1", 10)], bin_="dc1.zone1.a")
    sell(centre, "SO-1", "NORTH", 8, 60)
    during = Span(after(-60), after(60))
    handles = (
        Handle("lot", "A"),
        Handle("order", "PO-1"),
        Handle("product", "VAX-10", during=during),
        Handle("sensor", "dock1-t1", during=during),
    )
    scopes = [
        done(centre, recall.open_recall, Opening(f"M{n}", one, "try", "q", mock=True), units_that_felt)
        for n, one in enumerate(handles)
    ]  # fmt: skip
    for found in scopes:
        assert [(one.customer, int(one.quantity)) for one in found.forward] == [("NORTH", 8)]
        assert [(one.unit, one.blocked) for one in found.present] == [("A1", False)]
    assert centre.ask("select 1 from erp.hold") == []
    assert all(one.traced_seconds is not None for one in done(centre, recalls.recalls))
    for wrong, why in (
        (Handle("lot", "NONE"), "means no goods"),
        (Handle("product", "VAX-10"), "needs a range of time"),
        (Handle("excursion", "x"), "give its number"),
        (Handle("weather", "rain"), "not recalled by 'weather'"),
    ):
        with pytest.raises(Refusal, match=why):
            done(centre, recall.find, wrong, units_that_felt)


def test_recall_by_excursion_means_exactly_what_felt_it(centre: Stocked) -> None:
    centre.receive("A", [("A1", 10), ("A2", 10)], bin_="dc1.zone1.a")
    done(centre, split, Split("A1", "A1-early", Decimal(2), after(10), "paul"))
    found = centre.excursion(20, 60, "A1")
    done(centre, split, Split("A1", "A1-late", Decimal(3), after(30), "paul"))
    scope = done(centre, recall.find, Handle("excursion", str(found.excursion_id)), units_that_felt)
    assert [one.unit for one in scope.present] == ["A1", "A1-late"]


def test_customer_dispute_in_what_condition_did_it_leave_us(centre: Stocked) -> None:
    # South says the vaccine was warm. It left at minute 62 after an hour between 4.0 and 5.0 degC.
    centre.read(1, 0, [4.0 + (n % 11) / 10 for n in range(70)])
    centre.receive("A", [("A1", 10)], bin_="dc1.zone1.a")
    (unit,) = sell(centre, "SO-1", "SOUTH", 10, 60)
    done(centre, shipping.deliver, "SH-SO-1", after(300), "dave", to="Dr. Ito", remark="felt warm")
    # What is measured or told afterwards changes nothing of what was written down when it left.
    centre.read(1, 100, [25.0] * 5)
    (line,) = done(centre, shipment_store.manifest, "SH-SO-1")
    (shipment,) = done(centre, shipment_store.shipments, "SH-SO-1")
    assert (line.unit, line.lot) == (unit, "A")
    assert (line.lowest, line.highest) == (4.0, 5.0)
    assert line.beyond == '{"above 7": 0.0, "above 8": 0.0, "above 15": 0.0}'
    assert line.unmonitored_seconds == 60, "a minute on the truck"
    assert (shipment.delivered_to, shipment.remark) == ("Dr. Ito", "felt warm")
    assert "dispatched" in centre.actions("shipment SH-SO-1")


def test_audit_the_complete_record_of_a_lot(centre: Stocked) -> None:
    centre.receive("A", [("A1", 10)], bin_="dc1.zone1.a")
    sell(centre, "SO-1", "NORTH", 4, 60)
    centre.hold("A1")
    story = done(centre, trace_lot, "A")
    for fact in ("dc1.zone1.a", "GR-A", "ACME", "PO-1", "hold placed", "moved: put_away", "picked"):
        assert fact in story
    with centre.database.transaction() as transaction:
        checked, faults = transaction.verify_audit()
    assert checked > 10
    assert faults == []
    with pytest.raises(Exception, match="audit"):
        centre.ask("update audit.record set actor = 'nobody'")

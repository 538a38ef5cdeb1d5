"""Orders, arrivals and decisions: recorded once, told twice without harm, never contradicted."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

import psycopg
import pytest

from erp.fulfilment import handlers as fulfilment
from erp.fulfilment.handlers import NewOrder, OrderedLine
from erp.ledger import invoices
from erp.ledger.core.invoice import Invoice, InvoiceLine
from erp.purchasing import handlers as purchasing
from erp.purchasing.core import Change, OrderLine, PurchaseOrder
from erp.receiving import handlers as receiving
from erp.receiving.core import Decision
from erp.sales import handlers as sales
from erp.sales.core import Customer
from kernel.events import ArrivingUnit, Event, ReceiptDecided
from kernel.refusal import Refusal
from storage import audit
from storage.database import Database, Handler, Transaction
from tests.erp_world import (
    ARRIVAL,
    EIGHT,
    ORDER,
    PRODUCT,
    SUPPLIER,
    WIRING,
    World,
    after,
    order,
    prepare,
    second_lot,
)


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    prepare(database_url)
    with Database(database_url, WIRING) as database:
        order(database)
        yield World(database_url, database)


def put_order(world: World, changed: PurchaseOrder) -> Change:
    with world.database.transaction() as transaction:
        return purchasing.put_order(transaction, changed)


def refused(world: World, what: Callable[[Transaction], object]) -> str:
    """Do `what`, expect a refusal that leaves the database as it was, and return its sentence."""
    before = world.actions()
    with pytest.raises(Refusal) as refusal, world.database.transaction() as transaction:
        what(transaction)
    assert world.actions() == before
    return str(refusal.value)


def test_suppliers_and_products_are_created_changed_and_left_alone(world: World) -> None:
    renamed = replace(SUPPLIER, name="Acme Biologics SE", actor="ben")
    frozen = replace(PRODUCT, profile="frozen")
    with world.database.transaction() as transaction:
        changes = [
            purchasing.put_supplier(transaction, SUPPLIER),
            purchasing.put_supplier(transaction, renamed),
            purchasing.put_supplier(transaction, replace(SUPPLIER, code="NEW")),
            purchasing.put_product(transaction, PRODUCT),
            purchasing.put_product(transaction, frozen),
        ]
    assert changes == ["unchanged", "changed", "created", "unchanged", "changed"]
    assert world.actions("supplier ACME") == ["supplier created", "supplier changed"]
    assert world.ask("select name from erp.supplier where code = 'ACME'") == [
        {"name": "Acme Biologics SE"}
    ]


def test_a_product_is_judged_by_the_newest_version_of_its_profile(world: World) -> None:
    assert world.ask("select version from erp.product join rules.profile using (profile_id)") == [
        {"version": 2}
    ]


def test_an_unknown_profile_is_named_with_those_that_are_known(world: World) -> None:
    unknown = replace(PRODUCT, profile="freezer")
    said = refused(world, lambda tx: purchasing.put_product(tx, unknown))
    assert (
        "VAX-10: there is no approved temperature profile 'freezer' (approved: fridge, frozen)" in said
    )


def test_the_unit_of_measure_stays_once_something_is_counted_in_it(world: World) -> None:
    free, in_vials = (replace(PRODUCT, code="VAX-99", unit_of_measure=one) for one in ("box", "vial"))
    with world.database.transaction() as transaction:
        for told, change in ((free, "created"), (in_vials, "changed"), (free, "changed")):
            assert purchasing.put_product(transaction, told) == change
    for number in range(6):
        line = OrderLine(1, "VAX-99", Decimal(4), Decimal(12))
        put_order(world, replace(ORDER, code=f"PO-9{number}", lines=(line, replace(line, line=2))))
    assert refused(world, lambda tx: purchasing.put_product(tx, in_vials)) == (
        "product VAX-99 is counted in box and it is ordered (order PO-90, order PO-91, order PO-92, "
        "order PO-93, order PO-94 and 1 more): record a new product to count in vial"
    )
    world.arrive()
    assert "counted in box and lots of it arrived and it is ordered (order PO-1)" in refused(
        world, lambda tx: purchasing.put_product(tx, replace(PRODUCT, unit_of_measure="vial"))
    )


def test_the_unit_of_measure_stays_while_it_is_sold(world: World) -> None:
    sold = replace(PRODUCT, code="VAX-99")
    day = date(2026, 3, 5)
    sale = NewOrder("SO-7", "C1", day, day, [OrderedLine(1, "VAX-99", Decimal(4))])
    with world.database.transaction() as transaction:
        purchasing.put_product(transaction, sold)
        sales.put_customer(transaction, Customer("C1", "Clinic", 0))
        fulfilment.put_order(transaction, sale, "paul")
    assert "counted in box and it is ordered (sales order SO-7)" in refused(
        world, lambda tx: purchasing.put_product(tx, replace(sold, unit_of_measure="vial"))
    )


def test_an_order_may_change_until_goods_are_received_under_it(world: World) -> None:
    changed = replace(
        ORDER, ordered_on=date(2026, 2, 21), lines=(OrderLine(1, "VAX-10", Decimal(400), Decimal(12)),)
    )
    assert put_order(world, ORDER) == "unchanged"
    assert put_order(world, changed) == "changed"
    assert world.ask("select line, quantity, unit_price from erp.purchase_order_line") == [
        {"line": 1, "quantity": Decimal(400), "unit_price": Decimal(12)}
    ]
    assert put_order(world, ORDER) == "changed"
    world.arrive()
    assert put_order(world, ORDER) == "unchanged"
    said = refused(world, lambda tx: purchasing.put_order(tx, changed))
    assert "order PO-1 cannot be changed: goods were received or invoiced under it (GR-1)" in said
    assert world.actions("order PO-1") == ["order created", "order changed", "order changed"]


def test_an_order_stays_once_it_was_invoiced(world: World) -> None:
    assert put_order(world, ORDER) == "unchanged"
    line = InvoiceLine(1, Decimal(1), Decimal("12.345"), Decimal("12.35"))
    told = Invoice("R-1", "PO-1", date(2026, 2, 28), "EUR", (line,), Decimal(0), "carla")
    with world.database.transaction() as transaction:
        invoices.record(transaction, told)
    dearer = replace(ORDER, lines=(replace(ORDER.lines[0], unit_price=Decimal(13)), *ORDER.lines[1:]))
    assert "(R-1)" in refused(world, lambda tx: purchasing.put_order(tx, dearer))


def test_an_order_names_only_known_suppliers_and_products(world: World) -> None:
    stranger = replace(ORDER, code="PO-2", supplier="NOBODY")
    strange = replace(
        ORDER, code="PO-2", lines=(OrderLine(1, "GLUE", Decimal(1), Decimal(1)), *ORDER.lines[1:])
    )
    assert "there is no supplier 'NOBODY'" in refused(
        world, lambda tx: purchasing.put_order(tx, stranger)
    )
    assert "there is no product GLUE" in refused(world, lambda tx: purchasing.put_order(tx, strange))


def test_an_arrival_makes_receipt_lot_and_units_at_the_dock(world: World) -> None:
    arrived = world.arrive()
    assert arrived.recorded
    assert world.ask(
        "select unit.code, unit.quantity, unit.unit_of_measure, place.path::text,"
        " lower(stay.during) as since"
        " from binding.stock_unit unit join binding.stay using (unit_id)"
        " join binding.location place using (location_id) where lot_id = %(lot)s order by unit.code",
        lot=arrived.lot_id,
    ) == [
        {
            "code": unit.code,
            "quantity": unit.quantity,
            "unit_of_measure": "box",
            "path": "dc1.dock1",
            "since": world.ask("select arrived_at from erp.goods_receipt")[0]["arrived_at"],
        }
        for unit in ARRIVAL.units
    ]
    assert world.actions("receipt GR-1") == ["delivery arrived"]
    assert world.actions("lot LOT-A") == ["lot received"]


def test_the_same_arrival_told_twice_is_recorded_once(world: World) -> None:
    first = world.arrive()
    before = world.actions()
    again = world.arrive(replace(ARRIVAL, actor="somebody else"))
    assert again == replace(first, recorded=False)
    assert world.actions() == before


def test_several_lots_arrive_on_one_receipt(world: World) -> None:
    first, second = world.arrive(), world.arrive(second_lot())
    assert first.receipt_id == second.receipt_id
    assert first.lot_id != second.lot_id
    assert world.actions("receipt GR-1") == ["delivery arrived"]


IMPOSSIBLE_ARRIVALS = [
    (replace(ARRIVAL, order="PO-9"), "there is no order 'PO-9'"),
    (replace(ARRIVAL, line=3), "order PO-1 has no line 3: give one of 1, 2"),
    (replace(ARRIVAL, dock="dc1.dock9"), "there is no location 'dc1.dock9' to arrive at"),
    (replace(ARRIVAL, dock="not a path!"), "there is no location 'not a path!'"),
    (replace(ARRIVAL, dock="dc1.zone1"), "which is a zone: give a dock door"),
    (second_lot(dock="dc1.dock2"), "receipt GR-1 arrived at dc1.dock1, not at dc1.dock2"),
    (second_lot(arrived_at=after(1)), "not at 2026-03-01 08:01 UTC"),
    (second_lot(receipt="GR-2", lot="LOT-A"), "recorded with receipt GR-1, not GR-2"),
    (
        second_lot(units=ARRIVAL.units),
        "unit LOT-A/0001 of lot LOT-B is already a unit of lot LOT-A",
    ),
    (
        replace(ARRIVAL, units=(ArrivingUnit("LOT-A/0001", Decimal("151.5")),)),
        "unit LOT-A/0001 holding 101, not 151.5",
    ),
]


def test_arrivals_that_cannot_be(world: World) -> None:
    world.arrive()
    for arrival, said in IMPOSSIBLE_ARRIVALS:
        assert said in refused(world, partial(receiving.arrive, arrival=arrival))
    assert world.ask("select code from erp.goods_receipt") == [{"code": "GR-1"}]


def test_a_decision_is_recorded_with_the_time_it_was_taken(world: World) -> None:
    world.arrive()
    heard: list[ReceiptDecided] = []

    def hear(event: ReceiptDecided, _: Transaction) -> None:
        heard.append(event)

    wiring: Mapping[type[Event], Sequence[Handler]] = {ReceiptDecided: [hear]}
    told = Decision("GR-1", "accepted_with_reservation", after(20), "anna", "two pallets warm")
    with Database(world.url, wiring) as database, database.transaction() as transaction:
        decided = receiving.decide(transaction, told)
    with Database(world.url, wiring) as database, database.transaction() as transaction:
        assert receiving.decide(transaction, told) == replace(decided, recorded=False)
    assert heard == [ReceiptDecided(decided.receipt_id)]
    assert world.actions("receipt GR-1") == ["delivery arrived", "delivery accepted with reservation"]
    assert world.ask(
        "select reservation, decided_at - arrived_at = '20 min' late from erp.goods_receipt"
    ) == [{"reservation": "two pallets warm", "late": True}]


IMPOSSIBLE_DECISIONS = [
    (Decision("GR-9", "accepted", EIGHT, "anna"), "there is no receipt 'GR-9' to decide on"),
    (Decision("GR-1", "accepted", EIGHT - 1, "anna"), "cannot have been decided"),
    (
        Decision("GR-1", "refused", after(10), "anna", "warm"),
        "was already accepted at 2026-03-01 08:10 UTC",
    ),
    (
        Decision("GR-1", "accepted", after(11), "anna"),
        "was already accepted at 2026-03-01 08:10 UTC",
    ),
    (Decision("GR-1", "accepted", after(10), "ben"), "by anna"),
]


def test_decisions_that_cannot_be(world: World) -> None:
    world.arrive()
    world.decide("accepted", 10)
    for decision, said in IMPOSSIBLE_DECISIONS:
        assert said in refused(world, partial(receiving.decide, decision=decision))


def test_the_audit_chain_holds(world: World) -> None:
    world.arrive()
    world.decide("accepted", 10)
    with psycopg.connect(world.url) as connection:
        assert audit.verify(connection) == []
    assert world.actions()[:3] == ["supplier created", "product created", "order created"]

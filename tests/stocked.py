"""A distribution centre with bins, a cage and goods in it, for the tests of warehouse and sales.

All stages are wired as in the product; times are minutes after the usual delivery arrived.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import psycopg

from coldbind.conditions import conditions_of
from coldbind.wiring import open_database
from erp.fulfilment import handlers as sales
from erp.fulfilment import shipping
from erp.fulfilment import store as orders
from erp.fulfilment.allocation import allocate_orders
from erp.fulfilment.handlers import NewOrder, OrderedLine
from erp.fulfilment.picking import Pick, pick
from erp.purchasing import handlers as purchasing
from erp.purchasing.core import OrderLine, PurchaseOrder
from erp.receiving import handlers as receiving
from erp.receiving.core import Decision
from erp.wms import places
from kernel.events import ArrivingUnit
from lotbinding.handlers.movements import Movement, record_movement
from storage.database import Transaction
from tests.erp_world import ARRIVAL, PRODUCT, SUPPLIER, World, after, prepare

_BINS = """
insert into binding.location (path, name, kind) values
    ('dc1.zone1.a', 'A', 'bin'), ('dc1.zone1.b', 'B', 'bin'), ('dc1.zone1.c', 'C', 'bin'),
    ('dc1.zone2', 'Zone 2', 'zone'), ('dc1.cage', 'Cage', 'quarantine_cage'),
    ('dc1.stage', 'Stage', 'zone'),
    ('truck', 'Truck', 'vehicle')
"""
PRODUCTS = ("VAX-10", "VAX-20")
TODAY = date(2026, 3, 1)


@dataclass(frozen=True, slots=True)
class Stocked(World):
    """A world in which goods are received in one line."""

    def receive(
        self,
        lot: str,
        units: Sequence[tuple[str, int]],
        *,
        expires: date | None = date(2027, 1, 31),
        minute: float = 0,
        bin_: str | None = None,
        line: int = 1,
        supplier_lot: str = "S-1",
        accepted: bool = True,
    ) -> None:
        """Receive a lot on its own receipt and, when `bin_` is named, put it away a minute later."""
        arrival = replace(
            ARRIVAL,
            receipt=f"GR-{lot}",
            lot=lot,
            line=line,
            supplier_lot=supplier_lot,
            expires_on=expires,
            arrived_at=after(minute),
            units=tuple(ArrivingUnit(code, Decimal(quantity)) for code, quantity in units),
        )
        with self.database.transaction() as transaction:
            receiving.arrive(transaction, arrival)
            if accepted:
                receiving.decide(
                    transaction, Decision(arrival.receipt, "accepted", after(minute), "anna")
                )
            for code, _ in units if bin_ else ():
                told = Movement(code, "put_away", bin_, after(minute + 1), "anna")
                record_movement(transaction, told)

    def customer(self, code: str, days: int = 0, contact: str = "") -> None:
        """A customer who wants so many days of use left."""
        self.ask(
            "insert into erp.customer (code, name, min_remaining_days, contact)"
            " values (%(code)s, %(code)s || ' clinic', %(days)s, %(contact)s)",
            code=code,
            days=days,
            contact=contact,
        )

    def move(self, unit: str, place: str | None, minute: float, kind: str = "transfer") -> None:
        """Move a unit."""
        with self.database.transaction() as transaction:
            record_movement(transaction, Movement(unit, kind, place, after(minute), "anna"))

    def hold(self, unit: str, start: float = 5, end: float = 50) -> None:
        """An excursion is found, and the unit is held."""
        self.publish(self.excursion(start, end, unit))

    def in_stock(self) -> dict[str, tuple[object, ...]]:
        """Each unit in the projection: place, quantity, reserved, held."""
        rows = self.ask(
            "select code, path::text, stock.quantity, reserved, held from erp.stock"
            " join binding.stock_unit using (unit_id) left join binding.location using (location_id)"
        )
        return {
            str(row["code"]): (row["path"], row["quantity"], row["reserved"], row["held"])
            for row in rows
        }


@contextmanager
def stocked(url: str) -> Generator[Stocked]:
    """The centre on an empty, migrated database, with an order under which goods may come."""
    prepare(url)
    with psycopg.connect(url) as connection:
        connection.execute(_BINS)
    order = PurchaseOrder(
        "PO-1",
        SUPPLIER.code,
        date(2026, 2, 20),
        "EUR",
        (
            OrderLine(1, PRODUCTS[0], Decimal(1000), Decimal("12.5")),
            OrderLine(2, PRODUCTS[1], Decimal(1000), Decimal(9)),
        ),
    )
    with open_database(url, "test", size=20) as database:
        with database.transaction() as transaction:
            purchasing.put_supplier(transaction, SUPPLIER)
            for code in PRODUCTS:
                purchasing.put_product(transaction, replace(PRODUCT, code=code))
            purchasing.put_order(transaction, order)
            for path, room in (
                ("dc1.zone1.a", 2),
                ("dc1.zone1.b", 2),
                ("dc1.zone1.c", 1),
                ("dc1.zone2", 50),
            ):
                places.set_storage_place(
                    transaction,
                    path,
                    "test",
                    temperature_class="frozen" if path == "dc1.zone2" else "fridge",
                    capacity=room,
                    keeps_apart="lot" if path == "dc1.zone1.b" else None,
                )
            places.set_storage_place(
                transaction, "dc1.cage", "test", temperature_class=None, capacity=100, keeps_apart=None
            )
        yield Stocked(url, database)


def sell(centre: Stocked, code: str, customer: str, quantity: int, minute: float) -> list[str]:
    """Order, allocate, pick, load and dispatch so much of VAX-10; the units that left."""

    def work(transaction: Transaction) -> list[str]:
        lines = (OrderedLine(1, "VAX-10", Decimal(quantity)),)
        sales.put_order(transaction, NewOrder(code, customer, TODAY, TODAY, lines), "sue")
        assert allocate_orders(transaction, [code], TODAY, "sue") == []
        taken = [
            pick(transaction, Pick(code, 1, one.unit, "dc1.stage", after(minute), "paul")).unit
            for one in orders.pick_list(transaction, code)
        ]
        shipping.open_shipment(transaction, f"SH-{code}", customer, "sue", vehicle="truck")
        shipping.load(transaction, f"SH-{code}", taken, after(minute + 1), "paul")
        shipping.dispatch(transaction, f"SH-{code}", after(minute + 2), "paul", conditions_of)
        return taken

    return centre.database.attempt(work)

"""A whole delivery at a dock: matched to its order line by line, each line on its own.

A line that cannot be recorded is told with one sentence, and the others stand. What is not as ordered
or announced is a flag: goods that lie on the dock are recorded, whatever is wrong with them.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from erp import subjects
from erp.quantities import storable
from erp.receiving import delivery_store as store
from erp.receiving import flag_store, flagging, handlers, stopping
from erp.receiving import store as lot_store
from erp.receiving.core import Arrival
from erp.receiving.core.flags import TEMPERATURE
from erp.receiving.core.matching import match
from erp.receiving.core.naming import Label, Names, units_named
from erp.receiving.core.variance import variances
from kernel.events import ArrivingUnit, FlagsSettled, GoodsArrived, ReceiptDecided
from kernel.gs1 import gtin14
from kernel.refusal import Refusal
from storage.database import Transaction
from storage.errors import DuplicateKey, Refused

_WHY = "by what is known now it is as agreed"


@dataclass(frozen=True, slots=True)
class DeliveredLot:
    """One lot of a delivery; `product` is its code or GTIN, `line` the order's, matched when None.

    A lot or unit without a code is given one.
    """

    product: str
    lot: str
    units: tuple[ArrivingUnit, ...]
    supplier_lot: str = ""
    expires_on: date | None = None
    produced_on: date | None = None
    damaged: Decimal = Decimal(0)
    damage: str = ""
    line: int | None = None
    written: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What stands at `dock` since `arrived_at`, under an order or an announcement of one, or both."""

    receipt: str
    dock: str
    arrived_at: int
    lots: tuple[DeliveredLot, ...]
    actor: str
    order: str = ""
    announcement: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one lot: recorded under an order line, or `refused` with a sentence."""

    lot: DeliveredLot
    line: int | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class AnnouncedLine:
    """What a supplier says is on the way; `product` is its code or GTIN, `written` where it stands."""

    product: str
    quantity: Decimal
    supplier_lot: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """An advance shipping notice under an order."""

    code: str
    order: str
    lines: tuple[AnnouncedLine, ...]
    actor: str


def announce(transaction: Transaction, told: Announcement) -> bool:
    """Record an advance shipping notice; False when exactly this one is recorded already."""
    if not told.code.strip() or not told.lines:
        raise Refusal("an announcement needs a number and at least one line: give both")
    order_id = _order(transaction, told.order)
    products = _announced(transaction, told)
    known = store.announced(transaction, told.code)
    wanted = [
        store.AnnouncedRow(order_id, product, line.supplier_lot, line.quantity)
        for product, line in zip(products, told.lines, strict=True)
    ]
    if known:
        if sorted(known, key=repr) == sorted(wanted, key=repr):
            return False
        raise Refusal(
            f"announcement {told.code} is recorded otherwise: give the new one another number"
        )
    store.insert_announcement(transaction, told.code, wanted, told.actor)
    transaction.audit(
        told.actor,
        "delivery announced",
        subjects.order(told.order),
        announcement=told.code,
        lines=[{"product": line.product, "quantity": line.quantity} for line in told.lines],
    )
    return True


def _announced(transaction: Transaction, told: Announcement) -> list[int]:
    """The ids of the products that are announced; `Refusal` names every line that is wrong."""
    products: list[int] = []
    faults: list[str] = []
    for line in told.lines:
        where = line.written or f"announcement {told.code}"
        try:
            products.append(_product(transaction, line.product).product_id)
        except Refusal as fault:
            faults.append(f"{where}: {fault}")
        if not (storable(line.quantity) and line.quantity > 0):
            faults.append(
                f"{where}: {line.quantity} is no quantity: give more than 0, with at most 6 decimals"
            )
    if faults:
        raise Refusal("\n".join(faults))
    return products


def receive(transaction: Transaction, delivery: Delivery) -> list[Outcome]:
    """Record a delivery lot by lot, and flag what is not as ordered; told again it changes nothing.

    Raises `Refusal` only when the delivery as a whole cannot be: no such order or announcement.
    """
    order = _order_of(transaction, delivery)
    if not delivery.lots:
        raise Refusal(f"delivery {delivery.receipt} has no lots: give at least one")
    recorded = store.lots_of_receipt(transaction, delivery.receipt)
    names = Names(delivery.receipt, recorded, (lot.lot for lot in delivery.lots if lot.lot))
    outcomes = [_one(transaction, delivery, order, lot, names) for lot in delivery.lots]
    receipt_id = store.receipt_id(transaction, delivery.receipt)
    if receipt_id is not None and delivery.announcement:
        store.attach(transaction, receipt_id, delivery.announcement)
        settle(transaction, receipt_id)
    return outcomes


def settle_arrived(event: GoodsArrived, transaction: Transaction) -> None:
    """A lot arrived: flag what its label and quantity say, and hold what must not be free."""
    receipt_id = store.receipt_id(transaction, event.document)
    assert receipt_id is not None, "the receipt is written before its lots"
    settle(transaction, receipt_id, event)


def settle_decided(event: ReceiptDecided, transaction: Transaction) -> None:
    """A delivery was decided: now it can be told what is missing."""
    settle(transaction, event.receipt_id)


def settle(transaction: Transaction, receipt_id: int, arrived: GoodsArrived | None = None) -> None:
    """Flag a delivery by what is known now, and the other deliveries of the same order lines.

    `arrived` is the lot because of which this is done, if one is.
    """
    for other in [receipt_id, *store.receipts_beside(transaction, receipt_id)]:
        head = store.receipt_head(transaction, other)
        standing = [
            flag for flag in flag_store.standing(transaction, other) if flag.kind not in TEMPERATURE
        ]
        wanted = variances(
            store.came_in(transaction, other),
            store.beside_announced(transaction, other),
            decided=head.decision,
        )
        stand = flagging.keep(transaction, head.code, standing, wanted, _WHY)
        known = {flag.flag_id for flag in standing}
        raised = [flag for number, flag in stand.items() if number not in known]
        stopping.hold_flagged(transaction, raised, arrived)
        if arrived is not None:
            stood = [flag for number, flag in stand.items() if number in known]
            stopping.hold_added(transaction, stood, arrived)
        transaction.publish(FlagsSettled(other, head.code))


def _one(
    transaction: Transaction, delivery: Delivery, order: str, lot: DeliveredLot, names: Names
) -> Outcome:
    try:
        with transaction.savepoint():
            product = _product(transaction, lot.product)
            lot = replace(lot, lot=lot.lot or names.lot(_label(lot, product.product_id)))
            known = lot_store.lot(transaction, lot.lot)
            units = units_named(lot.lot, lot.units, {} if known is None else known.units)
            lot = replace(lot, units=units)
            line = lot.line or (known.line if known else None)
            line = line or _matched(transaction, order, lot, product.product_id)
            handlers.arrive(transaction, _arrival(delivery, order, line, lot, product.code))
            return Outcome(lot, line)
    except (Refusal, Refused, DuplicateKey) as fault:
        return Outcome(lot, refused=str(fault))


def _label(lot: DeliveredLot, product_id: int) -> Label:
    return Label(product_id, lot.supplier_lot, lot.expires_on, lot.produced_on, lot.line)


def _matched(transaction: Transaction, order: str, lot: DeliveredLot, product_id: int) -> int:
    """The order line of a lot that is told without one."""
    quantity = sum((unit.quantity for unit in lot.units), Decimal(0))
    line = match(store.open_lines(transaction, order), product_id, quantity)
    if line is None:
        raise Refusal(f"order {order} has no lines to receive under")
    return line


def _arrival(delivery: Delivery, order: str, line: int, lot: DeliveredLot, product: str) -> Arrival:
    return Arrival(
        receipt=delivery.receipt,
        order=order,
        line=line,
        dock=delivery.dock,
        arrived_at=delivery.arrived_at,
        lot=lot.lot,
        supplier_lot=lot.supplier_lot,
        expires_on=lot.expires_on,
        units=lot.units,
        actor=delivery.actor,
        product=product,
        produced_on=lot.produced_on,
        damaged=lot.damaged,
        damage=lot.damage,
    )


def _order_of(transaction: Transaction, delivery: Delivery) -> str:
    announced = None
    if delivery.announcement:
        announced = store.announced_order(transaction, delivery.announcement)
        if announced is None:
            raise Refusal(
                f"delivery {delivery.receipt}: there is no announcement {delivery.announcement!r}: "
                "record it first, or name the order"
            )
    order = delivery.order or announced
    if order is None:
        raise Refusal(f"delivery {delivery.receipt}: name its order or its announcement")
    if announced is not None and announced != order:
        raise Refusal(
            f"delivery {delivery.receipt}: announcement {delivery.announcement} is of order "
            f"{announced}, not {order}: name the right one"
        )
    _order(transaction, order)
    return order


def _order(transaction: Transaction, code: str) -> int:
    order_id = store.order_id(transaction, code)
    if order_id is None:
        raise Refusal(f"there is no order {code!r}: record the purchase order first")
    return order_id


def _product(transaction: Transaction, text: str) -> store.KnownProduct:
    found = store.product(transaction, text, gtin14(text) if text.isdigit() else text)
    if found is None:
        raise Refusal(f"there is no product with code or GTIN {text!r}: record the product first")
    return found

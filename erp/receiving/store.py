"""Reading and writing goods receipts and lots."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.receiving.core import Arrival, Carriage, Decision, KnownLot, KnownReceipt
from kernel.instants import moment
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Ordered:
    """What an order says about one of its lines; product and unit are None when it has no such line."""

    order_id: int
    product_id: int | None
    unit_of_measure: str | None
    lines: list[int]


@dataclass(frozen=True, slots=True)
class _Lot:
    lot_id: int
    receipt: str
    order: str
    line: int
    supplier_lot: str
    quantity: Decimal
    expires_on: date | None
    produced_on: date | None
    damaged: Decimal
    damage: str
    product: str


@dataclass(frozen=True, slots=True)
class ProductThatCame:
    """A product, and how it is counted."""

    product_id: int
    unit_of_measure: str


@dataclass(frozen=True, slots=True)
class _Unit:
    code: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: str


@dataclass(frozen=True, slots=True)
class _UnitOfLot:
    unit: str
    lot: str


@dataclass(frozen=True, slots=True)
class _OrderId:
    id: int


@dataclass(frozen=True, slots=True)
class _LotId:
    lot_id: int


_SQL = Statements("erp.receiving")
_ORDERED = _SQL.returning(Ordered, "ordered")
_PRODUCT = _SQL.returning(ProductThatCame, "product_for_arrival")
_LOCATION_KIND = _SQL.returning(_Kind, "location_kind")
_INSERT_RECEIPT = _SQL.command("insert_receipt")
_LOCK_ORDER = _SQL.returning(_OrderId, "lock_order_of_receipt")
_LOCK_RECEIPT = _SQL.returning(KnownReceipt, "lock_receipt")
_LOT = _SQL.returning(_Lot, "lot")
_LOT_UNITS = _SQL.returning(_Unit, "lot_units")
_TAKEN_UNITS = _SQL.returning(_UnitOfLot, "taken_units")
_INSERT_LOT = _SQL.returning(_LotId, "insert_lot")
_ADD_TO_LOT = _SQL.command("add_to_lot")
_ADD_CARRIAGE = _SQL.command("add_carriage")
_DECIDE = _SQL.command("decide")


def ordered(transaction: Transaction, order: str, line: int) -> Ordered | None:
    """The order with that code, kept from changing until commit, or None when there is none."""
    return transaction.row(_ORDERED, order=order, line=line)


def product(transaction: Transaction, code: str) -> ProductThatCame | None:
    """The product with that code, or None when there is none."""
    return transaction.row(_PRODUCT, code=code)


def location_kind(transaction: Transaction, path: str) -> str | None:
    """What kind of place a location path is, or None when there is no such place."""
    row = transaction.row(_LOCATION_KIND, path=path)
    return None if row is None else row.kind


def open_receipt(transaction: Transaction, arrival: Arrival, order_id: int) -> bool:
    """Insert the receipt of `arrival`; False, and nothing written, when its code is taken."""
    return bool(
        transaction.run(
            _INSERT_RECEIPT,
            code=arrival.receipt,
            order_id=order_id,
            dock=arrival.dock,
            arrived_at=moment(arrival.arrived_at),
        )
    )


def lock_order_of(transaction: Transaction, receipt: str) -> None:
    """Nobody else counts deliveries of the receipt's order until the transaction ends."""
    transaction.row(_LOCK_ORDER, receipt=receipt)


def lock_receipt(transaction: Transaction, code: str) -> KnownReceipt | None:
    """The receipt with that code, locked until the transaction ends, or None when there is none."""
    return transaction.row(_LOCK_RECEIPT, code=code)


def lot(transaction: Transaction, code: str) -> KnownLot | None:
    """The lot with that code and its units, or None when there is none."""
    row = transaction.row(_LOT, code=code)
    if row is None:
        return None
    units = transaction.rows(_LOT_UNITS, lot_id=row.lot_id)
    return KnownLot(
        row.lot_id,
        row.receipt,
        row.order,
        row.line,
        row.supplier_lot,
        row.quantity,
        row.expires_on,
        {unit.code: unit.quantity for unit in units},
        row.produced_on,
        row.damaged,
        row.damage,
        row.product,
    )


def taken_units(transaction: Transaction, arrival: Arrival) -> dict[str, str]:
    """Units of `arrival` whose codes are already in use: unit code to lot code."""
    rows = transaction.rows(_TAKEN_UNITS, codes=[unit.code for unit in arrival.units])
    return {row.unit: row.lot for row in rows}


def insert_lot(
    transaction: Transaction, arrival: Arrival, receipt_id: int, order_id: int, product_id: int
) -> int:
    """Insert the lot of `arrival`; its lot_id."""
    row = transaction.one(
        _INSERT_LOT,
        code=arrival.lot,
        product_id=product_id,
        receipt_id=receipt_id,
        order_id=order_id,
        line=arrival.line,
        supplier_lot=arrival.supplier_lot,
        quantity=arrival.quantity,
        expires_on=arrival.expires_on,
        produced_on=arrival.produced_on,
        damaged=arrival.damaged,
        damage=arrival.damage,
    )
    return row.lot_id


def add_to_lot(transaction: Transaction, lot_id: int, more: Arrival) -> None:
    """Let a lot have the units of `more` too."""
    transaction.run(
        _ADD_TO_LOT,
        lot_id=lot_id,
        quantity=more.quantity,
        damaged=more.damaged,
        damage=more.damage,
    )


def add_carriage(transaction: Transaction, receipt_id: int, carriage: Carriage) -> bool:
    """Add who carried a delivery; False, and nothing written, when exactly that was told last."""
    return bool(
        transaction.run(
            _ADD_CARRIAGE,
            receipt_id=receipt_id,
            carrier=carriage.carrier,
            handed_over_at=moment(carriage.handed_over_at),
            by=carriage.actor,
        )
    )


def decide(transaction: Transaction, receipt_id: int, decision: Decision) -> None:
    """Write `decision` on a receipt that has none."""
    transaction.run(
        _DECIDE,
        receipt_id=receipt_id,
        decision=decision.decision,
        decided_at=moment(decision.decided_at),
        decided_by=decision.decided_by,
        reservation=decision.reservation,
    )

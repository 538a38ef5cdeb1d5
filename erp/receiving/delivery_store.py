"""Reading what a delivery is held against (orders, announcements, earlier lots); writing notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.receiving.core.matching import OpenLine
from erp.receiving.core.naming import Label, RecordedLot
from erp.receiving.core.variance import Announced, CameIn
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product found by its code or GTIN."""

    product_id: int
    code: str


@dataclass(frozen=True, slots=True)
class AnnouncedRow:
    """A stored line of an announcement."""

    order_id: int
    product_id: int
    supplier_lot: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptHead:
    """A receipt and what was decided."""

    code: str
    decision: str | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Lot:
    code: str
    product_id: int
    supplier_lot: str
    expires_on: date | None
    produced_on: date | None
    line: int


@dataclass(frozen=True, slots=True)
class _Code:
    code: str


_SQL = Statements("erp.receiving")
_PRODUCT = _SQL.returning(KnownProduct, "product_by_code_or_gtin")
_ORDER_ID = _SQL.returning(_Id, "order_id")
_OPEN_LINES = _SQL.returning(OpenLine, "open_lines")
_LOTS_OF_RECEIPT = _SQL.returning(_Lot, "lots_of_receipt")
_RECEIPT_ID = _SQL.returning(_Id, "receipt_id")
_RECEIPT_HEAD = _SQL.returning(ReceiptHead, "receipt_head")
_RECEIPTS_BESIDE = _SQL.returning(_Id, "receipts_beside")
_CAME_IN = _SQL.returning(CameIn, "came_in")
_BESIDE_ANNOUNCED = _SQL.returning(Announced, "beside_announced")
_ANNOUNCED = _SQL.returning(AnnouncedRow, "announced")
_ANNOUNCED_ORDER = _SQL.returning(_Code, "announced_order")
_INSERT_ANNOUNCEMENT = _SQL.returning(_Id, "insert_announcement")
_INSERT_ANNOUNCEMENT_LINES = _SQL.command("insert_announcement_lines")
_ATTACH = _SQL.command("attach_announcement")


def product(transaction: Transaction, text: str, gtin: str) -> KnownProduct | None:
    """The product with this code, or else with this GTIN of 14 digits."""
    return transaction.row(_PRODUCT, code=text, gtin=gtin)


def order_id(transaction: Transaction, code: str) -> int | None:
    """The id of an order, None when there is none."""
    row = transaction.row(_ORDER_ID, code=code)
    return None if row is None else row.id


def open_lines(transaction: Transaction, order: str) -> list[OpenLine]:
    """The lines of an order and how much of each is still to come."""
    return transaction.rows(_OPEN_LINES, order=order)


def lots_of_receipt(transaction: Transaction, receipt: str) -> list[RecordedLot]:
    """The lots that are recorded of a delivery, in the order in which they were."""
    return [
        RecordedLot(
            one.code,
            Label(one.product_id, one.supplier_lot, one.expires_on, one.produced_on, one.line),
        )
        for one in transaction.rows(_LOTS_OF_RECEIPT, receipt=receipt)
    ]


def receipt_id(transaction: Transaction, code: str) -> int | None:
    """The id of a goods receipt, None when there is none."""
    row = transaction.row(_RECEIPT_ID, code=code)
    return None if row is None else row.id


def receipt_head(transaction: Transaction, receipt_id: int) -> ReceiptHead:
    """The code of a receipt and what was decided."""
    return transaction.one(_RECEIPT_HEAD, receipt_id=receipt_id)


def receipts_beside(transaction: Transaction, receipt_id: int) -> list[int]:
    """Other receipts under the same order lines, in order of arrival."""
    return [row.id for row in transaction.rows(_RECEIPTS_BESIDE, receipt_id=receipt_id)]


def came_in(transaction: Transaction, receipt_id: int) -> list[CameIn]:
    """The lots of a receipt and what they are held against."""
    return transaction.rows(_CAME_IN, receipt_id=receipt_id)


def beside_announced(transaction: Transaction, receipt_id: int) -> list[Announced]:
    """What was announced for a receipt, product by product, and what of it came."""
    return transaction.rows(_BESIDE_ANNOUNCED, receipt_id=receipt_id)


def announced(transaction: Transaction, code: str) -> list[AnnouncedRow]:
    """The lines of an announcement, none when there is none."""
    return transaction.rows(_ANNOUNCED, code=code)


def announced_order(transaction: Transaction, code: str) -> str | None:
    """The order that an announcement is of, None when there is no such announcement."""
    row = transaction.row(_ANNOUNCED_ORDER, code=code)
    return None if row is None else row.code


def insert_announcement(
    transaction: Transaction, code: str, lines: Sequence[AnnouncedRow], by: str
) -> None:
    """Insert an announcement with its lines."""
    head = transaction.one(_INSERT_ANNOUNCEMENT, code=code, order_id=lines[0].order_id, by=by)
    transaction.run(
        _INSERT_ANNOUNCEMENT_LINES,
        announcement_id=head.id,
        products=[line.product_id for line in lines],
        lots=[line.supplier_lot for line in lines],
        quantities=[line.quantity for line in lines],
    )


def attach(transaction: Transaction, receipt_id: int, announcement: str) -> None:
    """Note which announcement a receipt is of."""
    transaction.run(_ATTACH, receipt_id=receipt_id, announcement=announcement)

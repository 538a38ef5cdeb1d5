"""Reading and writing supplier invoices, and what of their orders they are matched with."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.ledger import store
from erp.ledger.core.invoice import Invoice, InvoiceLine, OrderedLine
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A stored invoice as lists show it."""

    invoice_id: int
    code: str
    supplier: str
    order: str
    invoiced_on: date
    currency: str
    total: Decimal
    charges: Decimal
    state: str
    approved_by: str | None
    approved_why: str | None
    cancelled_by: str | None
    cancelled_why: str | None
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Order:
    """A purchase order; `replaces` is the claim (its code) whose goods it makes good."""

    order_id: int
    supplier_id: int
    supplier: str
    currency: str
    replaces: str | None


@dataclass(frozen=True, slots=True)
class _Line:
    order_line: int
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class _Id:
    invoice_id: int


_SQL = Statements("erp.ledger")
_ORDER = _SQL.returning(Order, "order_of_invoice")
_ORDERED_LINES = _SQL.returning(OrderedLine, "ordered_lines")
_INSERT = _SQL.returning(_Id, "insert_invoice")
_INSERT_LINES = _SQL.command("insert_invoice_lines")
_INVOICES = _SQL.returning(InvoiceRow, "invoices")
_INVOICE = _SQL.returning(InvoiceRow, "invoice_by_code")
_INVOICE_LINES = _SQL.returning(_Line, "invoice_lines")
APPROVE = _SQL.command("approve_invoice")
CANCEL = _SQL.command("cancel_invoice")
MATCH = _SQL.command("match_invoice")


def order(transaction: Transaction, code: str, *, lock: bool = True) -> Order | None:
    """The order with that code, locked until commit unless it is only looked at."""
    found = transaction.row(_ORDER, order=code)
    if found is None or not lock:
        return found
    store.lock_orders(transaction, [found.order_id])
    return transaction.one(_ORDER, order=code)


def ordered_lines(
    transaction: Transaction, order_id: int, *, before: int | None = None
) -> dict[int, OrderedLine]:
    """An order's lines by number, invoiced `before` the invoice of this id (None: so far)."""
    found = transaction.rows(_ORDERED_LINES, order_id=order_id, before=before)
    return {row.order_line: row for row in found}


def stored(transaction: Transaction, supplier: str, code: str) -> InvoiceRow | None:
    """The invoice that stands under this number, or the newest that was taken back."""
    return transaction.row(_INVOICE, supplier=supplier, code=code)


def told(transaction: Transaction, row: InvoiceRow) -> Invoice:
    """A stored invoice as it was recorded."""
    lines = transaction.rows(_INVOICE_LINES, invoice_id=row.invoice_id)
    return Invoice(
        row.code,
        row.order,
        row.invoiced_on,
        row.currency,
        tuple(InvoiceLine(one.order_line, one.quantity, one.unit_price, one.amount) for one in lines),
        row.charges,
        row.recorded_by,
    )


def listed(transaction: Transaction, state: str | None) -> list[InvoiceRow]:
    """Every invoice, newest first, or those in a state."""
    return transaction.rows(_INVOICES, state=state, order_ids=None)


def blocked(transaction: Transaction, order_ids: Collection[int]) -> list[InvoiceRow]:
    """The blocked invoices of orders, in the order they were recorded."""
    found = transaction.rows(_INVOICES, state="blocked", order_ids=sorted(order_ids))
    return sorted(found, key=lambda one: one.invoice_id)


def insert(transaction: Transaction, invoice: Invoice, order: Order, state: str) -> int:
    """Keep a new invoice with its lines; its id."""
    row = transaction.one(
        _INSERT,
        code=invoice.code,
        supplier_id=order.supplier_id,
        order_id=order.order_id,
        invoiced_on=invoice.invoiced_on,
        currency=invoice.currency,
        total=invoice.total,
        charges=invoice.charges,
        state=state,
        by=invoice.by,
    )
    transaction.run(
        _INSERT_LINES,
        invoice_id=row.invoice_id,
        order_id=order.order_id,
        order_lines=[line.order_line for line in invoice.lines],
        quantities=[line.quantity for line in invoice.lines],
        prices=[line.unit_price for line in invoice.lines],
        amounts=[line.amount for line in invoice.lines],
    )
    return row.invoice_id

"""Supplier invoices: matched and posted when recorded, approved by a person when they differ.

One that was recorded wrongly is cancelled: its entries are reversed, and its number may be told anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from erp import subjects
from erp.ledger import rounding
from erp.ledger.core.entry import Entry, reversal
from erp.ledger.core.invoice import (
    Invoice,
    InvoiceLine,
    OrderedLine,
    Variance,
    fault,
    lines_of,
    variances,
)
from erp.ledger.handlers import post
from erp.wording import plain
from kernel.instants import instant, moment
from kernel.refusal import Refusal
from storage.database import Transaction
from storage.statement import Statements

STATES = ("matched", "blocked", "approved", "cancelled")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an invoice: `matched`, `blocked` or `approved`, and in what it differs."""

    state: str
    variances: tuple[Variance, ...]
    new: bool


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
class InvoiceLineRow:
    """A stored line of an invoice."""

    order_line: int
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class _Order:
    order_id: int
    supplier_id: int
    supplier: str
    currency: str
    replaces: str | None


@dataclass(frozen=True, slots=True)
class _Id:
    invoice_id: int


_SQL = Statements("erp.ledger")
_ORDER = _SQL.returning(_Order, "order_of_invoice")
_ORDERED_LINES = _SQL.returning(OrderedLine, "ordered_lines")
_INSERT = _SQL.returning(_Id, "insert_invoice")
_INSERT_LINES = _SQL.command("insert_invoice_lines")
_INVOICES = _SQL.returning(InvoiceRow, "invoices")
_INVOICE = _SQL.returning(InvoiceRow, "invoice_by_code")
_INVOICE_LINES = _SQL.returning(InvoiceLineRow, "invoice_lines")
_APPROVE = _SQL.command("approve_invoice")
_CANCEL = _SQL.command("cancel_invoice")


def record(transaction: Transaction, invoice: Invoice) -> Recorded:
    """Match and post an invoice; the same one told again changes nothing.

    Raises `Refusal` for an unknown order or line, another currency, or a number that the supplier used
    for another invoice.
    """
    order = transaction.row(_ORDER, order=invoice.order)
    if order is None:
        raise Refusal(f"invoice {invoice.code}: there is no order {invoice.order!r}")
    known = _ordered_lines(transaction, order, before=None)
    wrong = fault(invoice, order.currency, known)
    if wrong is not None:
        raise Refusal(wrong)
    stored = _stored(transaction, order.supplier, invoice.code)
    if stored is not None and stored.state != "cancelled":
        return _again(transaction, stored, invoice)
    found = variances(invoice, known, order.replaces)
    state = "blocked" if found else "matched"
    number = _insert(transaction, invoice, order, state)
    at = instant(datetime.combine(invoice.invoiced_on, time(12), UTC))
    _post(transaction, order, invoice.by, _entries(invoice, known, order.order_id, number, at))
    transaction.audit(
        invoice.by,
        "invoice recorded",
        subjects.invoice(order.supplier, invoice.code),
        order=invoice.order,
        total=plain(invoice.total),
        currency=invoice.currency,
        state=state,
        variances=[f"{one.kind}, order line {one.order_line}: {one.words}" for one in found],
    )
    return Recorded(state, tuple(found), new=True)


def approve(transaction: Transaction, supplier: str, code: str, why: str, by: str) -> bool:
    """Let an invoice be paid although it differs; False when it is approved already."""
    stored = _known(transaction, supplier, code)
    if not why.strip():
        raise Refusal(f"invoice {code}: say in --reason why it may be paid although it differs")
    if stored.state == "cancelled":
        raise Refusal(_taken_back(stored))
    if stored.state == "matched":
        raise Refusal(f"invoice {code} matches: it needs no approval")
    if stored.recorded_by == by:
        raise Refusal(f"invoice {code} was recorded by {by}: somebody else approves it")
    if stored.state == "approved":
        return False
    transaction.run(_APPROVE, invoice_id=stored.invoice_id, by=by, why=why)
    transaction.audit(
        by,
        "invoice approved",
        subjects.invoice(supplier, code),
        why=why,
        before={"state": stored.state},
        after={"state": "approved"},
    )
    return True


def cancel(  # noqa: PLR0917 - which invoice, and who takes it back when and why
    transaction: Transaction, supplier: str, code: str, why: str, at: int, by: str
) -> None:
    """Take back an invoice that was recorded wrongly; it is reversed at `at` (microseconds)."""
    order = transaction.one(_ORDER, order=_known(transaction, supplier, code).order)
    stored = _known(transaction, supplier, code)
    if not why.strip():
        raise Refusal(f"invoice {code}: say in --reason why it is taken back")
    if stored.state == "cancelled":
        raise Refusal(_taken_back(stored))
    known = _ordered_lines(transaction, order, before=stored.invoice_id)
    told = _told(stored, _lines(transaction, stored.invoice_id))
    transaction.run(_CANCEL, invoice_id=stored.invoice_id, by=by, why=why)
    posted = _entries(told, known, order.order_id, stored.invoice_id, at)
    _post(transaction, order, by, [reversal(one, "cancelled") for one in posted])
    transaction.audit(
        by,
        "invoice cancelled",
        subjects.invoice(supplier, code),
        why=why,
        occurred_at=moment(at),
        before={"state": stored.state},
        after={"state": "cancelled"},
    )


def invoices(transaction: Transaction, state: str | None = None) -> list[InvoiceRow]:
    """Every invoice, newest first, or those in a state."""
    if state is not None and state not in STATES:
        raise Refusal(f"{state!r} is no state of an invoice: give one of {', '.join(STATES)}")
    return transaction.rows(_INVOICES, state=state)


def match(transaction: Transaction, supplier: str, code: str) -> tuple[InvoiceRow, list[Variance]]:
    """An invoice, and in what it differs as things stand now: goods may have come since.

    What was invoiced later counts against the later invoice.
    """
    stored = _known(transaction, supplier, code)
    return stored, [] if stored.state == "cancelled" else _variances_now(transaction, stored)


def _variances_now(transaction: Transaction, stored: InvoiceRow) -> list[Variance]:
    order = transaction.one(_ORDER, order=stored.order)
    known = _ordered_lines(transaction, order, before=stored.invoice_id)
    told = _told(stored, _lines(transaction, stored.invoice_id))
    return variances(told, known, order.replaces)


def _ordered_lines(
    transaction: Transaction, order: _Order, *, before: int | None
) -> dict[int, OrderedLine]:
    """An order's lines by number, invoiced `before` the invoice of this id (None: so far)."""
    found = transaction.rows(_ORDERED_LINES, order_id=order.order_id, before=before)
    return {row.order_line: row for row in found}


def _again(transaction: Transaction, stored: InvoiceRow, told: Invoice) -> Recorded:
    same = _told(stored, _lines(transaction, stored.invoice_id))
    if (same.order, same.invoiced_on, same.charges, set(same.lines)) != (
        told.order,
        told.invoiced_on,
        told.charges,
        set(told.lines),
    ):
        raise Refusal(
            f"invoice {told.code} of supplier {stored.supplier} is recorded with other contents: "
            "one number is one invoice"
        )
    return Recorded(stored.state, tuple(_variances_now(transaction, stored)), new=False)


def _stored(transaction: Transaction, supplier: str, code: str) -> InvoiceRow | None:
    return transaction.row(_INVOICE, supplier=supplier, code=code)


def _known(transaction: Transaction, supplier: str, code: str) -> InvoiceRow:
    stored = _stored(transaction, supplier, code)
    if stored is None:
        raise Refusal(f"there is no invoice {code!r} of supplier {supplier}: coldbind invoice list")
    return stored


def _taken_back(stored: InvoiceRow) -> str:
    return f"invoice {stored.code} was taken back by {stored.cancelled_by}: {stored.cancelled_why}"


def _lines(transaction: Transaction, invoice_id: int) -> list[InvoiceLineRow]:
    return transaction.rows(_INVOICE_LINES, invoice_id=invoice_id)


def _told(stored: InvoiceRow, lines: Sequence[InvoiceLineRow]) -> Invoice:
    return Invoice(
        stored.code,
        stored.order,
        stored.invoiced_on,
        stored.currency,
        tuple(InvoiceLine(one.order_line, one.quantity, one.unit_price, one.amount) for one in lines),
        stored.charges,
        stored.recorded_by,
    )


def _insert(transaction: Transaction, invoice: Invoice, order: _Order, state: str) -> int:
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


def _entries(
    invoice: Invoice, known: dict[int, OrderedLine], order_id: int, invoice_id: int, at: int
) -> list[Entry]:
    """What an invoice is in the books."""
    return [
        Entry(
            "invoice",
            at,
            invoice.currency,
            lines,
            document=invoice.code,
            order_id=order_id if order_line is not None else None,
            order_line=order_line,
            invoice_id=invoice_id,
        )
        for order_line, lines in lines_of(invoice, known)
        if lines
    ]


def _post(transaction: Transaction, order: _Order, by: str, entries: Sequence[Entry]) -> None:
    """Post an invoice or its cancellation, and the cents that this leaves or frees."""
    post(transaction, entries, by)
    touched = [(order.order_id, one.order_line) for one in entries if one.order_line is not None]
    post(transaction, rounding.settle(transaction, touched), subjects.MACHINE)

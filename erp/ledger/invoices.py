"""Supplier invoices: matched and posted when recorded, approved by a person when they differ.

A blocked one whose variances have gone is matched by itself. One that was recorded wrongly is
cancelled: its entries are reversed, and its number may be told anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from erp import subjects
from erp.ledger import invoice_store, rounding, store
from erp.ledger.core.entry import Entry, reversal
from erp.ledger.core.invoice import Invoice, OrderedLine, Variance, fault, lines_of, variances
from erp.ledger.invoice_store import InvoiceRow, Order
from erp.ledger.posting import post
from erp.wording import plain
from kernel.instants import instant, moment
from kernel.refusal import Refusal
from storage.database import Transaction

STATES = ("matched", "blocked", "approved", "cancelled")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an invoice: `matched`, `blocked` or `approved`, and in what it differs."""

    state: str
    variances: tuple[Variance, ...]
    new: bool


def currency_of(transaction: Transaction, order: str) -> str:
    """The currency in which an order is invoiced; `Refusal` when there is no such order."""
    found = invoice_store.order(transaction, order, lock=False)
    if found is None:
        raise Refusal(f"there is no order {order!r}: coldbind order list")
    return found.currency


def record(transaction: Transaction, invoice: Invoice) -> Recorded:
    """Match and post an invoice; the same one told again changes nothing.

    Raises `Refusal` for an unknown order or line, another currency, or a number that the supplier used
    for another invoice.
    """
    order = invoice_store.order(transaction, invoice.order)
    if order is None:
        raise Refusal(f"invoice {invoice.code}: there is no order {invoice.order!r}")
    known = invoice_store.ordered_lines(transaction, order.order_id)
    wrong = fault(invoice, order.currency, known)
    if wrong is not None:
        raise Refusal(wrong)
    stored = invoice_store.stored(transaction, order.supplier, invoice.code)
    if stored is not None and stored.state != "cancelled":
        return _again(transaction, stored, invoice)
    found = variances(invoice, known, order.replaces)
    state = "blocked" if found else "matched"
    number = invoice_store.insert(transaction, invoice, order, state)
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
    _, stored = _locked(transaction, supplier, code)
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
    transaction.run(invoice_store.APPROVE, invoice_id=stored.invoice_id, by=by, why=why)
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
    order, stored = _locked(transaction, supplier, code)
    if not why.strip():
        raise Refusal(f"invoice {code}: say in --reason why it is taken back")
    if stored.state == "cancelled":
        raise Refusal(_taken_back(stored))
    known = invoice_store.ordered_lines(transaction, order.order_id, before=stored.invoice_id)
    told = invoice_store.told(transaction, stored)
    transaction.run(invoice_store.CANCEL, invoice_id=stored.invoice_id, by=by, why=why)
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
    match_again(transaction, [order.order_id])


def match_again(transaction: Transaction, order_ids: Iterable[int]) -> None:
    """Goods came, or an invoice was taken back: what is blocked of these orders may match now."""
    orders = set(order_ids)
    store.lock_orders(transaction, orders)
    for stored in invoice_store.blocked(transaction, orders):
        if not _variances_now(transaction, stored):
            transaction.run(invoice_store.MATCH, invoice_id=stored.invoice_id)
            transaction.audit(
                subjects.MACHINE,
                "invoice matched",
                subjects.invoice(stored.supplier, stored.code),
                why="it agrees with what is ordered and accepted now",
                before={"state": stored.state},
                after={"state": "matched"},
            )


def invoices(transaction: Transaction, state: str | None = None) -> list[InvoiceRow]:
    """Every invoice, newest first, or those in a state."""
    if state is not None and state not in STATES:
        raise Refusal(f"{state!r} is no state of an invoice: give one of {', '.join(STATES)}")
    return invoice_store.listed(transaction, state)


def match(transaction: Transaction, supplier: str, code: str) -> tuple[InvoiceRow, list[Variance]]:
    """An invoice, and in what it differs as things stand now: goods may have come since.

    What was invoiced later counts against the later invoice.
    """
    stored = _known(transaction, supplier, code)
    return stored, [] if stored.state == "cancelled" else _variances_now(transaction, stored)


def _variances_now(transaction: Transaction, stored: InvoiceRow) -> list[Variance]:
    order = _order_of(transaction, stored, lock=False)
    known = invoice_store.ordered_lines(transaction, order.order_id, before=stored.invoice_id)
    return variances(invoice_store.told(transaction, stored), known, order.replaces)


def _order_of(transaction: Transaction, stored: InvoiceRow, *, lock: bool) -> Order:
    order = invoice_store.order(transaction, stored.order, lock=lock)
    assert order is not None, "no order of an invoice is ever removed"
    return order


def _again(transaction: Transaction, stored: InvoiceRow, told: Invoice) -> Recorded:
    same = invoice_store.told(transaction, stored)
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


def _known(transaction: Transaction, supplier: str, code: str) -> InvoiceRow:
    stored = invoice_store.stored(transaction, supplier, code)
    if stored is None:
        raise Refusal(f"there is no invoice {code!r} of supplier {supplier}: coldbind invoice list")
    return stored


def _locked(transaction: Transaction, supplier: str, code: str) -> tuple[Order, InvoiceRow]:
    """An invoice and its order, nobody else's until commit."""
    order = _order_of(transaction, _known(transaction, supplier, code), lock=True)
    return order, _known(transaction, supplier, code)


def _taken_back(stored: InvoiceRow) -> str:
    return f"invoice {stored.code} was taken back by {stored.cancelled_by}: {stored.cancelled_why}"


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


def _post(transaction: Transaction, order: Order, by: str, entries: Sequence[Entry]) -> None:
    """Post an invoice or its cancellation, and the cents that this leaves or frees."""
    post(transaction, entries, by)
    touched = [(order.order_id, one.order_line) for one in entries if one.order_line is not None]
    post(transaction, rounding.settle(transaction, touched), subjects.MACHINE)

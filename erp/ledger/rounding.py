"""Cents that stay between what units came to and what was invoiced, once all that came is invoiced."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from erp.ledger import store
from erp.ledger.core import chart
from erp.ledger.core.entry import Entry
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An order line: what was accepted and invoiced of it, and what the books have open for that.

    `open` is the balance of goods received and not invoiced without the cents that `settled` took off;
    `at` is when the last of it happened, in microseconds.
    """

    order_id: int
    order_line: int
    currency: str
    accepted: Decimal
    invoiced: Decimal
    open: Decimal
    settled: Decimal
    at: int


_SQL = Statements("erp.ledger")
_OPEN_LINES = _SQL.returning(OpenLine, "open_lines")


def settle(
    transaction: Transaction, order_lines: Collection[tuple[int | None, int | None]]
) -> list[Entry]:
    """The entries that take off the cents that are left where all that came is invoiced."""
    if not order_lines:
        return []
    orders = [order for order, _ in order_lines if order is not None]
    store.lock_orders(transaction, orders)
    found = transaction.rows(
        _OPEN_LINES,
        order_ids=[order for order, _ in order_lines],
        order_lines=[line for _, line in order_lines],
    )
    return [entry for entry in map(_entry, found) if entry is not None]


def _entry(line: OpenLine) -> Entry | None:
    wanted = -line.open if line.accepted == line.invoiced else Decimal(0)
    missing = wanted - line.settled
    if not missing:
        return None
    return Entry(
        "receipt_rounding",
        line.at,
        line.currency,
        {chart.NOT_INVOICED: missing, chart.ROUNDING: -missing},
        order_id=line.order_id,
        order_line=line.order_line,
    )

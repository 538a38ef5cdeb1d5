"""Order lines of which the rest will not come: a person closes them, and may open them again."""

from dataclasses import dataclass
from decimal import Decimal

from erp import subjects
from erp.purchasing import store
from erp.wording import plain
from kernel.refusal import Refusal
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """A line of which `missing`, in the product's unit, did not come."""

    line: int
    missing: Decimal


_SQL = Statements("erp.purchasing")
_CLOSE = _SQL.returning(ClosedLine, "close_lines")
_REOPEN = _SQL.command("reopen_line")


def close(
    transaction: Transaction, order: str, line: int | None, by: str, why: str
) -> list[ClosedLine]:
    """Expect no more of a line, or of any line; what did not come of each.

    Raises `Refusal` when there is no such order, or nothing of it is open.
    """
    order_id = _order(transaction, order, why)
    closed = transaction.rows(_CLOSE, order_id=order_id, line=line, by=by, why=why)
    if not closed:
        what = "no line" if line is None else f"no line {line} that"
        raise Refusal(f"order {order} has {what} is open: coldbind order show {order}")
    for one in closed:
        transaction.audit(
            by,
            "order line closed",
            subjects.order(order),
            line=one.line,
            missing=plain(one.missing),
            why=why,
        )
    return sorted(closed, key=lambda one: one.line)


def reopen(transaction: Transaction, order: str, line: int, by: str, why: str) -> None:
    """The rest of a closed line may come after all."""
    order_id = _order(transaction, order, why)
    if not transaction.run(_REOPEN, order_id=order_id, line=line):
        raise Refusal(f"order {order} has no line {line} that is closed: coldbind order show {order}")
    transaction.audit(by, "order line reopened", subjects.order(order), line=line, why=why)


def _order(transaction: Transaction, order: str, why: str) -> int:
    """The order, locked against deliveries that are told at the same moment."""
    if not why.strip():
        raise Refusal(f"order {order}: write in --reason why")
    order_id = store.lock_order_id(transaction, order)
    if order_id is None:
        raise Refusal(f"there is no order {order!r}: coldbind order list shows them")
    return order_id

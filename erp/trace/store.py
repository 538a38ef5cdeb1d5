"""The one statement that tells a lot's story."""

from dataclasses import dataclass

from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class _Told:
    trace: str


_TRACE = Statements("erp.trace").returning(_Told, "trace")


def trace(transaction: Transaction, lot: str) -> str | None:
    """The trace of the lot with that code as JSON text, or None when there is no such lot."""
    row = transaction.row(_TRACE, lot=lot)
    return None if row is None else row.trace

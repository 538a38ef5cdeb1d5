"""Telling a lot's story: where from, where it stood, what it felt, what was decided and claimed."""

from erp.trace import store
from storage.database import Transaction


def trace_lot(transaction: Transaction, lot_code: str) -> str | None:
    """The trace of a lot as JSON text in the shape of `erp.trace.shape.Trace`; None when unknown."""
    return store.trace(transaction, lot_code)

"""The one statement that tells a lot's story."""

from dataclasses import dataclass

from kernel.instants import moment
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class _Told:
    trace: str


@dataclass(frozen=True, slots=True)
class _Promised:
    unit: str
    reserved: str


_SQL = Statements("erp.trace")
_TRACE = _SQL.returning(_Told, "trace")
_PROMISED_THEN = _SQL.returning(_Promised, "promised_then")
_PLAN_ONCE = _SQL.command("plan_once")
_PLAN_AS_EVER = _SQL.command("plan_as_ever")


def trace(transaction: Transaction, lot: str, as_known_at: int | None = None) -> str | None:
    """The trace of the lot with that code as JSON text, or None when there is no such lot.

    `as_known_at` leaves out what was recorded later. Its plan suits every lot, and making it anew takes
    longer than telling the story of most: so a connection makes it once.
    """
    known_at = "infinity" if as_known_at is None else moment(as_known_at)
    transaction.run(_PLAN_ONCE)
    row = transaction.row(_TRACE, lot=lot, known_at=known_at)
    transaction.run(_PLAN_AS_EVER)
    return None if row is None else row.trace


def promised_then(transaction: Transaction, lot: str, known_at: int) -> dict[str, str]:
    """By unit of the lot what of it was promised or picked, by what was known then."""
    rows = transaction.rows(_PROMISED_THEN, lot=lot, known_at=moment(known_at))
    return {row.unit: row.reserved for row in rows}

"""Whether the journal is what was posted: every entry held against the digest in the audit chain."""

from dataclasses import dataclass

from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class _Entry:
    entry_id: int
    record_id: int | None
    fault: str
    kind: str
    lines: str


_ALTERED = Statements("erp.ledger").returning(_Entry, "altered_entries")


def faults(transaction: Transaction) -> list[str]:
    """Every entry that was altered, removed or inserted past the ledger, a sentence each."""
    return [_sentence(one) for one in transaction.rows(_ALTERED)]


def _sentence(one: _Entry) -> str:
    kind = f" ({one.kind.replace('_', ' ')})" if one.kind else ""
    told = f", audit record {one.record_id} has what it was" if one.record_id is not None else ""
    now = f"; its lines are {one.lines}" if one.lines else ""
    return f"journal entry {one.entry_id}{kind} {one.fault}{told}{now}"

"""Posting to the journal, and keeping the digests of what was posted in the audit chain."""

from collections.abc import Sequence

from erp import subjects
from erp.ledger import store
from erp.ledger.core.entry import Entry
from storage.database import Transaction


def post(transaction: Transaction, entries: Sequence[Entry], by: str) -> list[int]:
    """Post entries; their ids."""
    if not entries:
        return []
    posted = store.post(transaction, entries, by)
    transaction.audit(
        by,
        "journal entries posted",
        subjects.JOURNAL,
        digests={str(p.entry_id): p.digest for p in posted},
    )
    return [one.entry_id for one in posted]

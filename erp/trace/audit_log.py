"""Looking into the audit chain: its newest records, about one thing or by one person."""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Looked:
    """Which records: about a subject, by an actor (None: any), and how many of the newest."""

    subject: str | None
    actor: str | None
    last: int


@dataclass(frozen=True, slots=True)
class Told:
    """A record: `recorded_at` is when it was known, `occurred_at` when it was true, as it was told."""

    record_id: int
    recorded_at: datetime
    occurred_at: str | None
    actor: str
    action: str
    subject: str
    why: str | None
    before: str | None
    after: str | None
    detail: str


_LOG = Statements("erp.trace").returning(Told, "audit_log")


def log(transaction: Transaction, looked: Looked) -> list[Told]:
    """The records in the order of the chain; before, after and detail are JSON text."""
    return transaction.rows(_LOG, subject=looked.subject, actor=looked.actor, last=looked.last)

"""Legal and recall holds on records: while one is open, nothing since its day is dropped."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from kernel.refusal import Refusal
from storage.database import Transaction
from storage.statement import Statements

CAUSES = ("legal", "recall")


@dataclass(frozen=True, slots=True)
class LegalHold:
    """An open hold on records from `since` on."""

    legal_hold_id: int
    cause: str
    words: str
    since: datetime
    placed_at: datetime
    placed_by: str


@dataclass(frozen=True, slots=True)
class _Id:
    legal_hold_id: int


_SQL = Statements("erp.claims")
_PLACE = _SQL.returning(_Id, "place_legal_hold")
_RELEASE = _SQL.command("release_legal_hold")
_OPEN = _SQL.returning(LegalHold, "open_legal_holds")


def place(transaction: Transaction, cause: str, words: str, since: date, by: str) -> int:
    """Hold all records from a day on; the number of the hold."""
    if cause not in CAUSES or not words.strip():
        raise Refusal(f"a hold on records is for one of {', '.join(CAUSES)}, and says what it is about")
    at = datetime.combine(since, time(), UTC)
    number = transaction.one(_PLACE, cause=cause, words=words, since=at, by=by).legal_hold_id
    transaction.audit(by, "records held", f"records hold {number}", cause=cause, since=at, why=words)
    return number


def release(transaction: Transaction, number: int, why: str, by: str) -> None:
    """The records of a hold are not needed any more."""
    if not why.strip():
        raise Refusal(f"records hold {number}: say why it ends in --reason")
    if not transaction.run(_RELEASE, legal_hold_id=number, by=by, why=why):
        raise Refusal(f"there is no open records hold {number}: coldbind retention holds")
    transaction.audit(by, "records hold released", f"records hold {number}", why=why)


def open_holds(transaction: Transaction) -> list[LegalHold]:
    """The holds that were not released, oldest first."""
    return transaction.rows(_OPEN)

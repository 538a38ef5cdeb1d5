"""Legal and recall holds on records: while one is open, nothing since its day is dropped.

Heard: RecallOpened and RecallClosed. A recall places its hold itself; only closing the case ends it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from kernel.events import RecallClosed, RecallOpened
from kernel.instants import moment
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
class _OfRecall:
    legal_hold_id: int
    recall: str


@dataclass(frozen=True, slots=True)
class _Id:
    legal_hold_id: int


_SQL = Statements("erp.claims")
_PLACE = _SQL.returning(_Id, "place_legal_hold")
_RELEASE = _SQL.command("release_legal_hold")
_OF_RECALL = _SQL.returning(_OfRecall, "hold_of_recall")
_OPEN_RECALL = _SQL.returning(_OfRecall, "open_recall_of_hold")
_OPEN = _SQL.returning(LegalHold, "open_legal_holds")


def place(transaction: Transaction, cause: str, words: str, since: date, by: str) -> int:
    """Hold all records from a day on; the number of the hold."""
    if cause not in CAUSES or not words.strip():
        raise Refusal(f"a hold on records is for one of {', '.join(CAUSES)}, and says what it is about")
    return _place(transaction, cause, words, datetime.combine(since, time(), UTC), by, None)


def recall_opened(opened: RecallOpened, transaction: Transaction) -> None:
    """Hold the records from the arrival of the recalled goods on."""
    words = f"recall {opened.code}: {opened.reason}"
    _place(transaction, "recall", words, moment(opened.since), opened.by, opened.recall_id)


def recall_closed(closed: RecallClosed, transaction: Transaction) -> None:
    """The records of a closed recall are not needed for it any more."""
    held = transaction.row(_OF_RECALL, recall_id=closed.recall_id)
    if held is not None:
        release(
            transaction, held.legal_hold_id, f"recall {closed.code}: {closed.conclusion}", closed.by
        )


def release(transaction: Transaction, number: int, why: str, by: str) -> None:
    """The records of a hold are not needed any more."""
    if not why.strip():
        raise Refusal(f"records hold {number}: say why it ends in --reason")
    of = transaction.row(_OPEN_RECALL, legal_hold_id=number)
    if of is not None:
        raise Refusal(
            f"records hold {number} is of recall {of.recall}, which is open: coldbind recall close"
        )
    if not transaction.run(_RELEASE, legal_hold_id=number, by=by, why=why):
        raise Refusal(f"there is no open records hold {number}: coldbind retention holds")
    transaction.audit(by, "records hold released", f"records hold {number}", why=why)


def open_holds(transaction: Transaction) -> list[LegalHold]:
    """The holds that were not released, oldest first."""
    return transaction.rows(_OPEN)


def _place(  # noqa: PLR0917 - a hold and, if any, the case it belongs to
    transaction: Transaction, cause: str, words: str, since: datetime, by: str, recall_id: int | None
) -> int:
    number = transaction.one(
        _PLACE, cause=cause, words=words, since=since, by=by, recall_id=recall_id
    ).legal_hold_id
    transaction.audit(by, "records held", f"records hold {number}", cause=cause, since=since, why=words)
    return number

"""Whom a recall has to be told, who was told, and what they answered."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("erp.recall")


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told to one customer about a recall."""

    customer: str
    name: str
    contact: str
    state: str
    sent_at: datetime | None
    sent_by: str | None
    sent_how: str
    answered_at: datetime | None
    shipped: Decimal
    returned: Decimal


@dataclass(frozen=True, slots=True)
class Reply:
    """What a customer says became of part of a lot."""

    customer: str
    lot: str
    fate: str
    quantity: Decimal
    remark: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class SentLot:
    """What of a recalled lot a customer has no end of by now."""

    lot_id: int
    customer_id: int
    left_over: Decimal


_NOTICES_MADE = _SQL.command("make_notices")
_NOTICES = _SQL.returning(Notice, "notices")
_REPLIES = _SQL.returning(Reply, "replies")
_SEND = _SQL.command("send_notice")
_ANSWER = _SQL.command("answer_notice")
_SENT_LOT = _SQL.returning(SentLot, "lot_sent_to")
_INSERT_REPLY = _SQL.command("insert_reply")


def make_notices(transaction: Transaction, recall_id: int) -> int:
    """A notice for every customer that got any of it and has none yet; how many were made."""
    return transaction.run(_NOTICES_MADE, recall_id=recall_id)


def notices(transaction: Transaction, recall_id: int) -> list[Notice]:
    """What was told to whom, customer by customer."""
    return transaction.rows(_NOTICES, recall_id=recall_id)


def replies(transaction: Transaction, recall_id: int) -> list[Reply]:
    """What customers answered, in the order it came."""
    return transaction.rows(_REPLIES, recall_id=recall_id)


def send(transaction: Transaction, recall_id: int, customer: str, how: str, by: str) -> bool:
    """The customer was told; False when that was written down before."""
    return bool(transaction.run(_SEND, recall_id=recall_id, customer=customer, how=how, by=by))


def answer(transaction: Transaction, recall_id: int, customer: str) -> None:
    """The customer has answered."""
    transaction.run(_ANSWER, recall_id=recall_id, customer=customer)


def sent_lot(transaction: Transaction, recall_id: int, customer: str, lot: str) -> SentLot | None:
    """What a customer has of a recalled lot; None when they got nothing of it."""
    return transaction.row(_SENT_LOT, recall_id=recall_id, customer=customer, lot=lot)


def insert_reply(
    transaction: Transaction,
    recall_id: int,
    of: SentLot,
    *,
    fate: str,
    quantity: Decimal,
    remark: str,
    by: str,
) -> None:
    """Write down what a customer says became of goods."""
    transaction.run(
        _INSERT_REPLY,
        recall_id=recall_id,
        customer_id=of.customer_id,
        lot_id=of.lot_id,
        fate=fate,
        quantity=quantity,
        remark=remark,
        by=by,
    )

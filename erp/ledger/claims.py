"""What claims are worth in the books: a receivable once agreed, less what came as money or as goods."""

from dataclasses import dataclass
from decimal import Decimal

from erp.ledger.core import chart
from erp.ledger.core.entry import Entry
from kernel.events import ClaimAgreed, ClaimClosed, CreditCancelled, CreditNoted
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class _Amount:
    amount: Decimal


@dataclass(frozen=True, slots=True)
class _Replacement:
    claim_id: int
    currency: str
    received: Decimal
    settled: Decimal
    at: int


_SQL = Statements("erp.ledger")
_OPEN_OF_CLAIM = _SQL.returning(_Amount, "open_of_claim")
_GIVEN_UP_OF_CLAIM = _SQL.returning(_Amount, "given_up_of_claim")
_AGREED_OF_CLAIM = _SQL.returning(_Amount, "agreed_of_claim")
_REPLACEMENT = _SQL.returning(_Replacement, "replacement_of_order")


def open_amount(transaction: Transaction, claim_id: int) -> Decimal:
    """What a supplier still owes us for a claim, by the books."""
    return transaction.one(_OPEN_OF_CLAIM, claim_id=claim_id).amount


def agreed(transaction: Transaction, event: ClaimAgreed) -> Entry | None:
    """The books come to say what is agreed now, whatever was agreed before."""
    more = event.accepted - transaction.one(_AGREED_OF_CLAIM, claim_id=event.claim_id).amount
    if not more:
        return None
    lines = {chart.CLAIMS: more, chart.RECOVERED: -more}
    return Entry(
        "claim", event.at, event.currency, lines, event.document, "agreed", claim_id=event.claim_id
    )


def credited(transaction: Transaction, event: CreditNoted) -> Entry:
    """We owe the supplier less; what is more than agreed is recovered all the same."""
    lines = _settling(chart.PAYABLE, event.amount, open_amount(transaction, event.claim_id))
    return Entry(
        "credit_note", event.at, event.currency, lines, event.document, claim_id=event.claim_id
    )


def credit_cancelled(transaction: Transaction, event: CreditCancelled) -> list[Entry]:
    """We owe the supplier again what was credited; what is to come of the claim is owed to us again.

    That may be less than the credit, where another one covers part of it, and what was given up comes
    beside it.
    """
    entries: list[Entry] = []
    given_up = -transaction.one(_GIVEN_UP_OF_CLAIM, claim_id=event.claim_id).amount
    if given_up:
        lines = {chart.CLAIMS: given_up, chart.RECOVERED: -given_up}
        entries.append(_entry("claim", event, lines, "not given up"))
    owed = event.still_open - open_amount(transaction, event.claim_id) - given_up
    lines = {
        chart.PAYABLE: -event.amount,
        chart.CLAIMS: owed,
        chart.RECOVERED: event.amount - owed,
    }
    entries.append(_entry("credit_note", event, _without_nothing(lines), "cancelled"))
    return entries


def closed(transaction: Transaction, event: ClaimClosed) -> Entry | None:
    """Give up what is still open."""
    left = open_amount(transaction, event.claim_id)
    if not left:
        return None
    lines = {chart.RECOVERED: left, chart.CLAIMS: -left}
    return Entry(
        "claim", event.at, event.currency, lines, event.document, "given up", claim_id=event.claim_id
    )


def replaced(transaction: Transaction, order_id: int) -> Entry | None:
    """What was accepted under a replacement order and settles its claim; None when nothing new."""
    found = transaction.row(_REPLACEMENT, order_id=order_id)
    if found is None or found.received == found.settled:
        return None
    came = found.received - found.settled
    lines = _settling(chart.NOT_INVOICED, came, open_amount(transaction, found.claim_id))
    return Entry(
        "replacement", found.at, found.currency, lines, order_id=order_id, claim_id=found.claim_id
    )


def _entry(kind: str, event: CreditCancelled, lines: dict[str, Decimal], words: str) -> Entry:
    return Entry(kind, event.at, event.currency, lines, event.document, words, claim_id=event.claim_id)


def _settling(account: str, amount: Decimal, still_open: Decimal) -> dict[str, Decimal]:
    settles = min(amount, still_open)
    lines = {account: amount, chart.CLAIMS: -settles, chart.RECOVERED: settles - amount}
    return _without_nothing(lines)


def _without_nothing(lines: dict[str, Decimal]) -> dict[str, Decimal]:
    return {account: value for account, value in lines.items() if value}

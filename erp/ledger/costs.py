"""Costs that spoiled goods cause beside their own worth: destroying them, carrying them back."""

from dataclasses import dataclass
from decimal import Decimal

from erp import subjects
from erp.ledger.core import chart
from erp.ledger.core.entry import Entry
from erp.ledger.posting import post
from erp.wording import plain
from kernel.events import CostIncurred
from kernel.instants import moment
from kernel.money import Money
from kernel.refusal import Refusal
from storage.database import Transaction
from storage.statement import Statements

ACCOUNTS = {
    "destruction": chart.DESTRUCTION,
    "freight": chart.FREIGHT,
    "handling": chart.FREIGHT,
}
"""Kinds of cost, and where each is booked."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`amount` is owed since `at` (microseconds) for `document`, because of `claim` (its code)."""

    kind: str
    amount: Decimal
    currency: str
    at: int
    document: str
    by: str
    claim: str | None = None


@dataclass(frozen=True, slots=True)
class _Claim:
    claim_id: int
    currency: str


_SQL = Statements("erp.ledger")
_CLAIM = _SQL.returning(_Claim, "claim_of_cost")


def incur(transaction: Transaction, cost: Cost) -> int:
    """Post a cost; the number of its entry."""
    if cost.kind not in ACCOUNTS:
        raise Refusal(f"{cost.kind!r} is no kind of cost: give one of {', '.join(ACCOUNTS)}")
    if not cost.document.strip():
        raise Refusal(f"a cost of {cost.kind} needs its paper: give --document")
    money = Money(cost.amount, cost.currency)
    if cost.amount <= 0 or money.rounded() != money:
        raise Refusal(f"{plain(cost.amount)} {cost.currency} is no amount: give whole coins above 0")
    claim = None if cost.claim is None else transaction.row(_CLAIM, code=cost.claim)
    if cost.claim is not None and claim is None:
        raise Refusal(f"there is no claim {cost.claim!r}: coldbind claims list")
    if claim is not None and claim.currency != cost.currency:
        raise Refusal(f"claim {cost.claim} is in {claim.currency}: give the cost in that")
    amount = money.rounded().amount
    lines = {ACCOUNTS[cost.kind]: amount, chart.ACCRUED: -amount}
    claim_id = None if claim is None else claim.claim_id
    entry = Entry("cost", cost.at, cost.currency, lines, cost.document, cost.kind, claim_id=claim_id)
    transaction.audit(
        cost.by,
        "cost incurred",
        subjects.JOURNAL if cost.claim is None else subjects.claim(cost.claim),
        kind=cost.kind,
        amount=str(money.rounded()),
        document=cost.document,
        occurred_at=moment(cost.at),
    )
    if claim_id is not None:
        transaction.publish(CostIncurred(claim_id, cost.kind, amount, cost.document, cost.by))
    return post(transaction, [entry], cost.by)[0]

"""Looking at claims: one whole, all of them, what is due, how old, what was recovered, by supplier."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from erp.claims import item_store, store
from erp.claims.core import AGREED, STEPS, WAITING, Age, OpenClaim, ageing
from erp.claims.handlers import known
from erp.claims.store import ClaimRow
from kernel.refusal import Refusal
from storage.database import Transaction
from storage.statement import Statements

Duty = Literal["send", "answer", "settle"]
"""What is due: that we send the claim, that the supplier answers, that money or goods come."""

_SETTLE_DAYS = 30
"""After an agreement the money is expected within this many days."""
DUE_WITHIN_DAYS = 7
"""So far ahead it is told what is due."""


@dataclass(frozen=True, slots=True)
class WholeClaim:
    """A claim with everything that was ever told about it."""

    claim: store.Claim
    lines: list[store.LineRow]
    items: list[item_store.ItemRow]
    decisions: list[store.DecisionRow]
    charges: list[store.ChargeRow]
    events: list[store.EventRow]
    letters: list[store.LetterRow]
    changes: list[store.ChangeRow]
    credit_notes: list[store.CreditRow]
    replacements: list[str]


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is to happen about a claim on a day; `days` are left, below zero it is late."""

    claim: ClaimRow
    duty: Duty
    on: date
    days: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """What came back of all that was ever claimed from a supplier, in one currency."""

    supplier: str
    currency: str
    claims: int
    accepted_claims: int
    rejected_claims: int
    claimed: Decimal
    accepted: Decimal
    credited: Decimal
    replaced: Decimal

    @property
    def rate(self) -> Decimal:
        """The share of what was claimed that came as money or goods, in percent."""
        came = self.credited + self.replaced
        return (100 * came / self.claimed).quantize(Decimal("0.1")) if self.claimed else Decimal(0)


@dataclass(frozen=True, slots=True)
class Score:
    """How a supplier delivered in a stretch of days; `promised` had a promised day of delivery.

    `measured` says of how many something is known: all lots were measured, or one was beyond limits.
    """

    supplier: str
    name: str
    deliveries: int
    promised: int
    on_time: int
    measured: int
    in_temperature: int
    refused: int
    claims: int
    claims_accepted: int


_SQL = Statements("erp.claims")
_RECOVERY = _SQL.returning(Recovery, "recovery")
_SCORECARD = _SQL.returning(Score, "scorecard")


def whole(transaction: Transaction, code: str) -> WholeClaim:
    """The claim with that code; `Refusal` when there is none."""
    claim = known(transaction, code, lock=False)
    number = claim.claim_id
    return WholeClaim(
        claim,
        transaction.rows(store.LINES, claim_id=number),
        transaction.rows(item_store.ITEMS, claim_id=number),
        transaction.rows(store.DECISIONS, claim_id=number),
        transaction.rows(store.CHARGES, claim_id=number),
        transaction.rows(store.EVENTS, claim_id=number),
        transaction.rows(store.LETTERS, claim_id=number),
        transaction.rows(store.CHANGES, claim_id=number),
        transaction.rows(store.CREDIT_NOTES, claim_id=number),
        [row.code for row in transaction.rows(store.REPLACEMENTS, claim_id=number)],
    )


def listed(
    transaction: Transaction, state: str | None = None, supplier: str | None = None
) -> list[ClaimRow]:
    """Claims by their deadline, or those in a state or of a supplier."""
    if state is not None and state not in STEPS:
        raise Refusal(f"{state!r} is no state of a claim: give one of {', '.join(STEPS)}")
    return transaction.rows(store.CLAIMS, state=state, supplier=supplier)


def due(transaction: Transaction, today: date, within: int) -> list[Due]:
    """What is due in the next days, and what is late, soonest first."""
    found = [one for claim in listed(transaction) if (one := _due(claim, today)) is not None]
    return sorted(
        (one for one in found if one.days <= within), key=lambda one: (one.on, one.claim.code)
    )


def ages(transaction: Transaction, today: date) -> list[Age]:
    """What is open of sent claims, by supplier and age."""
    return ageing(
        [
            OpenClaim(row.supplier, row.currency, row.since.date(), _open(row))
            for row in listed(transaction)
            if row.since is not None and _open(row)
        ],
        today,
    )


def recovery(transaction: Transaction) -> list[Recovery]:
    """What came back, by supplier and currency."""
    return transaction.rows(_RECOVERY)


def scorecard(transaction: Transaction, since: date, until: date) -> list[Score]:
    """How suppliers delivered between two days, both included."""
    return transaction.rows(_SCORECARD, since=since, until=until)


def _open(row: ClaimRow) -> Decimal:
    if row.state in WAITING:
        return row.total
    if row.state in AGREED and row.accepted is not None:
        return row.accepted - row.credited - row.replaced
    return Decimal(0)


def _due(claim: ClaimRow, today: date) -> Due | None:
    if claim.state == "draft":
        return Due(claim, "send", claim.due_on, (claim.due_on - today).days)
    if claim.since is None or claim.state not in (*WAITING, *AGREED):
        return None
    duty: Duty = "answer" if claim.state in WAITING else "settle"
    days = claim.answer_days if duty == "answer" else _SETTLE_DAYS
    on = claim.since.date() + timedelta(days=days)
    return Due(claim, duty, on, (on - today).days)

"""The life of a claim: which step leads where, what a credit note settles, how old open claims are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

STEPS: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"submitted", "closed"}),
    "submitted": frozenset({"acknowledged", "accepted", "part_accepted", "rejected", "closed"}),
    "acknowledged": frozenset({"accepted", "part_accepted", "rejected", "closed"}),
    "rejected": frozenset({"accepted", "part_accepted", "disputed", "closed"}),
    "part_accepted": frozenset(
        {"accepted", "part_accepted", "rejected", "disputed", "credited", "replaced", "closed"}
    ),
    "accepted": frozenset({"part_accepted", "rejected", "credited", "replaced", "closed"}),
    "disputed": frozenset({"accepted", "part_accepted", "rejected", "closed"}),
    "credited": frozenset({"accepted", "part_accepted", "closed"}),
    "replaced": frozenset({"accepted", "part_accepted", "closed"}),
    "closed": frozenset({"accepted", "part_accepted"}),
}
"""State to the states that may follow; the database holds every claim to the same list."""

WAITING = ("submitted", "acknowledged", "disputed")
"""The supplier's turn."""
AGREED = ("accepted", "part_accepted")
"""Money or goods are to come."""

ANSWERED = (*AGREED, "rejected")
"""The supplier answered; one that was recorded wrongly is told again."""

SETTLED = ("credited", "replaced", "closed")
"""Nothing more is to come."""

Match = Literal["full", "part", "over"]
"""How a credit note meets what is open of a claim."""

BUCKETS = (30, 60, 90)
"""Upper ends, in days, of the ages that open claims are told by; what is older comes last."""


def answer_state(total: Decimal, accepted: Decimal) -> str:
    """The state a claim over `total` takes when the supplier agrees to `accepted` of it."""
    if not accepted:
        return "rejected"
    return "accepted" if accepted >= total else "part_accepted"


def credit_match(open_amount: Decimal, credited: Decimal) -> Match:
    """How a credit of `credited` meets what is still open."""
    if credited == open_amount:
        return "full"
    return "part" if credited < open_amount else "over"


def deduction(goods: Decimal, price_share: Decimal, coin: Decimal) -> Decimal:
    """What the agreed share of the price takes off the goods' price (zero or below), in whole coins."""
    return -(goods * (100 - price_share) / 100).quantize(coin)


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim that is not settled: of whom, since when, and what is still to come, in one currency."""

    supplier: str
    currency: str
    since: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Age:
    """What is open of one supplier in one currency, by age: up to 30, 60, 90 days, and older."""

    supplier: str
    currency: str
    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum(self.amounts, Decimal(0))


def ageing(claims: Iterable[OpenClaim], today: date) -> list[Age]:
    """Open claims by supplier, currency and age."""
    found: dict[tuple[str, str], list[Decimal]] = {}
    for claim in claims:
        amounts = found.setdefault((claim.supplier, claim.currency), [Decimal(0)] * (len(BUCKETS) + 1))
        days = (today - claim.since).days
        amounts[sum(days > end for end in BUCKETS)] += claim.amount
    return [Age(*who, tuple(amounts)) for who, amounts in sorted(found.items())]

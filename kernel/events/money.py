"""Money: what suppliers agreed, credited and replaced, and what it cost."""

from dataclasses import dataclass
from decimal import Decimal

from kernel.events.event import Event


@dataclass(frozen=True, slots=True)
class ClaimAgreed(Event):
    """A supplier agreed at `at` to make good `accepted` in all of a claim; zero when rejected."""

    claim_id: int
    currency: str
    accepted: Decimal
    at: int
    document: str
    by: str


@dataclass(frozen=True, slots=True)
class ClaimClosed(Event):
    """Nothing more comes of a claim."""

    claim_id: int
    currency: str
    at: int
    document: str
    by: str


@dataclass(frozen=True, slots=True)
class CreditNoted(Event):
    """A supplier credited `amount` for a claim, with the credit note `document`."""

    claim_id: int
    currency: str
    amount: Decimal
    at: int
    document: str
    by: str


@dataclass(frozen=True, slots=True)
class CreditCancelled(Event):
    """A credit note over `amount` was taken back at `at`: of its claim `still_open` is to come now."""

    claim_id: int
    currency: str
    amount: Decimal
    still_open: Decimal
    at: int
    document: str
    by: str


@dataclass(frozen=True, slots=True)
class ReplacementLinked(Event):
    """The goods of an order come in place of money for a claim."""

    order_id: int


@dataclass(frozen=True, slots=True)
class ReplacementReceived(Event):
    """Goods for all that was agreed of a claim were accepted, the last at `at`."""

    claim_id: int
    at: int


@dataclass(frozen=True, slots=True)
class CostIncurred(Event):
    """A cost of a `kind` (destruction, freight, handling) was booked because of a claim."""

    claim_id: int
    kind: str
    amount: Decimal
    document: str
    by: str

"""The shape of claims in a trace: fields are those of its JSON, amounts are decimals as text."""

from typing import TypedDict


class Evidence(TypedDict):
    """The readings of one sensor behind a claim line, as they stood; for an excursion or a flag."""

    excursion: int | None
    flag: int | None
    sensor: str
    since: str
    until: str
    readings: int
    lowest: float | None
    highest: float | None
    digest: str


class ClaimLine(TypedDict):
    """What is claimed for one unit."""

    unit: str
    quantity: str
    unit_price: str
    amount: str
    deficiency: str
    evidence: list[Evidence]


class Charge(TypedDict):
    """What is claimed beside the goods; a deduction is below zero."""

    kind: str
    amount: str
    words: str


class ClaimItem(TypedDict):
    """A quantity that is claimed: of the lot, or what of its order line did not come."""

    kind: str
    quantity: str
    unit_price: str
    amount: str
    deficiency: str


class Claim(TypedDict):
    """A claim about the lot: `amount` is all its lines, items and charges, also those of other lots."""

    code: str
    state: str
    supplier: str
    against: str
    carrier: str
    currency: str
    opened_at: str
    due_on: str
    amount: str
    accepted: str | None
    credited: str
    charges: list[Charge]
    items: list[ClaimItem]
    lines: list[ClaimLine]

"""The shape of the half of a trace that leads outward: what is left, who got the rest, recalls, money.

Written as in `erp.trace.shape`.
"""

from typing import TypedDict


class Left(TypedDict):
    """What of the lot stands with us now, or stood by what was known then."""

    unit: str
    location: str | None
    handling_unit: str | None
    since: str
    quantity: str
    reserved: str
    held: bool


class PickTold(TypedDict):
    """A pick with its rotation record: by what was known then, `first_unit` was to be taken first."""

    order: str
    line: int
    unit: str
    taken_from: str
    quantity: str
    state: str
    picked_at: str
    recorded_at: str
    picked_by: str
    in_order: bool
    expires_on: str | None
    first_unit: str
    first_lot: str
    first_expires_on: str | None
    reason: str
    put_back_why: str


class Condition(TypedDict):
    """What a unit had felt in our hands when it left, as it was known then."""

    since: str | None
    until: str
    readings: int
    lowest: float | None
    highest: float | None
    mean: float | None
    mkt: float | None
    beyond: dict[str, object]
    unmonitored_seconds: float
    verdict: str | None


class ShipmentLine(TypedDict):
    """A unit of a manifest; `condition` is null when none was recorded."""

    order: str
    unit: str
    quantity: str
    handling_unit: str | None
    condition: Condition | None


class Shipment(TypedDict):
    """Who got how much of the lot, when, and whom to call."""

    code: str
    customer: str
    name: str
    contact: str
    carrier: str
    quantity: str
    dispatched_at: str
    dispatched_by: str
    delivered_at: str | None
    delivered_to: str | None
    lines: list[ShipmentLine]


class Return(TypedDict):
    """Goods that a customer sent back: `unit` came back of what left as `shipped_unit`."""

    code: str
    shipment: str
    customer: str
    unit: str
    shipped_unit: str
    quantity: str
    location: str
    returned_at: str
    recorded_at: str
    recorded_by: str
    reason: str


class Recall(TypedDict):
    """A recall with units of the lot; `closed_at` is null while it is open."""

    code: str
    mock: bool
    reason: str
    kind: str
    subject: str
    opened_at: str
    opened_by: str
    closed_at: str | None
    conclusion: str
    units: list[str]


class Balance(TypedDict):
    """What the entries about units of the lot come to on an account: a debit above zero."""

    account: str
    name: str
    amount: str


class Money(TypedDict):
    """What the lot cost, lost and brought back, in one currency."""

    currency: str
    cost: str
    written_off: str
    claimed: str
    credited: str
    accounts: list[Balance]

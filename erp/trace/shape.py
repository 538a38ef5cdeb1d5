"""The shape of a trace: what trace.sql makes, docs/reference/trace.md explains and text.py tells.

Times are ISO 8601 in UTC, days are ISO 8601 dates, temperatures degC. Quantities, prices and amounts
are decimal text, so that no reader rounds money.
"""

from typing import TypedDict

from erp.trace.claim_shape import Claim
from erp.trace.outward_shape import Left, Money, PickTold, Recall, Return, Shipment


class Profile(TypedDict):
    """The temperature rules the product is judged by."""

    name: str
    version: int
    title: str


class Product(TypedDict):
    """What the lot is a lot of."""

    code: str
    name: str
    profile: Profile


class Lot(TypedDict):
    """The lot itself."""

    code: str
    supplier_lot: str
    quantity: str
    unit_of_measure: str
    expires_on: str | None
    product: Product


class Supplier(TypedDict):
    """Who delivered it."""

    code: str
    name: str


class PurchaseOrder(TypedDict):
    """The order line it was delivered under."""

    code: str
    line: int
    ordered_on: str
    quantity: str
    unit_price: str
    currency: str
    incoterm: str
    named_place: str
    lowest: float | None
    highest: float | None


class Flag(TypedDict):
    """Something about the delivery that is not as it should be; `unit` is null when not about one."""

    id: int
    kind: str
    unit: str | None
    words: str
    numbers: dict[str, object]
    raised_at: str
    withdrawn_at: str | None
    withdrawn_why: str | None


class Receipt(TypedDict):
    """The delivery it came with; the decision and all about it is null while undecided."""

    code: str
    dock: str
    carrier: str | None
    handed_over_at: str | None
    arrived_at: str
    decision: str | None
    decided_at: str | None
    decided_by: str | None
    reservation: str
    flags: list[Flag]


LimitShare = TypedDict("LimitShare", {"from": float, "to": float | None, "allowed_seconds": float})
"""A range that shares the budget of a rule, degC; `to` is null without an end."""


class Limit(TypedDict):
    """A rule of the product's profile; `shares` are the ranges that use up its budget together."""

    rule: str
    kind: str
    side: str
    limit: float
    tolerance_seconds: float
    window_seconds: float | None
    stretch_seconds: float | None
    thaw: float | None
    times: int
    shares: list[LimitShare]
    severity: str
    scope: str


class BeyondLimit(TypedDict):
    """How long it was beyond a limit of the profile."""

    side: str
    limit: float
    seconds: float


class FeltThere(TypedDict):
    """What the readings of a stay come to; temperatures are null without any."""

    readings: int
    lowest: float | None
    highest: float | None
    mean: float | None
    mkt: float | None
    monitored_seconds: float
    unmonitored_seconds: float
    beyond: list[BeyondLimit]


class Stay(TypedDict):
    """Where a unit stood; `until` is null while it stands there, `felt` unless asked for."""

    location: str
    name: str
    handling_unit: str | None
    since: str
    until: str | None
    felt: FeltThere | None


class Custody(TypedDict):
    """Who had custody of a unit, and why; `since` is null before all, `until` when it goes on."""

    party: str
    since: str | None
    until: str | None
    why: str


class Movement(TypedDict):
    """How a unit came to a place; `location` is null when it left the house."""

    kind: str
    location: str | None
    occurred_at: str
    recorded_at: str
    recorded_by: str
    document: str


class Excursion(TypedDict):
    """A rule that a unit broke; superseded when later facts contradict it."""

    id: int
    rule: str
    severity: str
    kind: str
    side: str
    limit: float
    tolerance_seconds: float
    window_seconds: float | None
    stretch_seconds: float | None
    thaw: float | None
    times: int
    started_at: str
    breached_at: str
    ended_at: str | None
    observed_until: str
    unmonitored_since: str | None
    beyond_seconds: float
    beyond: list[list[str]]
    measured: float
    peak: float
    peak_at: str
    sensors: list[str]
    recorded_at: str
    superseded_at: str | None
    superseded_why: str | None


BudgetRange = TypedDict(
    "BudgetRange",
    {"from": float, "to": float | None, "used_seconds": float, "allowed_seconds": float},
)
"""A range of a stability budget, degC, and the time a unit was in it; `to` is null without an end."""


class Budget(TypedDict):
    """A stability budget of a unit: the share `used`, running low since `low_at`."""

    rule: str
    used: float
    low_at: str | None
    ranges: list[BudgetRange]


class HoldExcursion(TypedDict):
    """An excursion that speaks for a hold, with its time split by custody."""

    id: int
    supplier_seconds: float
    carrier_seconds: float
    own_seconds: float
    customer_seconds: float
    reason: str
    withdrawn_at: str | None
    withdrawn_why: str | None


class Disposition(TypedDict):
    """What a person decided about a hold; it counts when `effective_at` is not null."""

    id: int
    kind: str
    state: str
    quantity: str
    reason: str
    words: str
    signed_by: str
    signed_at: str
    second_by: str | None
    effective_at: str | None


class Hold(TypedDict):
    """A hold on a unit; open while `released_at` is null. `why` is empty when excursions say why."""

    id: int
    cause: str
    placed_at: str
    placed_by: str
    why: str
    released_at: str | None
    dispositions: list[Disposition]
    excursions: list[HoldExcursion]


class Unit(TypedDict):
    """A stock unit of the lot; `location` is null when it stands nowhere now."""

    code: str
    quantity: str
    contains: str
    split_from: str | None
    split_at: str | None
    state: str
    unmonitored_seconds: float | None
    held: bool
    location: str | None
    stays: list[Stay]
    custody: list[Custody]
    movements: list[Movement]
    excursions: list[Excursion]
    budgets: list[Budget]
    holds: list[Hold]


class AuditRecord(TypedDict):
    """Who did what about the lot, its units, receipt, order and claims."""

    record_id: int
    recorded_at: str
    actor: str
    action: str
    subject: str
    detail: dict[str, object]


class Trace(TypedDict):
    """Everything known about a lot, now or at `as_known_at`."""

    as_known_at: str | None
    lot: Lot
    supplier: Supplier
    purchase_order: PurchaseOrder
    receipt: Receipt
    limits: list[Limit]
    units: list[Unit]
    stock: list[Left]
    picks: list[PickTold]
    shipments: list[Shipment]
    returns: list[Return]
    recalls: list[Recall]
    money: list[Money]
    claims: list[Claim]
    audit: list[AuditRecord]

"""The trace of a lot as the console reads it: the JSON of GET /lots/{lot}/trace, typed.

Fields that the page does not show are left out; the decoder skips them.
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import msgspec

from kernel.instants import SECOND
from kernel.rule_words import RuleWords, Share, unit_of


class Profile(msgspec.Struct, frozen=True):
    """A versioned set of temperature rules."""

    name: str
    version: int
    title: str


class Product(msgspec.Struct, frozen=True):
    """What the lot consists of."""

    code: str
    name: str
    profile: Profile


class Lot(msgspec.Struct, frozen=True):
    """The lot itself."""

    code: str
    supplier_lot: str
    quantity: Decimal
    unit_of_measure: str
    expires_on: date | None
    product: Product


class Supplier(msgspec.Struct, frozen=True):
    """Who delivered the lot."""

    code: str
    name: str


class PurchaseOrder(msgspec.Struct, frozen=True):
    """The order line the lot was delivered under."""

    code: str
    line: int
    ordered_on: date
    quantity: Decimal
    unit_price: Decimal
    currency: str


class Flag(msgspec.Struct, frozen=True):
    """Something about the delivery that is not as it should be."""

    kind: str
    words: str
    withdrawn_at: datetime | None = None


class Receipt(msgspec.Struct, frozen=True):
    """The arrival at the dock and what the receiver decided; no decision yet is None."""

    code: str
    dock: str
    arrived_at: datetime
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None
    reservation: str
    flags: tuple[Flag, ...] = ()


class LimitShare(msgspec.Struct, frozen=True):
    """A range that shares the budget of a rule, degC; `end` is None without one."""

    start: float = msgspec.field(name="from")
    end: float | None = msgspec.field(name="to")
    allowed_seconds: float


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of the profile: on which `side` of `limit` for how long is too long."""

    rule: str
    kind: str
    side: str
    limit: float
    tolerance_seconds: float
    window_seconds: float | None
    stretch_seconds: float | None
    thaw: float | None
    times: int
    severity: str
    scope: str
    shares: tuple[LimitShare, ...] = ()

    @property
    def words(self) -> RuleWords:
        """What the rule asks for, in words."""
        shares = (Share(one.start, one.end, round(one.allowed_seconds * SECOND)) for one in self.shares)
        return replace(_words(self), shares=tuple(shares))


class Stay(msgspec.Struct, frozen=True):
    """A unit stood at `location` from `since` to `until` (None: still does)."""

    location: str
    name: str
    since: datetime
    until: datetime | None


class Custody(msgspec.Struct, frozen=True):
    """Who had custody of a unit from `since` to `until` (None: the ends of time), and why."""

    party: str
    since: datetime | None
    until: datetime | None
    why: str


class Movement(msgspec.Struct, frozen=True):
    """A recorded movement; `location` is None for a dispatch."""

    kind: str
    location: str | None
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    document: str


class Excursion(msgspec.Struct, frozen=True):
    """A broken rule; superseded ones stay in the story with their reason."""

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
    started_at: datetime
    breached_at: datetime
    ended_at: datetime | None
    observed_until: datetime
    beyond_seconds: float
    measured: float
    peak: float
    peak_at: datetime
    sensors: tuple[str, ...]
    superseded_at: datetime | None
    superseded_why: str | None
    unmonitored_since: datetime | None = None

    @property
    def words(self) -> RuleWords:
        """What the broken rule asks for, in words."""
        return _words(self)

    @property
    def in_degrees(self) -> bool:
        """Whether its peak is a temperature."""
        return unit_of(self.kind) == "degC"

    @property
    def found(self) -> str:
        """What was found instead, in words."""
        return self.words.broken(self.measured, round(self.beyond_seconds * SECOND))


class HoldCause(msgspec.Struct, frozen=True):
    """The excursion behind a hold, with the time beyond the limit in each custody."""

    id: int
    supplier_seconds: float
    own_seconds: float
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    carrier_seconds: float = 0
    customer_seconds: float = 0
    reason: str = ""


class Hold(msgspec.Struct, frozen=True):
    """A unit is held since `placed_at`, until a person releases it."""

    id: int
    cause: str
    placed_at: datetime
    released_at: datetime | None
    excursions: tuple[HoldCause, ...] = ()


class Unit(msgspec.Struct, frozen=True):
    """A stock unit of the lot with everything that happened to it."""

    code: str
    quantity: Decimal
    state: str
    unmonitored_seconds: float | None
    held: bool
    location: str | None
    stays: tuple[Stay, ...] = ()
    movements: tuple[Movement, ...] = ()
    excursions: tuple[Excursion, ...] = ()
    holds: tuple[Hold, ...] = ()
    custody: tuple[Custody, ...] = ()


class Evidence(msgspec.Struct, frozen=True):
    """The readings that prove a deficiency; `digest` is the SHA-256 over them."""

    excursion: int | None
    sensor: str
    since: datetime
    until: datetime
    readings: int
    lowest: float | None
    highest: float | None
    digest: str
    withdrawn_at: datetime | None = None
    withdrawn_why: str | None = None


class ClaimLine(msgspec.Struct, frozen=True):
    """What is claimed for one unit and why."""

    unit: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    deficiency: str
    evidence: tuple[Evidence, ...] = ()


class Claim(msgspec.Struct, frozen=True):
    """A claim against the supplier."""

    code: str
    state: str
    supplier: str
    currency: str
    opened_at: datetime
    due_on: date
    amount: Decimal
    lines: tuple[ClaimLine, ...] = ()


class AuditRecord(msgspec.Struct, frozen=True):
    """One record of the audit chain about this lot."""

    record_id: int
    recorded_at: datetime
    actor: str
    action: str
    subject: str


class Story(msgspec.Struct, frozen=True):
    """A lot's whole trace."""

    lot: Lot
    supplier: Supplier
    purchase_order: PurchaseOrder
    receipt: Receipt
    limits: tuple[Limit, ...] = ()
    units: tuple[Unit, ...] = ()
    claims: tuple[Claim, ...] = ()
    audit: tuple[AuditRecord, ...] = ()


def _words(rule: Limit | Excursion) -> RuleWords:
    window, stretch = rule.window_seconds, rule.stretch_seconds
    return RuleWords(
        kind=rule.kind,
        side=rule.side,
        limit=rule.limit,
        tolerance=round(rule.tolerance_seconds * SECOND),
        window=None if window is None else round(window * SECOND),
        stretch=None if stretch is None else round(stretch * SECOND),
        thaw=rule.thaw,
        times=rule.times,
    )


_decoder = msgspec.json.Decoder(Story)


def read_story(trace: str) -> Story:
    """The story in the JSON text `trace`; `msgspec.ValidationError` when it has another shape."""
    return _decoder.decode(trace)

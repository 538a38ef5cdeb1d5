"""What stages tell each other, inside one database transaction.

A stage publishes an event; coldbind/wiring.py decides who hears it. Instants are microseconds since
the epoch, UTC; identifiers are the database's.
"""

from dataclasses import dataclass
from decimal import Decimal

from kernel.intervals import Span


@dataclass(frozen=True, slots=True)
class Event:
    """A fact that another stage may have to act on before the transaction commits."""


@dataclass(frozen=True, slots=True)
class ArrivingUnit:
    """One pallet or case as the dock counted it: its `code` and the `quantity` inside."""

    code: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class GoodsArrived(Event):
    """Units of a lot stand at a dock door since `arrived_at`; the supplier still has custody."""

    lot_id: int
    units: tuple[ArrivingUnit, ...]
    unit_of_measure: str
    location: str
    arrived_at: int
    document: str
    actor: str


@dataclass(frozen=True, slots=True)
class ReceiptDecided(Event):
    """A delivery was accepted or refused: custody of its units passed to us then, or never did."""

    receipt_id: int


@dataclass(frozen=True, slots=True)
class CarriageTold(Event):
    """Who brought a delivery is told, and when the supplier gave it to them."""

    receipt_id: int


@dataclass(frozen=True, slots=True)
class AgreementBroken(Event):
    """A unit was not within what its order line agreed for receiving, from `since` to `until`.

    `flag_id` is the flag raised for it, `words` say what was measured, `series` measured it, last at
    `last_at`; `until` is FOREVER while the delivery is undecided. Published again when it changes.
    """

    flag_id: int
    unit_id: int
    words: str
    since: int
    until: int
    last_at: int
    series: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AgreementKept(Event):
    """Later facts contradict the flag of an `AgreementBroken`: it is withdrawn, `why` says by what."""

    flag_id: int
    why: str


@dataclass(frozen=True, slots=True)
class ProfileAdopted(Event):
    """A product is judged by another profile version from now on, all its lots when `judge_again`."""

    product_id: int
    profile_id: int
    was_profile_id: int
    judge_again: bool
    actor: str


@dataclass(frozen=True, slots=True)
class BindingChanged(Event):
    """The exposure of `unit_ids` may have changed: a movement or a placement was recorded."""

    unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StockChanged(Event):
    """Units were moved, packed, split, counted or corrected: what stands where may be another now."""

    unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitSplit(Event):
    """`child_id` was made from part of `parent_id`; what stops the one stops the other."""

    parent_id: int
    child_id: int
    actor: str


@dataclass(frozen=True, slots=True)
class GoodsMoved(Event):
    """The ERP had goods moved: `code` of a unit or handling unit went somewhere, as a movement says.

    `location` is None for a dispatch, a return to the supplier, a packing `into` a handling unit,
    and taking out of it.
    """

    code: str
    kind: str
    location: str | None
    occurred_at: int
    document: str
    actor: str
    client_id: str | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True)
class GoodsDivided(Event):
    """The ERP had `quantity` of `unit` taken off as the new unit `child`."""

    unit: str
    child: str
    quantity: Decimal
    occurred_at: int
    document: str
    actor: str


@dataclass(frozen=True, slots=True)
class GoodsCounted(Event):
    """The ERP had a unit counted: it holds `quantity`."""

    unit: str
    quantity: Decimal
    occurred_at: int
    document: str
    actor: str


@dataclass(frozen=True, slots=True)
class GoodsWrittenOff(Event):
    """The ERP decided that `quantity` of a unit is lost."""

    unit: str
    quantity: Decimal
    occurred_at: int
    document: str
    actor: str


@dataclass(frozen=True, slots=True)
class HoldPlaced(Event):
    """A unit is held from now on, for `cause`; nothing of it is picked or dispatched."""

    hold_id: int
    unit_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class HoldOrdered(Event):
    """Units must be held for `cause` from now on, because of what `why` says."""

    unit_ids: tuple[int, ...]
    cause: str
    why: str
    actor: str


@dataclass(frozen=True, slots=True)
class GoodsDispatched(Event):
    """A shipment left us for its customer at `dispatched_at`; its manifest is written."""

    shipment_id: int
    dispatched_at: int
    actor: str


@dataclass(frozen=True, slots=True)
class GoodsReturned(Event):
    """`quantity` of a unit that was shipped came back to us as `unit_id`."""

    shipment_id: int
    unit_id: int
    shipped_unit_id: int
    quantity: Decimal
    returned_at: int
    actor: str


@dataclass(frozen=True, slots=True)
class HoldsChanged(Event):
    """A hold on each of `unit_ids` was placed or ended."""

    unit_ids: tuple[int, ...]


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


@dataclass(frozen=True, slots=True)
class LoggerRead(Event):
    """The file of a travelling logger was read: its temperatures in degC, strictly ascending in time.

    Readings further apart than `max_gap` microseconds leave a gap; None leaves that to the registry.
    """

    sensor: str
    model: str
    max_gap: int | None
    times: tuple[int, ...]
    values: tuple[float, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class DeviceAlarm(Event):
    """A device raised an alarm by itself, at `alarmed_at`: beyond `limit` degC for `tolerance`.

    `in_sum` says whether several times were added up. It lasted from `started_at` to `ended_at`, None
    while the record, which reaches to `observed_until`, shows no end; `counted` is the device's own
    count of the time beyond the limit. Lengths are microseconds.
    """

    series_id: int
    side: str
    limit: float
    tolerance: int
    in_sum: bool
    started_at: int
    alarmed_at: int
    ended_at: int | None
    observed_until: int
    counted: int
    peak: float | None
    peak_at: int | None


@dataclass(frozen=True, slots=True)
class ExcursionFound(Event):
    """A unit broke one rule of its profile.

    `kind` says what the rule asks for, `side` and `limit` where it is broken, and `measured` what was
    held against that, in the unit of the kind (kernel/rule_words.py). `beyond` are the times that broke
    it up to now, `breached_at` when its tolerance was used up, `published_at` when the gateway sent the
    reading that told us (None when the finding came from a corrected movement).
    """

    excursion_id: int
    unit_id: int
    rule: str
    severity: str
    side: str
    limit: float
    started_at: int
    breached_at: int
    observed_until: int
    beyond: tuple[Span, ...]
    peak: float
    peak_at: int
    series: tuple[int, ...]
    published_at: int | None
    kind: str
    measured: float


@dataclass(frozen=True, slots=True)
class ExcursionEnded(Event):
    """An excursion found earlier is over, and stored with its whole length.

    Published again when readings that came later belong to it, whatever they change.
    """

    excursion_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class ExcursionWithdrawn(Event):
    """Later facts contradict an excursion: it is superseded, and `why` says by what."""

    excursion_id: int
    unit_id: int
    why: str


@dataclass(frozen=True, slots=True)
class BudgetRunsLow(Event):
    """A unit has used the share `warn_at` of a stability budget, since `low_at`; `used` by now.

    While it is still in one of the ranges, the budget is used up at `runs_out_at` if it stays there;
    None when it is in none as far as is known at `as_of`. Published once, also when the whole budget
    is used by then: the excursion comes beside it.
    """

    unit_id: int
    rule: str
    severity: str
    warn_at: float
    used: float
    low_at: int
    as_of: int
    runs_out_at: int | None


@dataclass(frozen=True, slots=True)
class BudgetLasts(Event):
    """Later facts show that a budget told to run low does not: by now the share `used` is used."""

    unit_id: int
    rule: str
    used: float


@dataclass(frozen=True, slots=True)
class CustodySplit(Event):
    """A held unit's time beyond the limit, split by who had custody of it.

    Published when an excursion joins a hold, again when a fact moves a boundary (the decision on the
    receipt, the carriage, a dispatch or return), and when the excursion has ended. Lengths are
    microseconds. `parties` are those who had custody during any of it, also when it was too short to
    have a length; `reason` tells the split in words, with the facts behind it.
    """

    excursion_id: int
    unit_id: int
    supplier: int
    carrier: int
    own: int
    customer: int
    parties: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class HoldReasonWithdrawn(Event):
    """An excursion no longer speaks for a hold on the unit; the hold itself waits for a person."""

    excursion_id: int
    unit_id: int
    why: str


@dataclass(frozen=True, slots=True)
class SensorFaultFound(Event):
    """The readings of a series from `started_at` to `ended_at` are no evidence: its sensor is at fault.

    `kind` is out_of_range, stuck, spike or jump; the values lie between `lowest` and `highest`.
    """

    series_id: int
    kind: str
    started_at: int
    ended_at: int
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class SensorFaultWithdrawn(Event):
    """Later readings speak against a fault that was found: the readings are evidence after all."""

    series_id: int
    kind: str
    started_at: int
    ended_at: int

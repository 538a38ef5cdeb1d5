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
class BindingChanged(Event):
    """The exposure of `unit_ids` may have changed: a movement or a placement was recorded."""

    unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StockChanged(Event):
    """Something happened to `unit_ids`: they moved, were split, or hold more or less than before."""

    unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HoldsChanged(Event):
    """A hold on each of `unit_ids` was placed or released."""

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

    `beyond` are the times its temperature was beyond `limit` up to now, `breached_at` when the rule's
    tolerance was used up, `published_at` when the gateway sent the reading that told us (None when
    the finding came from a corrected movement).
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
class CustodySplit(Event):
    """A held unit's time beyond the limit, split by who had custody of it.

    Published when an excursion joins a hold, again when the decision on the receipt moves the
    boundary, and when the excursion has ended. Both lengths are microseconds. `supplier_liable` is
    true when any of the excursion was in the supplier's custody, also when it was too short to have a
    length.
    """

    excursion_id: int
    unit_id: int
    supplier: int
    own: int
    supplier_liable: bool


@dataclass(frozen=True, slots=True)
class HoldReasonWithdrawn(Event):
    """An excursion no longer speaks for a hold on the unit; the hold itself waits for a person."""

    excursion_id: int
    unit_id: int
    why: str

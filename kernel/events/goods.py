"""Goods: what arrived, was decided about, moved, split and counted."""

from dataclasses import dataclass
from decimal import Decimal

from kernel.events.event import Event


@dataclass(frozen=True, slots=True)
class ArrivingUnit:
    """One pallet or case as the dock counted it: its `code` and the `quantity` inside.

    So much of it was `damaged` to the eye.
    """

    code: str
    quantity: Decimal
    damaged: Decimal = Decimal(0)


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
class BindingChanged(Event):
    """The exposure of `unit_ids` may have changed: a movement or a placement was recorded.

    So may that of the places `location_ids` themselves, and of those inside them.
    """

    unit_ids: tuple[int, ...]
    location_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StockChanged(Event):
    """Units were moved, packed, split, counted or corrected: what stands where may be another now."""

    unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MovementsRecorded(Event):
    """Movements were recorded as the facts they are, whatever became of the goods by them."""

    movement_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HeldGoodsMoved(Event):
    """A unit went to `location`, or left us when that is None, at `occurred_at` while it was held.

    `kind` is that of the movement, `by` who told it, `holds` the holds on it in words.
    """

    unit: str
    location: str | None
    kind: str
    occurred_at: int
    by: str
    holds: str


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
class FlagsSettled(Event):
    """The flags of a delivery, whose receipt has this code, say what is known by now."""

    receipt_id: int
    receipt: str


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

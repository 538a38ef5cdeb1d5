"""Reading custody, placing holds, and writing down why."""

from collections.abc import Collection
from dataclasses import dataclass

from erp.quality.core import Split
from kernel.instants import moment, seconds
from kernel.intervals import Span
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Delivered:
    """A unit and the decision on the delivery it came with; instants in microseconds."""

    unit: str
    receipt: str
    decision: str | None
    decided_at: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """An excursion that speaks for a hold, with its custody split as it is written down."""

    excursion_id: int
    unit_id: int
    unit: str
    started_at: int
    beyond: list[Span]
    supplier_seconds: float
    own_seconds: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A hold that was placed just now, and its cause."""

    hold_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class PlacedOn:
    """A hold that was placed just now, and the unit it is on."""

    hold_id: int
    unit_id: int
    unit: str


@dataclass(frozen=True, slots=True)
class _Decided:
    decision: str | None
    decided_at: int | None


@dataclass(frozen=True, slots=True)
class _Reason:
    excursion_id: int
    unit_id: int
    unit: str
    started_at: int
    starts: list[int]
    ends: list[int]
    supplier_seconds: float
    own_seconds: float


@dataclass(frozen=True, slots=True)
class _Excursion:
    excursion_id: int


@dataclass(frozen=True, slots=True)
class _Hold:
    hold_id: int


@dataclass(frozen=True, slots=True)
class _Unit:
    unit: str


@dataclass(frozen=True, slots=True)
class _Count:
    number: int


_SQL = Statements("erp.quality")
_DELIVERED = _SQL.returning(Delivered, "delivered")
_DECIDED = _SQL.returning(_Decided, "decided")
_REASON_FOR = _SQL.returning(_Hold, "reason_for")
_PLACE_HOLD = _SQL.returning(_Hold, "place_hold")
_INHERIT = _SQL.returning(Placed, "inherit_holds")
_PLACE_HOLDS = _SQL.returning(PlacedOn, "place_holds")
_UNIT_CODE = _SQL.returning(_Unit, "unit_code")
_OPEN_HOLD = _SQL.returning(_Hold, "open_hold")
_JOIN = _SQL.command("join_hold")
_WITHDRAW = _SQL.returning(_Unit, "withdraw")
_REASONS = _SQL.returning(_Reason, "reasons")
_EXCURSIONS_OF_RECEIPT = _SQL.returning(_Excursion, "excursions_of_receipt")
_SETTLE = _SQL.command("settle")
_COUNT_OPEN = _SQL.returning(_Count, "count_open")


def delivered(transaction: Transaction, unit_id: int) -> Delivered:
    """Where the unit came from; the decision on its receipt cannot change until commit."""
    return transaction.one(_DELIVERED, unit_id=unit_id)


def decided(transaction: Transaction, receipt_id: int) -> tuple[str | None, int | None]:
    """The decision on a receipt and when it was taken."""
    row = transaction.one(_DECIDED, receipt_id=receipt_id)
    return row.decision, row.decided_at


def is_reason(transaction: Transaction, excursion_id: int) -> bool:
    """Whether the excursion already speaks, or spoke, for a hold."""
    return transaction.row(_REASON_FOR, excursion_id=excursion_id) is not None


def place_hold(transaction: Transaction, unit_id: int, published_at: int | None) -> tuple[int, bool]:
    """The unit's open hold for excursions, and whether it was placed just now."""
    published = None if published_at is None else moment(published_at)
    placed = transaction.row(_PLACE_HOLD, unit_id=unit_id, published_at=published)
    if placed is not None:
        return placed.hold_id, True
    return transaction.one(_OPEN_HOLD, unit_id=unit_id).hold_id, False


def inherit_holds(transaction: Transaction, parent_id: int, child_id: int) -> list[Placed]:
    """Hold what was split off a unit for what that is held for; the holds placed."""
    return transaction.rows(_INHERIT, parent_id=parent_id, child_id=child_id)


def place_holds(transaction: Transaction, unit_ids: Collection[int], cause: str) -> list[PlacedOn]:
    """Hold units for a cause; the holds placed, none for units that are held for it already."""
    return transaction.rows(_PLACE_HOLDS, unit_ids=list(unit_ids), cause=cause)


def unit_code(transaction: Transaction, unit_id: int) -> str:
    """The code of a unit."""
    return transaction.one(_UNIT_CODE, unit_id=unit_id).unit


def count_open(transaction: Transaction) -> int:
    """How many holds nobody has released yet."""
    return transaction.one(_COUNT_OPEN).number


def join(transaction: Transaction, hold_id: int, excursion_id: int, split: Split) -> None:
    """Write down that an excursion speaks for a hold, and its custody split."""
    transaction.run(
        _JOIN,
        hold_id=hold_id,
        excursion_id=excursion_id,
        supplier_seconds=seconds(split.supplier),
        own_seconds=seconds(split.own),
    )


def withdraw(transaction: Transaction, excursion_id: int, why: str) -> str | None:
    """Mark that an excursion speaks for no hold any more; the unit's code, None when it did not."""
    row = transaction.row(_WITHDRAW, excursion_id=excursion_id, why=why)
    return None if row is None else row.unit


def excursions_of(transaction: Transaction, receipt_id: int) -> list[int]:
    """The excursions that speak, or spoke, for holds on units of a delivery."""
    rows = transaction.rows(_EXCURSIONS_OF_RECEIPT, receipt_id=receipt_id)
    return [row.excursion_id for row in rows]


def reasons(transaction: Transaction, excursions: Collection[int]) -> list[Reason]:
    """Those of the excursions that speak for a hold, as they are known now."""
    return [
        Reason(
            row.excursion_id,
            row.unit_id,
            row.unit,
            row.started_at,
            [Span(start, end) for start, end in zip(row.starts, row.ends, strict=True)],
            row.supplier_seconds,
            row.own_seconds,
        )
        for row in transaction.rows(_REASONS, excursions=list(excursions))
    ]


def settle(transaction: Transaction, excursion_id: int, split: Split) -> None:
    """Write a custody split over the one from before the receipt was decided."""
    transaction.run(
        _SETTLE,
        excursion_id=excursion_id,
        supplier_seconds=seconds(split.supplier),
        own_seconds=seconds(split.own),
    )

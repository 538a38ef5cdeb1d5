"""What lot binding reads about what happened to goods, now or as it was known at an earlier time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kernel.instants import moment
from lotbinding.core.family import Recorded
from lotbinding.core.quantities import Change
from lotbinding.core.stays import Move
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")


@dataclass(frozen=True, slots=True)
class QuantityChange:
    """By so much (`delta`) a movement changed what a unit holds."""

    unit_id: int
    movement_id: int
    occurred_at: int
    delta: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class _RouteRow:
    handling_unit_id: int
    occurred_at: int
    location_id: int | None


_FACTS = _SQL.returning(Recorded, "facts_of_units")
_ROUTES = _SQL.returning(_RouteRow, "routes_of_handling_units")
_CHANGES = _SQL.returning(QuantityChange, "quantity_changes_of_units")
_CHANGES_BY_MOVEMENT = _SQL.returning(QuantityChange, "quantity_changes_of_movements")


def known_until(as_known_at: int | None) -> datetime | str:
    """The bound on `recorded_at` for what was known at an instant; None is all that is known now."""
    return "infinity" if as_known_at is None else moment(as_known_at)


def facts_of(
    transaction: Transaction, unit_ids: Collection[int], as_known_at: int | None = None
) -> list[Recorded]:
    """What counts about the units, what they were split from, and the handling units they were in."""
    return transaction.rows(_FACTS, unit_ids=list(unit_ids), known_at=known_until(as_known_at))


def routes_of(
    transaction: Transaction, handling_unit_ids: Collection[int], as_known_at: int | None = None
) -> dict[int, list[Move]]:
    """The movements that count of each handling unit, in order of time."""
    found: dict[int, list[Move]] = {carrier: [] for carrier in handling_unit_ids}
    rows = transaction.rows(
        _ROUTES, handling_unit_ids=list(handling_unit_ids), known_at=known_until(as_known_at)
    )
    for row in rows:
        found[row.handling_unit_id].append(Move(row.occurred_at, row.location_id))
    return found


def changes_of(
    transaction: Transaction, unit_ids: Collection[int], as_known_at: int | None = None
) -> dict[int, list[Change]]:
    """The quantity changes that count of each unit, in order of time."""
    found: dict[int, list[Change]] = {unit: [] for unit in unit_ids}
    rows = transaction.rows(_CHANGES, unit_ids=list(unit_ids), known_at=known_until(as_known_at))
    for row in rows:
        found[row.unit_id].append(Change(row.occurred_at, row.delta))
    return found


def changes_by(transaction: Transaction, movement_ids: Sequence[int]) -> list[QuantityChange]:
    """What these movements changed, whether they count or not."""
    return transaction.rows(_CHANGES_BY_MOVEMENT, movement_ids=list(movement_ids))

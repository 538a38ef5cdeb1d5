"""Questions about goods: where something was, what it holds, what was ever told about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kernel.intervals import Span
from lotbinding.core.quantities import held
from lotbinding.handlers.recording import thing_named
from lotbinding.handlers.units import known_unit
from lotbinding.store import exposure, facts, movements, units
from lotbinding.store.movements import ListedMovement
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a thing was during `span`; all None when it was not with us at that time."""

    location: str | None = None
    handling_unit: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class UnitCard:
    """A stock unit as it is at an instant, or as that was known earlier."""

    code: str
    lot: str
    quantity: Decimal
    unit_of_measure: str
    began_with: Decimal
    parent: str | None
    children: Sequence[str]
    whereabouts: Whereabouts


def where(transaction: Transaction, code: str, at: int, as_known_at: int | None = None) -> Whereabouts:
    """Where the unit or handling unit was at `at`, as it was known at `as_known_at` (None: now).

    Before it was split off, a unit was where that stood which it was part of.
    """
    thing = thing_named(transaction, code)
    if thing.unit_id is None:
        assert thing.handling_unit_id is not None, "a code names one of the two"
        return _where_handling_unit(transaction, thing.handling_unit_id, at, as_known_at)
    for stay in exposure.known_stays(transaction, [thing.unit_id], as_known_at):
        if stay.span.start <= at < stay.span.end:
            carrier = stay.handling_unit_id
            codes = units.handling_unit_codes(transaction, [] if carrier is None else [carrier])
            return Whereabouts(stay.path, codes.get(carrier or 0), stay.span)
    return Whereabouts()


def _where_handling_unit(
    transaction: Transaction, handling_unit_id: int, at: int, as_known_at: int | None
) -> Whereabouts:
    route = facts.routes_of(transaction, [handling_unit_id], as_known_at)[handling_unit_id]
    before = [move.location_id for move in route if move.occurred_at <= at]
    if not before or before[-1] is None:
        return Whereabouts()
    return Whereabouts(exposure.paths_of(transaction, [before[-1]])[before[-1]])


def unit_card(transaction: Transaction, code: str, at: int, as_known_at: int | None = None) -> UnitCard:
    """What the unit held and where it was at `at`, as it was known at `as_known_at` (None: now)."""
    unit = known_unit(transaction, code)
    changes = facts.changes_of(transaction, [unit.unit_id], as_known_at)[unit.unit_id]
    return UnitCard(
        unit.code,
        unit.lot,
        held(changes, at),
        unit.unit_of_measure,
        unit.quantity,
        unit.parent,
        units.children(transaction, unit.unit_id),
        where(transaction, code, at, as_known_at),
    )


def listed(transaction: Transaction, code: str) -> list[ListedMovement]:
    """All that was ever told about the unit or handling unit, also what no longer counts."""
    thing = thing_named(transaction, code)
    return movements.listed(transaction, thing.unit_id, thing.handling_unit_id)

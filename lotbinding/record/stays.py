"""Where the units of a lot stood, stay by stay, and what the readings of each stay come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kernel.exposure import Exposure
from kernel.intervals import Span
from kernel.stood import Felt, Stood
from kernel.temperature import DH_R
from lotbinding.core.exposure import UnitStay
from lotbinding.record import store
from lotbinding.record.core.figures import RuleOfProfile
from lotbinding.record.core.parts import Lines
from lotbinding.store.exposure import known_stays
from lotbinding.store.units import handling_unit_codes
from storage.database import Transaction
from storage.statement import Statements

_Life = tuple[tuple[Span, tuple[int, ...], int], ...]


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    name: str


_NAMES = Statements("lotbinding.record").returning(_Place, "names_of_places")


def lot_stays(transaction: Transaction, lot: str, as_known_at: int | None = None) -> list[Stood]:
    """The stays of all units of `lot`, by unit and time; as they were known then, if asked."""
    units = store.units_asked(transaction, lot, None)
    stays = known_stays(transaction, [one.unit_id for one in units], as_known_at)
    return _told(transaction, units, stays, {})


def lot_stays_felt(transaction: Transaction, lot: str, as_known_at: int | None = None) -> list[Stood]:
    """As `lot_stays`, with what the readings of each stay come to; looks at all of them."""
    units = store.units_asked(transaction, lot, None)
    stays = known_stays(transaction, [one.unit_id for one in units], as_known_at)
    return _told(transaction, units, stays, _figures(transaction, units, stays, as_known_at))


def _told(
    transaction: Transaction,
    units: Sequence[store.UnitAsked],
    stays: Sequence[UnitStay],
    figures: Mapping[tuple[int, Span], Felt],
) -> list[Stood]:
    codes = {one.unit_id: one.code for one in units}
    carriers = handling_unit_codes(
        transaction, [one.handling_unit_id for one in stays if one.handling_unit_id is not None]
    )
    paths = sorted({stay.path for stay in stays if stay.path is not None})
    names = {one.path: one.name for one in transaction.rows(_NAMES, paths=paths)}
    found = [
        Stood(
            codes[stay.unit_id],
            stay.path,
            names.get(stay.path or ""),
            carriers.get(stay.handling_unit_id or 0),
            stay.span,
            figures.get((stay.unit_id, stay.span)),
        )
        for stay in stays
    ]
    return sorted(found, key=lambda one: (one.unit, one.span))


def _figures(
    transaction: Transaction,
    units: Sequence[store.UnitAsked],
    stays: Sequence[UnitStay],
    as_known_at: int | None,
) -> Mapping[tuple[int, Span], Felt]:
    """Units that stood side by side felt the same, and their sensors spoke for all: computed once."""
    felt = store.felt(transaction, [one.unit_id for one in units], as_known_at)
    rules: list[RuleOfProfile] = store.rules_of(transaction, units[0].profile_id) if units else []
    limits = sorted({(rule.limit, rule.side) for rule in rules})
    everywhere = (one for exposures in felt.exposures.values() for one in exposures)
    lines = Lines(felt.readings, everywhere, [(side, limit) for limit, side in limits], DH_R)
    seen: dict[_Life, Felt] = {}
    found: dict[tuple[int, Span], Felt] = {}
    for stay in stays:
        exposures = _during(felt.exposures[stay.unit_id], stay.span)
        life = tuple((one.span, one.series, one.needed) for one in exposures)
        if life not in seen:
            seen[life] = lines.felt(exposures)
        found[stay.unit_id, stay.span] = seen[life]
    return found


def _during(exposures: Sequence[Exposure], span: Span) -> list[Exposure]:
    met = ((one, one.span.meet(span)) for one in exposures)
    return [replace(one, span=common) for one, common in met if common is not None]

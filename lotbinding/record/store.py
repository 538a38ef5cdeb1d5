"""What the record reads: the units asked about, what they felt by binding, and the readings of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from kernel.exposure import Exposure
from kernel.instants import BEGINNING, FOREVER
from kernel.intervals import Span, union
from lotbinding.record.core.figures import RuleOfProfile
from lotbinding.record.core.line import Readings
from lotbinding.store.exposure import exposures_of, paths_of
from lotbinding.store.readings import Measured, joined, readings_of
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding.record")


@dataclass(frozen=True, slots=True)
class UnitAsked:
    """A unit, its lot and product, and the profile it is judged by."""

    unit_id: int
    code: str
    lot: str
    product: str
    product_name: str
    profile_id: int
    profile: str
    profile_version: int


@dataclass(frozen=True, slots=True)
class Felt:
    """What units felt: the exposures of each, and the readings and names of the series in them.

    Readings reach a little beyond the exposures, so that the temperature at their ends is known.
    """

    exposures: Mapping[int, list[Exposure]]
    readings: Mapping[int, Readings]
    series: Mapping[int, str]
    places: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Series:
    series_id: int
    name: str
    max_gap: int


_UNITS = _SQL.returning(UnitAsked, "units_asked")
_RULES = _SQL.returning(RuleOfProfile, "rules_of_profile")
_SERIES = _SQL.returning(_Series, "series_felt")


def units_asked(transaction: Transaction, lot: str | None, unit: str | None) -> list[UnitAsked]:
    """The units of `lot`, by code, or the one `unit`; with both, that one if it is of the lot."""
    return transaction.rows(_UNITS, lot=lot, unit=unit)


def rules_of(transaction: Transaction, profile_id: int) -> list[RuleOfProfile]:
    """The rules of a profile."""
    return transaction.rows(_RULES, profile_id=profile_id)


def felt(
    transaction: Transaction,
    unit_ids: Collection[int],
    as_known_at: int | None = None,
    *,
    qualities: bool = False,
    within: Span | None = None,
) -> Felt:
    """What these units felt, and what they were split from before; as known at an instant (None: now).

    Without `qualities` these are empty, which is quicker. `within` asks for a part of their lives.
    """
    by_unit: dict[int, list[Exposure]] = {unit: [] for unit in unit_ids}
    for exposure in exposures_of(transaction, unit_ids, as_known_at):
        span = exposure.span if within is None else exposure.span.meet(within)
        if span is not None:
            by_unit[exposure.unit_id].append(replace(exposure, span=span))
    stretches = _stretches(by_unit.values())
    series = {one.series_id: one for one in transaction.rows(_SERIES, series_ids=list(stretches))}
    places = {one.location_id for exposures in by_unit.values() for one in exposures} - {None}
    return Felt(
        by_unit,
        _readings(transaction, stretches, series, as_known_at, qualities=qualities),
        {number: one.name for number, one in series.items()},
        paths_of(transaction, [place for place in places if place is not None]),
    )


def _stretches(felt_by_units: Iterable[Collection[Exposure]]) -> dict[int, list[Span]]:
    """When each series was felt by anybody."""
    found: dict[int, set[Span]] = {}
    for exposure in (exposure for exposures in felt_by_units for exposure in exposures):
        for series in exposure.series:
            found.setdefault(series, set()).add(exposure.span)
    return {series: union(spans) for series, spans in found.items()}


def _readings(
    transaction: Transaction,
    stretches: Mapping[int, Iterable[Span]],
    series: Mapping[int, _Series],
    as_known_at: int | None,
    *,
    qualities: bool,
) -> dict[int, Readings]:
    """All stretches in one question; each series once, however many units felt it."""
    asked = [
        (number, span)
        for number, spans in stretches.items()
        for span in union(_widened(span, series[number].max_gap) for span in spans)
    ]
    parts: dict[int, list[Measured]] = {number: [] for number in stretches}
    found = readings_of(transaction, asked, as_known_at, qualities=qualities)
    for (number, _), measured in zip(asked, found, strict=True):
        if len(measured.times):
            parts[number].append(measured)
    return {
        number: Readings(whole.times, whole.values, whole.qualities, series[number].max_gap)
        for number, some in parts.items()
        if some
        for whole in (joined(some),)
    }


def _widened(span: Span, by: int) -> Span:
    return Span(max(span.start - by, BEGINNING), min(span.end + by, FOREVER))

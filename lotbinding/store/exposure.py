"""What lot binding reads to say which unit was near which sensor when."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kernel.exposure import Exposure
from kernel.instants import moment
from kernel.intervals import Span
from lotbinding.core.exposure import Cover, UnitStay, exposures
from lotbinding.core.family import family
from lotbinding.core.travels import accompanied
from lotbinding.loggers.travels import loggers_inside, travels_of, units_with_series
from lotbinding.store.facts import facts_of
from lotbinding.store.placements import known_covers
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _StayRow:
    unit_id: int
    location_id: int | None
    path: str | None
    handling_unit_id: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _CoverRow:
    series_id: int
    path: str | None
    handling_unit_id: int | None
    start: int
    end: int
    needed: int


@dataclass(frozen=True, slots=True)
class _PlaceRow:
    location_id: int
    path: str


_STAYS = _SQL.returning(_StayRow, "stays_of_units")
_COVERS = _SQL.returning(_CoverRow, "covers_near")
_PLACES = _SQL.returning(_PlaceRow, "places_by_id")
_UNITS_NEAR_SERIES = _SQL.returning(_Id, "units_near_series")


def exposures_of(
    transaction: Transaction, unit_ids: Collection[int], as_known_at: int | None = None
) -> list[Exposure]:
    """The whole exposure of each unit, by unit and time, with that of what it was split from.

    `as_known_at` asks what would have been answered at that instant: from the facts recorded by then,
    with the same pure functions, not from today's projections.
    """
    if as_known_at is None:
        stays = _current_stays(transaction, unit_ids)
    else:
        stays = known_stays(transaction, unit_ids, as_known_at)
    felt = exposures(stays, covers_near(transaction, stays, as_known_at))
    return accompanied(felt, travels_of(transaction, unit_ids, as_known_at))


def _current_stays(transaction: Transaction, unit_ids: Collection[int]) -> list[UnitStay]:
    return [
        UnitStay(row.unit_id, row.location_id, row.path, Span(row.start, row.end), row.handling_unit_id)
        for row in transaction.rows(_STAYS, unit_ids=list(unit_ids))
    ]


def known_stays(
    transaction: Transaction, unit_ids: Collection[int], as_known_at: int | None = None
) -> list[UnitStay]:
    """Where these units, or what they were split from, stood as the facts of that time tell."""
    lived = family(facts_of(transaction, unit_ids, as_known_at)).lived(unit_ids)
    place_ids = {stay.location_id for _, stay in lived if stay.location_id is not None}
    paths = paths_of(transaction, place_ids)
    return [
        UnitStay(
            unit,
            stay.location_id,
            None if stay.location_id is None else paths[stay.location_id],
            stay.span,
            stay.handling_unit_id,
        )
        for unit, stay in lived
    ]


def paths_of(transaction: Transaction, location_ids: Collection[int]) -> dict[int, str]:
    """The paths of places, by id."""
    rows = transaction.rows(_PLACES, location_ids=list(location_ids))
    return {row.location_id: row.path for row in rows}


def covers_near(
    transaction: Transaction, stays: Iterable[UnitStay], as_known_at: int | None = None
) -> list[Cover]:
    """The sensors that may have spoken for these stays."""
    stays = list(stays)
    inside = {stay.handling_unit_id for stay in stays if stay.handling_unit_id is not None}
    paths = sorted({stay.path for stay in stays if stay.path is not None})
    if as_known_at is not None:
        covers = known_covers(transaction, paths, inside, as_known_at)
        return covers + loggers_inside(transaction, inside, as_known_at)
    rows = transaction.rows(_COVERS, paths=paths, handling_unit_ids=list(inside))
    covers = [
        Cover(row.series_id, row.path, Span(row.start, row.end), row.handling_unit_id, row.needed)
        for row in rows
    ]
    return covers + loggers_inside(transaction, inside, as_known_at)


def units_near_series(
    transaction: Transaction,
    stretches: Sequence[tuple[int, Span]],
    among: Collection[int] | None = None,
) -> set[int]:
    """Units (all, or those `among`) that stood where each series measured during its stretch.

    With what was split off them later. A superset of the units the series spoke for: a nearer sensor
    may have spoken instead.
    """
    rows = transaction.rows(
        _UNITS_NEAR_SERIES,
        series=[series for series, _ in stretches],
        since=[moment(span.start) for _, span in stretches],
        until=[moment(span.end) for _, span in stretches],
        among=None if among is None else list(among),
    )
    return {row.id for row in rows} | units_with_series(transaction, stretches, among)

"""What the sensors that hung at a place itself spoke for: the exposure of the place, not of goods."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.exposure import Exposure
from kernel.intervals import Span
from lotbinding.core.exposure import Cover, UnitStay, exposures
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")


@dataclass(frozen=True, slots=True)
class _Place:
    location_id: int
    path: str
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class _Hung:
    location_id: int
    series_id: int
    start: int
    end: int
    needed: int


_PLACES = _SQL.returning(_Place, "places_with_ends")
_HUNG = _SQL.returning(_Hung, "hung_at_places")


def exposures_of_places(
    transaction: Transaction, asked: Mapping[int, tuple[int, Span]]
) -> list[Exposure]:
    """For each key the exposure of its place (id) in its time, by key and time.

    The key stands where a unit would. Only sensors at the place itself speak, not those around it or
    inside; time without one is an exposure with no series. A closed place is exposed to nothing more.
    """
    ids = sorted({place for place, _ in asked.values()})
    places = {row.location_id: row for row in transaction.rows(_PLACES, location_ids=ids)}
    covers: dict[int, list[Cover]] = {place: [] for place in ids}
    for row in transaction.rows(_HUNG, location_ids=ids):
        path, span = places[row.location_id].path, Span(row.start, row.end)
        covers[row.location_id].append(Cover(row.series_id, path, span, needed=row.needed))
    found: list[Exposure] = []
    for key, (place, span) in sorted(asked.items()):
        closed_at = places[place].closed_at
        open_ = span if closed_at is None else Span(span.start, min(span.end, closed_at))
        if open_.length > 0:
            stay = UnitStay(key, place, places[place].path, open_)
            found += exposures([stay], covers[place])
    return found

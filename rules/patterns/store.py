"""What is kept of patterns: for a place and kind how long, how high, how often."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from rules.patterns.core.patterns import Pattern
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules.patterns")


@dataclass(frozen=True, slots=True)
class Listed:
    """A pattern of a place as somebody told it; lengths in microseconds, the rise in kelvin."""

    place: str
    kind: str
    longest: int
    rise: float
    every: int | None
    told_by: str
    told_at: int


@dataclass(frozen=True, slots=True)
class _OfSeries:
    series_id: int
    kind: str
    longest: int
    rise: float
    every: int | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


_OF_SERIES = _SQL.returning(_OfSeries, "patterns_of_series")
_LISTED = _SQL.returning(Listed, "patterns_listed")
_LOCATION = _SQL.returning(_Id, "location_by_path")
_PUT = _SQL.command("put_pattern")
_DROP = _SQL.command("drop_pattern")


def patterns_of(
    transaction: Transaction, series_ids: Collection[int], at: int
) -> dict[int, list[Pattern]]:
    """The patterns of where each series measured then; a place has those of the places around it."""
    found: dict[int, list[Pattern]] = {series: [] for series in series_ids}
    for row in transaction.rows(_OF_SERIES, series_ids=list(series_ids), at=at):
        found[row.series_id].append(Pattern(row.kind, row.longest, row.rise, row.every))
    return found


def listed(transaction: Transaction, place: str | None) -> list[Listed]:
    """All patterns, or those of one place."""
    return transaction.rows(_LISTED, place=place)


def location(transaction: Transaction, place: str) -> int | None:
    """The id of a place."""
    found = transaction.row(_LOCATION, place=place)
    return found.id if found else None


def put(transaction: Transaction, location_id: int, pattern: Pattern, by: str) -> bool:
    """From now on the place has this pattern; False when it had it already."""
    return bool(
        transaction.run(
            _PUT,
            location_id=location_id,
            kind=pattern.kind,
            longest=timedelta(microseconds=pattern.longest),
            rise=pattern.rise,
            every=None if pattern.every is None else timedelta(microseconds=pattern.every),
            by=by,
        )
    )


def drop(transaction: Transaction, location_id: int, kind: str) -> bool:
    """The place has no such pattern any more; False when it had none."""
    return bool(transaction.run(_DROP, location_id=location_id, kind=kind))

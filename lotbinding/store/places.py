"""What lot binding reads and writes about places."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.intervals import Span
from lotbinding.core.placements import Spot
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")


@dataclass(frozen=True, slots=True)
class Location:
    """A place by its id; `needed` of its sensors decide, `closed_at` is None while it is in use."""

    location_id: int
    path: str
    name: str
    kind: str
    needed: int
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Code:
    code: str


_LOCATION = _SQL.returning(Location, "location_by_path")
_LOCATIONS = _SQL.returning(Location, "all_locations")
_INSIDE = _SQL.returning(Location, "locations_inside")
_CLOSED = _SQL.returning(Location, "closed_locations")
_INSERT_LOCATION = _SQL.returning(_Id, "insert_location")
_INSERT_TOLD = _SQL.command("insert_location_told")
_RENAME = _SQL.command("rename_location")
_CLOSE = _SQL.command("close_location")
_UNITS_HERE = _SQL.returning(_Code, "units_still_inside")
_SENSORS_HERE = _SQL.returning(_Code, "sensors_still_inside")
_UNITS_AT = _SQL.returning(_Id, "units_at_spots")


def location(transaction: Transaction, path: str) -> Location | None:
    """The place at `path`."""
    return transaction.row(_LOCATION, path=path)


def all_locations(transaction: Transaction) -> list[Location]:
    """Every place, by path."""
    return transaction.rows(_LOCATIONS)


def locations_inside(transaction: Transaction, path: str) -> list[Location]:
    """The places directly inside the place at `path`, by path."""
    return transaction.rows(_INSIDE, path=path)


def closed_among(transaction: Transaction, location_ids: Sequence[int]) -> list[Location]:
    """Those of the places that are closed."""
    return transaction.rows(_CLOSED, location_ids=list(location_ids))


def insert_location(  # noqa: PLR0917 - the columns of a place
    transaction: Transaction, path: str, name: str, kind: str, needed: int, by: str
) -> None:
    """Add the place at `path`, or tell anew what it is."""
    votes = None if needed == 1 else needed
    row = transaction.one(_INSERT_LOCATION, path=path, name=name, kind=kind, needed=votes)
    transaction.run(_INSERT_TOLD, location_id=row.id, by=by)


def rename_location(transaction: Transaction, path: str, new_path: str) -> int:
    """Change the path of a place and of everything inside it; how many places that are."""
    return transaction.run(_RENAME, path=path, new_path=new_path)


def close_location(transaction: Transaction, path: str, at: int | None) -> None:
    """The place and everything inside it is not used from `at` on; None: it is used again."""
    transaction.run(_CLOSE, path=path, at=at)


def units_inside_after(transaction: Transaction, path: str, at: int) -> list[str]:
    """The codes of units that stood inside the place at `at` or later, by code."""
    return [row.code for row in transaction.rows(_UNITS_HERE, path=path, at=at)]


def sensors_inside_after(transaction: Transaction, path: str, at: int) -> list[str]:
    """The names of sensors that hung inside the place at `at` or later, by name."""
    return [row.code for row in transaction.rows(_SENSORS_HERE, path=path, at=at)]


def units_at(transaction: Transaction, spots: Sequence[tuple[Spot, Span]]) -> tuple[int, ...]:
    """Units that stood inside these places or handling units then, and their later parts."""
    rows = transaction.rows(
        _UNITS_AT,
        location_ids=[spot.location_id for spot, _ in spots],
        handling_unit_ids=[spot.handling_unit_id for spot, _ in spots],
        since=[span.start for _, span in spots],
        until=[span.end for _, span in spots],
    )
    return tuple(row.id for row in rows)

"""What lot binding reads and writes: places, placements, units, movements, stays."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kernel.exposure import Exposure
from kernel.instants import moment
from kernel.intervals import Span
from lotbinding.core.exposure import Cover, UnitStay, exposures
from lotbinding.core.stays import Move, Stay
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")


@dataclass(frozen=True, slots=True)
class Location:
    """A place by its id."""

    location_id: int
    path: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A stock unit by its code."""

    unit_id: int
    code: str
    lot_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class RecordedMovement:
    """A movement as it was recorded."""

    unit_id: int
    kind: str
    path: str | None
    occurred_at: int
    client_id: str | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _StayRow:
    unit_id: int
    location_id: int
    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _CoverRow:
    series_id: int
    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _MoveRow:
    occurred_at: int
    location_id: int | None


_LOCATION = _SQL.returning(Location, "location_by_path")
_INSERT_LOCATION = _SQL.returning(_Id, "insert_location")
_SENSOR = _SQL.returning(_Id, "sensor_by_name")
_INSERT_PLACEMENT = _SQL.returning(_Id, "insert_placement")
_PLACEMENT = _SQL.returning(_Id, "placement_from")
_END_PLACEMENT = _SQL.returning(_Id, "end_placement")
_UNIT = _SQL.returning(Unit, "lock_unit_by_code")
_INSERT_UNIT = _SQL.returning(_Id, "insert_unit")
_INSERT_MOVEMENT = _SQL.command("insert_movement")
_MOVEMENT_BY_CLIENT_ID = _SQL.returning(RecordedMovement, "movement_by_client_id")
_MOVES = _SQL.returning(_MoveRow, "moves_of_unit")
_DELETE_STAYS = _SQL.command("delete_stays")
_INSERT_STAY = _SQL.command("insert_stay")
_STAYS = _SQL.returning(_StayRow, "stays_of_units")
_COVERS = _SQL.returning(_CoverRow, "covers_of_places")
_UNITS_NEAR_SERIES = _SQL.returning(_Id, "units_near_series")
_UNITS_INSIDE = _SQL.returning(_Id, "units_inside_location")


def location(transaction: Transaction, path: str) -> Location | None:
    """The place at `path`."""
    return transaction.row(_LOCATION, path=path)


def insert_location(transaction: Transaction, path: str, name: str, kind: str) -> None:
    """Add or rename the place at `path`."""
    transaction.one(_INSERT_LOCATION, path=path, name=name, kind=kind)


def sensor_id(transaction: Transaction, name: str) -> int | None:
    """The id of a registered sensor."""
    found = transaction.row(_SENSOR, name=name)
    return found.id if found else None


def insert_placement(transaction: Transaction, sensor: int, place: int, since: int, by: str) -> None:
    """Record that `sensor` hangs at `place` from `since` on."""
    transaction.one(_INSERT_PLACEMENT, sensor_id=sensor, location_id=place, since=moment(since), by=by)


def placement_exists(transaction: Transaction, sensor: str, path: str, since: int) -> bool:
    """Whether the sensor was placed at `path` exactly at `since`."""
    return transaction.row(_PLACEMENT, sensor=sensor, path=path, since=moment(since)) is not None


def end_placement(transaction: Transaction, sensor: int, at: int) -> int | None:
    """End the sensor's open placement at `at`; the id of the place it left, None when it had none."""
    found = transaction.row(_END_PLACEMENT, sensor_id=sensor, at=moment(at))
    return found.id if found else None


def lock_unit(transaction: Transaction, code: str) -> Unit | None:
    """The unit with `code`; nobody else moves it until this transaction ends."""
    return transaction.row(_UNIT, code=code)


def insert_unit(
    transaction: Transaction, code: str, lot_id: int, quantity: Decimal, unit_of_measure: str
) -> int:
    """Add a stock unit; its id. `DuplicateKey` when the code is taken."""
    return transaction.one(
        _INSERT_UNIT, code=code, lot_id=lot_id, quantity=quantity, unit_of_measure=unit_of_measure
    ).id


def insert_movement(  # noqa: PLR0917 - the columns of a movement
    transaction: Transaction,
    unit_id: int,
    kind: str,
    location_id: int | None,
    occurred_at: int,
    by: str,
    document: str,
    client_id: str | None,
) -> None:
    """Record a movement; `DuplicateKey` when the unit already has one at this instant."""
    transaction.run(
        _INSERT_MOVEMENT,
        unit_id=unit_id,
        kind=kind,
        location_id=location_id,
        occurred_at=moment(occurred_at),
        by=by,
        document=document,
        client_id=client_id,
    )


def movement_by_client_id(transaction: Transaction, client_id: str) -> RecordedMovement | None:
    """The movement a scanner already delivered under `client_id`."""
    return transaction.row(_MOVEMENT_BY_CLIENT_ID, client_id=client_id)


def moves(transaction: Transaction, unit_id: int) -> list[Move]:
    """All movements of a unit."""
    rows = transaction.rows(_MOVES, unit_id=unit_id)
    return [Move(row.occurred_at, row.location_id) for row in rows]


def replace_stays(transaction: Transaction, unit_id: int, stays: Iterable[Stay]) -> None:
    """Make `stays` the projection of the unit's movements."""
    transaction.run(_DELETE_STAYS, unit_id=unit_id)
    for stay in stays:
        transaction.run(
            _INSERT_STAY,
            unit_id=unit_id,
            location_id=stay.location_id,
            start=stay.span.start,
            end=stay.span.end,
        )


def exposures_of(transaction: Transaction, unit_ids: Collection[int]) -> list[Exposure]:
    """The whole exposure of each unit, by unit and time."""
    stays = [
        UnitStay(row.unit_id, row.location_id, row.path, Span(row.start, row.end))
        for row in transaction.rows(_STAYS, unit_ids=list(unit_ids))
    ]
    paths = sorted({stay.path for stay in stays})
    covers = [
        Cover(row.series_id, row.path, Span(row.start, row.end))
        for row in transaction.rows(_COVERS, paths=paths)
    ]
    return exposures(stays, covers)


def units_near_series(
    transaction: Transaction,
    stretches: Sequence[tuple[int, Span]],
    among: Collection[int] | None = None,
) -> set[int]:
    """Units (all, or those `among`) that stood where each series measured during its stretch.

    A superset of the units the series spoke for: a nearer sensor may have spoken instead.
    """
    rows = transaction.rows(
        _UNITS_NEAR_SERIES,
        series=[series for series, _ in stretches],
        since=[moment(span.start) for _, span in stretches],
        until=[moment(span.end) for _, span in stretches],
        among=None if among is None else list(among),
    )
    return {row.id for row in rows}


def units_inside(transaction: Transaction, location_id: int, since: int) -> tuple[int, ...]:
    """Units that stood at the place, or inside it, at any time from `since` on."""
    rows = transaction.rows(_UNITS_INSIDE, location_id=location_id, since=moment(since))
    return tuple(row.id for row in rows)

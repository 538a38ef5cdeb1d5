"""What lot binding reads and writes about where sensors hang."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lotbinding.core.exposure import Cover
from lotbinding.core.placements import Placement, Placing, Spot, placements
from lotbinding.store.facts import known_until
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")


@dataclass(frozen=True, slots=True)
class ToldPlacing:
    """A placing by its number, whether it counts or not."""

    placing_id: int
    sensor: str
    occurred_at: int
    location_id: int | None
    handling_unit_id: int | None
    cancelled: bool


@dataclass(frozen=True, slots=True)
class ListedPlacing:
    """A placing with all that was ever said about it; times are instants, or None.

    Neither a path nor a handling unit: the sensor was taken down.
    """

    placing_id: int
    sensor: str
    path: str | None
    handling_unit: str | None
    occurred_at: int
    recorded_at: int
    recorded_by: str
    cancelled_at: int | None
    cancelled_by: str | None
    cancelled_why: str | None
    replaced_by: int | None


@dataclass(frozen=True, slots=True)
class ListedSensor:
    """One quantity of a sensor, and where the sensor hangs now; `max_gap` in microseconds."""

    name: str
    model: str
    quantity: str
    max_gap: int
    path: str | None
    handling_unit: str | None
    since: int | None


@dataclass(frozen=True, slots=True)
class Carrier:
    """A handling unit in which a sensor was once."""

    code: str
    kind: str
    sscc: str | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Sensor:
    sensor_id: int
    name: str


@dataclass(frozen=True, slots=True)
class _Votes:
    location_id: int
    path: str
    needed: int


@dataclass(frozen=True, slots=True)
class _Series:
    sensor_id: int
    series_id: int


_SENSOR = _SQL.returning(_Id, "sensor_by_name")
_LOCK = _SQL.returning(_Sensor, "lock_sensors")
_PLACINGS = _SQL.returning(Placing, "placings_of_sensors")
_PLACING = _SQL.returning(ToldPlacing, "placing_by_id")
_LISTED = _SQL.returning(ListedPlacing, "placings_listed")
_SENSORS = _SQL.returning(ListedSensor, "sensors_listed")
_CARRIERS = _SQL.returning(Carrier, "handling_units_with_sensors")
_INSERT = _SQL.returning(_Id, "insert_placing")
_CANCEL = _SQL.command("cancel_placing")
_DELETE = _SQL.command("delete_placements")
_PROJECT = _SQL.command("insert_placements")
_EVER_NEAR = _SQL.returning(_Id, "sensors_ever_near")
_VOTES = _SQL.returning(_Votes, "votes_known")
_SERIES = _SQL.returning(_Series, "temperature_series")


def sensor_id(transaction: Transaction, name: str) -> int | None:
    """The id of a registered sensor."""
    found = transaction.row(_SENSOR, name=name)
    return found.id if found else None


def lock_sensors(transaction: Transaction, names: Collection[str]) -> dict[str, int]:
    """Nobody else hangs these sensors until the transaction ends; their ids by name, in order of id."""
    return {row.name: row.sensor_id for row in transaction.rows(_LOCK, names=list(names))}


def placings_of(
    transaction: Transaction, sensor_ids: Collection[int], as_known_at: int | None = None
) -> dict[int, list[Placing]]:
    """The placings that count of each sensor, as known at an instant; in no order."""
    found: dict[int, list[Placing]] = {sensor: [] for sensor in sensor_ids}
    known = known_until(as_known_at)
    for row in transaction.rows(_PLACINGS, sensor_ids=list(sensor_ids), known_at=known):
        found[row.sensor_id].append(row)
    return found


def placing(transaction: Transaction, placing_id: int) -> ToldPlacing | None:
    """The placing with this number."""
    return transaction.row(_PLACING, placing_id=placing_id)


def listed(transaction: Transaction, sensor: str | None = None) -> list[ListedPlacing]:
    """All that was ever told about where a sensor (None: any) hung, by sensor and time."""
    return transaction.rows(_LISTED, sensor=sensor)


def sensors(transaction: Transaction, sensor: str | None = None) -> list[ListedSensor]:
    """Every quantity of a sensor (None: of all of them), by name."""
    return transaction.rows(_SENSORS, sensor=sensor)


def carriers(transaction: Transaction) -> list[Carrier]:
    """The handling units in which a sensor ever was, by code."""
    return transaction.rows(_CARRIERS)


def insert_placing(transaction: Transaction, sensor: int, spot: Spot, occurred_at: int, by: str) -> int:
    """Record a placing; its number."""
    return transaction.one(
        _INSERT,
        sensor_id=sensor,
        location_id=spot.location_id,
        handling_unit_id=spot.handling_unit_id,
        occurred_at=occurred_at,
        by=by,
    ).id


def cancel_placing(
    transaction: Transaction, placing_id: int, by: str, reason: str, replaced_by: int | None = None
) -> None:
    """The placing does not count any more; `replaced_by` is the one that tells how it was."""
    transaction.run(_CANCEL, placing_id=placing_id, by=by, reason=reason, replaced_by=replaced_by)


def replace_placements(transaction: Transaction, hung: Mapping[int, Sequence[Placement]]) -> None:
    """Make these the projection of the placings of each sensor."""
    rows = [one for its in hung.values() for one in its]
    transaction.run(_DELETE, sensor_ids=list(hung))
    transaction.run(
        _PROJECT,
        placing_ids=[one.placing_id for one in rows],
        since=[one.span.start for one in rows],
        until=[one.span.end for one in rows],
    )


def known_covers(
    transaction: Transaction, paths: Collection[str], carriers: Collection[int], as_known_at: int
) -> list[Cover]:
    """The sensors that may have spoken at these places and in these handling units, as was known.

    From the facts of that time; may hold sensors elsewhere, which speak for nobody here.
    """
    near = transaction.rows(_EVER_NEAR, paths=list(paths), handling_unit_ids=list(carriers))
    told = placings_of(transaction, [row.id for row in near], as_known_at)
    hung = {sensor: placements(its) for sensor, its in told.items()}
    series = {row.sensor_id: row.series_id for row in transaction.rows(_SERIES, sensor_ids=list(hung))}
    places = {one.spot.location_id for its in hung.values() for one in its} - {None}
    votes = {
        row.location_id: row
        for row in transaction.rows(
            _VOTES, location_ids=list(places), known_at=known_until(as_known_at)
        )
    }
    return [
        _cover(series[sensor], one, votes)
        for sensor, its in hung.items()
        if sensor in series
        for one in its
    ]


def _cover(series: int, one: Placement, votes: Mapping[int, _Votes]) -> Cover:
    if one.spot.location_id is None:
        return Cover(series, None, one.span, one.spot.handling_unit_id)
    place = votes[one.spot.location_id]
    return Cover(series, place.path, one.span, None, place.needed)

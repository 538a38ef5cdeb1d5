"""Use cases of lot binding: places, sensor placements, units and their movements.

Each is one function that records a fact and tells, in the same transaction, whose exposure it touched.
"""

import re
from dataclasses import dataclass

from kernel.events import BindingChanged, GoodsArrived
from kernel.instants import moment
from kernel.refusal import Refusal
from lotbinding import store
from lotbinding.core.stays import stays
from storage.database import Transaction
from storage.errors import DuplicateKey, Refused

LOCATION_KINDS = (
    "site",
    "room",
    "zone",
    "aisle",
    "bay",
    "bin",
    "dock_door",
    "vehicle",
    "quarantine_cage",
)
MOVEMENT_KINDS = ("receive", "put_away", "transfer", "pick", "load", "dispatch", "return")

_PATH = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")


@dataclass(frozen=True, slots=True)
class Movement:
    """A unit went to the place `location` (None when it left us: dispatch) at `occurred_at`.

    `client_id` is the scanner's own id of the movement, so that sending it twice records it once.
    """

    unit: str
    kind: str
    location: str | None
    occurred_at: int
    by: str
    document: str = ""
    client_id: str | None = None


def record_location(transaction: Transaction, path: str, name: str, kind: str, by: str) -> None:
    """Add or rename a place; the place around it must exist already."""
    if not _PATH.fullmatch(path):
        raise Refusal(f"location {path!r}: use labels of letters, digits and _ joined by dots")
    if kind not in LOCATION_KINDS:
        raise Refusal(f"location {path}: kind {kind!r} is not one of {', '.join(LOCATION_KINDS)}")
    around = path.rpartition(".")[0]
    if around:
        _place(transaction, around)
    before = store.location(transaction, path)
    if before is not None and (before.name, before.kind) == (name, kind):
        return
    store.insert_location(transaction, path, name, kind)
    transaction.audit(by, "location recorded", f"location {path}", name=name, kind=kind)


def place_sensor(transaction: Transaction, sensor: str, location: str, since: int, by: str) -> None:
    """The sensor hangs at `location` from `since` on; where it hung until then ends at that moment."""
    sensor_id = store.sensor_id(transaction, sensor)
    if sensor_id is None:
        raise Refusal(f"sensor {sensor!r} is not registered: coldbind sensor add {sensor}")
    place = _place(transaction, location)
    left = store.end_placement(transaction, sensor_id, since)
    try:
        with transaction.savepoint():
            store.insert_placement(transaction, sensor_id, place.location_id, since, by)
    except Refused as error:
        raise Refusal(
            f"sensor {sensor}: a placement at or after {_clock(since)} is recorded already"
        ) from error
    transaction.audit(by, "sensor placed", f"sensor {sensor}", location=location, since=moment(since))
    touched = set(store.units_inside(transaction, place.location_id, since))
    if left is not None:
        touched.update(store.units_inside(transaction, left, since))
    transaction.publish(BindingChanged(tuple(sorted(touched))))


def hangs_at(transaction: Transaction, sensor: str, location: str, since: int) -> bool:
    """Whether exactly this placement is recorded already."""
    return store.placement_exists(transaction, sensor, location, since)


def receive_units(event: GoodsArrived, transaction: Transaction) -> None:
    """Make the stock units of an arrival and let them stand at the dock door."""
    place = _place(transaction, event.location)
    received: list[int] = []
    for unit in event.units:
        try:
            with transaction.savepoint():
                unit_id = store.insert_unit(
                    transaction, unit.code, event.lot_id, unit.quantity, event.unit_of_measure
                )
        except DuplicateKey as error:
            raise Refusal(f"unit {unit.code}: a stock unit with this code exists already") from error
        movement = Movement(
            unit.code, "receive", event.location, event.arrived_at, event.actor, event.document
        )
        _move(transaction, unit_id, movement, place.location_id)
        received.append(unit_id)
    transaction.publish(BindingChanged(tuple(received)))


def record_movement(transaction: Transaction, movement: Movement) -> bool:
    """Record where a unit went; False when this very movement is recorded already.

    The movement may be entered late: what counts is `occurred_at`.
    """
    _check(movement)
    unit = store.lock_unit(transaction, movement.unit)
    if unit is None:
        raise Refusal(f"unit {movement.unit!r} is not known: was its delivery received?")
    if _is_recorded(transaction, unit.unit_id, movement):
        return False
    place = _place(transaction, movement.location).location_id if movement.location else None
    first = min((move.occurred_at for move in store.moves(transaction, unit.unit_id)), default=None)
    if first is not None and movement.occurred_at < first:
        raise Refusal(
            f"unit {movement.unit}: it cannot have moved at {_clock(movement.occurred_at)}, "
            f"it arrived at {_clock(first)}"
        )
    try:
        with transaction.savepoint():
            _move(transaction, unit.unit_id, movement, place)
    except DuplicateKey as error:
        raise Refusal(
            f"unit {movement.unit}: another movement at {_clock(movement.occurred_at)} "
            "is recorded already"
        ) from error
    transaction.publish(BindingChanged((unit.unit_id,)))
    return True


def _check(movement: Movement) -> None:
    if movement.kind not in MOVEMENT_KINDS:
        raise Refusal(
            f"movement of {movement.unit}: kind {movement.kind!r} is not one of "
            f"{', '.join(MOVEMENT_KINDS)}"
        )
    if (movement.location is None) != (movement.kind == "dispatch"):
        raise Refusal(
            f"movement of {movement.unit}: a dispatch has no location, every other movement has one"
        )


def _is_recorded(transaction: Transaction, unit_id: int, movement: Movement) -> bool:
    """Whether its client id is known; asked with the unit locked, so that a repeated scan waits."""
    if movement.client_id is None:
        return False
    known = store.movement_by_client_id(transaction, movement.client_id)
    if known is None:
        return False
    told = (unit_id, movement.kind, movement.location, movement.occurred_at)
    if (known.unit_id, known.kind, known.path, known.occurred_at) != told:
        raise Refusal(
            f"client id {movement.client_id!r} was already used for another movement: give each its own"
        )
    return True


def _place(transaction: Transaction, path: str) -> store.Location:
    found = store.location(transaction, path) if _PATH.fullmatch(path) else None
    if found is None:
        raise Refusal(f"location {path!r} is not known: coldbind location add {path} ...")
    return found


def _clock(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"


def _move(transaction: Transaction, unit_id: int, movement: Movement, location_id: int | None) -> None:
    store.insert_movement(
        transaction,
        unit_id,
        movement.kind,
        location_id,
        movement.occurred_at,
        movement.by,
        movement.document,
        movement.client_id,
    )
    store.replace_stays(transaction, unit_id, stays(store.moves(transaction, unit_id)))
    transaction.audit(
        movement.by,
        f"moved: {movement.kind}",
        f"unit {movement.unit}",
        location=movement.location,
        occurred_at=moment(movement.occurred_at),
        document=movement.document,
    )

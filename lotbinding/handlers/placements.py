"""Use cases of placements: where a sensor hangs, told at once or late, taken back or told anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kernel.events import BindingChanged
from kernel.instants import moment
from kernel.refusal import Refusal
from lotbinding.core.placements import (
    NOWHERE,
    Placement,
    Placing,
    Spot,
    differing,
    placements,
    spot_at,
)
from lotbinding.handlers.places import known_place
from lotbinding.handlers.recording import thing_named
from lotbinding.handlers.wording import clock
from lotbinding.store import exposure, places, units
from lotbinding.store import placements as store
from lotbinding.store.placements import ListedPlacing, ToldPlacing
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Hanging:
    """At `occurred_at` a sensor was hung at `location`, or put into `handling_unit`.

    It was taken down when it is neither.
    """

    sensor: str
    occurred_at: int
    location: str | None = None
    handling_unit: str | None = None

    @property
    def words(self) -> str:
        """What happened to the sensor."""
        if self.location is not None:
            return f"hangs at {self.location}"
        return f"is inside {self.handling_unit}" if self.handling_unit is not None else "is taken down"


@dataclass(frozen=True, slots=True)
class Correction:
    """Placing `placing_id` happened otherwise; without a place and handling unit it keeps its own."""

    placing_id: int
    location: str | None = None
    handling_unit: str | None = None
    occurred_at: int | None = None


def place_sensor(transaction: Transaction, sensor: str, location: str, since: int, by: str) -> bool:
    """The sensor hangs at `location` from `since` on, until it is told to hang elsewhere.

    False when exactly this is known already.
    """
    return bool(hang(transaction, [Hanging(sensor, since, location)], by))


def hang(transaction: Transaction, told: Sequence[Hanging], by: str) -> list[Hanging]:
    """Record where sensors were put, in any order of time; those of `told` that were news."""
    ids = _lock(transaction, [one.sensor for one in told])
    before = store.placings_of(transaction, ids.values())
    known = {(one.sensor_id, one.occurred_at): one.spot for its in before.values() for one in its}
    news: list[Hanging] = []
    for one in told:
        spot, key = _spot(transaction, one), (ids[one.sensor], one.occurred_at)
        if key in known and known[key] == spot:
            continue
        if key in known:
            raise _second(one.sensor, one.occurred_at)
        store.insert_placing(transaction, ids[one.sensor], spot, one.occurred_at, by)
        known[key] = spot
        news.append(one)
        _audit_hanging(transaction, one, by)
    _project(transaction, ids, before)
    return news


def swap(transaction: Transaction, old: str, new: str, at: int, by: str) -> str:
    """The sensor `new` takes the place of `old` at one instant; that place in words."""
    if old == new:
        raise Refusal(f"sensor {old}: write the sensor that takes its place")
    ids = _lock(transaction, [old, new])
    told = store.placings_of(transaction, ids.values())
    spot = spot_at(placements(told[ids[old]]), at)
    if spot == NOWHERE:
        raise Refusal(
            f"sensor {old} hangs nowhere at {clock(at)}: "
            f"coldbind sensor history {old} shows where it hung"
        )
    if spot_at(placements(told[ids[new]]), at) != NOWHERE:
        raise Refusal(
            f"sensor {new} hangs elsewhere at {clock(at)}: coldbind sensor take-down {new} first"
        )
    for one in told[ids[new]]:
        if one.occurred_at == at:  # taken down at this very instant: only one placing an instant counts
            store.cancel_placing(transaction, one.placing_id, by, f"takes the place of {old}")
    location, carrier = _words_of(transaction, spot)
    hang(transaction, [Hanging(new, at, location, carrier), Hanging(old, at)], by)
    return location or f"inside {carrier}"


def cancel_placing(transaction: Transaction, placing_id: int, by: str, reason: str) -> str:
    """The sensor was never put there, or never taken down; its name. The placing stays on record."""
    told, ids = _that_counts(transaction, placing_id, reason)
    before = store.placings_of(transaction, ids.values())
    store.cancel_placing(transaction, placing_id, by, reason)
    transaction.audit(
        by, "placing cancelled", f"sensor {told.sensor}", placing=placing_id, why=reason.strip()
    )
    _project(transaction, ids, before)
    return told.sensor


def correct_placing(transaction: Transaction, how: Correction, by: str, reason: str) -> int:
    """Cancel a placing and record in the same breath how it was; the number of the new one."""
    told, ids = _that_counts(transaction, how.placing_id, reason)
    before = store.placings_of(transaction, ids.values())
    at = told.occurred_at if how.occurred_at is None else how.occurred_at
    hanging = Hanging(told.sensor, at, how.location, how.handling_unit)
    spot = _spot(transaction, hanging)
    if spot == NOWHERE:
        spot = Spot(told.location_id, told.handling_unit_id)
        hanging = Hanging(told.sensor, at, *_words_of(transaction, spot))
    number = store.insert_placing(transaction, ids[told.sensor], spot, at, by)
    store.cancel_placing(transaction, how.placing_id, by, reason, number)
    _audit_hanging(transaction, hanging, by, corrects=how.placing_id, why=reason.strip())
    _project(transaction, ids, before)
    return number


def history(transaction: Transaction, sensor: str) -> list[ListedPlacing]:
    """All that was ever told about where the sensor hung, in order of time."""
    registered(transaction, sensor)
    return store.listed(transaction, sensor)


def registered(transaction: Transaction, sensor: str) -> int:
    """The id of the sensor; refused when it is not registered."""
    found = store.sensor_id(transaction, sensor)
    if found is None:
        raise _unregistered(sensor)
    return found


def _lock(transaction: Transaction, names: Sequence[str]) -> dict[str, int]:
    ids = store.lock_sensors(transaction, set(names))
    for name in names:
        if name not in ids:
            raise _unregistered(name)
    return ids


def _unregistered(sensor: str) -> Refusal:
    return Refusal(f"sensor {sensor!r} is not registered: coldbind sensor add {sensor}")


def _that_counts(
    transaction: Transaction, placing_id: int, reason: str
) -> tuple[ToldPlacing, dict[str, int]]:
    """The placing, its sensor locked; refused when it is not known or does not count."""
    if not reason.strip():
        raise Refusal("a correction needs its reason: write why in --reason")
    found = store.placing(transaction, placing_id)
    if found is None:
        raise Refusal(f"placing {placing_id} is not known: coldbind sensor history SENSOR shows them")
    ids = _lock(transaction, [found.sensor])
    found = store.placing(transaction, placing_id)
    if found is None or found.cancelled:
        raise Refusal(f"placing {placing_id} is cancelled already")
    return found, ids


def _spot(transaction: Transaction, told: Hanging) -> Spot:
    if told.location is not None and told.handling_unit is not None:
        raise Refusal(f"sensor {told.sensor}: write a place or a handling unit, not both")
    if told.location is not None:
        place = known_place(transaction, told.location, told.occurred_at)
        return Spot(place.location_id, None)
    if told.handling_unit is None:
        return NOWHERE
    thing = thing_named(transaction, told.handling_unit)
    if thing.handling_unit_id is None:
        raise Refusal(
            f"sensor {told.sensor}: {told.handling_unit} is a stock unit: "
            "pack it into a handling unit, or import the logger's file with --unit"
        )
    return Spot(None, thing.handling_unit_id)


def _words_of(transaction: Transaction, spot: Spot) -> tuple[str | None, str | None]:
    """The path of the place, or the code of the handling unit."""
    if spot.location_id is not None:
        return exposure.paths_of(transaction, [spot.location_id])[spot.location_id], None
    if spot.handling_unit_id is not None:
        codes = units.handling_unit_codes(transaction, [spot.handling_unit_id])
        return None, codes[spot.handling_unit_id]
    return None, None


def _project(
    transaction: Transaction, ids: Mapping[str, int], before: Mapping[int, Sequence[Placing]]
) -> None:
    """Hold the placings against each other, rewrite their projection, and say who felt a difference."""
    after = store.placings_of(transaction, ids.values())
    hung: dict[int, list[Placement]] = {}
    for name, sensor in ids.items():
        _refuse_second(name, after[sensor])
        hung[sensor] = placements(after[sensor])
        _refuse_closed(transaction, name, hung[sensor])
    store.replace_placements(transaction, hung)
    moved = [one for sensor in hung for one in differing(placements(before[sensor]), hung[sensor])]
    there = {spot.location_id for spot, _ in moved if spot.location_id is not None}
    transaction.publish(BindingChanged(places.units_at(transaction, moved), tuple(sorted(there))))


def _refuse_second(sensor: str, told: Sequence[Placing]) -> None:
    for one, following in pairwise(sorted(told, key=lambda placing: placing.occurred_at)):
        if one.occurred_at == following.occurred_at:
            raise _second(sensor, one.occurred_at)


def _second(sensor: str, at: int) -> Refusal:
    return Refusal(
        f"sensor {sensor}: another placing at {clock(at)} is recorded already: "
        "write another instant, or correct that one with coldbind sensor correct"
    )


def _refuse_closed(transaction: Transaction, sensor: str, hung: Sequence[Placement]) -> None:
    by_id = {one.spot.location_id: one for one in hung if one.spot.location_id is not None}
    if not by_id:
        return
    for place in places.closed_among(transaction, list(by_id)):
        last = by_id[place.location_id]  # the last one there: placements come in order of time
        if place.closed_at is not None and last.span.end > place.closed_at:
            raise Refusal(
                f"sensor {sensor}: it would hang at {place.path} after that closed at "
                f"{clock(place.closed_at)}: say when it was taken down before"
            )


def _audit_hanging(transaction: Transaction, told: Hanging, by: str, **more: object) -> None:
    transaction.audit(
        by,
        "sensor placed" if (told.location or told.handling_unit) else "sensor taken down",
        f"sensor {told.sensor}",
        location=told.location,
        handling_unit=told.handling_unit,
        since=moment(told.occurred_at),
        **more,
    )

"""A scenario: everything that decides what the simulated devices will send.

It is checked when it is made; each sentence of `InvalidScenario` names the entry at fault.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from math import isfinite

from firmware_sim.core.faults import KINDS, CompressorFailure, DoorOpen, Fault, SensorSpike, WarmLoad
from firmware_sim.core.room import AIR_J_PER_M3_K, STEP_S, Room
from firmware_sim.core.sensor import Sensor
from kernel.instants import moment
from kernel.temperature import ABSOLUTE_ZERO

LONGEST_NAME = 64
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:._")
_KIND_NAMES = {kind: name for name, kind in KINDS.items()}


class InvalidScenario(ValueError):
    """The scenario cannot be simulated; one sentence a line says which entry is at fault and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Rooms, the sensors in them and the faults to come, from the instant `start` on.

    `seed` (not negative) decides all noise. `InvalidScenario` when the parts do not fit together.
    """

    seed: int
    start: int
    rooms: tuple[Room, ...]
    sensors: tuple[Sensor, ...]
    faults: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        sentences = list(_problems(self))
        if sentences:
            raise InvalidScenario("\n".join(sentences))


def _problems(scenario: Scenario) -> Iterator[str]:
    if scenario.seed < 0:
        yield f"seed: {scenario.seed} is negative"
    rooms = {room.name: room for room in scenario.rooms}
    names = {sensor.name for sensor in scenario.sensors}
    yield from _twice("rooms", (room.name for room in scenario.rooms))
    yield from _twice("sensors", (sensor.name for sensor in scenario.sensors))
    for room in scenario.rooms:
        yield from _room_problems(room, scenario.faults)
    for sensor in scenario.sensors:
        yield from _sensor_problems(sensor, rooms)
    for number, fault in enumerate(scenario.faults, start=1):
        yield from _fault_problems(
            fault, f"faults: number {number} ({_KIND_NAMES[type(fault)]})", rooms, names
        )


def _twice(where: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{where}: {name!r} is there {count} times"


def _room_problems(room: Room, faults: Iterable[Fault]) -> Iterator[str]:
    where = f"rooms: {room.name!r}"
    yield from _not_finite(where, room)
    yield from _not_finite(f"{where}: ambient", room.ambient)
    for name in ("air_j_per_k", "goods_j_per_k"):
        if getattr(room, name) <= 0:
            yield f"{where}: {name} must be positive"
    for name in (
        "hysteresis_k", "insulation_w_per_k", "air_to_goods_w_per_k", "cooling_w", "door_m3_per_s",
        "defrost_every_s", "defrost_s", "defrost_heater_w",
    ):  # fmt: skip
        if getattr(room, name) < 0:
            yield f"{where}: {name} must not be negative"
    if room.defrost_every_s and room.defrost_s >= room.defrost_every_s:
        yield f"{where}: defrost_s must be shorter than defrost_every_s"
    loads = sum(
        fault.air_to_goods_w_per_k
        for fault in faults
        if isinstance(fault, WarmLoad) and fault.room == room.name
    )
    door = room.door_m3_per_s * AIR_J_PER_M3_K
    exchange = room.insulation_w_per_k + room.air_to_goods_w_per_k + door + loads
    if exchange * STEP_S > room.air_j_per_k:
        yield (
            f"{where}: air_j_per_k {room.air_j_per_k:g} is too small for steps of {STEP_S} s with an "
            f"exchange of up to {exchange:g} W/K; give at least {exchange * STEP_S:g}"
        )
    if room.air_to_goods_w_per_k * STEP_S > room.goods_j_per_k:
        yield f"{where}: goods_j_per_k is too small for its exchange with the air"


def _sensor_problems(sensor: Sensor, rooms: dict[str, Room]) -> Iterator[str]:
    where = f"sensors: {sensor.name!r}"
    first = sensor.name[:1]
    if not (first.isalnum() and _NAME_CHARACTERS.issuperset(sensor.name)):
        yield f"{where}: a name starts with a letter or digit and has only letters, digits and - : . _"
    if len(sensor.name) > LONGEST_NAME:
        yield f"{where}: the name is longer than {LONGEST_NAME} characters"
    if sensor.room not in rooms:
        yield f"{where}: there is no room {sensor.room!r}"
    yield from _not_finite(where, sensor)
    for name in ("every_s", "battery_every_s"):
        if getattr(sensor, name) < 1:
            yield f"{where}: {name} must be at least 1 second"
    for name in ("noise_k", "resolution_k", "lag_s", "battery_v_per_day"):
        if getattr(sensor, name) < 0:
            yield f"{where}: {name} must not be negative"
    if not 0 <= sensor.dropout <= 1:
        yield f"{where}: dropout is a share from 0 to 1"


def _fault_problems(
    fault: Fault, where: str, rooms: dict[str, Room], sensors: set[str]
) -> Iterator[str]:
    if fault.during.end <= fault.during.start:
        start, end = moment(fault.during.start), moment(fault.during.end)
        yield f"{where}: it ends at {end.isoformat()}, which is not after {start.isoformat()}"
    if isinstance(fault, CompressorFailure | DoorOpen | WarmLoad):
        if fault.room not in rooms:
            yield f"{where}: there is no room {fault.room!r}"
    elif fault.sensor not in sensors:
        yield f"{where}: there is no sensor {fault.sensor!r}"
    if isinstance(fault, WarmLoad | SensorSpike):
        yield from _not_finite(where, fault)
    if isinstance(fault, WarmLoad):
        yield from _load_problems(fault, where)


def _load_problems(load: WarmLoad, where: str) -> Iterator[str]:
    if load.temperature_degc < ABSOLUTE_ZERO:
        yield f"{where}: temperature_degc lies below absolute zero"
    if load.goods_j_per_k <= 0 or load.air_to_goods_w_per_k < 0:
        yield f"{where}: goods_j_per_k must be positive and air_to_goods_w_per_k not negative"
    elif load.air_to_goods_w_per_k * STEP_S > load.goods_j_per_k:
        yield f"{where}: goods_j_per_k is too small for its exchange with the air"


def _not_finite(where: str, entry: object) -> Iterator[str]:
    for name in (item.name for item in fields(entry)):  # pyright: ignore[reportArgumentType] # a dataclass
        value = getattr(entry, name)
        if isinstance(value, float) and not isfinite(value):
            yield f"{where}: {name} is {value}"

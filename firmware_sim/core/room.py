"""A cold room as lumped thermal masses: the air with all that follows it quickly, and the goods.

Each mass has one temperature (lumped capacitance); heat flows between them and through the walls in
proportion to the difference (Newton's law of cooling, see Incropera, Fundamentals of Heat and Mass
Transfer, chapter 5). The balance is integrated by the explicit Euler method at a fixed step, which
moves heat from one mass to another without losing any. Humidity, ice and heating are not modelled.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from firmware_sim.core.faults import CompressorFailure, DoorOpen, RoomFault, WarmLoad, within
from kernel.instants import DAY, HOUR, SECOND
from kernel.intervals import Span

STEP_S = 10
STEP = STEP_S * SECOND
"""Simulated time between two states of a room, in microseconds; faults begin and end on this grid."""

AIR_J_PER_M3_K = 1206.0
"""Heat that warms 1 m3 of air by 1 K: density 1.2 kg/m3 times specific heat 1005 J/(kg K)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambient:
    """The air around a room: a daily cosine of `swing_k` about `mean_degc`, warmest at an hour UTC."""

    mean_degc: float = 20.0
    swing_k: float = 4.0
    warmest_hour: float = 15.0

    def at(self, instant: int) -> float:
        """The temperature in degC at `instant`."""
        return self.mean_degc + self.swing_k * math.cos(
            (instant % DAY - self.warmest_hour * HOUR) * (2.0 * math.pi / DAY)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room with its insulation, its goods, its compressor and its door.

    The thermostat starts the compressor (`cooling_w` watts out of the air) above `set_point_degc` +
    `hysteresis_k` and stops it below `set_point_degc` - `hysteresis_k`. Every `defrost_every_s`
    seconds (0: never) it rests for `defrost_s` seconds while the heater gives `defrost_heater_w`
    watts to the air. `insulation_w_per_k` is the UA value of the walls; `air_j_per_k` and
    `goods_j_per_k` are heat capacities; `air_to_goods_w_per_k` is the exchange between them; an open
    door exchanges `door_m3_per_s` cubic metres of air a second with the ambient. All masses start at
    `initial_degc`, which is the set point when left out.
    """

    name: str
    ambient: Ambient = field(default_factory=Ambient)
    set_point_degc: float = 5.0
    hysteresis_k: float = 0.7
    insulation_w_per_k: float = 60.0
    air_j_per_k: float = 400_000.0
    goods_j_per_k: float = 5_000_000.0
    air_to_goods_w_per_k: float = 800.0
    cooling_w: float = 3_500.0
    door_m3_per_s: float = 0.9
    defrost_every_s: int = 21_600
    defrost_s: int = 900
    defrost_heater_w: float = 300.0
    initial_degc: float | None = None


@dataclass(slots=True)
class _Load:
    """Goods that stand in the room for a while: a third mass with its own temperature."""

    during: Span
    degc: float
    j_per_k: float
    w_per_k: float


class RoomModel:
    """The state of one room, integrated forward step by step."""

    def __init__(self, room: Room, start: int, faults: Iterable[RoomFault]) -> None:
        first = room.set_point_degc if room.initial_degc is None else room.initial_degc
        listed = list(faults)
        self.air_degc = first
        self.goods_degc = first
        self._room = room
        self._start = start
        self._steps = 0
        self._cooling = False
        self._door_w_per_k = room.door_m3_per_s * AIR_J_PER_M3_K
        self._failures = [fault.during for fault in listed if isinstance(fault, CompressorFailure)]
        self._openings = [fault.during for fault in listed if isinstance(fault, DoorOpen)]
        self._loads = [
            _Load(fault.during, fault.temperature_degc, fault.goods_j_per_k, fault.air_to_goods_w_per_k)
            for fault in listed
            if isinstance(fault, WarmLoad)
        ]

    def advance(self, steps: int) -> list[float]:
        """The air temperature in degC after each of the next `steps` steps."""
        return [self._step() for _ in range(steps)]

    def _step(self) -> float:
        room = self._room
        now = self._start + self._steps * STEP
        leak = room.insulation_w_per_k + (self._door_w_per_k if within(self._openings, now) else 0.0)
        from_goods = room.air_to_goods_w_per_k * (self.goods_degc - self.air_degc)
        watts = leak * (room.ambient.at(now) - self.air_degc) + from_goods
        watts += self._from_loads(now) + self._from_machine(now)
        self.goods_degc -= from_goods * STEP_S / room.goods_j_per_k
        self.air_degc += watts * STEP_S / room.air_j_per_k
        self._steps += 1
        return self.air_degc

    def _from_loads(self, now: int) -> float:
        watts = 0.0
        for load in self._loads:
            if load.during.start <= now < load.during.end:
                given = load.w_per_k * (load.degc - self.air_degc)
                load.degc -= given * STEP_S / load.j_per_k
                watts += given
        return watts

    def _from_machine(self, now: int) -> float:
        room = self._room
        if self._defrosting():
            self._cooling = False
            return room.defrost_heater_w
        if self.air_degc > room.set_point_degc + room.hysteresis_k:
            self._cooling = True
        elif self.air_degc < room.set_point_degc - room.hysteresis_k:
            self._cooling = False
        return -room.cooling_w if self._cooling and not within(self._failures, now) else 0.0

    def _defrosting(self) -> bool:
        """Defrost ends each period, so that a simulation does not begin with one."""
        room = self._room
        if not room.defrost_every_s:
            return False
        return self._steps * STEP_S % room.defrost_every_s >= room.defrost_every_s - room.defrost_s

"""What goes wrong, and when: each fault holds `during` a span of simulated time, end excluded.

Opening a door or bringing in warm goods is daily work rather than a fault, but it is scheduled the
same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.intervals import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CompressorFailure:
    """The compressor of `room` does not start."""

    room: str
    during: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOpen:
    """The door of `room` stands open."""

    room: str
    during: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmLoad:
    """Goods at `temperature_degc` are brought into `room` and leave again when the span ends.

    `goods_j_per_k` is their heat capacity in J/K (mass times specific heat: a pallet of 500 kg at
    3.6 kJ/(kg K) has 1 800 000) and `air_to_goods_w_per_k` their exchange with the air in W/K.
    """

    room: str
    during: Span
    temperature_degc: float
    goods_j_per_k: float = 1_800_000.0
    air_to_goods_w_per_k: float = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorDead:
    """`sensor` sends nothing."""

    sensor: str
    during: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorStuck:
    """`sensor` repeats its last value from before the span (its first one inside when it has none)."""

    sensor: str
    during: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorSpike:
    """Every value of `sensor` inside the span is displaced by `size_k` kelvin."""

    sensor: str
    during: Span
    size_k: float


RoomFault = CompressorFailure | DoorOpen | WarmLoad
SensorFault = SensorDead | SensorStuck | SensorSpike
Fault = RoomFault | SensorFault

KINDS: dict[str, type[Fault]] = {
    "compressor_failure": CompressorFailure,
    "door_open": DoorOpen,
    "warm_load": WarmLoad,
    "sensor_dead": SensorDead,
    "sensor_stuck": SensorStuck,
    "sensor_spike": SensorSpike,
}
"""The name of each kind in a scenario file."""


def within(spans: Sequence[Span], at: int) -> bool:
    """Whether the instant `at` lies in one of `spans`."""
    return bool(spans) and any(start <= at < end for start, end in spans)  # mostly there are none

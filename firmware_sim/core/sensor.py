"""A battery-powered thermometer: what it makes of the air temperature, and when it says so.

The element follows the air with a first-order lag; offset, drift and noise are added, the sum is
rounded to the resolution and stamped with the device's own, slightly wrong clock. Random draws are
made for every sample, also for those that are never sent, so a fault changes nothing after it.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from firmware_sim.core.faults import SensorDead, SensorFault, SensorSpike, SensorStuck, within
from firmware_sim.core.packet import Measurement, Packet
from firmware_sim.core.room import STEP, STEP_S
from kernel.instants import DAY, SECOND

_DRAWN_AT_ONCE = 256
_BATTERY_RESOLUTION_V = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """A thermometer in a room that sends every `every_s` seconds.

    `noise_k` is the standard deviation, `offset_k` a constant error, `drift_k_per_day` its growth,
    `resolution_k` the step of the scale (0: none), `lag_s` the time constant of the element (0: it
    follows at once), `dropout` the share of samples that get lost. With `battery_v` it also reports
    its battery every `battery_every_s` seconds, which sinks by `battery_v_per_day` volts a day; below
    `battery_empty_v` the sensor falls silent. Its clock is `clock_offset_s` seconds ahead of the true
    time at the start and gains `clock_ppm` microseconds a second.
    """

    name: str
    room: str
    every_s: int = 60
    noise_k: float = 0.05
    resolution_k: float = 0.1
    offset_k: float = 0.0
    drift_k_per_day: float = 0.0
    lag_s: float = 120.0
    dropout: float = 0.0
    battery_v: float | None = None
    battery_v_per_day: float = 0.002
    battery_empty_v: float = 2.4
    battery_every_s: int = 3_600
    clock_offset_s: float = 0.0
    clock_ppm: float = 0.0


class SensorModel:
    """The state of one sensor, fed with the air temperature of its room."""

    def __init__(
        self, sensor: Sensor, start: int, seed: int, first_degc: float, faults: Iterable[SensorFault]
    ) -> None:
        listed = list(faults)
        self._sensor = sensor
        self._start = start
        self._follow = 1.0 - math.exp(-STEP_S / sensor.lag_s) if sensor.lag_s else 1.0
        self._draws = _draws(np.random.default_rng([seed, *sensor.name.encode()]))
        self._element = [first_degc]  # its temperature at the steps from self._first_step on
        self._first_step = 0
        self._sample = 0
        self._last: float | None = None
        self._dead = [fault.during for fault in listed if isinstance(fault, SensorDead)]
        self._stuck = [fault.during for fault in listed if isinstance(fault, SensorStuck)]
        self._spikes = [
            (fault.during, fault.size_k) for fault in listed if isinstance(fault, SensorSpike)
        ]

    def advance(self, air_degc: Iterable[float], until: int) -> list[Packet]:
        """The packets sent up to and including `until`.

        `air_degc` are the temperatures of the room at the steps since the last call, the last one at
        or after `until`.
        """
        self._warm_up(air_degc)
        every = self._sensor.every_s * SECOND
        due = range(self._sample, (until - self._start) // every + 1)
        sent = [packet for sample in due if (packet := self._measure(sample * every)) is not None]
        self._sample = max(self._sample, due.stop)
        self._forget(until)
        return sent

    def _warm_up(self, air_degc: Iterable[float]) -> None:
        element, follow = self._element[-1], self._follow
        for degrees in air_degc:
            element += (degrees - element) * follow
            self._element.append(element)

    def _forget(self, until: int) -> None:
        """Drop the steps that no later sample lies behind."""
        passed = (until - self._start) // STEP - self._first_step
        if passed > 0:
            del self._element[:passed]
            self._first_step += passed

    def _measure(self, elapsed: int) -> Packet | None:
        sensor, now = self._sensor, self._start + elapsed
        normal, uniform = next(self._draws)
        value = self._temperature(elapsed, now, normal)
        voltage = self._voltage(elapsed)
        empty = voltage is not None and voltage < sensor.battery_empty_v
        if empty or uniform < sensor.dropout or within(self._dead, now):
            return None
        stamp = now + round(sensor.clock_offset_s * SECOND + elapsed * sensor.clock_ppm * 1e-6)
        records = [Measurement("temperature", "Cel", stamp, value)]
        if voltage is not None and elapsed % (sensor.battery_every_s * SECOND) == 0:
            records.append(Measurement("battery", "V", stamp, _rounded(voltage, _BATTERY_RESOLUTION_V)))
        return Packet(now, sensor.name, tuple(records))

    def _temperature(self, elapsed: int, now: int, normal: float) -> float:
        if self._last is not None and within(self._stuck, now):
            return self._last
        sensor = self._sensor
        step, beyond = divmod(elapsed, STEP)
        before = self._element[step - self._first_step]
        value = (
            before + sensor.offset_k + sensor.drift_k_per_day * elapsed / DAY + sensor.noise_k * normal
        )
        if beyond:
            value += (self._element[step - self._first_step + 1] - before) * beyond / STEP
        if self._spikes:
            value += sum(size for during, size in self._spikes if during.start <= now < during.end)
        self._last = _rounded(value, sensor.resolution_k)
        return self._last

    def _voltage(self, elapsed: int) -> float | None:
        full = self._sensor.battery_v
        return None if full is None else full - self._sensor.battery_v_per_day * elapsed / DAY


def _draws(generator: np.random.Generator) -> Iterator[tuple[float, float]]:
    """A normal and a uniform number for each sample, for ever; drawn in blocks for speed."""
    for count in repeat(_DRAWN_AT_ONCE):
        normals = generator.standard_normal(count).tolist()
        yield from zip(normals, generator.random(count).tolist(), strict=True)


def _rounded(value: float, resolution: float) -> float:
    """The nearest step of the scale, without the digits that binary fractions add."""
    return round(round(value / resolution) * resolution, 9) if resolution else value

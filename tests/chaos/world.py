"""The world that is measured: zones, sensors and temperatures, each a pure function of the seed.

Simulated time goes in steps of two minutes, and weather in periods of four hours: some zones get warm
or cold for a while, some fall silent; the end of a period is calm, so that every excursion has ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from firmware_sim.core.packet import Measurement, Packet
from kernel.instants import MINUTE, instant, parse_moment

START = instant(parse_moment("2026-03-02T00:00:00Z"))
STEP = 2 * MINUTE
PERIOD = 120
"""Steps until the weather is drawn anew."""
DOCKS, COLD_ZONES, SENSORS_A_ZONE = 4, 16, 10
MAX_GAP_MINUTES = 20

_EVENTFUL = (0.45, 0.25, 0.1, 0.1, 0.1)
"""How often: nothing, warm (too long or nearly), hot, cold, silence."""
_CALM, _WARM, _HOT, _COLD, _SILENT = range(5)
_LATEST_START, _LATEST_END = 60, 108
_RAMP = 5
_NORMAL = 5.0
_NOISE = 0.15

Values = NDArray[np.float64]
Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor hangs in a zone; its name is what it calls itself."""

    zone: int
    number: int

    @property
    def name(self) -> str:
        """Such as zone-07-t3."""
        return f"zone-{self.zone:02}-t{self.number}"


SENSORS = tuple(
    Sensor(zone, number) for zone in range(DOCKS + COLD_ZONES) for number in range(SENSORS_A_ZONE)
)


def place(zone: int) -> str:
    """The location of a zone; the first few are dock doors."""
    return f"dc.dock_{zone:02}" if zone < DOCKS else f"dc.zone_{zone:02}"


def at(step: int) -> int:
    """The instant of a step."""
    return START + step * STEP


@lru_cache(maxsize=1_000)
def _weather(seed: int, zone: int, period: int) -> Values:
    """The true temperature of a zone at each step of a period; NaN while its sensors are silent."""
    random = np.random.default_rng([seed, zone, period])
    celsius = np.full(PERIOD, _NORMAL)
    event = int(random.choice(len(_EVENTFUL), p=_EVENTFUL))
    start = int(random.integers(5, _LATEST_START))
    length = int(random.integers(8, 45))
    if event == _SILENT:
        celsius[start : start + 12 + length // 3] = np.nan
    elif event != _CALM:
        to = {_WARM: (8.5, 14.0), _HOT: (15.5, 22.0), _COLD: (-1.5, 1.2)}[event]
        peak = float(random.uniform(*to)) - _NORMAL
        steps = np.arange(PERIOD)
        end = min(start + length, _LATEST_END)
        shape = np.clip(np.minimum(steps - start, end - steps) / _RAMP, 0, 1)
        celsius += peak * shape
    return celsius


@lru_cache(maxsize=4_000)
def _measured(seed: int, sensor: Sensor, period: int) -> Values:
    random = np.random.default_rng([seed, sensor.zone, period, sensor.number + 1])
    noise = random.normal(0, _NOISE, PERIOD)
    rounded = np.round(_weather(seed, sensor.zone, period) + noise, 2)
    return rounded + 0.0  # no -0.0: a device sends it as 0, and a digest tells the two apart


def readings(seed: int, sensor: Sensor, since: int, until: int) -> tuple[Times, Values]:
    """What `sensor` measures in steps `since` to before `until`."""
    periods = range(since // PERIOD, (until - 1) // PERIOD + 1)
    if not periods:
        return np.empty(0, np.int64), np.empty(0, np.float64)
    values = np.concatenate([_measured(seed, sensor, period) for period in periods])
    values = values[since - periods.start * PERIOD : until - periods.start * PERIOD]
    times = at(0) + np.arange(since, until, dtype=np.int64) * STEP
    heard = ~np.isnan(values)
    return times[heard], values[heard]


def packet(seed: int, sensor: Sensor, since: int, until: int) -> Packet:
    """The same, as its device hands it to the radio."""
    times, values = readings(seed, sensor, since, until)
    told = zip(times.tolist(), values.tolist(), strict=True)
    measurements = tuple(Measurement("temperature", "Cel", time, value) for time, value in told)
    return Packet(at(until), sensor.name, measurements)


def _site_lines() -> Iterator[str]:
    yield "locations:"
    yield "  - {path: dc, name: Distribution centre, kind: site}"
    for zone in range(DOCKS + COLD_ZONES):
        kind = "dock_door" if zone < DOCKS else "zone"
        yield f"  - {{path: {place(zone)}, name: Place {zone}, kind: {kind}}}"
    yield "sensors:"
    for sensor in SENSORS:
        yield (
            f"  - {{name: {sensor.name}, location: {place(sensor.zone)}, "
            f"since: 2026-03-01T00:00:00Z, max_gap: {MAX_GAP_MINUTES} min}}"
        )
    yield "suppliers: [{code: S, name: Supplier}]"
    yield "products: [{code: P, name: Vaccine, unit_of_measure: box, profile: medicines-2-8@1}]"
    yield "orders:"
    yield "  - {code: PO-1, supplier: S, ordered_on: 2026-02-01, currency: EUR,"
    yield "     lines: [{line: 1, product: P, quantity: 100000, unit_price: 1.20}]}"


SITE = "\n".join(_site_lines())
"""The site file of this world."""

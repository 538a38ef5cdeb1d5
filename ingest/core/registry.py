"""The registry: which series a sender's name stands for, and how its unit becomes the kept one."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kernel.units import CONVERSIONS, QUANTITY_UNITS
from wire.columns import SeriesName

_SENSOR_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]*")


class RegisteredSeries(NamedTuple):
    """A row of the registry: `series_id` keeps `quantity` of `sensor` in `unit`."""

    series_id: int
    sensor: str
    quantity: str
    unit: str


class Route(NamedTuple):
    """Where readings under a name go: `kept = reported * factor + offset` in series `series_id`.

    When `fault` is a code instead of None the readings cannot be stored, and `reason` says why.
    """

    series_id: int
    factor: float
    offset: float
    fault: str | None = None
    reason: str = ""


class Registry:
    """The series known so far. It only grows: ingest asks the database for names it does not have."""

    def __init__(self, series: Iterable[RegisteredSeries] = ()) -> None:
        self._series: dict[tuple[str, str], RegisteredSeries] = {}
        self._routes: dict[SeriesName, Route] = {}
        self.add(series)

    def add(self, series: Iterable[RegisteredSeries]) -> None:
        """Learn `series`."""
        for one in series:
            self._series[one.sensor, one.quantity] = one

    def unknown(self, names: Iterable[SeriesName]) -> Iterator[SeriesName]:
        """Those of `names` whose sensor and quantity are not in the registry."""
        return (
            name
            for name in names
            if name not in self._routes and (name.sensor, name.quantity) not in self._series
        )

    def route(self, name: SeriesName) -> Route:
        """Where readings under `name` go, or why they cannot."""
        found = self._routes.get(name)
        if found is None:
            series = self._series.get((name.sensor, name.quantity))
            found = _unregistered(name) if series is None else _route(name, series)
            if found.fault is None:  # only what is registered is remembered, so memory stays bounded
                self._routes[name] = found
        return found


def _route(name: SeriesName, series: RegisteredSeries) -> Route:
    conversion = CONVERSIONS.get(name.unit)
    if conversion is not None and conversion.kept_in == series.unit:
        return Route(series.series_id, conversion.factor, conversion.offset)
    reason = (
        f"sensor {name.sensor!r} sends {name.quantity} in {name.unit!r}, "
        f"which cannot be converted to {series.unit}, the unit it is registered with"
    )
    return Route(0, 1.0, 0.0, "unit_mismatch", reason)


def _unregistered(name: SeriesName) -> Route:
    if name.quantity not in QUANTITY_UNITS:
        why = f" for {name.quantity!r} and cannot be: known are {', '.join(QUANTITY_UNITS)}"
    elif _SENSOR_NAME.fullmatch(name.sensor):
        why = f": coldbind sensor add {name.sensor} --quantity {name.quantity}"
    else:
        why = " and cannot be: a sensor's name is letters, digits, colon, dot, hyphen, underscore"
    return Route(0, 1.0, 0.0, "unknown_series", f"sensor {name.sensor!r} is not registered{why}")

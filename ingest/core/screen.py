"""Which readings of a group may be stored: known series, plausible time, a value that is a number.

The check is made once for each name and once for each column; rows are looked at one by one only
when a column fails as a whole.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ingest.core.group import Group
from ingest.core.registry import Registry, Route

LARGEST_VALUE = 1e6
"""What telemetry.reading accepts, to either side of zero."""


class Fault(IntEnum):
    """What is wrong with a reading; of several faults the first counts."""

    NONE = 0
    NO_ROUTE = 1
    NOT_A_VALUE = 2
    BEFORE_1970 = 3
    FUTURE = 4


@dataclass(frozen=True, slots=True)
class Rows:
    """Readings for the database: `values[i]`, in the unit kept, of `series[i]` at `times[i]`.

    `origin[i]` is the reading's number in its group.
    """

    series: NDArray[np.int32]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    origin: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.series)

    def pick(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> "Rows":
        """The readings that `rows`, a mask or an order, selects."""
        return Rows(self.series[rows], self.times[rows], self.values[rows], self.origin[rows])


@dataclass(frozen=True, slots=True)
class Screened:
    """The readings that may be stored, and for the group's every reading its `Fault`.

    `fault` is None when no reading has one. `routes` belong to the names of the group.
    """

    rows: Rows
    fault: NDArray[np.int8] | None
    routes: tuple[Route, ...]


def screen(group: Group, registry: Registry, tolerance: int) -> Screened:
    """Sort the readings of `group` into those to store and those at fault.

    A time may lie at most `tolerance` microseconds after its message arrived.
    """
    routes = tuple(registry.route(name) for name in group.names)
    series = np.array([route.series_id for route in routes], np.int32)[group.name]
    values = _kept_unit(group, routes)
    rows = Rows(series, group.times, values, np.arange(len(group)))
    if all(route.fault is None for route in routes) and _all_plausible(group, values, tolerance):
        return Screened(rows, None, routes)
    fault = _faults(group, values, routes, tolerance)
    return Screened(rows.pick(fault == Fault.NONE), fault, routes)


def _kept_unit(group: Group, routes: tuple[Route, ...]) -> NDArray[np.float64]:
    if all(route.factor == 1.0 and route.offset == 0.0 for route in routes):
        return group.values
    factor = np.array([route.factor for route in routes])
    offset = np.array([route.offset for route in routes])
    with np.errstate(all="ignore"):  # infinities and NaNs are found below
        return group.values * factor[group.name] + offset[group.name]


def _all_plausible(group: Group, values: NDArray[np.float64], tolerance: int) -> bool:
    if not len(group):
        return True
    latest = int(group.received_at.min()) + tolerance
    return bool(
        group.times.min() >= 0
        and group.times.max() <= latest
        and values.min() >= -LARGEST_VALUE  # a NaN makes min and max NaN, and no comparison true
        and values.max() <= LARGEST_VALUE
    )


def _faults(
    group: Group, values: NDArray[np.float64], routes: tuple[Route, ...], tolerance: int
) -> NDArray[np.int8]:
    """The `Fault` of each reading."""
    latest = (group.received_at + tolerance)[group.source]
    no_route = np.array([route.fault is not None for route in routes], np.bool_)[group.name]
    return np.select(
        [no_route, ~(np.abs(values) <= LARGEST_VALUE), group.times < 0, group.times > latest],
        [Fault.NO_ROUTE, Fault.NOT_A_VALUE, Fault.BEFORE_1970, Fault.FUTURE],
        Fault.NONE,
    ).astype(np.int8)

"""Which of several equally near sensors is at odds with the others.

Three or more: the one furthest from the median of the others, when that is too far. Two: the one
without a valid calibration, when the other one has it. It is a doubt about the sensor and changes no
verdict: until somebody looks, the worst reading counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What a sensor shows now, degC, and whether its calibration is valid."""

    shows: float
    calibrated: bool


def at_odds(neighbours: Mapping[int, Neighbour], tolerance: float) -> dict[int, float]:
    """The sensors that differ by more than `tolerance` kelvin, and by how much."""
    if len(neighbours) >= _ENOUGH:
        apart = {
            number: one.shows - median(other.shows for k, other in neighbours.items() if k != number)
            for number, one in neighbours.items()
        }
        worst = max(apart, key=lambda number: (abs(apart[number]), number))
        return {worst: apart[worst]} if abs(apart[worst]) > tolerance else {}
    if len({one.calibrated for one in neighbours.values()}) < 2:  # noqa: PLR2004 - both alike
        return {}
    sure = next(one for one in neighbours.values() if one.calibrated)
    number, doubtful = next(item for item in neighbours.items() if not item[1].calibrated)
    difference = doubtful.shows - sure.shows
    return {number: difference} if abs(difference) > tolerance else {}

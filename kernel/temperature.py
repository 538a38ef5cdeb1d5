"""Temperature maths of the trade: weighted mean and mean kinetic temperature."""

import math
from collections.abc import Sequence

ABSOLUTE_ZERO = -273.15
"""0 K in degC."""

GAS_CONSTANT = 8.3144
"""J/(mol K), as the trade's default activation energy was rounded with."""

DH_R = 10_000.0
"""Default activation energy over gas constant in K: 83.144 kJ/mol / 8.3144 J/(mol K)."""


def weighted_mean(celsius: Sequence[float], weights: Sequence[float]) -> float:
    """The mean in degC when each temperature stands for a length of time, its weight.

    `ValueError` when there is nothing to average.
    """
    whole = math.fsum(weights)
    if len(weights) != len(celsius) or whole <= 0:
        raise ValueError("a mean needs one positive weight for each temperature")
    return math.fsum(share * degrees for degrees, share in zip(celsius, weights, strict=True)) / whole


def mean_kinetic_temperature(
    celsius: Sequence[float], weights: Sequence[float] | None = None, dh_r: float = DH_R
) -> float:
    """Mean kinetic temperature in degC (Haynes, J. Pharm. Sci. 60 (1971) 927-929; USP <1079.2>).

    `weights` are the lengths of time each temperature stands for, equal when left out; `dh_r` is the
    activation energy over the gas constant in K. `ValueError` when there is nothing to average.
    """
    shares = [1.0] * len(celsius) if weights is None else list(weights)
    whole = math.fsum(shares)
    if len(shares) != len(celsius) or whole <= 0:
        raise ValueError("mean kinetic temperature needs one positive weight for each temperature")
    rate = math.fsum(
        share * math.exp(-dh_r / (degrees - ABSOLUTE_ZERO))
        for degrees, share in zip(celsius, shares, strict=True)
    )
    return dh_r / -math.log(rate / whole) + ABSOLUTE_ZERO

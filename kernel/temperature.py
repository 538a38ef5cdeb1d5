"""Temperature maths of the trade: mean kinetic temperature."""

import math
from collections.abc import Sequence

ABSOLUTE_ZERO = -273.15
"""0 K in degC."""

DH_R = 10_000.0
"""Default activation energy over gas constant in K: 83.144 kJ/mol / 8.3144 J/(mol K)."""


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

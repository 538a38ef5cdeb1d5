"""Exposure: which series spoke for a stock unit during which time.

Computed by lotbinding from stays and placements, read by rules: the one word both stages share.
"""

from dataclasses import dataclass

from kernel.intervals import Span


@dataclass(frozen=True, slots=True)
class Exposure:
    """During `span` the unit stood at `location_id`, and exactly `series` were nearest to it.

    `location_id` is None while it was inside a handling unit of which no place is known yet. An empty
    `series` means that no sensor was near: the time is unmonitored. Several series are equally near:
    the unit was beyond a limit when at least `needed` of those that measured were (all of them when
    fewer measured); 1 means that the worst of them counts.
    """

    unit_id: int
    span: Span
    location_id: int | None
    series: tuple[int, ...]
    needed: int = 1

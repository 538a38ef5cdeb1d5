"""Exposure: which series spoke for a stock unit during which time.

Computed by lotbinding from stays and placements, read by rules: the one word both stages share.
"""

from dataclasses import dataclass

from kernel.intervals import Span


@dataclass(frozen=True, slots=True)
class Exposure:
    """During `span` the unit stood at `location_id`, and exactly `series` were nearest to it.

    An empty `series` means that no sensor covered the place: the time is unmonitored. Several series
    are equally near; the worst of them counts.
    """

    unit_id: int
    span: Span
    location_id: int
    series: tuple[int, ...]

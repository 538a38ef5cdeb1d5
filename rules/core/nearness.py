"""Who may speak: a series is asked only when it has been beside the goods for a while.

A logger that was just put into a cold room is still warm, and a change over half an hour says nothing
of goods that came ten minutes ago.
"""

from collections.abc import Sequence
from itertools import pairwise

from kernel.exposure import Exposure
from kernel.intervals import Span


def settled(exposures: Sequence[Exposure], delay: int) -> list[Exposure]:
    """The exposures of one unit without the first `delay` microseconds of each series beside it.

    A series begins anew when it was not near the instant before: the unit was moved to it, or it was
    placed where the unit stood. Exposures are in order of time.
    """
    if not delay:
        return list(exposures)
    found: list[Exposure] = []
    since: dict[int, int] = {}
    until: int | None = None
    for exposure in exposures:
        span = exposure.span
        goes_on = since if until == span.start else dict[int, int]()
        since = {series: goes_on.get(series, span.start) for series in exposure.series}
        until = span.end
        found += _cut(exposure, {series: at + delay for series, at in since.items()})
    return found


def _cut(exposure: Exposure, speaks_from: dict[int, int]) -> list[Exposure]:
    """The exposure in pieces, each with the series that may speak during it."""
    span = exposure.span
    inside = {at for at in speaks_from.values() if span.start < at < span.end}
    edges = [span.start, *sorted(inside), span.end]
    return [
        Exposure(
            exposure.unit_id,
            Span(start, end),
            exposure.location_id,
            tuple(series for series in exposure.series if speaks_from[series] <= start),
            exposure.needed,
        )
        for start, end in pairwise(edges)
    ]

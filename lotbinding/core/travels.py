"""Travelling loggers laid over the exposure of the units they went with: nothing is nearer.

A logger in the box speaks for the unit wherever the unit was, also on the road, before any place of
ours knew it; then the exposure has no location.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kernel.exposure import Exposure
from kernel.intervals import Span


@dataclass(frozen=True, slots=True)
class Travel:
    """The logger that measures `series_id` went with the unit during `span`."""

    unit_id: int
    series_id: int
    span: Span


def accompanied(exposures: Sequence[Exposure], travels: Iterable[Travel]) -> list[Exposure]:
    """The exposures, by unit and time, with the loggers speaking while they were there."""
    by_unit: defaultdict[int, list[Travel]] = defaultdict(list)
    for travel in travels:
        by_unit[travel.unit_id].append(travel)
    if not by_unit:
        return list(exposures)
    stood: defaultdict[int, list[Exposure]] = defaultdict(list)
    for exposure in exposures:
        stood[exposure.unit_id].append(exposure)
    return [
        exposure
        for unit in sorted({*stood, *by_unit})
        for exposure in (_laid_over(stood[unit], by_unit[unit]) if unit in by_unit else stood[unit])
    ]


def _laid_over(stood: Sequence[Exposure], travels: Sequence[Travel]) -> list[Exposure]:
    spans = [exposure.span for exposure in stood] + [travel.span for travel in travels]
    found: list[Exposure] = []
    for start, end in pairwise(sorted({edge for span in spans for edge in span})):
        piece = _during(Span(start, end), stood, travels)
        if piece is None:
            continue
        before = found[-1] if found else None
        if before and before.span.end == start and replace(before, span=piece.span) == piece:
            piece = replace(piece, span=Span(found.pop().span.start, end))
        found.append(piece)
    return found


def _during(span: Span, stood: Sequence[Exposure], travels: Sequence[Travel]) -> Exposure | None:
    """What the unit was exposed to in `span`, inside which nothing begins or ends."""
    place = next((one for one in stood if one.span.start <= span.start < one.span.end), None)
    series = {one.series_id for one in travels if one.span.start <= span.start < one.span.end}
    if series:
        unit, location = travels[0].unit_id, place.location_id if place else None
        return Exposure(unit, span, location, tuple(sorted(series)))
    return replace(place, span=span) if place else None

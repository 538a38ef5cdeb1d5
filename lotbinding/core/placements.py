"""Placements from placings: a sensor hangs where it was put last, until that ends.

It ends when the sensor is put elsewhere or taken down. A pure function of the placings that count, in
any order, as stays are of movements.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from kernel.instants import FOREVER
from kernel.intervals import Span, difference


class Spot(NamedTuple):
    """Where a sensor hangs: at a place, inside a handling unit, or (both None) nowhere."""

    location_id: int | None
    handling_unit_id: int | None


NOWHERE = Spot(None, None)


@dataclass(frozen=True, slots=True)
class Placing:
    """At `occurred_at` a sensor was put to `spot`; no two of one sensor at one instant."""

    placing_id: int
    sensor_id: int
    occurred_at: int
    location_id: int | None
    handling_unit_id: int | None

    @property
    def spot(self) -> Spot:
        """Where the sensor was put."""
        return Spot(self.location_id, self.handling_unit_id)


@dataclass(frozen=True, slots=True)
class Placement:
    """The sensor hung at `spot` during `span`, as placing `placing_id` began it."""

    placing_id: int
    spot: Spot
    span: Span


def placements(placings: Iterable[Placing]) -> list[Placement]:
    """Where one sensor hung, in order of time; told twice in a row is one placement."""
    found: list[Placement] = []
    ordered = sorted(placings, key=lambda placing: placing.occurred_at)
    ends = [following.occurred_at for _, following in pairwise(ordered)]
    for placing, end in zip(ordered, [*ends, FOREVER], strict=False):  # of no placings none is last
        last = found[-1] if found else None
        if last and last.spot == placing.spot and last.span.end == placing.occurred_at:
            found[-1] = Placement(last.placing_id, last.spot, Span(last.span.start, end))
        elif placing.spot != NOWHERE:
            span = Span(placing.occurred_at, end)
            found.append(Placement(placing.placing_id, placing.spot, span))
    return found


def spot_at(hung: Iterable[Placement], at: int) -> Spot:
    """Where the sensor hung at an instant."""
    return next((one.spot for one in hung if one.span.start <= at < one.span.end), NOWHERE)


def differing(before: Iterable[Placement], after: Iterable[Placement]) -> list[tuple[Spot, Span]]:
    """Where and when a sensor hung by the one account and not by the other."""
    old, new = _by_spot(before), _by_spot(after)
    return [
        (spot, span)
        for spot in {**old, **new}
        for one, other in ((old, new), (new, old))
        for span in difference(one.get(spot, ()), other.get(spot, ()))
    ]


def _by_spot(hung: Iterable[Placement]) -> dict[Spot, Sequence[Span]]:
    found: defaultdict[Spot, list[Span]] = defaultdict(list)
    for one in hung:
        found[one.spot].append(one.span)
    return {spot: sorted(spans) for spot, spans in found.items()}

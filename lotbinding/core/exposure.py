"""Exposure by interval intersection: stays of a unit x placements of sensors, nearest wins.

A sensor covers the place it is at and everything inside that place. Of the sensors that cover a unit
at an instant those at the deepest place speak for it; several at the same place speak together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kernel.exposure import Exposure
from kernel.intervals import Span


@dataclass(frozen=True, slots=True)
class UnitStay:
    """A unit stood at the place `path` (such as ``dc1.zone2.bin04``) during `span`."""

    unit_id: int
    location_id: int
    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Cover:
    """`series_id` measured at the place `path` during `span`."""

    series_id: int
    path: str
    span: Span


def exposures(stays: Iterable[UnitStay], covers: Iterable[Cover]) -> list[Exposure]:
    """The exposures of all `stays`, by unit and time; each stay is covered without holes.

    Time with no sensor near is an exposure with no series.
    """
    at_place: defaultdict[str, list[Cover]] = defaultdict(list)
    for cover in covers:
        at_place[cover.path].append(cover)
    found: list[Exposure] = []
    for stay in sorted(stays, key=lambda stay: (stay.unit_id, stay.span)):
        found.extend(_of_stay(stay, _nearest_first(stay.path, at_place)))
    return found


def _nearest_first(path: str, at_place: Mapping[str, Sequence[Cover]]) -> list[Sequence[Cover]]:
    labels = path.split(".")
    places = [".".join(labels[:depth]) for depth in range(len(labels), 0, -1)]
    return [at_place[place] for place in places if place in at_place]


def _of_stay(stay: UnitStay, rings: Sequence[Sequence[Cover]]) -> list[Exposure]:
    cuts = {stay.span.start, stay.span.end}
    for cover in (cover for ring in rings for cover in ring):
        cuts.update(cut for cut in cover.span if stay.span.start < cut < stay.span.end)
    edges = sorted(cuts)
    merged: list[Exposure] = []
    for start, end in pairwise(edges):
        series = _speaking(start, rings)
        if merged and merged[-1].series == series:
            start = merged.pop().span.start  # noqa: PLW2901 - the piece grows backwards
        merged.append(Exposure(stay.unit_id, Span(start, end), stay.location_id, series))
    return merged


def _speaking(at: int, rings: Sequence[Sequence[Cover]]) -> tuple[int, ...]:
    for ring in rings:
        series = tuple(sorted(c.series_id for c in ring if c.span.start <= at < c.span.end))
        if series:
            return series
    return ()

"""Exposure by interval intersection: stays of a unit x placements of sensors, nearest wins.

A sensor inside a handling unit covers what is inside it; a sensor at a place covers that place and
everything inside. Of the sensors that cover a unit at an instant the nearest speak for it: those in its
handling unit, else those at the deepest place; several equally near speak together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kernel.exposure import Exposure
from kernel.intervals import Span


@dataclass(frozen=True, slots=True)
class UnitStay:
    """A unit stood at the place `path` (such as ``dc1.zone2.bin04``) during `span`.

    Inside `handling_unit_id` when that is not None; then the place may be unknown (both None).
    """

    unit_id: int
    location_id: int | None
    path: str | None
    span: Span
    handling_unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """`series_id` measured during `span` at the place `path`, or inside `handling_unit_id`.

    `needed` of the sensors at that place must be beyond a limit at once for it to count.
    """

    series_id: int
    path: str | None
    span: Span
    handling_unit_id: int | None = None
    needed: int = 1


def exposures(stays: Iterable[UnitStay], covers: Iterable[Cover]) -> list[Exposure]:
    """The exposures of all `stays`, by unit and time; each stay is covered without holes.

    Time with no sensor near is an exposure with no series.
    """
    at_place: defaultdict[str | int, list[Cover]] = defaultdict(list)
    for cover in covers:
        where = cover.path if cover.path is not None else cover.handling_unit_id
        assert where is not None, "a sensor hangs somewhere"
        at_place[where].append(cover)
    found: list[Exposure] = []
    for stay in sorted(stays, key=lambda stay: (stay.unit_id, stay.span)):
        found.extend(_of_stay(stay, _nearest_first(stay, at_place)))
    return found


def _nearest_first(
    stay: UnitStay, at_place: Mapping[str | int, Sequence[Cover]]
) -> list[Sequence[Cover]]:
    labels = stay.path.split(".") if stay.path is not None else []
    places: list[str | int] = [".".join(labels[:depth]) for depth in range(len(labels), 0, -1)]
    if stay.handling_unit_id is not None:
        places.insert(0, stay.handling_unit_id)
    return [at_place[place] for place in places if place in at_place]


def _of_stay(stay: UnitStay, rings: Sequence[Sequence[Cover]]) -> list[Exposure]:
    cuts = {stay.span.start, stay.span.end}
    for cover in (cover for ring in rings for cover in ring):
        cuts.update(cut for cut in cover.span if stay.span.start < cut < stay.span.end)
    edges = sorted(cuts)
    merged: list[Exposure] = []
    for start, end in pairwise(edges):
        series, needed = _speaking(start, rings)
        if merged and (merged[-1].series, merged[-1].needed) == (series, needed):
            start = merged.pop().span.start  # noqa: PLW2901 - the piece grows backwards
        merged.append(Exposure(stay.unit_id, Span(start, end), stay.location_id, series, needed))
    return merged


def _speaking(at: int, rings: Sequence[Sequence[Cover]]) -> tuple[tuple[int, ...], int]:
    for ring in rings:
        near = [cover for cover in ring if cover.span.start <= at < cover.span.end]
        if near:
            return tuple(sorted(cover.series_id for cover in near)), near[0].needed
    return (), 1

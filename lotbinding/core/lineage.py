"""Lineage: what was split off has felt what its ancestors felt until it was split off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kernel.instants import FOREVER
from kernel.intervals import Span
from lotbinding.core.stays import Stay


@dataclass(frozen=True, slots=True)
class Birth:
    """A unit was made from part of `parent_id` at `split_at`."""

    parent_id: int
    split_at: int


def ancestors(unit_id: int, births: Mapping[int, Birth]) -> list[tuple[int, int]]:
    """The unit and what it was split from, nearest first, with the instant until which each counts."""
    found = [(unit_id, FOREVER)]
    birth = births.get(unit_id)
    until = FOREVER
    while birth is not None:
        until = min(until, birth.split_at)
        found.append((birth.parent_id, until))
        birth = births.get(birth.parent_id)
    return found


def lived(
    unit_ids: Iterable[int], stays: Mapping[int, Iterable[Stay]], births: Mapping[int, Birth]
) -> list[tuple[int, Stay]]:
    """Where each unit, or what it was still part of, stood: its whole life, not in order."""
    return [
        (unit, Stay(stay.location_id, Span(stay.span.start, min(stay.span.end, until)), carrier))
        for unit in unit_ids
        for ancestor, until in ancestors(unit, births)
        for stay in stays.get(ancestor, ())
        for carrier in (stay.handling_unit_id,)
        if stay.span.start < until
    ]

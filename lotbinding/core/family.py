"""From recorded movements to facts of units, routes of handling units, and births."""

from collections.abc import Iterable
from dataclasses import dataclass

from lotbinding.core.lineage import Birth, lived
from lotbinding.core.stays import Fact, Move, Packed, SplitOff, Stay, TakenOut, stays_of

NOT_ABOUT_PLACES = ("adjust", "write_off")
"""Kinds of movement that change how much there is, not where it stands."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A movement that counts, of a stock unit or of a handling unit."""

    movement_id: int
    unit_id: int | None
    handling_unit_id: int | None
    kind: str
    location_id: int | None
    packed_into: int | None
    occurred_at: int
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Family:
    """Units with all their ancestors, and the handling units they were ever in."""

    facts: dict[int, list[Fact]]
    routes: dict[int, list[Move]]
    births: dict[int, Birth]

    def stays(self) -> dict[int, list[Stay]]:
        """The stays of each unit itself, from its own beginning on."""
        return stays_of(self.facts, self.routes)

    def lived(self, unit_ids: Iterable[int]) -> list[tuple[int, Stay]]:
        """Where these units, or what they were still part of, stood."""
        return lived(unit_ids, self.stays(), self.births)


def family(movements: Iterable[Recorded]) -> Family:
    """What `movements` say about places; the order of them is irrelevant."""
    found = Family({}, {}, {})
    for movement in movements:
        if movement.kind in NOT_ABOUT_PLACES:
            continue
        if movement.handling_unit_id is not None:
            route = found.routes.setdefault(movement.handling_unit_id, [])
            route.append(Move(movement.occurred_at, movement.location_id))
        elif movement.unit_id is not None:
            found.facts.setdefault(movement.unit_id, []).append(_fact(movement))
            if movement.parent_id is not None and movement.kind == "split":
                found.births[movement.unit_id] = Birth(movement.parent_id, movement.occurred_at)
    return found


def _fact(movement: Recorded) -> Fact:
    if movement.kind == "pack" and movement.packed_into is not None:
        return Packed(movement.occurred_at, movement.packed_into)
    if movement.kind == "unpack":
        return TakenOut(movement.occurred_at)
    if movement.kind == "split" and movement.parent_id is not None:
        return SplitOff(movement.occurred_at, movement.parent_id)
    return Move(movement.occurred_at, movement.location_id)

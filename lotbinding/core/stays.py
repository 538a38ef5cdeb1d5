"""Stays from facts: a unit is where the last fact took it, and inside a handling unit it goes along.

A unit's own movement takes it out of its handling unit; taken out it stays where that stood. What was
split off begins where its parent stood. The stays are a pure function of the facts, in any order.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kernel.instants import FOREVER
from kernel.intervals import Span


@dataclass(frozen=True, slots=True)
class Move:
    """At `occurred_at` a thing went to `location_id`, or left us when that is None."""

    occurred_at: int
    location_id: int | None


@dataclass(frozen=True, slots=True)
class Packed:
    """At `occurred_at` a unit was put into a handling unit."""

    occurred_at: int
    handling_unit_id: int


@dataclass(frozen=True, slots=True)
class TakenOut:
    """At `occurred_at` a unit was taken out of the handling unit it was in."""

    occurred_at: int


@dataclass(frozen=True, slots=True)
class SplitOff:
    """At `occurred_at` a unit was made from part of `parent_id`."""

    occurred_at: int
    parent_id: int


Fact = Move | Packed | TakenOut | SplitOff
"""What can happen to a stock unit; no two at one instant."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A unit stood at `location_id` during `span`, inside `handling_unit_id` when that is not None.

    `location_id` is None while it was inside a handling unit of which no place was known yet. The last
    stay of a unit still with us has no end.
    """

    location_id: int | None
    span: Span
    handling_unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    """From `at` on: at a place, inside a handling unit, or (both None) nowhere with us."""

    at: int
    location_id: int | None
    handling_unit_id: int | None = None


def stays_of(
    facts: Mapping[int, Iterable[Fact]], carriers: Mapping[int, Iterable[Move]]
) -> dict[int, list[Stay]]:
    """The stays of each unit in order of time.

    `facts` are those of the units and of all their ancestors, `carriers` the movements of the handling
    units they were ever in; both in any order.
    """
    routes = {
        carrier: sorted(moves, key=lambda move: move.occurred_at) for carrier, moves in carriers.items()
    }
    found: dict[int, list[Stay]] = {}

    def of(unit: int) -> list[Stay]:
        if unit not in found:
            own = sorted(facts.get(unit, ()), key=lambda fact: fact.occurred_at)
            parent = next((fact.parent_id for fact in own if isinstance(fact, SplitOff)), None)
            found[unit] = _stays(own, routes, of(parent) if parent is not None else [])
        return found[unit]

    return {unit: of(unit) for unit in facts}


def _stays(
    facts: Sequence[Fact], routes: Mapping[int, Sequence[Move]], parents: Sequence[Stay]
) -> list[Stay]:
    steps: list[_Step] = []
    ends = [*(fact.occurred_at for fact in facts[1:]), FOREVER]
    for fact, until in zip(facts, ends, strict=False):  # of no facts there is no last one
        here = steps[-1].location_id if steps else None
        match fact:
            case Move():
                steps.append(_Step(fact.occurred_at, fact.location_id))
            case Packed():
                route = routes.get(fact.handling_unit_id, ())
                gone = bool(steps) and steps[-1] == _Step(steps[-1].at, None)
                steps += _carried(fact, until, here, route, gone=gone)
            case TakenOut():
                steps.append(_Step(fact.occurred_at, here))
            case SplitOff():
                steps.append(_Step(fact.occurred_at, _place(parents, fact.occurred_at)))
    return _joined(steps)


def _carried(
    packed: Packed, until: int, here: int | None, route: Sequence[Move], *, gone: bool
) -> list[_Step]:
    """What a unit does inside a handling unit: it goes along, and waits where it is until that moves.

    While neither has a place yet, only a sensor inside the handling unit can speak for the unit; what
    has `gone` from us is not with us, and neither is what lies inside a handling unit that left.
    """
    carrier = packed.handling_unit_id
    since = bisect_right(route, packed.occurred_at, key=lambda move: move.occurred_at)
    if since:
        start = _inside(packed.occurred_at, route[since - 1].location_id, carrier)
    else:
        start = _Step(packed.occurred_at, here, None if gone else carrier)
    later = [move for move in route[since:] if move.occurred_at < until]
    return [start, *(_inside(move.occurred_at, move.location_id, carrier) for move in later)]


def _inside(at: int, location_id: int | None, carrier: int) -> _Step:
    return _Step(at, location_id, carrier if location_id is not None else None)


def _place(stays: Sequence[Stay], at: int) -> int | None:
    return next((stay.location_id for stay in stays if stay.span.start <= at < stay.span.end), None)


def _joined(steps: Sequence[_Step]) -> list[Stay]:
    """Neighbouring steps at one place, in one handling unit, are one stay."""
    found: list[Stay] = []
    for step, following in pairwise([*steps, _Step(FOREVER, None)]):
        if step.location_id is None and step.handling_unit_id is None:
            continue
        stay = Stay(step.location_id, Span(step.at, following.at), step.handling_unit_id)
        last = found[-1] if found else None
        if last and last.span.end == step.at and _same(last, stay):
            found[-1] = Stay(
                stay.location_id, Span(last.span.start, stay.span.end), stay.handling_unit_id
            )
        else:
            found.append(stay)
    return found


def _same(one: Stay, other: Stay) -> bool:
    return (one.location_id, one.handling_unit_id) == (other.location_id, other.handling_unit_id)

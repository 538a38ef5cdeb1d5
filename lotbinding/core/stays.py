"""Stays from movements: a unit is where its last movement took it, until the next one."""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.instants import FOREVER
from kernel.intervals import Span


@dataclass(frozen=True, slots=True)
class Move:
    """At `occurred_at` a unit went to `location_id`, or left us when that is None."""

    occurred_at: int
    location_id: int | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A unit stood at `location_id` during `span`; the last one of a unit still with us has no end."""

    location_id: int
    span: Span


def stays(moves: Iterable[Move]) -> list[Stay]:
    """The stays that a unit's movements describe, in order of time.

    `moves` may come in any order; no two of them share an instant.
    """
    ordered = sorted(moves, key=lambda move: move.occurred_at)
    ends = [move.occurred_at for move in ordered[1:]] + [FOREVER]
    return [
        Stay(move.location_id, Span(move.occurred_at, end))
        for move, end in zip(ordered, ends, strict=True)
        if move.location_id is not None
    ]

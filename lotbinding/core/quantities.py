"""Quantities over valid time: what a unit holds is the sum of what happened to it until then."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Change:
    """At `occurred_at` a unit came to hold `delta` more (or, below zero, less)."""

    occurred_at: int
    delta: Decimal


def held(changes: Iterable[Change], at: int) -> Decimal:
    """What is held at the instant `at`, changes at that very instant included."""
    return sum((change.delta for change in changes if change.occurred_at <= at), Decimal(0))


def shortfall(changes: Iterable[Change]) -> tuple[int, Decimal] | None:
    """The first instant at which less than nothing would be held, and how much that would be.

    Changes at one instant count together. None when the quantity is never negative.
    """
    total = Decimal(0)
    ordered = sorted(changes, key=lambda change: change.occurred_at)
    for at, group in groupby(ordered, key=lambda change: change.occurred_at):
        total += sum((change.delta for change in group), Decimal(0))
        if total < 0:
            return at, total
    return None

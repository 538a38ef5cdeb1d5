"""Freezing and thawing: a cycle is complete when goods that were frozen come above the thaw point.

Between the two points nothing changes, so a temperature that wavers at one of them makes no cycle; nor
does a gap, because what was frozen before it and is thawed after it has thawed.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kernel.intervals import union
from rules.core.timeline import Episode


class Cycle(NamedTuple):
    """The unit was frozen from `frozen_at` on, and above the thaw point at `thawed_at`."""

    frozen_at: int
    thawed_at: int


def cycles(frozen: Sequence[Episode], thawed: Sequence[Episode]) -> list[Cycle]:
    """The cycles in the life of one unit; it counts when a time beyond either point begins."""
    starts = sorted(
        [(span.start, False) for span in union(s for one in frozen for s in one.beyond)]
        + [(span.start, True) for span in union(s for one in thawed for s in one.beyond)]
    )
    found: list[Cycle] = []
    frozen_at: int | None = None
    for at, is_thawed in starts:
        if not is_thawed:
            frozen_at = at if frozen_at is None else frozen_at
        elif frozen_at is not None:
            found.append(Cycle(frozen_at, at))
            frozen_at = None
    return found

"""Custody decides who pays: the time beyond a limit, split where custody passed to us."""

from collections.abc import Sequence
from typing import NamedTuple

from kernel.instants import BEGINNING, FOREVER
from kernel.intervals import Span, intersection, total, union


class Split(NamedTuple):
    """Microseconds beyond the limit in the supplier's custody and in our own."""

    supplier: int
    own: int
    supplier_liable: bool


def calls_for_hold(severity: str) -> bool:
    """Whether an excursion of this severity stops the unit; a notice is only noted."""
    return severity != "notice"


def handover(decision: str | None, decided_at: int | None) -> int:
    """The instant custody passed to us; `FOREVER` while undecided and after a refusal."""
    if decided_at is None or decision not in ("accepted", "accepted_with_reservation"):
        return FOREVER
    return decided_at


def split(started_at: int, beyond: Sequence[Span], handed_over_at: int) -> Split:
    """Split an excursion that started at `started_at` by custody.

    The supplier is liable for any time before the handover. An excursion too short to have a length,
    such as one isolated freezing reading, is theirs when it started before the handover.
    """
    times = union(beyond)
    theirs = total(intersection(times, [Span(BEGINNING, handed_over_at)]))
    ours = total(times) - theirs
    liable = theirs > 0 or (ours == 0 and started_at < handed_over_at)
    return Split(theirs, ours, liable)

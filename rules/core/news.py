"""What came of a series in short: enough to say of most of it that nothing is remarkable."""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.instants import HOUR

_SLICE = HOUR
"""So long news is looked at together: a value that stays the same for hours must not hide in it."""


@dataclass(frozen=True, slots=True)
class News:
    """New readings of a series from `since` to `until`, with values from `lowest` to `highest`.

    No two neighbours are further apart than `longest_step` microseconds.
    """

    series_id: int
    since: int
    until: int
    lowest: float
    highest: float
    longest_step: int


def joined(earlier: News, later: News) -> News:
    """Both as one; the later one begins after the earlier one has ended."""
    return News(
        earlier.series_id,
        earlier.since,
        later.until,
        min(earlier.lowest, later.lowest),
        max(earlier.highest, later.highest),
        max(earlier.longest_step, later.since - earlier.until, later.longest_step),
    )


def slices(pieces: Iterable[News]) -> list[News]:
    """Pieces in order of time, joined to slices of an hour; a longer piece is a slice by itself.

    None at all when two of them overlap: what these are together cannot be said in short.
    """
    found: list[News] = []
    for piece in pieces:
        if found and piece.since <= found[-1].until:
            return []
        if found and piece.until - found[-1].since <= _SLICE:
            found[-1] = joined(found[-1], piece)
        else:
            found.append(piece)
    return found

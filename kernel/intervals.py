"""Spans of time and the set operations on them: intersection, union, difference.

A span is a pair of instants in microseconds. Spans here are half open, `[start, end)`; lists of
them are sorted and disjoint unless a docstring says otherwise.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """The time from `start` (included) to `end` (excluded), both in microseconds."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Microseconds from start to end."""
        return self.end - self.start

    def meet(self, other: "Span") -> "Span | None":
        """The common part with `other`, or None when they share no time."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


def union(spans: Iterable[Span]) -> list[Span]:
    """Sorted, disjoint spans that cover exactly what `spans` cover; touching spans merge."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            if span.end > merged[-1].end:
                merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return merged


def intersection(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """The time covered by both sorted, disjoint lists."""
    common: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        part = left[i].meet(right[j])
        if part is not None:
            common.append(part)
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return common


def difference(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """The time covered by `spans` and by none of the `holes`, both sorted and disjoint."""
    left: list[Span] = []
    for span in spans:
        start = span.start
        for hole in holes:
            if hole.end <= start:
                continue
            if hole.start >= span.end:
                break
            if hole.start > start:
                left.append(Span(start, hole.start))
            start = max(start, hole.end)
        if start < span.end:
            left.append(Span(start, span.end))
    return left


def total(spans: Iterable[Span]) -> int:
    """Microseconds covered by disjoint spans."""
    return sum(span.length for span in spans)

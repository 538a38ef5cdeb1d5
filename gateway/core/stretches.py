"""Which batch numbers still have to be sent: stretches of neighbours, the newest stretch first.

The centre's answer names only its newest ranges. Within a stretch batches go in order, but a newer
stretch goes before an older one, so what was just committed never lies below more than a few holes.
"""

from collections.abc import Iterable

Range = tuple[int, int]
"""Batch numbers from the first to the second, both included."""


class Stretches:
    """A set of numbers, kept as ranges that neither touch nor overlap, in order."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._ranges: list[Range] = []
        for one in ranges:
            self.add(one)

    def __bool__(self) -> bool:
        return bool(self._ranges)

    @property
    def ranges(self) -> list[Range]:
        """The stretches, in order."""
        return list(self._ranges)

    def newest(self) -> Range:
        """The last of the stretches; there must be one."""
        return self._ranges[-1]

    def add(self, added: Range) -> None:
        """Take in every number of `added`."""
        first, last = added
        if first > last:
            return
        begin, end = self._touching(first - 1, last + 1)
        joined = self._ranges[begin:end]
        if joined:
            first, last = min(first, joined[0][0]), max(last, joined[-1][1])
        self._ranges[begin:end] = [(first, last)]

    def remove(self, removed: Range) -> None:
        """Take out every number of `removed`."""
        first, last = removed
        begin, end = self._touching(first, last)
        kept = [
            part
            for low, high in self._ranges[begin:end]
            for part in ((low, min(high, first - 1)), (max(low, last + 1), high))
            if part[0] <= part[1]
        ]
        self._ranges[begin:end] = kept

    def pass_by(self, seq: int) -> None:
        """Take out `seq` and what lies below it in its stretch."""
        begin, end = self._touching(seq, seq)
        for low, _ in self._ranges[begin:end]:
            self.remove((low, seq))

    def _touching(self, first: int, last: int) -> tuple[int, int]:
        """The positions of the ranges that share a number with `first` to `last`."""
        begin = len(self._ranges)
        while begin and self._ranges[begin - 1][1] >= first:
            begin -= 1
        end = begin
        while end < len(self._ranges) and self._ranges[end][0] <= last:
            end += 1
        return begin, end

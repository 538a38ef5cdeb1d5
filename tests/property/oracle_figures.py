"""A brute-force record of one unit: plain loops, exact fractions, nothing shared with the code tested.

It cuts time at every instant at which anything changes and where two lines meet or one meets a limit,
and asks in each cut how the sensors near the unit vote.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

Readings = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Stood:
    """From `since` to `until` (None: to this day) these series were nearest; `needed` must agree."""

    since: int
    until: int | None
    series: tuple[int, ...]
    needed: int


@dataclass(frozen=True)
class Cut:
    """A stretch in which all lines are straight: the temperatures that measured, at both ends."""

    since: Fraction
    until: Fraction
    starts: tuple[Fraction, ...]
    ends: tuple[Fraction, ...]
    needed: int

    @property
    def length(self) -> Fraction:
        return self.until - self.since

    def voted(self, side: str) -> tuple[Fraction, Fraction]:
        """The temperatures that the vote looks at: enough sensors are at least as far beyond."""
        place = min(self.needed, len(self.starts)) - 1
        hot_first = side == "above"
        return (
            sorted(self.starts, reverse=hot_first)[place],
            sorted(self.ends, reverse=hot_first)[place],
        )

    def beyond(self, side: str, limit: float) -> bool:
        middle = sum(self.voted(side)) / 2
        return middle > Fraction(limit) if side == "above" else middle < Fraction(limit)


def cuts(
    stood: Sequence[Stood], readings: Mapping[int, Readings], limits: Sequence[float], max_gap: int
) -> list[Cut]:
    """All stretches with a signal, in order of time."""
    found: list[Cut] = []
    for stay in stood:
        last = max((time for told in readings.values() for time, _ in told), default=stay.since)
        end = stay.until if stay.until is not None else max(last, stay.since)
        pieces = {
            series: [
                (Fraction(t0), Fraction(t1), Fraction(v0), Fraction(v1))
                for (t0, v0), (t1, v1) in pairwise(sorted(readings.get(series, ())))
                if t1 - t0 <= max_gap and t1 > stay.since and t0 < end
            ]
            for series in stay.series
        }
        edges = {Fraction(stay.since), Fraction(end)}
        edges |= {edge for told in pieces.values() for piece in told for edge in piece[:2]}
        edges |= {
            meet for told in pieces.values() for piece in told for meet in _crossings(piece, limits)
        }
        for one, other in combinations(pieces.values(), 2):
            edges |= {meet for a in one for b in other for meet in _meeting(a, b)}
        for since, until in pairwise(sorted(edge for edge in edges if stay.since <= edge <= end)):
            values = [
                (_at(piece, since), _at(piece, until))
                for told in pieces.values()
                for piece in told
                if piece[0] <= since and until <= piece[1]
            ]
            if values:
                starts, ends = zip(*values, strict=True)
                found.append(Cut(since, until, starts, ends, stay.needed))
    return found


Piece = tuple[Fraction, Fraction, Fraction, Fraction]


def _at(piece: Piece, time: Fraction) -> Fraction:
    t0, t1, v0, v1 = piece
    return v0 + (v1 - v0) * (time - t0) / (t1 - t0)


def _crossings(piece: Piece, limits: Sequence[float]) -> list[Fraction]:
    t0, t1, v0, v1 = piece
    if v0 == v1:
        return []
    shares = [(Fraction(limit) - v0) / (v1 - v0) for limit in limits]
    return [t0 + share * (t1 - t0) for share in shares if 0 < share < 1]


def _meeting(one: Piece, other: Piece) -> list[Fraction]:
    since, until = max(one[0], other[0]), min(one[1], other[1])
    if since >= until:
        return []
    before = _at(one, since) - _at(other, since)
    after = _at(one, until) - _at(other, until)
    return [since + (until - since) * before / (before - after)] if before * after < 0 else []


def beyond(found: Sequence[Cut], side: str, limit: float) -> list[tuple[Fraction, Fraction]]:
    """The stretches beyond a limit."""
    return [(cut.since, cut.until) for cut in found if cut.beyond(side, limit)]


def most_in_a_window(spans: Sequence[tuple[Fraction, Fraction]], window: int | None) -> Fraction:
    """The longest time beyond in any trailing window; in all life when there is none."""
    if window is None:
        return sum((end - start for start, end in spans), Fraction(0))
    ends = [edge + shift for span in spans for edge in span for shift in (0, window)]
    sums = [
        sum((max(Fraction(0), min(b, end) - max(a, end - window)) for a, b in spans), Fraction(0))
        for end in ends
    ]
    return max(sums, default=Fraction(0))


def mean(found: Sequence[Cut]) -> float:
    """Of the line that counts against upper limits, which is straight in every cut."""
    whole = sum(cut.length for cut in found)
    return float(sum(cut.length * sum(cut.voted("above")) / 2 for cut in found) / whole)


def mkt(found: Sequence[Cut], vertices: Sequence[Fraction], dh_r: float) -> float:
    """Haynes by trapezoids between `vertices`: each end stands for half of what lies between two."""
    rates: list[float] = []
    whole = 0.0
    for group in _between(found, vertices):
        length = float(group[-1].until - group[0].since)
        ends = (float(group[0].voted("above")[0]), float(group[-1].voted("above")[1]))
        rates += [length / 2 * math.exp(-dh_r / (celsius + 273.15)) for celsius in ends]
        whole += length
    return dh_r / -math.log(math.fsum(rates) / whole) - 273.15


def _between(found: Sequence[Cut], vertices: Sequence[Fraction]) -> list[list[Cut]]:
    groups: list[list[Cut]] = []
    for cut in found:
        if groups and cut.since == groups[-1][-1].until and cut.since not in vertices:
            groups[-1].append(cut)
        else:
            groups.append([cut])
    return groups

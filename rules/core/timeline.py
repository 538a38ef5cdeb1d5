"""The life of one unit against one limit: when it was beyond, when within, when nobody knows.

Several equally near sensors vote: the unit was beyond when at least as many of them were as the place
needs (one: the worst counts), or all that measured when fewer did. It was within when at least one was
monitored and the vote did not find it beyond.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kernel.exposure import Exposure
from kernel.intervals import Span, difference, intersection, union
from rules.core.profile import Limit
from rules.core.runs import Recording, Run


@dataclass(frozen=True, slots=True)
class Signal:
    """What is known of one series: readings from `first` to `last`, with `gaps` between them.

    `runs` holds, for each watched limit, the runs in order of time; `recording` the readings
    themselves, where somebody has to look at them. A reading no later than `max_gap` after `last` will
    show that the time between was monitored.
    """

    first: int
    last: int
    gaps: Sequence[Span]
    runs: Mapping[Limit, Sequence[Run]] = field(default_factory=dict[Limit, Sequence[Run]])
    recording: Recording | None = None
    max_gap: int = 0

    def stretches(self, over: int = 0) -> list[Span]:
        """Monitored stretches, each with both ends; a lone reading is a stretch of no length.

        A change `over` a while is known only that long after the beginning of each.
        """
        starts = [self.first, *(gap.end for gap in self.gaps)]
        ends = [*(gap.start for gap in self.gaps), self.last]
        return [
            Span(start + over, end)
            for start, end in zip(starts, ends, strict=True)
            if start + over <= end
        ]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an episode: beyond the limit during `span` (no length: one lone reading)."""

    span: Span
    series: int
    peak: float
    peak_at: int


@dataclass(frozen=True, slots=True)
class Episode:
    """Pieces beyond the limit with no evidence in between that the unit was within it.

    `beyond` is their union, `over` tells whether evidence ends it, and gaps inside it are neither
    excursion nor good time.
    """

    beyond: tuple[Span, ...]
    pieces: tuple[Piece, ...]
    over: bool


def monitored(
    exposures: Iterable[Exposure], signals: Mapping[int, Signal], over: int = 0
) -> list[Span]:
    """The time in which at least one series near the unit had a signal, for so long as `over`."""
    return union(
        part
        for exposure in exposures
        for series in exposure.series
        if series in signals
        for stretch in signals[series].stretches(over)
        if (part := stretch.meet(exposure.span)) is not None
    )


def episodes(
    exposures: Sequence[Exposure],
    signals: Mapping[int, Signal],
    limit: Limit,
    inner: Limit | None = None,
) -> list[Episode]:
    """The episodes of a unit beyond `limit`, in order of time.

    With an `inner` line it is evidence only to be within that: between the two lines the unit is not
    beyond, but the episode goes on.
    """
    pieces = _pieces(exposures, signals, limit)
    if not pieces:
        return []
    near = pieces if inner is None else _pieces(exposures, signals, inner)
    evidence = _evidence(exposures, signals, near, limit.over)
    found: list[list[Piece]] = []
    boundary = 0
    until = pieces[0].span.start
    for piece in pieces:
        while boundary < len(evidence) and evidence[boundary].start < until:
            boundary += 1
        interrupted = boundary < len(evidence) and evidence[boundary].end <= piece.span.start
        if not found or interrupted:
            found.append([])
        found[-1].append(piece)
        until = max(until, piece.span.end)
    over = bool(evidence) and evidence[-1].start >= until
    return [_episode(group, over=over or group is not found[-1]) for group in found]


def _episode(pieces: list[Piece], *, over: bool) -> Episode:
    return Episode(tuple(union(piece.span for piece in pieces)), tuple(pieces), over)


def _pieces(exposures: Iterable[Exposure], signals: Mapping[int, Signal], limit: Limit) -> list[Piece]:
    found: list[Piece] = []
    for exposure in exposures:
        runs = _runs(exposure, signals, limit)
        beyond = [
            Piece(span, series, run.peak, run.peak_at)
            for series, run in runs
            if (span := _inside(Span(run.start, run.end), exposure.span)) is not None
        ]
        votes = _voted(exposure, signals, runs, beyond, limit.over) if exposure.needed > 1 else beyond
        found += votes
    return sorted(found, key=lambda piece: (piece.span, piece.series))


def _runs(exposure: Exposure, signals: Mapping[int, Signal], limit: Limit) -> list[tuple[int, Run]]:
    return [
        (series, run)
        for series in exposure.series
        if series in signals
        for run in signals[series].runs.get(limit, ())
        if run.start <= exposure.span.end and run.end >= exposure.span.start
    ]


def _voted(
    exposure: Exposure,
    signals: Mapping[int, Signal],
    runs: Sequence[tuple[int, Run]],
    beyond: Sequence[Piece],
    over: int,
) -> Iterator[Piece]:
    """The parts of `beyond` at which enough of the sensors that measured were beyond together.

    Between two neighbouring ends of anything nothing changes, so each such part is asked as a whole; a
    lone reading is asked at its instant.
    """
    measured = [
        stretch
        for series in exposure.series
        if series in signals
        for stretch in signals[series].stretches(over)
    ]
    votes = [(series, Span(run.start, run.end)) for series, run in runs]
    ends = sorted({end for span in (*measured, *(s for _, s in votes), exposure.span) for end in span})
    for piece in beyond:
        inside = ends[bisect_left(ends, piece.span.start) : bisect_right(ends, piece.span.end)]
        cuts = [Span(*cut) for cut in pairwise(inside)] if piece.span.length else [piece.span]
        agreed = [cut for cut in cuts if _enough(exposure.needed, cut, measured, votes)]
        for span in union(agreed):
            yield Piece(span, piece.series, piece.peak, piece.peak_at)


def _enough(
    needed: int, cut: Span, measured: Sequence[Span], votes: Sequence[tuple[int, Span]]
) -> bool:
    voters = sum(span.start <= cut.start and cut.end <= span.end for span in measured)
    beyond = {series for series, span in votes if span.start <= cut.start and cut.end <= span.end}
    return len(beyond) >= min(needed, voters)


def _evidence(
    exposures: Sequence[Exposure], signals: Mapping[int, Signal], pieces: Sequence[Piece], over: int
) -> list[Span]:
    """Times the unit was monitored and within limits; a lone good reading has no length."""
    beyond = union(piece.span for piece in pieces)
    within = difference(monitored(exposures, signals, over), beyond)
    lone = [
        stretch
        for exposure in exposures
        for series in exposure.series
        if series in signals
        for stretch in signals[series].stretches(over)
        if not stretch.length and _inside(stretch, exposure.span)
    ]
    apart = [point for point in lone if not any(b.start <= point.start <= b.end for b in beyond)]
    return sorted({*within, *apart})


def _inside(span: Span, stay: Span) -> Span | None:
    if not span.length:
        return span if stay.start <= span.start < stay.end else None
    return span.meet(stay)


def beyond_within(spans: Sequence[Span], window: Span) -> int:
    """Microseconds of `spans` inside `window`."""
    return sum(part.length for part in intersection(spans, [window]))

"""The life of one unit against one limit: when it was beyond, when within, when nobody knows.

Several equally near sensors count as their worst: the unit was beyond when any of them was, and
within when at least one was monitored and none was beyond.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kernel.exposure import Exposure
from kernel.intervals import Span, difference, intersection, union
from rules.core.profile import Limit
from rules.core.runs import Run


@dataclass(frozen=True, slots=True)
class Signal:
    """What is known of one series: readings from `first` to `last`, with `gaps` between them.

    `runs` holds, for each watched limit, the runs in order of time.
    """

    first: int
    last: int
    gaps: Sequence[Span]
    runs: Mapping[Limit, Sequence[Run]] = field(default_factory=dict[Limit, Sequence[Run]])

    def stretches(self) -> list[Span]:
        """Monitored stretches, each with both ends; a lone reading is a stretch of no length."""
        starts = [self.first, *(gap.end for gap in self.gaps)]
        ends = [*(gap.start for gap in self.gaps), self.last]
        return [Span(start, end) for start, end in zip(starts, ends, strict=True)]


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


def monitored(exposures: Iterable[Exposure], signals: Mapping[int, Signal]) -> list[Span]:
    """The time in which at least one series near the unit had a signal."""
    return union(
        part
        for exposure in exposures
        for series in exposure.series
        if series in signals
        for stretch in signals[series].stretches()
        if (part := stretch.meet(exposure.span)) is not None
    )


def episodes(
    exposures: Sequence[Exposure], signals: Mapping[int, Signal], limit: Limit
) -> list[Episode]:
    """The episodes of a unit beyond `limit`, in order of time."""
    pieces = _pieces(exposures, signals, limit)
    if not pieces:
        return []
    evidence = _evidence(exposures, signals, pieces)
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
        for series in exposure.series:
            signal = signals.get(series)
            for run in signal.runs.get(limit, ()) if signal else ():
                span = _inside(Span(run.start, run.end), exposure.span)
                if span is not None:
                    found.append(Piece(span, series, run.peak, run.peak_at))
    return sorted(found, key=lambda piece: (piece.span, piece.series))


def _evidence(
    exposures: Sequence[Exposure], signals: Mapping[int, Signal], pieces: Sequence[Piece]
) -> list[Span]:
    """Times the unit was monitored and within limits; a lone good reading has no length."""
    beyond = union(piece.span for piece in pieces)
    within = difference(monitored(exposures, signals), beyond)
    lone = [
        stretch
        for exposure in exposures
        for series in exposure.series
        if series in signals
        for stretch in signals[series].stretches()
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

"""Judgement: the rules of a profile applied to the life of one unit.

single      broken when one episode is beyond the limit for `tolerance` in sum; gaps inside an episode
            do not count, and do not end it.
cumulative  broken while the time beyond the limit in the trailing window (or whole life) reaches
            `tolerance`. With ranges: at the instant at which the budget they share is used up.
immediate   broken by every episode, at its first instant; rate: the same of a change.
mkt         broken while the mean kinetic temperature over the trailing window is above the limit.
silence     broken when nothing was heard for `tolerance`.
freeze_thaw broken by the `times`-th time that the unit was frozen and then thawed.

The findings are a pure function of exposures, signals and, for a silence that goes on, of the clock,
whatever the order in which these came.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from kernel.exposure import Exposure
from kernel.instants import BEGINNING, HOUR
from kernel.intervals import Span, intersection, union
from rules.core import profile
from rules.core.budget import Spending, spending
from rules.core.freezing import cycles
from rules.core.mean import Broken, means, readings_wanted
from rules.core.nearness import settled
from rules.core.profile import Rule
from rules.core.silence import silences, sure_from
from rules.core.timeline import Episode, Piece, Signal, beyond_within, episodes, monitored

NOBODY = 0
"""The series of what no series has shown."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A unit broke `rule`: from `started_at` on it was beyond the limit, at `breached_at` too long.

    `ended_at` is None while no reading shows the end; `observed_until` is the last instant seen
    beyond the limit. `pieces` say which series showed it and how bad it was; a silence is shown by
    none. `figure` is what is held against the limit where that is not the worst peak.
    """

    rule: Rule
    started_at: int
    breached_at: int
    ended_at: int | None
    observed_until: int
    beyond: tuple[Span, ...]
    pieces: tuple[Piece, ...]
    figure: float | None = None

    @property
    def measured(self) -> float:
        """What is held against the limit: the highest mean, the count, else the worst peak."""
        return self.worst.peak if self.figure is None else self.figure

    @property
    def worst(self) -> Piece:
        """The piece with the highest peak beyond the limit, the earliest of equals."""
        return max(self.pieces, key=lambda piece: (self.rule.limit.excess(piece.peak), -piece.peak_at))

    @property
    def series(self) -> tuple[int, ...]:
        """The series that showed the excursion."""
        return tuple(sorted({piece.series for piece in self.pieces if piece.series != NOBODY}))


def readings_to_look_at(
    exposures: Sequence[Exposure], signals: Mapping[int, Signal], rules: Sequence[Rule]
) -> list[tuple[int, Span]]:
    """The series and stretches whose recordings the signals need before `judgement` can be asked."""
    wanted: list[tuple[int, Span]] = []
    for rule in rules:
        if rule.kind == profile.MKT:
            felt = settled(exposures, rule.ignore_first)
            beyond = _beyond(episodes(felt, signals, rule.limit))
            wanted += readings_wanted(felt, beyond, rule.trailing)
    return wanted


def _beyond(found: Sequence[Episode]) -> list[Span]:
    return union(span for episode in found for span in episode.beyond)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found, and from when on readings within every limit may change that (None: never)."""

    findings: list[Finding]
    look_from: int | None


def judge(
    exposures: Sequence[Exposure],
    signals: Mapping[int, Signal],
    rules: Sequence[Rule],
    now: int = BEGINNING,
) -> list[Finding]:
    """Every way in which a unit with these exposures breaks the rules, by rule and time."""
    return judgement(exposures, signals, rules, now).findings


def judgement(
    exposures: Sequence[Exposure],
    signals: Mapping[int, Signal],
    rules: Sequence[Rule],
    now: int = BEGINNING,
) -> Judgement:
    """What `judge` finds, and when to look again; `now` breaks the silences that go on."""
    findings: list[Finding] = []
    looks: list[int] = []
    for rule in rules:
        felt = settled(exposures, rule.ignore_first + rule.limit.over)
        if rule.kind == profile.SILENCE:
            findings.extend(_silent(rule, felt, signals, now))
        elif rule.kind == profile.FREEZE_THAW:
            findings.extend(_thawed(rule, felt, signals))
        elif found := episodes(felt, signals, rule.limit, rule.inner):
            if rule.kind == profile.MKT:
                broken, look_from = _mean(rule, felt, signals, found)
                findings.extend(broken)
                looks += [look_from] if look_from is not None else []
            elif rule.ranges:
                findings.extend(_overdrawn(rule, spending(rule, felt, signals), found))
            else:
                findings.extend(
                    (_cumulative if rule.kind == profile.CUMULATIVE else _by_episode)(rule, found)
                )
    return Judgement(findings, min(looks, default=None))


def _silent(
    rule: Rule, felt: Sequence[Exposure], signals: Mapping[int, Signal], now: int
) -> Iterator[Finding]:
    """Of a silence that goes on only what the clock has shown: the patience is used up.

    And so is `max_gap`: a reading that comes before then shows that the time was monitored.
    """
    sure = sure_from(felt, signals)
    for start, end in silences(felt, signals):
        breached_at = start + rule.tolerance
        until = breached_at if end is None else end
        if until < breached_at or (end is None and max(breached_at, sure) > now):
            continue
        span = Span(start, until)
        piece = Piece(span, NOBODY, span.length / HOUR, until)
        yield Finding(rule, start, breached_at, end, until, (span,), (piece,))


def _thawed(rule: Rule, felt: Sequence[Exposure], signals: Mapping[int, Signal]) -> list[Finding]:
    frozen = episodes(felt, signals, rule.limit)
    found = cycles(frozen, episodes(felt, signals, rule.thawed))
    if len(found) < rule.times:
        return []
    until = found[-1].thawed_at
    beyond = [
        Span(span.start, min(span.end, until))
        for episode in frozen
        for span in episode.beyond
        if span.start <= until
    ]
    breached_at, figure = found[rule.times - 1].thawed_at, float(len(found))
    return [_finding(rule, beyond, breached_at, frozen, over=True, until=until, figure=figure)]


def _mean(
    rule: Rule, felt: Sequence[Exposure], signals: Mapping[int, Signal], found: Sequence[Episode]
) -> tuple[list[Finding], int | None]:
    beyond = _beyond(found)
    seen = means(felt, signals, rule, beyond, monitored(felt, signals))
    return [_too_warm(rule, one, beyond, found) for one in seen.broken], seen.look_from


def _too_warm(rule: Rule, broken: Broken, beyond: Sequence[Span], found: Sequence[Episode]) -> Finding:
    """The mean was above the limit because of the time above it in the windows."""
    counted = intersection(beyond, [Span(broken.start - rule.trailing, broken.end)])
    over, until, figure = broken.over, broken.end, broken.highest
    return _finding(rule, counted, broken.start, found, over=over, until=until, figure=figure)


def _by_episode(rule: Rule, found: Sequence[Episode]) -> Iterator[Finding]:
    for episode in found:
        breached_at = _reached(episode.beyond, rule.tolerance)
        if breached_at is not None:
            yield _finding(rule, episode.beyond, breached_at, [episode], over=episode.over)


def _cumulative(rule: Rule, found: Sequence[Episode]) -> Iterator[Finding]:
    beyond = [span for episode in found for span in episode.beyond]
    over = found[-1].over
    if rule.window is None:
        breached_at = _reached(beyond, rule.tolerance)
        if breached_at is not None:
            yield _finding(rule, beyond, breached_at, found, over=over)
        return
    for broken in _too_much(beyond, rule.tolerance, rule.window):
        first = max(BEGINNING, broken.start - rule.window)
        counted = intersection(beyond, [Span(first, broken.end)])
        last = counted[-1].end == beyond[-1].end
        yield _finding(rule, counted, broken.start, found, over=over or not last)


def _overdrawn(rule: Rule, spent: Spending, found: Sequence[Episode]) -> Iterator[Finding]:
    """A budget of ranges that is used up; being beyond the farthest one also ends it."""
    breached_at = spent.reached(Fraction(1))
    if breached_at is not None:
        beyond = union(spent.all_spans())
        left_it = beyond[-1].end < found[-1].beyond[-1].end
        yield _finding(rule, beyond, breached_at, found, over=found[-1].over or left_it)


def _reached(beyond: Sequence[Span], tolerance: int) -> int | None:
    """When the time in `beyond` first sums up to `tolerance`."""
    left = tolerance
    for span in beyond:
        if span.length >= left:
            return span.start + left
        left -= span.length
    return None


def _too_much(beyond: Sequence[Span], tolerance: int, window: int) -> list[Span]:
    """The stretches during which the trailing `window` held at least `tolerance` of `beyond`.

    The sum is a straight line between the instants where a span enters or leaves the window.
    """
    edges = sorted({edge + shift for span in beyond for edge in span for shift in (0, window)})
    sums = [beyond_within(beyond, Span(edge - window, edge)) for edge in edges]
    found: list[Span] = []
    for (start, before), (end, after) in pairwise(zip(edges, sums, strict=True)):
        if max(before, after) < tolerance:
            continue
        since = start + max(0, tolerance - before)
        until = end - max(0, tolerance - after)
        if found and found[-1].end == since:
            since = found.pop().start
        found.append(Span(since, until))
    return found


def _finding(
    rule: Rule,
    beyond: Sequence[Span],
    breached_at: int,
    found: Sequence[Episode],
    *,
    over: bool,
    until: int | None = None,
    figure: float | None = None,
) -> Finding:
    """It lasts `until` then, or (None) as long as it was beyond."""
    started_at, beyond_until = beyond[0].start, beyond[-1].end
    observed_until = beyond_until if until is None else until
    return Finding(
        rule,
        started_at,
        breached_at,
        observed_until if over else None,
        observed_until,
        tuple(beyond),
        tuple(
            piece
            for episode in found
            for piece in episode.pieces
            if piece.span.end >= started_at and piece.span.start <= beyond_until
        ),
        figure,
    )

"""Judgement: the rules of a profile applied to the life of one unit.

single      broken when one episode is beyond the limit for `tolerance` in sum; gaps inside an episode
            do not count, and do not end it.
cumulative  broken while the time beyond the limit in the trailing window (or whole life) reaches
            `tolerance`. With ranges: at the instant at which the budget they share is used up.
immediate   broken by every episode, at its first instant.

The findings are a pure function of exposures and signals, whatever the order in which these came.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from kernel.exposure import Exposure
from kernel.instants import BEGINNING
from kernel.intervals import Span, intersection, union
from rules.core.budget import Spending, spending
from rules.core.profile import Rule
from rules.core.timeline import Episode, Piece, Signal, beyond_within, episodes


@dataclass(frozen=True, slots=True)
class Finding:
    """A unit broke `rule`: from `started_at` on it was beyond the limit, at `breached_at` too long.

    `ended_at` is None while no reading shows the end; `observed_until` is the last instant seen
    beyond the limit. `pieces` say which series showed it and how bad it was.
    """

    rule: Rule
    started_at: int
    breached_at: int
    ended_at: int | None
    observed_until: int
    beyond: tuple[Span, ...]
    pieces: tuple[Piece, ...]

    @property
    def worst(self) -> Piece:
        """The piece with the highest peak beyond the limit, the earliest of equals."""
        return max(self.pieces, key=lambda piece: (self.rule.limit.excess(piece.peak), -piece.peak_at))

    @property
    def series(self) -> tuple[int, ...]:
        """The series that showed the excursion."""
        return tuple(sorted({piece.series for piece in self.pieces}))


def judge(
    exposures: Sequence[Exposure], signals: Mapping[int, Signal], rules: Sequence[Rule]
) -> list[Finding]:
    """Every way in which a unit with these exposures breaks the rules, by rule and time."""
    findings: list[Finding] = []
    for rule in rules:
        found = episodes(exposures, signals, rule.limit)
        if not found:
            continue
        if rule.ranges:
            findings.extend(_overdrawn(rule, spending(rule, exposures, signals), found))
        elif rule.kind == "cumulative":
            findings.extend(_cumulative(rule, found))
        else:
            findings.extend(_by_episode(rule, found))
    return findings


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
        since = start if before >= tolerance else start + tolerance - before
        until = end if after >= tolerance else start + before - tolerance
        if found and found[-1].end == since:
            since = found.pop().start
        found.append(Span(since, until))
    return found


def _finding(
    rule: Rule, beyond: Sequence[Span], breached_at: int, found: Sequence[Episode], *, over: bool
) -> Finding:
    started_at, observed_until = beyond[0].start, beyond[-1].end
    pieces = tuple(
        piece
        for episode in found
        for piece in episode.pieces
        if piece.span.end >= started_at and piece.span.start <= observed_until
    )
    return Finding(
        rule,
        started_at,
        breached_at,
        observed_until if over else None,
        observed_until,
        tuple(beyond),
        pieces,
    )

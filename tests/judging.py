"""Readings as a person writes them down, and what the pure rules make of them.

Times are minutes after `START`; a unit stays at places whose sensors are told as exposures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kernel.exposure import Exposure
from kernel.instants import FOREVER, MINUTE, instant, parse_moment
from kernel.intervals import Span
from rules.core.judge import Finding, judge
from rules.core.profile import ABOVE, BELOW, Limit, Rule
from rules.core.runs import Window, gaps, runs
from rules.core.timeline import Signal

START = instant(parse_moment("2026-03-02T00:00:00Z"))
MAX_GAP = 20
"""Minutes."""

Readings = Sequence[tuple[float, float]]
"""(minute, degC), in order of time."""


@dataclass(frozen=True)
class Told:
    """A finding in minutes after `START`, as a person would write it down."""

    start: float
    breach: float
    end: float | None
    beyond: float
    peak: float


def at(minute: float) -> int:
    """The instant so many minutes after `START`."""
    return START + round(minute * MINUTE)


def above(celsius: float) -> Limit:
    """The limit that warm goods break."""
    return Limit(ABOVE, celsius)


def below(celsius: float) -> Limit:
    """The limit that cold goods break."""
    return Limit(BELOW, celsius)


def single(limit: Limit, minutes: float) -> Rule:
    """Beyond `limit` for `minutes` in one episode."""
    return Rule("single", "single", limit, round(minutes * MINUTE), None, "major")


def cumulative(limit: Limit, minutes: float, within: float | None = None) -> Rule:
    """Beyond `limit` for `minutes` in sum, over life or within the last so many minutes."""
    window = None if within is None else round(within * MINUTE)
    return Rule("cumulative", "cumulative", limit, round(minutes * MINUTE), window, "major")


def immediate(limit: Limit) -> Rule:
    """Not beyond `limit` for an instant."""
    return Rule("immediate", "immediate", limit, 0, None, "critical")


def signal(readings: Readings, limits: Sequence[Limit], max_gap: float = MAX_GAP) -> Signal:
    """What is known of a series with these readings, watched for `limits`."""
    window = Window(
        np.array([at(minute) for minute, _ in readings], np.int64),
        np.array([value for _, value in readings], np.float64),
    )
    longest = round(max_gap * MINUTE)
    found = {limit: runs(window, limit, longest) for limit in limits}
    return Signal(*window.span, gaps(window, longest), found)


def stay(since: float, until: float | None, *series: int) -> Exposure:
    """A unit stood near these series from minute `since` to `until` (None: until now)."""
    return Exposure(1, Span(at(since), FOREVER if until is None else at(until)), 1, series)


def findings(
    rule: Rule, exposures: Sequence[Exposure], series: Mapping[int, Readings], max_gap: float = MAX_GAP
) -> list[Finding]:
    """What `rule` finds for a unit with these exposures to series with these readings."""
    signals = {
        number: signal(readings, [rule.limit], max_gap)
        for number, readings in series.items()
        if readings
    }
    return judge(exposures, signals, [rule])


def told(found: Sequence[Finding]) -> list[Told]:
    """Findings in minutes, for comparison with what was computed by hand."""
    return [
        Told(
            _minute(one.started_at),
            _minute(one.breached_at),
            None if one.ended_at is None else _minute(one.ended_at),
            sum(span.length for span in one.beyond) / MINUTE,
            one.worst.peak,
        )
        for one in found
    ]


def verdict(
    rule: Rule,
    readings: Readings,
    since: float = 0,
    until: float | None = None,
    max_gap: float = MAX_GAP,
) -> list[Told]:
    """What `rule` finds for a unit that stood beside one sensor."""
    return told(findings(rule, [stay(since, until, 1)], {1: readings}, max_gap))


def _minute(instant_: int) -> float:
    return (instant_ - START) / MINUTE

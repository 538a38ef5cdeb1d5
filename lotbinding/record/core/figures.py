"""The figures of a unit's temperature record: from the lines it felt to what they come to.

Lowest and highest are those of all nearest series; mean and mean kinetic temperature are of the line
that counts against upper limits, because warmth is what ages goods.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernel.exposure import Exposure
from kernel.instants import FOREVER
from kernel.temperature import ABSOLUTE_ZERO, DH_R
from lotbinding.record.core.line import Instants, Line, Readings, joined, line_during, lines_felt

ABOVE = "above"


@dataclass(frozen=True, slots=True)
class RuleOfProfile:
    """A rule of the product's profile; `tolerance` and `window` in microseconds.

    A budget shared by ranges has these as `starts` and `ends`, degC, None without an end, and the
    microseconds that are `allowed` in each.
    """

    name: str
    kind: str
    side: str
    limit: float
    tolerance: int
    window: int | None
    starts: Sequence[float] = ()
    ends: Sequence[float | None] = ()
    allowed: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Beyond:
    """How long, in microseconds, the unit was `side` ("above" or "below") `limit` degC."""

    side: str
    limit: float
    length: int


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of a cumulative rule's tolerance is used; 1 is all of it.

    With a window, the most that any window of this length used.
    """

    rule: str
    used: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What the readings of one unit come to; lengths in microseconds, temperatures in degC.

    `monitored` is the time with a signal, up to `monitored_until`; `unmonitored` the time without one,
    until the unit left us or, while it is here, `unmonitored_since`: since then nothing was heard. The
    temperatures are None when there is nothing to take them from.
    """

    readings: int
    since: int | None
    monitored_until: int | None
    monitored: int
    unmonitored: int
    unmonitored_since: int | None
    lowest: float | None
    highest: float | None
    mean: float | None
    mkt: float | None
    beyond: tuple[Beyond, ...]
    budgets: tuple[Budget, ...]


def figures_of(
    exposures: Sequence[Exposure],
    readings: Mapping[int, Readings],
    rules: Sequence[RuleOfProfile],
    dh_r: float = DH_R,
) -> Figures:
    """The figures of a unit with these `exposures`, in order of time, to series with `readings`."""
    warm, cold, number, extremes = _felt(exposures, readings)
    until = int(warm.until[-1]) if len(warm.until) else None
    monitored = int(warm.lengths.sum())
    lengths = warm.lengths.astype(np.float64)
    mean, mkt = means(
        monitored,
        float((lengths * (warm.first + warm.last)).sum()),
        float((lengths * (rates(warm.first, dh_r) + rates(warm.last, dh_r))).sum()),
        dh_r,
    )
    spans = {
        (rule.side, rule.limit): _beyond(warm if rule.side == ABOVE else cold, rule.side, rule.limit)
        for rule in sorted(rules, key=lambda rule: (rule.limit, rule.side))
    }
    return Figures(
        readings=number,
        since=exposures[0].span.start if exposures else None,
        monitored_until=until,
        monitored=monitored,
        unmonitored=unmonitored(exposures, until, monitored),
        unmonitored_since=_unmonitored_since(exposures, until),
        lowest=min(extremes, default=None),
        highest=max(extremes, default=None),
        mean=mean,
        mkt=mkt,
        beyond=tuple(Beyond(side, limit, found.length) for (side, limit), found in spans.items()),
        budgets=tuple(
            Budget(rule.name, _used_of(rule, warm if rule.side == ABOVE else cold, spans))
            for rule in rules
            if rule.kind == "cumulative"
        ),
    )


def _felt(
    exposures: Sequence[Exposure], readings: Mapping[int, Readings]
) -> tuple[Line, Line, int, list[float]]:
    """The lines that count, how many readings there were, and the extremes of each stretch of time."""
    warm: list[Line] = []
    cold: list[Line] = []
    extremes: list[float] = []
    number = 0
    for exposure in exposures:
        lines: list[Line] = []
        for one in (readings[series] for series in exposure.series if series in readings):
            values = one.values[one.inside(exposure.span)]
            line = line_during(one, exposure.span)
            lines.append(line)
            number += len(values)
            for some in (values, line.first[:1], line.last[-1:]):
                extremes += [float(some.min()), float(some.max())] if len(some) else []
        for side, line in zip((warm, cold), lines_felt(exposure, lines), strict=True):
            side.append(line)
    whole = joined(warm)
    one_line = all(upper is lower for upper, lower in zip(warm, cold, strict=True))
    return whole, whole if one_line else joined(cold), number, extremes


def means(monitored: int, warmth: float, rate: float, dh_r: float) -> tuple[float | None, float | None]:
    """Mean and mean kinetic temperature, from twice the integrals of temperature and of its rate.

    Each end of a piece stands for half of it. None when nothing was monitored.
    """
    if not monitored:
        return None, None
    return warmth / (2 * monitored), dh_r / -float(np.log(rate / (2 * monitored))) + ABSOLUTE_ZERO


def rates(celsius: NDArray[np.float64], dh_r: float) -> NDArray[np.float64]:
    """How fast goods age at each temperature, as the mean kinetic temperature weighs it."""
    return np.exp(-dh_r / (celsius - ABSOLUTE_ZERO))


@dataclass(frozen=True, slots=True)
class _Spans:
    """Stretches of time, apart from each other and in order."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @property
    def length(self) -> int:
        return int((self.ends - self.starts).sum())


def _beyond(line: Line, side: str, limit: float) -> _Spans:
    """When the line was strictly beyond the limit, from crossing point to crossing point."""
    _, starts, ends = _pieces_beyond(line, side, limit)
    apart = starts[1:] > ends[:-1]
    return _Spans(starts[np.r_[True, apart][: len(starts)]], ends[np.r_[apart, True][: len(ends)]])


def lengths_beyond(line: Line, side: str, limit: float) -> Instants:
    """For how many microseconds each piece of the line was strictly beyond the limit."""
    outside, starts, ends = _pieces_beyond(line, side, limit)
    lengths = np.zeros(len(outside), np.int64)
    lengths[outside] = ends - starts
    return lengths


def _pieces_beyond(line: Line, side: str, limit: float) -> tuple[NDArray[np.bool_], Instants, Instants]:
    """Which pieces were beyond the limit somewhere, and from when to when each of them was."""
    sign = 1.0 if side == ABOVE else -1.0
    outside = np.greater if side == ABOVE else np.less
    chosen = outside(line.first, limit) | outside(line.last, limit)
    some = line[chosen]
    before, after = sign * (some.first - limit), sign * (some.last - limit)
    starts, ends = some.since.copy(), some.until.copy()
    for edge, within in ((starts, before <= 0), (ends, after <= 0)):
        share = before[within] / (before[within] - after[within])
        edge[within] = some.since[within] + np.rint(some.lengths[within] * share).astype(np.int64)
    return chosen, starts, ends


def _used_of(rule: RuleOfProfile, line: Line, spans: Mapping[tuple[str, float], _Spans]) -> float:
    """The share of a budget: in each range the time beyond its start and not beyond its end."""
    if not rule.allowed:
        return _used(rule, spans[rule.side, rule.limit])

    def time(limit: float | None) -> int:
        return 0 if limit is None else _beyond(line, rule.side, limit).length

    ranges = zip(rule.starts, rule.ends, rule.allowed, strict=True)
    return sum((time(start) - time(end)) / allowed for start, end, allowed in ranges)


def _used(rule: RuleOfProfile, beyond: _Spans) -> float:
    if rule.window is None or not len(beyond.starts):
        return beyond.length / rule.tolerance
    lengths = beyond.ends - beyond.starts
    edges = np.column_stack([beyond.starts, beyond.ends]).ravel()
    so_far = np.column_stack([np.cumsum(lengths) - lengths, np.cumsum(lengths)]).ravel()
    ends = np.concatenate([edges, edges + rule.window])
    in_window = np.interp(ends, edges, so_far) - np.interp(ends - rule.window, edges, so_far)
    return float(np.max(in_window)) / rule.tolerance


def unmonitored(exposures: Sequence[Exposure], until: int | None, monitored: int) -> int:
    """The microseconds without a signal, of which the last was `until` (None: there was none).

    What has ended counts in full, whether anything was heard in it or not.
    """
    since = _unmonitored_since(exposures, until)
    known_until = FOREVER if since is None else since
    return sum(min(one.span.end, known_until) - one.span.start for one in exposures) - monitored


def _unmonitored_since(exposures: Sequence[Exposure], until: int | None) -> int | None:
    """Since when nothing was heard of a unit that is here: the last signal, or since it stands so."""
    if not exposures or exposures[-1].span.end < FOREVER:
        return None
    since = exposures[-1].span.start
    return since if until is None else max(since, until)

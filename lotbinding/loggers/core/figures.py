"""Our own figures of a logger's readings, beside what the device says it counted.

Between two readings no further apart than `max_gap` the signal is a straight line, as everywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kernel.instants import MINUTE, moment
from kernel.intervals import Span, total, union
from kernel.temperature import DH_R, mean_kinetic_temperature, weighted_mean
from lotbinding.loggers.core.report import (
    ABOVE,
    SINGLE,
    AlarmLimit,
    AlarmRecord,
    Figures,
    Report,
)

DEGREES, MINUTES = "degC", "min"

CLOSE = 0.1
"""Tolerance in degC: devices round to one decimal."""
BETWEEN_LOGS = 0.5
"""Tolerance in degC for extremes measured every minute and logged every few."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure of the device beside ours; `ours` is None where no readings are logged."""

    name: str
    unit: str
    device: float
    ours: float | None
    tolerance: float

    @property
    def difference(self) -> float | None:
        """Ours less the device's."""
        return None if self.ours is None else self.ours - self.device

    @property
    def differs(self) -> bool:
        """Whether the difference is beyond the tolerance."""
        # The device's figure has one decimal; what binary fractions add is no difference.
        return self.difference is not None and abs(self.difference) > self.tolerance + 1e-9


def longest_gap(report: Report) -> int | None:
    """Readings further apart than this leave a gap: half a step more than the set interval."""
    return None if report.interval is None else report.interval * 3 // 2


def weights(times: Sequence[int], max_gap: int) -> list[float]:
    """The time each reading stands for: half the way to each neighbour that is near enough."""
    found = [0.0] * len(times)
    for i, (before, after) in enumerate(pairwise(times)):
        if after - before <= max_gap:
            found[i] += (after - before) / 2
            found[i + 1] += (after - before) / 2
    return found if any(found) else [1.0] * len(times)


def beyond(
    times: Sequence[int], values: Sequence[float], limit: AlarmLimit, max_gap: int
) -> list[Span]:
    """When the signal was beyond `limit`, between the points where it crossed it."""
    excess = [value - limit.limit if limit.side == ABOVE else limit.limit - value for value in values]
    found: list[Span] = []
    for (t0, x0), (t1, x1) in pairwise(zip(times, excess, strict=True)):
        if t1 - t0 > max_gap or (x0 <= 0 and x1 <= 0):
            continue
        start = t0 if x0 > 0 else t0 + round((t1 - t0) * x0 / (x0 - x1))
        end = t1 if x1 > 0 else t0 + round((t1 - t0) * x0 / (x0 - x1))
        if start < end:
            found.append(Span(start, end))
    return _joined(found, [at for at, x in zip(times, excess, strict=True) if x <= 0])


def _joined(spans: Sequence[Span], within: Sequence[int]) -> list[Span]:
    """Spans that touch are one, except at a reading that was within the limit."""
    apart = set(within)
    found: list[Span] = []
    for span in spans:
        if found and found[-1].end == span.start and span.start not in apart:
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def compare(report: Report) -> list[Comparison]:
    """Every figure of the device with ours, in the order of the report."""
    found = [one for figures in report.figures for one in _of_figures(figures, report)]
    return found + [_of_alarm(alarm, report) for alarm in report.alarms if report.form == "qtag"]


def _of_figures(figures: Figures, report: Report) -> Iterator[Comparison]:
    inside = [
        (at, value)
        for at, value in zip(report.times, report.values, strict=True)
        if figures.start <= at <= figures.end
    ]
    max_gap = longest_gap(report)
    logged = bool(inside) and max_gap is not None
    times, values = [at for at, _ in inside], [value for _, value in inside]
    shares = weights(times, max_gap or 0) if logged else []
    extremes = CLOSE if figures.exact_extremes else BETWEEN_LOGS

    def row(name: str, device: float | None, ours: float | None, tolerance: float) -> list[Comparison]:
        title = f"{figures.name}: {name}"
        return [] if device is None else [Comparison(title, DEGREES, device, ours, tolerance)]

    yield from row("lowest", figures.lowest, min(values) if logged else None, extremes)
    yield from row("highest", figures.highest, max(values) if logged else None, extremes)
    mean = weighted_mean(values, shares) if logged else None
    yield from row("mean", figures.mean, mean, CLOSE)
    mkt = mean_kinetic_temperature(values, shares, report.dh_r or DH_R) if logged else None
    yield from row("mean kinetic temperature", figures.mkt, mkt, CLOSE)
    for limit, counted in figures.beyond.items():
        ours = total(beyond(times, values, limit, max_gap or 0)) if logged else None
        yield _minutes(f"{figures.name}: {limit_words(limit)}", counted, ours, report)


def _of_alarm(alarm: AlarmRecord, report: Report) -> Comparison:
    """A cumulative count beside everything we saw meanwhile, a single one beside what it overlaps."""
    spans = beyond(report.times, report.values, alarm.setting, longest_gap(report) or 0)
    lasted = Span(alarm.started_at, alarm.observed_until + 1)
    touching = [span for span in spans if span.meet(lasted)]
    since = f"{moment(alarm.started_at):%Y-%m-%d %H:%M} UTC"
    name = f"alarm {alarm.setting.number}: {limit_words(alarm.setting)}, from {since}"
    return _minutes(name, alarm.counted, total(union(touching)), report)


def _minutes(name: str, device: int, ours: int | None, report: Report) -> Comparison:
    counted = None if ours is None else ours / MINUTE
    return Comparison(name, MINUTES, device / MINUTE, counted, (report.interval or MINUTE) / MINUTE)


def limit_words(limit: AlarmLimit) -> str:
    """An alarm's setting in words, such as ``above 8 degC, in sum``."""
    whole = "" if limit.kind == SINGLE else ", in sum"
    return f"{limit.side} {limit.limit:g} degC{whole}"

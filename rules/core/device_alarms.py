"""Alarms that devices raised by themselves, as findings: a device measures oftener than it logs.

An alarm counts for the units that were beside the device when it was raised. A single alarm is one
time beyond the limit; of a cumulative one the device tells the sum, and its log tells when.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kernel.exposure import Exposure
from kernel.intervals import Span, intersection, total, union
from rules.core.judge import Finding
from rules.core.profile import Limit, Rule
from rules.core.timeline import Piece, Signal

KIND = "device_alarm"
SEVERITY = "major"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A device's alarm: `rule` was broken at `alarmed_at`; `counted` is the device's own sum.

    `ended_at` is None when its record, which reaches to `observed_until`, shows no end.
    """

    series: int
    rule: Rule
    in_sum: bool
    started_at: int
    alarmed_at: int
    ended_at: int | None
    observed_until: int
    counted: int
    peak: float | None
    peak_at: int | None


def device_rule(limit: Limit, tolerance: int, minute: int, *, in_sum: bool) -> Rule:
    """The rule a device was set to; its name says all of it."""
    whole = " in sum" if in_sum else ""
    name = f"device alarm {limit.side} {limit.value:g} degC for {tolerance // minute} min{whole}"
    return Rule(name, KIND, limit, tolerance, None, SEVERITY)


def alarm_findings(
    exposures: Sequence[Exposure], signals: Mapping[int, Signal], alarms: Iterable[Alarm]
) -> list[Finding]:
    """The alarms that count for a unit with these exposures, by rule and time."""
    found: list[Finding] = []
    for alarm in sorted(alarms, key=lambda alarm: (alarm.rule.name, alarm.started_at)):
        beside = union(one.span for one in exposures if alarm.series in one.series)
        near = next((one for one in beside if one.start <= alarm.alarmed_at < one.end), None)
        if near is not None:
            found.append(_finding(alarm, near, signals.get(alarm.series)))
    return found


def _finding(alarm: Alarm, near: Span, signal: Signal | None) -> Finding:
    lasted = Span(max(alarm.started_at, near.start), min(alarm.observed_until, near.end))
    beyond = intersection(_beyond(alarm, signal), [lasted]) or [lasted]
    ended_at = alarm.ended_at if not alarm.in_sum or signal is None else _seen_to_end(beyond, signal)
    peak, peak_at = _peak(alarm, lasted, signal)
    piece = Piece(Span(beyond[0].start, beyond[-1].end), alarm.series, peak, peak_at)
    return Finding(
        alarm.rule,
        beyond[0].start,
        max(alarm.alarmed_at, beyond[0].start),
        ended_at if ended_at is not None and ended_at <= lasted.end else None,
        beyond[-1].end,
        tuple(beyond),
        (piece,),
    )


def _seen_to_end(beyond: Sequence[Span], signal: Signal) -> int | None:
    """When the last of several times was over, if a later reading shows it."""
    return beyond[-1].end if beyond[-1].end < signal.last else None


def _beyond(alarm: Alarm, signal: Signal | None) -> list[Span]:
    """The times beyond the limit: the whole alarm when the count says so, else those the log shows.

    Where these are longer than what the device counted they are shortened. The log is coarser than the
    count: where the signal crossed the limit between two readings the device knows better, so each time
    gives its share of the difference.
    """
    whole = Span(alarm.started_at, alarm.observed_until)
    if not alarm.in_sum and alarm.counted >= whole.length:
        return [whole]
    logged = _logged(alarm, whole, signal) if signal else []
    if not logged:
        return [Span(whole.start, min(whole.end, max(whole.start + alarm.counted, alarm.alarmed_at)))]
    sum_logged = total(logged)
    counted = min(alarm.counted, sum_logged)
    return [Span(one.start, one.start + one.length * counted // sum_logged) for one in logged]


def _logged(alarm: Alarm, whole: Span, signal: Signal) -> list[Span]:
    """The runs of the log meanwhile; the record says when they began and how far it reaches."""
    runs = signal.runs.get(alarm.rule.limit, ())
    found = intersection(union(Span(run.start, run.end) for run in runs), [whole])
    if not found or found[0].start > alarm.alarmed_at:
        return []
    found[0] = Span(whole.start, found[0].end)
    if found[-1].end == signal.last and alarm.ended_at is None:
        found[-1] = Span(found[-1].start, whole.end)
    return found


def _peak(alarm: Alarm, lasted: Span, signal: Signal | None) -> tuple[float, int]:
    """The device's own peak when the unit was there, else the log's, else just the limit."""
    at = alarm.peak_at
    if alarm.peak is not None and at is not None and lasted.start <= at <= lasted.end:
        return alarm.peak, at
    runs = signal.runs.get(alarm.rule.limit, ()) if signal else ()
    inside = [run for run in runs if lasted.start <= run.peak_at <= lasted.end]
    if not inside:
        return alarm.rule.limit.value, alarm.alarmed_at
    worst = max(inside, key=lambda run: (alarm.rule.limit.excess(run.peak), -run.peak_at))
    return worst.peak, worst.peak_at

"""Verdicts: what changes in the standing of a unit when it is judged again.

An excursion that only grew is the same excursion with more time in it. One that later facts
contradict is superseded, and what the facts say now stands beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.exposure import Exposure
from kernel.intervals import Span, total
from rules.core.judge import Finding

Measures = tuple[int, int, int | None, int, int, float, int, tuple[int, ...], float]

CONFORMING, EXCURSION, UNMONITORED = "conforming", "excursion", "unmonitored"


@dataclass(frozen=True, slots=True)
class Standing:
    """An excursion as stored: the fields that decide whether new facts merely extend it.

    `beyond` is the time beyond the limit in microseconds, `peak` and `measured` in the rule's unit;
    `series` are those that showed it. `profile_id` is None for a rule that no profile has.
    """

    excursion_id: int
    rule: str
    started_at: int
    breached_at: int
    ended_at: int | None
    observed_until: int
    beyond: int
    peak: float
    peak_at: int
    series: tuple[int, ...]
    measured: float
    profile_id: int | None


@dataclass(frozen=True, slots=True)
class Revision:
    """How the stored excursions of a unit follow the findings.

    Those that have `grown` changed in some measure; those that are the `same` in none.
    """

    superseded: list[Standing]
    grown: list[tuple[Standing, Finding]]
    same: list[tuple[Standing, Finding]]
    found: list[Finding]


def revise(stored: Sequence[Standing], findings: Sequence[Finding]) -> Revision:
    """Match each stored excursion with the finding that continues it.

    A finding continues an excursion when it covers it: the same rule, begun no later, broken no
    later, seen at least as long. Readings of neighbouring sensors come in one after the other, so an
    excursion may grow at both ends, and an end may turn out to have been none.
    """
    left = list(findings)
    superseded: list[Standing] = []
    grown: list[tuple[Standing, Finding]] = []
    same: list[tuple[Standing, Finding]] = []
    for standing in sorted(stored, key=lambda standing: standing.started_at):
        finding = next((one for one in left if _covers(one, standing)), None)
        if finding is None:
            superseded.append(standing)
            continue
        left.remove(finding)
        changed = _measures(finding) != _known(standing)
        (grown if changed else same).append((standing, finding))
    return Revision(superseded, grown, same, left)


def _covers(finding: Finding, standing: Standing) -> bool:
    return (
        finding.rule.name == standing.rule
        and finding.started_at <= standing.started_at
        and finding.breached_at <= standing.breached_at
        and finding.observed_until >= standing.observed_until
        and total(finding.beyond) >= standing.beyond
    )


def _known(standing: Standing) -> Measures:
    return (
        standing.started_at,
        standing.breached_at,
        standing.ended_at,
        standing.observed_until,
        standing.beyond,
        standing.peak,
        standing.peak_at,
        standing.series,
        standing.measured,
    )


def _measures(finding: Finding) -> Measures:
    return (
        finding.started_at,
        finding.breached_at,
        finding.ended_at,
        finding.observed_until,
        total(finding.beyond),
        finding.worst.peak,
        finding.worst.peak_at,
        finding.series,
        finding.measured,
    )


def state(findings: Sequence[Finding], watched: Sequence[Span]) -> str:
    """The state of a unit in one word."""
    if findings:
        return EXCURSION
    return CONFORMING if watched else UNMONITORED


def unmonitored(exposures: Sequence[Exposure], watched: Sequence[Span]) -> int:
    """Microseconds without a signal, from arrival to the last instant that was monitored."""
    if not watched:
        return 0
    until = watched[-1].end
    lived = sum(max(0, min(e.span.end, until) - e.span.start) for e in exposures)
    return lived - total(watched)

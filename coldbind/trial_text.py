"""A trial of a profile as people and programs read it."""

from collections.abc import Iterator
from datetime import datetime

from kernel.instants import MINUTE, moment
from kernel.intervals import total
from kernel.rule_words import unit_of
from rules.core.judge import Finding
from rules.trial import Otherwise, Trial


def lines(trial: Trial) -> Iterator[str]:
    """The trial in words, unit by unit, and the sum at the end."""
    for one in trial.otherwise:
        yield f"unit {one.unit.code} of lot {one.unit.lot} ({one.unit.product}, {one.unit.profile})"
        yield from (f"  {line}" for line in _difference(one))
    period = f"{_clock(trial.period.start)} to {_clock(trial.period.end)}"
    yield (
        f"{trial.profile} against {', '.join(trial.against)}, {period}: {len(trial.otherwise)} of "
        f"{trial.units} units judged otherwise, {trial.readings:,} readings; nothing was written"
    )


def _difference(one: Otherwise) -> Iterator[str]:
    for finding in one.difference.added:
        yield f"found additionally: {_told(finding)}"
    for finding in one.difference.gone:
        yield f"no longer found: {_told(finding)}"
    for before, after in one.difference.changed:
        yield f"changed from: {_told(before)}"
        yield f"          to: {_told(after)}"


def _told(finding: Finding) -> str:
    rule, words = finding.rule, finding.rule.words
    broken = words.broken(finding.measured, total(finding.beyond))
    name = broken if rule.name == words.line else f"{rule.name}, {broken}"
    end = _clock(finding.ended_at) if finding.ended_at is not None else "not seen to end"
    return (
        f"{name} ({rule.severity}), from "
        f"{_clock(finding.started_at)}, broken {_clock(finding.breached_at)}, ended {end}"
    )


def as_json(trial: Trial) -> dict[str, object]:
    """The trial for a program."""
    return {
        "profile": trial.profile,
        "against": trial.against,
        "from": moment(trial.period.start),
        "to": moment(trial.period.end),
        "units": trial.units,
        "readings": trial.readings,
        "judged_otherwise": [
            {
                "unit": one.unit.code,
                "lot": one.unit.lot,
                "product": one.unit.product,
                "profile": one.unit.profile,
                "found_additionally": [_plain(found) for found in one.difference.added],
                "no_longer_found": [_plain(found) for found in one.difference.gone],
                "changed": [
                    {"from": _plain(before), "to": _plain(after)}
                    for before, after in one.difference.changed
                ],
            }
            for one in trial.otherwise
        ],
    }


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule.name,
        "kind": finding.rule.kind,
        "severity": finding.rule.severity,
        "side": finding.rule.limit.side,
        "limit": finding.rule.limit.value,
        "measured": finding.measured,
        "unit": unit_of(finding.rule.kind),
        "started_at": _moment(finding.started_at),
        "breached_at": _moment(finding.breached_at),
        "ended_at": _moment(finding.ended_at),
        "observed_until": _moment(finding.observed_until),
        "beyond_minutes": total(finding.beyond) / MINUTE,
    }


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)


def _clock(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M} UTC"

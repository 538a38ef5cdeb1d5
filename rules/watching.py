"""What has to be watched so that units can be judged: lines of a series, and how long it may be silent.

A series is watched for what the rules ask of the units that were exposed to it, from the first one on.
"""

from collections.abc import Iterable, Mapping, Sequence

from kernel.exposure import Exposure
from rules import watch_store
from rules.core.device_alarms import Alarm
from rules.core.profile import MKT, SILENCE, Limit, Rule
from rules.follow import watch
from rules.watch_store import Watched
from storage.database import Transaction


def watch_missing(
    transaction: Transaction,
    exposures: Mapping[int, Sequence[Exposure]],
    profiles: Mapping[int, int],
    rules: Mapping[int, Mapping[Rule, int]],
    alarms: Iterable[Alarm],
) -> None:
    """Let every line and every silence matter that the rules of these units and the alarms ask for."""
    needed = {(alarm.series, Watched(alarm.rule.limit)) for alarm in alarms}
    patiences: set[tuple[int, int]] = set()
    for profile, series in _asked(exposures, profiles):
        needed |= {(series, one) for rule in rules[profile] for one in _watched_by(rule)}
        patiences |= {(series, rule.tolerance) for rule in rules[profile] if rule.kind == SILENCE}
    known = watch_store.watches(transaction, {series for series, _ in needed})
    missing = {(s, one) for s, one in needed if not any(_serves(has, one) for has in known[s])}
    if missing:
        watch(transaction, _together(missing))
    if patiences:
        watch_store.add_patiences(transaction, patiences)


def _asked(
    exposures: Mapping[int, Sequence[Exposure]], profiles: Mapping[int, int]
) -> set[tuple[int, int]]:
    """The profiles of units, each with the series that these were exposed to."""
    return {
        (profiles[unit], series)
        for unit, felt in exposures.items()
        for exposure in felt
        for series in exposure.series
    }


def _watched_by(rule: Rule) -> list[Watched]:
    lines = [Watched(line, averaged=rule.kind == MKT) for line in rule.lines]
    if rule.inner is None or rule.kind == MKT:  # the inner line of a mean is held against the mean
        return lines
    return [*lines, Watched(rule.inner, tells=False)]


def _together(wanted: Iterable[tuple[int, Watched]]) -> list[tuple[int, Watched]]:
    """Each line once, for all who want it watched."""
    found: dict[tuple[int, Limit], Watched] = {}
    for series, one in wanted:
        has = found.get((series, one.limit), Watched(one.limit, tells=False))
        found[series, one.limit] = Watched(
            one.limit, has.tells or one.tells, has.averaged or one.averaged
        )
    return [(series, found[series, limit]) for series, limit in sorted(found)]


def _serves(has: Watched, wants: Watched) -> bool:
    return has.limit == wants.limit and has.tells >= wants.tells and has.averaged >= wants.averaged

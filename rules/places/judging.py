"""Judge places by the rules with scope location: what their own sensors say, whatever stands there.

The same pure judgement as of a unit that stood at the place all the time. It raises alerts, holds no
goods and claims nothing.
"""

from collections.abc import Callable, Mapping
from itertools import groupby

from kernel.exposure import Exposure
from kernel.intervals import Span
from rules import profile_store, signal_store
from rules.alerts import handlers as alerts
from rules.alerts.store import OpenExcursion
from rules.core.judge import Finding, judgement
from rules.core.profile import LOCATION, SILENCE, Rule
from rules.core.silence import wakes_at
from rules.core.timeline import Signal, monitored
from rules.core.verdict import Standing, revise
from rules.own_peaks import with_own_peaks
from rules.places import store
from rules.places.store import JudgedPlace, Outcome
from rules.watching import watch_missing
from storage.database import Transaction

ExposuresOfPlaces = Callable[[Transaction, Mapping[int, tuple[int, Span]]], list[Exposure]]
"""Lot binding's answer to: what did the sensors that hung at these places (id, time) speak for?

By a key of ours, which stands where a unit would.
"""

REHUNG = "the sensors of the place, or what judges it, were told anew"
REMEASURED = "readings that arrived later change the picture"


def judge_places(
    transaction: Transaction, claimed: Mapping[int, bool], exposures_of: ExposuresOfPlaces, now: int
) -> int:
    """Bring the verdicts on these judged places up to date; the number of excursions newly found.

    `claimed` says of each whether its sensors or what judges it changed; `now` breaks the silences
    that go on.
    """
    if not claimed:
        return 0
    places = store.lock(transaction, claimed)
    changed = {**claimed, **store.claim_of(transaction, claimed)}
    spans = {one.place_profile_id: (one.location_id, one.span) for one in places}
    felt: dict[int, list[Exposure]] = {place: [] for place in spans}
    for place, group in groupby(exposures_of(transaction, spans), key=lambda one: one.unit_id):
        felt[place] = list(group)
    profiles = {one.place_profile_id: one.profile_id for one in places}
    rules = {
        profile: {rule: id_ for rule, id_ in found.items() if rule.scope == LOCATION}
        for profile, found in profile_store.rules_of(transaction, set(profiles.values())).items()
    }
    watch_missing(transaction, felt, profiles, rules, ())
    asked = [(felt[place], list(rules[profile])) for place, profile in profiles.items()]
    signals = signal_store.signals_for(transaction, signal_store.wanted(felt.values()), asked)
    standings = store.EXCURSIONS.standings_of(transaction, spans)
    sitting = _Sitting(transaction, signals, now)
    for one in places:
        place = one.place_profile_id
        why = REHUNG if changed[place] or claimed[place] else REMEASURED
        sitting.judge(one, felt[place], rules[one.profile_id], standings[place], why)
    return sitting.close()


class _Sitting:
    """What was decided about places so far."""

    def __init__(self, transaction: Transaction, signals: Mapping[int, Signal], now: int) -> None:
        self._transaction = transaction
        self._signals = signals
        self._now = now
        self._grown: list[tuple[int, Finding]] = []
        self._found: list[tuple[int, int, Finding]] = []
        self._outcomes: list[Outcome] = []

    def judge(
        self,
        place: JudgedPlace,
        felt: list[Exposure],
        rules: Mapping[Rule, int],
        standings: list[Standing],
        why: str,
    ) -> None:
        """Hold what is found against what stands."""
        judged = judgement(felt, self._signals, list(rules), self._now)
        findings = [with_own_peaks(self._transaction, one) for one in judged.findings]
        revision = revise(standings, findings)
        for one in revision.superseded:
            self._supersede(one.excursion_id, why)
        self._grown += [(one.excursion_id, finding) for one, finding in revision.grown]
        self._found += [(place.place_profile_id, rules[one.rule], one) for one in revision.found]
        watched = monitored(felt, self._signals)
        patiences = [rule.tolerance for rule in rules if rule.kind == SILENCE]
        wake_at = wakes_at(felt, self._signals, patiences, self._now) if patiences else None
        until = watched[-1].end if watched else None
        self._outcomes.append(Outcome(place.place_profile_id, until, judged.look_from, wake_at))

    def _supersede(self, excursion_id: int, why: str) -> None:
        store.EXCURSIONS.withdraw(self._transaction, excursion_id, why)
        self._transaction.audit(
            "coldbind", "excursion superseded", f"place excursion {excursion_id}", why=why
        )

    def close(self) -> int:
        """Write it all, and raise alerts; how many excursions are new."""
        store.EXCURSIONS.write(self._transaction, self._grown)
        ids = store.EXCURSIONS.add(self._transaction, self._found)
        for excursion, (_, _, finding) in zip(ids, self._found, strict=True):
            alerts.excursion_goes_on(_told(excursion, finding), self._transaction)
        store.put_verdicts(self._transaction, self._outcomes)
        return len(ids)


def _told(excursion: int, finding: Finding) -> OpenExcursion:
    rule = finding.rule
    return OpenExcursion(
        excursion_id=excursion,
        of_place=True,
        rule=rule.name,
        kind=rule.kind,
        severity=rule.severity,
        side=rule.limit.side,
        limit_value=rule.limit.value,
        started_at=finding.started_at,
        breached_at=finding.breached_at,
        observed_until=finding.observed_until,
        series_id=next(iter(finding.series), None),
    )

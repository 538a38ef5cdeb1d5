"""Judge units: from exposures and signals to excursions, and tell who has to act on them.

Everything here happens in one transaction with the holds and claims that follow from it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from kernel.events import ExcursionEnded, ExcursionFound, ExcursionWithdrawn
from kernel.exposure import Exposure
from kernel.intervals import Span, difference, union
from rules import due_store, excursion_store, profile_store, signal_store
from rules.budget_book import BudgetBook
from rules.core.device_alarms import alarm_findings
from rules.core.judge import Finding, Judgement, judgement
from rules.core.profile import SILENCE, UNIT, Rule
from rules.core.silence import wakes_at
from rules.core.timeline import Signal, monitored
from rules.core.verdict import Standing, revise, state, unmonitored
from rules.device_alarms import alarms_of
from rules.follow import stretches_of
from rules.own_peaks import with_own_peaks
from rules.watching import watch_missing
from storage.database import Transaction

ExposuresOf = Callable[[Transaction, Collection[int]], list[Exposure]]
"""Lot binding's answer to: what were these units exposed to, by unit and time?"""

_Life = tuple[int, tuple[tuple[Span, tuple[int, ...], int], ...]]
"""The profile of a unit and all it was exposed to."""

MOVED = "a movement or placement recorded later shows that the unit was elsewhere"
STOOD = "it stood in {place} at the time"
UNDER_WAY, GONE = "it was under way at the time", "it was not with us at the time"
REMEASURED = "readings that arrived later change the picture"
ADOPTED = "the lot was judged again by another profile version"


def judge_units(  # noqa: PLR0917 - a pass and all it knows
    transaction: Transaction,
    unit_ids: Collection[int],
    exposures_of: ExposuresOf,
    dues: Sequence[due_store.Due],
    moved: Collection[int],
    now: int,
) -> int:
    """Bring the verdicts of these units up to date; the number of excursions newly found.

    `dues` say when the readings that led here were sent, `moved` which units changed place; `now`
    breaks the silences that go on.
    """
    if not unit_ids:
        return 0
    due_store.lock_units(transaction, unit_ids)
    claimed = due_store.claim_units_of(transaction, unit_ids)
    moved = {unit for unit, elsewhere in claimed.items() if elsewhere} | set(moved)
    exposures = {
        unit: list(group)
        for unit, group in groupby(exposures_of(transaction, unit_ids), key=lambda e: e.unit_id)
    }
    profiles = profile_store.profiles_of(transaction, unit_ids)
    rules = {
        profile: {rule: id_ for rule, id_ in found.items() if rule.scope == UNIT}
        for profile, found in profile_store.rules_of(transaction, set(profiles.values())).items()
    }
    wanted = signal_store.wanted(exposures.values())
    alarms, device_rules = alarms_of(transaction, wanted)
    watch_missing(transaction, exposures, profiles, rules, alarms)
    lives = {unit: _life(profiles[unit], exposures.get(unit, [])) for unit in sorted(unit_ids)}
    felt_by_life = {life: exposures.get(unit, []) for unit, life in lives.items()}
    asked = [(felt, list(rules[profile])) for (profile, _), felt in felt_by_life.items()]
    signals = signal_store.signals_for(transaction, wanted, asked)
    standings = excursion_store.EXCURSIONS.standings_of(transaction, unit_ids)
    court = _Court(transaction, signals, dues, now)
    budgets = BudgetBook(transaction, signals, unit_ids)
    judged: list[excursion_store.Judged] = []
    for unit, life in lives.items():
        profile, felt = profiles[unit], exposures.get(unit, [])
        judgement = court.judgement(life, felt, list(rules[profile]))
        findings = [*judgement.findings, *alarm_findings(felt, signals, alarms)]
        why = MOVED if unit in moved else REMEASURED
        standing = court.drop_other_profiles(unit, profile, standings[unit])
        court.revise(unit, rules[profile] | device_rules, standing, findings, felt, why)
        judged.append(court.outcome(unit, profile, felt, findings, judgement.look_from, rules[profile]))
        budgets.enter(unit, rules[profile], felt)
    excursion_store.EXCURSIONS.write(
        transaction, [(excursion, finding) for _, excursion, finding in court.grown]
    )
    court.record_found()  # after those that grew: one may begin where another has begun until now
    ended = [
        (unit, excursion) for unit, excursion, finding in court.grown if finding.ended_at is not None
    ]
    for unit, excursion in ended + court.reread:
        transaction.publish(ExcursionEnded(excursion, unit))
    excursion_store.put_verdicts(transaction, judged)
    budgets.close()
    return len(court.found)


def _life(profile: int, felt: Sequence[Exposure]) -> _Life:
    return profile, tuple((exposure.span, exposure.series, exposure.needed) for exposure in felt)


class _Court:
    """One sitting: the signals everybody is judged by, and what was decided so far."""

    def __init__(
        self,
        transaction: Transaction,
        signals: Mapping[int, Signal],
        dues: Sequence[due_store.Due],
        now: int,
    ) -> None:
        self._transaction = transaction
        self._now = now
        self._signals = signals
        self._news = stretches_of(dues)
        self._sent: dict[int, list[tuple[int, int]]] = {}
        for due in dues:
            if due.published_at is not None:
                self._sent.setdefault(due.series_id, []).append((due.until, due.published_at))
        self._sent_later: dict[tuple[tuple[int, ...], int], int | None] = {}
        self._seen: dict[_Life, Judgement] = {}
        self.grown: list[tuple[int, int, Finding]] = []
        self.reread: list[tuple[int, int]] = []
        self.found: list[tuple[int, int, Finding]] = []

    def judgement(self, life: _Life, felt: Sequence[Exposure], rules: Sequence[Rule]) -> Judgement:
        """What is found; units that stood side by side all their life are judged once."""
        if life not in self._seen:
            found = judgement(felt, self._signals, rules, self._now)
            own = [with_own_peaks(self._transaction, finding) for finding in found.findings]
            self._seen[life] = replace(found, findings=own)
        return self._seen[life]

    def outcome(  # noqa: PLR0917 - a unit and all that is known of it
        self,
        unit: int,
        profile: int,
        felt: Sequence[Exposure],
        findings: Sequence[Finding],
        look_from: int | None,
        rules: Iterable[Rule],
    ) -> excursion_store.Judged:
        """How the unit stands now, and when it has to be judged again whatever happens."""
        watched = monitored(felt, self._signals)
        patiences = [rule.tolerance for rule in rules if rule.kind == SILENCE]
        return excursion_store.Judged(
            unit,
            profile,
            state(findings, watched),
            watched[-1].end if watched else None,
            unmonitored(felt, watched),
            look_from,
            wakes_at(felt, self._signals, patiences, self._now) if patiences else None,
        )

    def drop_other_profiles(
        self, unit: int, profile: int, standings: Sequence[Standing]
    ) -> list[Standing]:
        """Supersede what another profile version found; the excursions of this one and of devices."""
        kept = [one for one in standings if one.profile_id in {None, profile}]
        for standing in standings:
            if standing not in kept:
                self._supersede(unit, standing, ADOPTED)
        return kept

    def _supersede(self, unit: int, standing: Standing, why: str) -> None:
        excursion_store.EXCURSIONS.withdraw(self._transaction, standing.excursion_id, why)
        self._transaction.audit(
            "coldbind", "excursion superseded", f"excursion {standing.excursion_id}", why=why
        )
        self._transaction.publish(ExcursionWithdrawn(standing.excursion_id, unit, why))

    def revise(  # noqa: PLR0917 - a unit and all that is known of it
        self,
        unit: int,
        rule_ids: Mapping[Rule, int],
        standings: Sequence[Standing],
        findings: Sequence[Finding],
        felt: Sequence[Exposure],
        why: str,
    ) -> None:
        """Write how the unit's excursions change, and publish it."""
        revision = revise(standings, findings)
        for standing in revision.superseded:
            whole = f"{why}: {self._whereabouts(felt, standing)}" if why == MOVED else why
            self._supersede(unit, standing, whole)
        self.grown += [(unit, one.excursion_id, finding) for one, finding in revision.grown]
        self.reread += [
            (unit, one.excursion_id) for one, finding in revision.same if self._has_news(finding)
        ]
        self.found += [(unit, rule_ids[finding.rule], finding) for finding in revision.found]

    def _whereabouts(self, felt: Sequence[Exposure], standing: Standing) -> str:
        """Where the facts now say the unit was when it was thought to be beside these sensors."""
        beside = [e.span for e in felt if not standing.series or set(e.series) & set(standing.series)]
        apart = difference([Span(standing.started_at, standing.observed_until)], union(beside))
        at = apart[0].start if apart else standing.breached_at
        there = next((e for e in felt if e.span.start <= at < e.span.end), None)
        if there is None:
            return GONE
        if there.location_id is None:
            return UNDER_WAY
        return STOOD.format(place=excursion_store.place(self._transaction, there.location_id))

    def record_found(self) -> None:
        """Write and publish what was found for all units at once."""
        ids = excursion_store.EXCURSIONS.add(self._transaction, self.found)
        self._transaction.publish_all(
            [
                self._told(excursion, unit, finding)
                for excursion, (unit, _, finding) in zip(ids, self.found, strict=True)
            ]
        )

    def _told(self, excursion: int, unit: int, finding: Finding) -> ExcursionFound:
        worst, rule = finding.worst, finding.rule
        return ExcursionFound(
            excursion_id=excursion,
            unit_id=unit,
            rule=rule.name,
            severity=rule.severity,
            side=rule.limit.side,
            limit=rule.limit.value,
            started_at=finding.started_at,
            breached_at=finding.breached_at,
            observed_until=finding.observed_until,
            beyond=finding.beyond,
            peak=worst.peak,
            peak_at=worst.peak_at,
            series=finding.series,
            published_at=self._published_at(finding),
            kind=rule.kind,
            measured=finding.measured,
        )

    def _has_news(self, finding: Finding) -> bool:
        """Whether a finding that is over has new readings inside, though its measures are the same."""
        return finding.ended_at is not None and any(
            series in finding.series
            and span.start <= finding.observed_until
            and span.end >= finding.started_at
            for series, span in self._news
        )

    def _published_at(self, finding: Finding) -> int | None:
        """When the first reading that could show the breach was sent.

        A window holds one reading more on each side, so the breach may show before the due work that
        brought its reading was claimed.
        """
        sent = [
            published_at
            for series in finding.series
            for until, published_at in self._sent.get(series, ())
            if until >= finding.breached_at
        ]
        if sent:
            return min(sent)
        asked = (finding.series, finding.breached_at)
        if asked not in self._sent_later:
            self._sent_later[asked] = due_store.sent_at(self._transaction, *asked)
        return self._sent_later[asked]

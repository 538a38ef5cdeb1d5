"""Judge units: from exposures and signals to excursions, and tell who has to act on them.

Everything here happens in one transaction with the holds and claims that follow from it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from kernel.events import ExcursionEnded, ExcursionFound, ExcursionWithdrawn
from kernel.exposure import Exposure
from kernel.intervals import Span
from rules import excursion_store, store
from rules.budget_book import BudgetBook
from rules.core.device_alarms import Alarm, alarm_findings
from rules.core.judge import Finding, judge
from rules.core.profile import Limit, Rule
from rules.core.runs import peak_inside
from rules.core.timeline import Piece, Signal, monitored
from rules.core.verdict import Standing, revise, state, unmonitored
from rules.device_alarms import alarms_of
from rules.follow import stretches_of, watch
from storage.database import Transaction

ExposuresOf = Callable[[Transaction, Collection[int]], list[Exposure]]
"""Lot binding's answer to: what were these units exposed to, by unit and time?"""

_Life = tuple[int, tuple[tuple[Span, tuple[int, ...], int], ...]]
"""The profile of a unit and all it was exposed to."""

MOVED = "a movement or placement recorded later shows that the unit was elsewhere"
STOOD = "it stood in {place} at the time"
UNDER_WAY, GONE = "it was under way at the time", "it was not with us at the time"
REMEASURED = "readings that arrived later change the picture"


def judge_units(
    transaction: Transaction,
    unit_ids: Collection[int],
    exposures_of: ExposuresOf,
    dues: Sequence[store.Due],
    moved: Collection[int],
) -> int:
    """Bring the verdicts of these units up to date; the number of excursions newly found.

    `dues` say when the readings that led here were sent, `moved` which units changed place.
    """
    if not unit_ids:
        return 0
    store.lock_units(transaction, unit_ids)
    moved = store.claim_units_of(transaction, unit_ids) | set(moved)
    exposures = {
        unit: list(group)
        for unit, group in groupby(exposures_of(transaction, unit_ids), key=lambda e: e.unit_id)
    }
    profiles = excursion_store.profiles_of(transaction, unit_ids)
    rules = excursion_store.rules_of(transaction, set(profiles.values()))
    wanted = _wanted(exposures.values())
    alarms, device_rules = alarms_of(transaction, wanted)
    _watch_missing(transaction, exposures, profiles, rules, alarms)
    signals = store.signals(transaction, wanted)
    standings = excursion_store.standings(transaction, unit_ids)
    court = _Court(transaction, signals, dues)
    budgets = BudgetBook(transaction, signals, unit_ids)
    judged: list[excursion_store.Judged] = []
    for unit in sorted(unit_ids):
        profile, felt = profiles[unit], exposures.get(unit, [])
        findings = court.findings(profile, felt, list(rules[profile]))
        findings = [*findings, *alarm_findings(felt, signals, alarms)]
        watched = monitored(felt, signals)
        why = MOVED if unit in moved else REMEASURED
        court.revise(unit, rules[profile] | device_rules, standings[unit], findings, felt, why)
        budgets.enter(unit, rules[profile], felt, watched)
        until = watched[-1].end if watched else None
        lost = unmonitored(felt, watched)
        judged.append(excursion_store.Judged(unit, profile, state(findings, watched), until, lost))
    excursion_store.grow(transaction, [(excursion, finding) for _, excursion, finding in court.grown])
    ended = [
        (unit, excursion) for unit, excursion, finding in court.grown if finding.ended_at is not None
    ]
    for unit, excursion in ended + court.reread:
        transaction.publish(ExcursionEnded(excursion, unit))
    excursion_store.put_verdicts(transaction, judged)
    budgets.close()
    return court.found


class _Court:
    """One sitting: the signals everybody is judged by, and what was decided so far."""

    def __init__(
        self, transaction: Transaction, signals: Mapping[int, Signal], dues: Sequence[store.Due]
    ) -> None:
        self._transaction = transaction
        self._signals = signals
        self._news = stretches_of(dues)
        self._sent: dict[int, list[tuple[int, int]]] = {}
        for due in dues:
            if due.published_at is not None:
                self._sent.setdefault(due.series_id, []).append((due.until, due.published_at))
        self._seen: dict[_Life, list[Finding]] = {}
        self.grown: list[tuple[int, int, Finding]] = []
        self.reread: list[tuple[int, int]] = []
        self.found = 0

    def findings(self, profile: int, felt: Sequence[Exposure], rules: Sequence[Rule]) -> list[Finding]:
        """What `judge` finds; units that stood side by side all their life are judged once."""
        key = (profile, tuple((exposure.span, exposure.series, exposure.needed) for exposure in felt))
        if key not in self._seen:
            found = judge(felt, self._signals, rules)
            self._seen[key] = [self._with_own_peaks(finding) for finding in found]
        return self._seen[key]

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
            excursion_store.supersede(self._transaction, standing.excursion_id, whole)
            self._transaction.audit(
                "coldbind", "excursion superseded", f"excursion {standing.excursion_id}", why=whole
            )
            self._transaction.publish(ExcursionWithdrawn(standing.excursion_id, unit, whole))
        self.grown += [(unit, one.excursion_id, finding) for one, finding in revision.grown]
        self.reread += [
            (unit, one.excursion_id) for one, finding in revision.same if self._has_news(finding)
        ]
        for finding in revision.found:
            self._record(unit, rule_ids[finding.rule], finding)

    def _whereabouts(self, felt: Sequence[Exposure], standing: Standing) -> str:
        """Where the facts now say the unit was when the excursion was said to be broken."""
        at = standing.breached_at
        there = next((e for e in felt if e.span.start <= at < e.span.end), None)
        if there is None:
            return GONE
        if there.location_id is None:
            return UNDER_WAY
        return STOOD.format(place=excursion_store.place(self._transaction, there.location_id))

    def _record(self, unit: int, rule_id: int, finding: Finding) -> None:
        excursion = excursion_store.insert_excursion(self._transaction, unit, rule_id, finding)
        self.found += 1
        worst, rule = finding.worst, finding.rule
        self._transaction.publish(
            ExcursionFound(
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
            )
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
        return store.sent_at(self._transaction, finding.series, finding.breached_at)

    def _with_own_peaks(self, finding: Finding) -> Finding:
        """A run may have peaked while the unit was elsewhere: then its own peak is looked up."""
        if all(piece.span.start <= piece.peak_at <= piece.span.end for piece in finding.pieces):
            return finding
        pieces = tuple(self._own_peak(piece, finding.rule.limit) for piece in finding.pieces)
        return replace(finding, pieces=pieces)

    def _own_peak(self, piece: Piece, limit: Limit) -> Piece:
        if piece.span.start <= piece.peak_at <= piece.span.end:
            return piece
        ((_, window),) = store.windows(self._transaction, [(piece.series, piece.span)])
        peak, peak_at = peak_inside(window, piece.span, limit)
        return replace(piece, peak=peak, peak_at=peak_at)


def _watch_missing(
    transaction: Transaction,
    exposures: Mapping[int, Sequence[Exposure]],
    profiles: Mapping[int, int],
    rules: Mapping[int, Mapping[Rule, int]],
    alarms: Iterable[Alarm],
) -> None:
    needed = {(alarm.series, alarm.rule.limit) for alarm in alarms} | {
        (series, limit)
        for unit, felt in exposures.items()
        for series in {series for exposure in felt for series in exposure.series}
        for rule in rules[profiles[unit]]
        for limit in rule.limits
    }
    known = store.watches(transaction, {series for series, _ in needed})
    missing = sorted(pair for pair in needed if pair[1] not in known[pair[0]])
    if missing:
        watch(transaction, missing)


def _wanted(felt: Iterable[Sequence[Exposure]]) -> dict[int, Span]:
    """For each series the time in which anybody was exposed to it."""
    wanted: dict[int, Span] = {}
    for exposure in (exposure for exposures in felt for exposure in exposures):
        for series in exposure.series:
            before = wanted.get(series, exposure.span)
            wanted[series] = Span(
                min(before.start, exposure.span.start), max(before.end, exposure.span.end)
            )
    return wanted

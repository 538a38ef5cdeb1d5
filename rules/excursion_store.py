"""What rules read and write about units: their rules, excursions and verdicts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from kernel.events import ProfileAdopted
from kernel.instants import moment
from rules.core.judge import Finding
from rules.core.profile import Limit, Profile, Range, Rule
from rules.core.verdict import Standing
from rules.finding_columns import measures, moments
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome for one unit: its `state`, how far it was monitored, and for how long it was not.

    Readings within the limits matter again from `look_from` on, and the clock at `wake_at`.
    """

    unit_id: int
    profile_id: int
    state: str
    judged_until: int | None
    unmonitored: int
    look_from: int | None
    wake_at: int | None


@dataclass(frozen=True, slots=True)
class _UnitProfile:
    unit_id: int
    profile_id: int


@dataclass(frozen=True, slots=True)
class _RuleRow:
    rule_id: int
    profile_id: int
    name: str
    kind: str
    side: str
    limit_value: float
    tolerance: int
    window_size: int | None
    severity: str
    stretch: int
    hysteresis: float
    ignore_first: int
    scope: str
    thaw_value: float | None
    times: int
    least_monitored: float
    dh_r: float

    @property
    def rule(self) -> Rule:
        """The rule as it was recorded."""
        return Rule(
            self.name,
            self.kind,
            Limit(self.side, self.limit_value, self.stretch),
            self.tolerance,
            self.window_size,
            self.severity,
            self.hysteresis,
            self.ignore_first,
            self.scope,
            self.thaw_value,
            self.times,
            self.least_monitored,
            self.dh_r,
        )


@dataclass(frozen=True, slots=True)
class _BudgetRow:
    rule_id: int
    side: str
    warn_at: float
    source: str
    starts: list[float]
    ends: list[float | None]
    allowed: list[int]


@dataclass(frozen=True, slots=True)
class _StandingRow:
    unit_id: int
    excursion_id: int
    rule: str
    started_at: int
    breached_at: int
    ended_at: int | None
    observed_until: int
    beyond: int
    peak: float
    peak_at: int
    series: list[int]
    measured: float
    profile_id: int | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Place:
    path: str


@dataclass(frozen=True, slots=True)
class _ProfileRow:
    profile_id: int
    version: int


_PROFILES = _SQL.returning(_UnitProfile, "profiles_of_units")
_RULES = _SQL.returning(_RuleRow, "rules_of_profiles")
_BUDGETS = _SQL.returning(_BudgetRow, "budgets_of_profiles")
_INSERT_BUDGET = _SQL.command("insert_budget")
_INSERT_RANGE = _SQL.command("insert_budget_range")
_PENDING = _SQL.returning(_Id, "pending_units")
_STANDINGS = _SQL.returning(_StandingRow, "current_excursions")
_INSERT_EXCURSIONS = _SQL.returning(_Id, "insert_excursions")
_GROW = _SQL.command("grow_excursions")
_SUPERSEDE = _SQL.command("supersede_excursion")
_PUT_VERDICTS = _SQL.command("put_verdicts")
_PLACE = _SQL.returning(_Place, "place_of_location")
_INSERT_PROFILE = _SQL.returning(_Id, "insert_profile")
_INSERT_RULE = _SQL.returning(_Id, "insert_rule")
_INSERT_ADOPTION = _SQL.command("insert_adoption")
_UNITS_OF_PRODUCT = _SQL.returning(_Id, "units_of_product")
_PROFILE = _SQL.returning(_ProfileRow, "profile_by_name")


def profiles_of(transaction: Transaction, unit_ids: Collection[int]) -> dict[int, int]:
    """The profile id each unit's product points to."""
    rows = transaction.rows(_PROFILES, unit_ids=list(unit_ids))
    return {row.unit_id: row.profile_id for row in rows}


def rules_of(transaction: Transaction, profile_ids: Collection[int]) -> dict[int, dict[Rule, int]]:
    """The rules of each profile, with their ids."""
    found: dict[int, dict[Rule, int]] = {profile: {} for profile in profile_ids}
    budgets = {row.rule_id: row for row in transaction.rows(_BUDGETS, profile_ids=list(profile_ids))}
    for row in transaction.rows(_RULES, profile_ids=list(profile_ids)):
        rule = row.rule
        if row.rule_id in budgets:
            rule = _with_budget(rule, budgets[row.rule_id])
        found[row.profile_id][rule] = row.rule_id
    return found


def _with_budget(rule: Rule, row: _BudgetRow) -> Rule:
    ranges = tuple(
        Range(Limit(row.side, start), None if end is None else Limit(row.side, end), allowed)
        for start, end, allowed in zip(row.starts, row.ends, row.allowed, strict=True)
    )
    return replace(rule, ranges=ranges, warn_at=row.warn_at, source=row.source)


def pending_units(transaction: Transaction, newest: int) -> set[int]:
    """Units that any new reading may change, the `newest` of which is of that instant.

    An excursion is open, nothing was monitored yet, or a mean may rise although nothing is beyond it.
    """
    return {row.id for row in transaction.rows(_PENDING, newest=moment(newest))}


def standings(transaction: Transaction, unit_ids: Collection[int]) -> Mapping[int, list[Standing]]:
    """The excursions of each unit that are not superseded."""
    found: dict[int, list[Standing]] = {unit: [] for unit in unit_ids}
    for row in transaction.rows(_STANDINGS, unit_ids=list(unit_ids)):
        found[row.unit_id].append(
            Standing(
                row.excursion_id,
                row.rule,
                row.started_at,
                row.breached_at,
                row.ended_at,
                row.observed_until,
                row.beyond,
                row.peak,
                row.peak_at,
                tuple(row.series),
                row.measured,
                row.profile_id,
            )
        )
    return found


def insert_excursions(transaction: Transaction, found: Sequence[tuple[int, int, Finding]]) -> list[int]:
    """Record excursions, each with its unit and rule; their ids in the same order."""
    if not found:
        return []
    rows = transaction.rows(
        _INSERT_EXCURSIONS,
        units=[unit for unit, _, _ in found],
        rules=[rule for _, rule, _ in found],
        **measures(finding for _, _, finding in found),
    )
    return [row.id for row in rows]


def grow(transaction: Transaction, grown: Sequence[tuple[int, Finding]]) -> None:
    """Excursions that went on: their newest measures."""
    if not grown:
        return
    transaction.run(
        _GROW,
        excursions=[excursion for excursion, _ in grown],
        **measures(finding for _, finding in grown),
    )


def supersede(transaction: Transaction, excursion_id: int, why: str) -> None:
    """Later facts contradict the excursion; it stays, marked so."""
    transaction.run(_SUPERSEDE, excursion_id=excursion_id, why=why)


def put_verdicts(transaction: Transaction, judged: Sequence[Judged]) -> None:
    """Write the standing of units where it changed."""
    transaction.run(
        _PUT_VERDICTS,
        units=[one.unit_id for one in judged],
        profiles=[one.profile_id for one in judged],
        states=[one.state for one in judged],
        until=moments(one.judged_until for one in judged),
        unmonitored=[timedelta(microseconds=one.unmonitored) for one in judged],
        look_from=moments(one.look_from for one in judged),
        wake_at=moments(one.wake_at for one in judged),
    )


def place(transaction: Transaction, location_id: int) -> str:
    """The path of a place."""
    return transaction.one(_PLACE, location_id=location_id).path


def profile_version(transaction: Transaction, name: str, version: int) -> int | None:
    """The id of a stored profile version."""
    found = transaction.row(_PROFILE, name=name, version=version)
    return found.profile_id if found else None


def insert_adoption(transaction: Transaction, adopted: ProfileAdopted) -> None:
    """Record that a product moved to another profile version."""
    transaction.run(
        _INSERT_ADOPTION,
        product_id=adopted.product_id,
        profile_id=adopted.profile_id,
        was_profile_id=adopted.was_profile_id,
        judges_again=adopted.judge_again,
        recorded_by=adopted.actor,
    )


def units_of_product(transaction: Transaction, product_id: int) -> list[int]:
    """Every unit of every lot of the product, also those that left."""
    return [row.id for row in transaction.rows(_UNITS_OF_PRODUCT, product_id=product_id)]


def insert_profile(transaction: Transaction, profile: Profile, by: str) -> int:
    """Store a new profile version with its rules as a draft; its id."""
    profile_id = transaction.one(
        _INSERT_PROFILE,
        name=profile.name,
        version=profile.version,
        title=profile.title,
        source=profile.source,
        two_people=profile.two_people,
        by=by,
    ).id
    for rule in profile.rules:
        rule_id = transaction.one(
            _INSERT_RULE,
            profile_id=profile_id,
            name=rule.name,
            kind=rule.kind,
            side=rule.limit.side,
            limit_value=rule.limit.value,
            tolerance=timedelta(microseconds=rule.tolerance),
            window_size=None if rule.window is None else timedelta(microseconds=rule.window),
            severity=rule.severity,
            stretch=timedelta(microseconds=rule.limit.over) if rule.limit.over else None,
            hysteresis=rule.hysteresis,
            ignore_first=timedelta(microseconds=rule.ignore_first),
            scope=rule.scope,
            thaw_value=rule.thaw,
            times=rule.times,
            least_monitored=rule.least_monitored,
            dh_r=rule.dh_r,
        ).id
        if rule.ranges:
            _insert_budget(transaction, rule_id, rule)
    return profile_id


def _insert_budget(transaction: Transaction, rule_id: int, rule: Rule) -> None:
    transaction.run(_INSERT_BUDGET, rule_id=rule_id, warn_at=rule.warn_at, source=rule.source)
    for number, one in enumerate(rule.ranges, 1):
        transaction.run(
            _INSERT_RANGE,
            rule_id=rule_id,
            number=number,
            start_value=one.start.value,
            end_value=None if one.end is None else one.end.value,
            allowed=timedelta(microseconds=one.allowed),
        )

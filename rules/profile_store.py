"""What rules read and write about profiles: versions, their rules, and the products they judge."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from kernel.events import ProfileAdopted
from rules.core.profile import Limit, Profile, Range, Rule
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")


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
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _ProfileRow:
    profile_id: int
    version: int


_PROFILES = _SQL.returning(_UnitProfile, "profiles_of_units")
_RULES = _SQL.returning(_RuleRow, "rules_of_profiles")
_BUDGETS = _SQL.returning(_BudgetRow, "budgets_of_profiles")
_INSERT_BUDGET = _SQL.command("insert_budget")
_INSERT_RANGE = _SQL.command("insert_budget_range")
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

"""The book of stability budgets: what each unit has used, written when it is judged.

Whoever listens is told once when a budget runs low, and once when late truth shows that it does not.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kernel.events import BudgetLasts, BudgetRunsLow, Event
from kernel.exposure import Exposure
from rules.core.budget import Spending, hundredths, spending, time_left
from rules.core.nearness import settled
from rules.core.profile import Rule
from rules.core.timeline import Signal, monitored
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class _Use:
    unit_id: int
    rule_id: int
    spent: list[int]
    in_use: int | None
    as_of: int | None
    low_at: int | None


_SQL = Statements("rules")
_USES = _SQL.returning(_Use, "budget_uses")
_PUT = _SQL.command("put_budget_uses")
_KEEP = _SQL.command("keep_budget_uses")


class BudgetBook:
    """The entries of the units that are judged together; `close` writes what changed."""

    def __init__(
        self, transaction: Transaction, signals: Mapping[int, Signal], unit_ids: Collection[int]
    ) -> None:
        self._transaction = transaction
        self._signals = signals
        stored = transaction.rows(_USES, unit_ids=list(unit_ids))
        self._stored = {(use.unit_id, use.rule_id): use for use in stored}
        self._seen: dict[object, tuple[Spending, int | None]] = {}
        self._changed: list[_Use] = []
        self._kept: list[_Use] = []
        self._told: list[Event] = []

    def enter(self, unit: int, rules: Mapping[Rule, int], felt: Sequence[Exposure]) -> None:
        """What the unit has used of each budget among `rules`, as far as it was monitored."""
        life = tuple((one.span, one.series, one.needed) for one in felt)
        for rule, rule_id in rules.items():
            if rule.budget:
                self._enter(unit, rule_id, *self._known(rule, felt, life))

    def close(self) -> None:
        """Write the entries that changed, keep what is known by now, tell which budgets run low."""
        if self._changed:
            self._transaction.run(
                _PUT,
                **_columns(self._changed),
                in_use=[use.in_use for use in self._changed],
                as_of=[use.as_of for use in self._changed],
            )
        if self._kept:
            self._transaction.run(_KEEP, **_columns(self._kept))
        for event in self._told:
            self._transaction.publish(event)

    def _known(self, rule: Rule, felt: Sequence[Exposure], life: object) -> tuple[Spending, int | None]:
        """What was used, and until when that is known; the same for units that stood side by side."""
        if (rule, life) not in self._seen:
            watched = monitored(felt, self._signals)
            found = spending(rule, settled(felt, rule.ignore_first), self._signals)
            self._seen[rule, life] = (found, watched[-1].end if watched else None)
        return self._seen[rule, life]

    def _enter(self, unit: int, rule_id: int, found: Spending, watched_until: int | None) -> None:
        rule, before = found.rule, self._stored.get((unit, rule_id))
        spent = list(found.spent)
        number = None if watched_until is None else found.in_use(watched_until)
        low_at = found.reached(Fraction(str(rule.warn_at)))
        in_use = None if number is None else number + 1
        as_of = max((spans[-1].end for spans in found.spans if spans), default=None)
        use = _Use(unit, rule_id, spent, in_use, as_of, low_at)
        if before == use or (before is None and not any(spent)):
            return
        self._changed.append(use)
        if before is None or _worth_keeping(rule, before, use):
            self._kept.append(use)
        was_low = before is not None and before.low_at is not None
        if low_at is not None and as_of is not None and not was_low:
            self._told.append(_runs_low(unit, found, low_at, as_of, number))
        elif was_low and low_at is None:
            self._told.append(BudgetLasts(unit, rule.name, float(found.used)))


def _worth_keeping(rule: Rule, before: _Use, use: _Use) -> bool:
    """Whether it will be asked what was known: of a budget in use only every hundredth is kept."""
    if use.low_at != before.low_at:
        return True
    if use.in_use is None:
        return use.spent != before.spent or before.in_use is not None
    allowed = [one.allowed for one in rule.budget]
    return hundredths(use.spent, allowed) != hundredths(before.spent, allowed)


def _columns(uses: Sequence[_Use]) -> dict[str, list[object]]:
    return {
        "units": [use.unit_id for use in uses],
        "rules": [use.rule_id for use in uses],
        "spent": ["{" + ",".join(map(str, use.spent)) + "}" for use in uses],
        "low_at": [use.low_at for use in uses],
    }


def _runs_low(unit: int, found: Spending, low_at: int, as_of: int, number: int | None) -> BudgetRunsLow:
    rule, allowed = found.rule, [one.allowed for one in found.rule.budget]
    return BudgetRunsLow(
        unit_id=unit,
        rule=rule.name,
        severity=rule.severity,
        warn_at=rule.warn_at,
        used=float(found.used),
        low_at=low_at,
        as_of=as_of,
        runs_out_at=None if number is None else as_of + time_left(found.spent, allowed, number),
    )

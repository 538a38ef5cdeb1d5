"""Stability budgets as people read them."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from erp.wording import day_and_time, degrees, length
from kernel.instants import MINUTE
from rules.budgets import BudgetOfUnit, Present, RangeUse

_PATIENCE = 15 * MINUTE
"""A unit that nobody has measured for so long may have left the range."""


def lines(budgets: Iterable[BudgetOfUnit], now: int) -> Iterator[str]:
    """The budgets in words, unit by unit."""
    for unit, group in groupby(budgets, key=lambda one: (one.unit, one.lot, one.profile)):
        yield f"unit {unit[0]} of lot {unit[1]} ({unit[2]})"
        for one in group:
            yield from (f"  {line}" for line in _budget(one, now))


def _budget(one: BudgetOfUnit, now: int) -> Iterator[str]:
    left = f"{1 - one.used:.1%} left" if one.used < 1 else "USED UP"
    low = f", LOW since {day_and_time(one.low_at)}" if one.low_at is not None and one.used < 1 else ""
    yield f"{one.rule} ({one.severity}): {one.used:.1%} used, {left}{low}"
    yield from (
        f"  {_range(part)}: {length(part.spent)} of {length(part.allowed)}" for part in one.ranges
    )
    yield f"  {_present(one, one.present, now)}"


def _range(part: RangeUse) -> str:
    if part.end is None:
        return f"beyond {degrees(part.start)}"
    return f"{degrees(part.start)} to {degrees(part.end)}"


def _present(one: BudgetOfUnit, present: Present | None, now: int) -> str:
    if present is None:
        judged = "not judged yet" if one.judged_until is None else day_and_time(one.judged_until)
        return f"not being used now (judged until {judged})"
    where = f"{degrees(present.celsius)} as {present.sensor} tells"
    if one.used < 1:
        runs_out = day_and_time(present.runs_out_at)
        where += f": runs out {runs_out} if it stays in {_range_of(one, present)}"
    if now - present.as_of > _PATIENCE:
        return f"not measured since {day_and_time(present.as_of)}, then {where}"
    return f"being used now, {where}"


def _range_of(one: BudgetOfUnit, present: Present) -> str:
    return _range(one.ranges[present.number])

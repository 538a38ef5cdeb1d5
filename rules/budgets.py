"""Stability budgets of a lot or unit: used and left, and when one runs out if nothing changes."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from kernel.exposure import Exposure
from kernel.refusal import Refusal
from rules.core.budget import time_left, used
from rules.core.profile import Limit
from storage.database import Transaction
from storage.statement import Statements

ExposuresOf = Callable[[Transaction, Collection[int]], list[Exposure]]
"""Lot binding's answer to: what were these units exposed to, by unit and time?"""


class UnknownGoods(Refusal):
    """There is no such lot, and no such unit."""


@dataclass(frozen=True, slots=True)
class RangeUse:
    """Of the range from `start` to `end` degC (None: no end): used and allowed, microseconds."""

    start: float
    end: float | None
    spent: int
    allowed: int


@dataclass(frozen=True, slots=True)
class Present:
    """The unit is in the range `number` (from 0): `celsius`, as `sensor` tells.

    If it stays there, the budget is used up at `runs_out_at`; `as_of` is the last instant measured.
    """

    number: int
    sensor: str
    celsius: float
    as_of: int
    runs_out_at: int


@dataclass(frozen=True, slots=True)
class BudgetOfUnit:
    """A budget of a unit: the share `used` (more than 1: overdrawn), range by range, and its forecast.

    `low_at` is when the share `warn_at` was used, `present` None while the unit is in none of the
    ranges. `judged_until` is how far the unit was monitored and judged.
    """

    unit: str
    lot: str
    profile: str
    rule: str
    severity: str
    source: str
    warn_at: float
    used: float
    ranges: tuple[RangeUse, ...]
    low_at: int | None
    judged_until: int | None
    present: Present | None


@dataclass(frozen=True, slots=True)
class _Row:
    unit_id: int
    unit: str
    lot: str
    profile: str
    rule: str
    side: str
    severity: str
    source: str
    warn_at: float
    starts: list[float]
    ends: list[float | None]
    allowed: list[int]
    spent: list[int]
    in_use: int | None
    as_of: int | None
    low_at: int | None
    judged_until: int | None


@dataclass(frozen=True, slots=True)
class _Newest:
    series_id: int
    sensor: str
    value: float
    at: int


@dataclass(frozen=True, slots=True)
class _Known:
    known: bool


_SQL = Statements("rules")
_ASKED = _SQL.returning(_Row, "budgets_asked")
_NEWEST = _SQL.returning(_Newest, "newest_readings")
_KNOWN = _SQL.returning(_Known, "goods_known")


def budgets_of(
    transaction: Transaction,
    exposures_of: ExposuresOf,
    *,
    lot: str | None = None,
    unit: str | None = None,
) -> list[BudgetOfUnit]:
    """The budgets of the units of `lot`, or of the one `unit`, by unit; empty when there are none.

    `UnknownGoods` when there is no such lot or unit.
    """
    rows = transaction.rows(_ASKED, lot=lot, unit=unit)
    if not rows and not transaction.one(_KNOWN, lot=lot, unit=unit).known:
        raise UnknownGoods(f"there is no lot and no unit {lot or unit!r}: check the code")
    using = {row.unit_id for row in rows if row.in_use is not None}
    near = _nearest_now(exposures_of(transaction, using)) if using else {}
    newest = {
        one.series_id: one
        for one in transaction.rows(
            _NEWEST, series_ids=sorted({series for found in near.values() for series in found})
        )
    }
    return [
        _budget(row, [newest[one] for one in near.get(row.unit_id, ()) if one in newest])
        for row in rows
    ]


def _nearest_now(exposures: Sequence[Exposure]) -> dict[int, tuple[int, ...]]:
    """The series that speak for each unit now."""
    return {
        unit: list(felt)[-1].series for unit, felt in groupby(exposures, key=lambda one: one.unit_id)
    }


def _budget(row: _Row, newest: Sequence[_Newest]) -> BudgetOfUnit:
    return BudgetOfUnit(
        row.unit,
        row.lot,
        row.profile,
        row.rule,
        row.severity,
        row.source,
        row.warn_at,
        float(used(row.spent, row.allowed)),
        tuple(RangeUse(*one) for one in zip(row.starts, row.ends, row.spent, row.allowed, strict=True)),
        row.low_at,
        row.judged_until,
        _present(row, newest),
    )


def _present(row: _Row, newest: Sequence[_Newest]) -> Present | None:
    """The worst of the nearest sensors, when the unit was in a range at the last instant measured."""
    if row.in_use is None or row.as_of is None or not newest:
        return None
    number = row.in_use - 1
    limit = Limit(row.side, row.starts[number])
    worst = max(newest, key=lambda one: limit.excess(one.value))
    out = row.as_of + time_left(row.spent, row.allowed, number)
    return Present(number, worst.sensor, worst.value, row.as_of, out)

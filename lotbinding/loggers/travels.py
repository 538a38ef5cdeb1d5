"""Which logger went with which unit when, as far as it was known at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kernel.instants import moment
from kernel.intervals import Span
from lotbinding.core.exposure import Cover
from lotbinding.core.travels import Travel
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding.loggers")


@dataclass(frozen=True, slots=True)
class _TravelRow:
    unit_id: int
    series_id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _InsideRow:
    series_id: int
    handling_unit_id: int
    start: int
    end: int


_TRAVELS = _SQL.returning(_TravelRow, "travels_of_units")
_INSIDE = _SQL.returning(_InsideRow, "loggers_inside")
_UNITS = _SQL.returning(_Id, "units_with_series")


def travels_of(
    transaction: Transaction, unit_ids: Collection[int], as_known_at: int | None = None
) -> list[Travel]:
    """The loggers that went with each unit, or with what it was split from; as known at an instant."""
    known = None if as_known_at is None else moment(as_known_at)
    rows = transaction.rows(_TRAVELS, unit_ids=list(unit_ids), known=known)
    return [Travel(row.unit_id, row.series_id, Span(row.start, row.end)) for row in rows]


def loggers_inside(
    transaction: Transaction, handling_unit_ids: Collection[int], as_known_at: int | None = None
) -> list[Cover]:
    """The loggers that went with these handling units; as known at an instant."""
    if not handling_unit_ids:
        return []
    known = None if as_known_at is None else moment(as_known_at)
    rows = transaction.rows(_INSIDE, handling_unit_ids=list(handling_unit_ids), known=known)
    return [Cover(row.series_id, None, Span(row.start, row.end), row.handling_unit_id) for row in rows]


def units_with_series(
    transaction: Transaction,
    stretches: Sequence[tuple[int, Span]],
    among: Collection[int] | None = None,
) -> set[int]:
    """Units (all, or those `among`) that the logger of each series went with during its stretch.

    With what was split off them later.
    """
    rows = transaction.rows(
        _UNITS,
        series=[series for series, _ in stretches],
        since=[moment(span.start) for _, span in stretches],
        until=[moment(span.end) for _, span in stretches],
        among=None if among is None else list(among),
    )
    return {row.id for row in rows}

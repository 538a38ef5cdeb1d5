"""What rules read and write of series: windows of readings, runs and gaps."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kernel.instants import moment
from kernel.intervals import Span
from rules.core.profile import Limit
from rules.core.runs import Change, Run, Window
from storage.binary_copy import instants
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")
_READING = np.dtype([("time", ">i8"), ("value", ">f8")])


@dataclass(frozen=True, slots=True)
class _Stretch:
    series_id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _WindowRow:
    number: int
    open_start: bool
    open_end: bool
    readings: bytes | None


@dataclass(frozen=True, slots=True)
class _Widened:
    series_id: int
    start: int
    end: int
    late: bool


@dataclass(frozen=True, slots=True)
class _Gap:
    series_id: int
    max_gap: int


@dataclass(frozen=True, slots=True)
class _RunRow:
    series_id: int
    side: str
    limit_value: float
    stretch: int
    started_at: int
    ended_at: int
    peak: float
    peak_at: int


_LOCK_SERIES = _SQL.returning(_Stretch, "lock_series")
_WIDENED = _SQL.returning(_Widened, "widened_windows")
_WINDOWS = _SQL.returning(_WindowRow, "windows")
_MAX_GAPS = _SQL.returning(_Gap, "max_gaps")
_RUNS_TOUCHING = _SQL.returning(_RunRow, "runs_touching")
_GAPS_TOUCHING = _SQL.returning(_Stretch, "gaps_touching")
_DELETE_RUNS = _SQL.command("delete_runs")
_PUT_RUNS = _SQL.command("put_runs")
_DELETE_GAPS = _SQL.command("delete_gaps")
_PUT_GAPS = _SQL.command("put_gaps")


def whole_series(transaction: Transaction, series_ids: Collection[int]) -> list[tuple[int, Span]]:
    """Lock these series; the stretch of all readings of each that has any."""
    rows = transaction.rows(_LOCK_SERIES, series_ids=list(series_ids))
    return [(row.series_id, Span(row.start, row.end)) for row in rows]


def widened(
    transaction: Transaction, stretches: Sequence[tuple[int, Span]]
) -> tuple[list[tuple[int, Span]], set[int]]:
    """What to read for these stretches, and the series whose readings came late.

    A stretch that lies behind what is judged already grows to the whole runs it touches, and one of a
    series whose change is watched by as much as a change is measured over.
    """
    rows = transaction.rows(
        _WIDENED,
        series=[series for series, _ in stretches],
        since=[moment(span.start) for _, span in stretches],
        until=[moment(span.end) for _, span in stretches],
    )
    wide = [(row.series_id, Span(row.start, row.end)) for row in rows]
    return wide, {row.series_id for row in rows if row.late}


def windows(
    transaction: Transaction, stretches: Sequence[tuple[int, Span]]
) -> list[tuple[int, Window]]:
    """The evidence in each stretch, with one reading before and one after it; none is left out."""
    return [
        (stretches[number][0], window) for number, window in numbered_windows(transaction, stretches)
    ]


def numbered_windows(
    transaction: Transaction, stretches: Sequence[tuple[int, Span]]
) -> list[tuple[int, Window]]:
    """The windows of the stretches, each with the number of its stretch."""
    if not stretches:
        return []
    rows = transaction.rows(
        _WINDOWS,
        series=[series for series, _ in stretches],
        since=[moment(span.start) for _, span in stretches],
        until=[moment(span.end) for _, span in stretches],
    )
    return [(row.number - 1, _window(row, row.readings)) for row in rows if row.readings]


def _window(row: _WindowRow, readings: bytes) -> Window:
    columns = np.frombuffer(readings, _READING)
    values = columns["value"].astype(np.float64)
    return Window(instants(columns["time"]), values, row.open_start, row.open_end)


def max_gaps(transaction: Transaction, series_ids: Collection[int]) -> dict[int, int]:
    """The longest time between readings of each series that still counts as monitored."""
    rows = transaction.rows(_MAX_GAPS, series_ids=list(series_ids))
    return {row.series_id: row.max_gap for row in rows}


def runs_touching(
    transaction: Transaction, stretches: Sequence[tuple[int, Span]]
) -> dict[int, dict[Limit, list[Run]]]:
    """Stored runs that share an instant with the stretch of their series, by series and limit."""
    found: dict[int, dict[Limit, list[Run]]] = {}
    for row in transaction.rows(_RUNS_TOUCHING, **arrays(stretches)):
        by_limit = found.setdefault(row.series_id, {})
        limit = Limit(row.side, row.limit_value, row.stretch)
        by_limit.setdefault(limit, []).append(Run(row.started_at, row.ended_at, row.peak, row.peak_at))
    return found


def gaps_touching(
    transaction: Transaction, stretches: Sequence[tuple[int, Span]]
) -> dict[int, list[Span]]:
    """Stored gaps that share time with the stretch of their series."""
    found: dict[int, list[Span]] = {}
    for row in transaction.rows(_GAPS_TOUCHING, **arrays(stretches)):
        found.setdefault(row.series_id, []).append(Span(row.start, row.end))
    return found


def change_runs(transaction: Transaction, changes: Iterable[tuple[int, Limit, Change]]) -> None:
    """Write what `splice` decided."""
    removed: list[tuple[int, Limit, int]] = []
    added: list[tuple[int, Limit, Run]] = []
    for series, limit, change in changes:
        kept = {run.start for run in change.added}
        removed += [(series, limit, start) for start in change.removed if start not in kept]
        added += [(series, limit, run) for run in change.added]
    if removed:
        transaction.run(
            _DELETE_RUNS,
            **_lines((series, limit) for series, limit, _ in removed),
            starts=[start for _, _, start in removed],
        )
    if added:
        transaction.run(
            _PUT_RUNS,
            **_lines((series, limit) for series, limit, _ in added),
            starts=[run.start for _, _, run in added],
            ends=[run.end for _, _, run in added],
            peaks=[run.peak for _, _, run in added],
            peaks_at=[run.peak_at for _, _, run in added],
        )


def _lines(told: Iterable[tuple[int, Limit]]) -> dict[str, list[Any]]:
    """Series and limits as the columns that SQL knows them by."""
    rows = list(told)
    return {
        "series": [series for series, _ in rows],
        "sides": [limit.side for _, limit in rows],
        "limits": [limit.value for _, limit in rows],
        "stretches": [limit.over for _, limit in rows],
    }


def change_gaps(
    transaction: Transaction,
    removed: Sequence[tuple[int, Span]],
    added: Sequence[tuple[int, Span]],
) -> None:
    """Write which gaps are closed and which are new."""
    if removed:
        transaction.run(
            _DELETE_GAPS,
            series=[series for series, _ in removed],
            starts=[span.start for _, span in removed],
        )
    if added:
        transaction.run(
            _PUT_GAPS,
            series=[series for series, _ in added],
            starts=[span.start for _, span in added],
            ends=[span.end for _, span in added],
        )


def arrays(stretches: Sequence[tuple[int, Span]]) -> dict[str, list[int]]:
    """Stretches as the columns that SQL knows them by."""
    return {
        "series": [series for series, _ in stretches],
        "starts": [span.start for _, span in stretches],
        "ends": [span.end for _, span in stretches],
    }

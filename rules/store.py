"""What rules read and write: due work, windows of readings, runs and gaps."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
class Due:
    """New readings of a series between `since` and `until`, sent by a gateway at `published_at`.

    Their values lie between `lowest` and `highest`, and neighbours at most `longest_step` microseconds
    apart; all three are None when that is not known.
    """

    series_id: int
    since: int
    until: int
    published_at: int | None
    lowest: float | None
    highest: float | None
    longest_step: int | None


@dataclass(frozen=True, slots=True)
class News:
    """All new readings of a series in short, as `Due` has it."""

    series_id: int
    since: int
    until: int
    lowest: float
    highest: float
    longest_step: int


@dataclass(frozen=True, slots=True)
class _Series:
    series_id: int


@dataclass(frozen=True, slots=True)
class _Unit:
    unit_id: int


@dataclass(frozen=True, slots=True)
class _DueUnit:
    unit_id: int
    moved: bool


@dataclass(frozen=True, slots=True)
class _Count:
    number: int


@dataclass(frozen=True, slots=True)
class _Sent:
    sent_at: int | None


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


_CLAIM_UNITS = _SQL.returning(_DueUnit, "claim_units")
_CLAIM_UNITS_OF = _SQL.returning(_DueUnit, "claim_units_of")
_CLAIM_SERIES = _SQL.returning(Due, "claim_series")
_NEWS = _SQL.returning(News, "news")
_PASS_QUIET = _SQL.returning(_Series, "pass_quiet_series")
_DUE_UNITS = _SQL.command("insert_due_units")
_LOCK_SERIES = _SQL.returning(_Stretch, "lock_series")
_LOCK_UNITS = _SQL.returning(_Unit, "lock_units")
_WIDENED = _SQL.returning(_Widened, "widened_windows")
_WINDOWS = _SQL.returning(_WindowRow, "windows")
_MAX_GAPS = _SQL.returning(_Gap, "max_gaps")
_RUNS_TOUCHING = _SQL.returning(_RunRow, "runs_touching")
_GAPS_TOUCHING = _SQL.returning(_Stretch, "gaps_touching")
_DELETE_RUNS = _SQL.command("delete_runs")
_PUT_RUNS = _SQL.command("put_runs")
_DELETE_GAPS = _SQL.command("delete_gaps")
_PUT_GAPS = _SQL.command("put_gaps")
_COUNT_DUE = _SQL.returning(_Count, "count_due")
_SENT_AT = _SQL.returning(_Sent, "sent_at")


def claim_units(transaction: Transaction, limit: int) -> dict[int, bool]:
    """Take up to `limit` units off the due list; for each whether its exposure changed."""
    return _by_unit(transaction.rows(_CLAIM_UNITS, limit=limit))


def claim_units_of(transaction: Transaction, unit_ids: Collection[int]) -> dict[int, bool]:
    """Take these units off the due list; for each that was on it whether its exposure changed.

    Asked after `lock_units`: a movement that the judging will see is then on the list as well.
    """
    return _by_unit(transaction.rows(_CLAIM_UNITS_OF, unit_ids=list(unit_ids)))


def _by_unit(rows: Iterable[_DueUnit]) -> dict[int, bool]:
    found: dict[int, bool] = {}
    for row in rows:
        found[row.unit_id] = found.get(row.unit_id, False) or row.moved
    return found


def claim_series(transaction: Transaction, limit: int) -> list[Due]:
    """Take the due stretches of up to `limit` series off the list; nobody else judges these now."""
    return transaction.rows(_CLAIM_SERIES, limit=limit)


def news(transaction: Transaction, came: Mapping[int, Span]) -> list[News]:
    """What came of each series in that stretch, in short; only of those judged up to before it."""
    return transaction.rows(
        _NEWS,
        series=list(came),
        since=[moment(span.start) for span in came.values()],
        until=[moment(span.end) for span in came.values()],
    )


def pass_quiet_series(transaction: Transaction, told: Sequence[News]) -> set[int]:
    """Mark those series as judged whose news changes no run and no gap; which these were."""
    rows = transaction.rows(
        _PASS_QUIET,
        series=[one.series_id for one in told],
        since=[one.since for one in told],
        until=[one.until for one in told],
        lowest=[one.lowest for one in told],
        highest=[one.highest for one in told],
        steps=[one.longest_step for one in told],
    )
    return {row.series_id for row in rows}


def add_due_units(transaction: Transaction, unit_ids: Collection[int], *, moved: bool = True) -> None:
    """Put units on the due list and wake the judges when the transaction commits.

    `moved` says that their exposure changed.
    """
    transaction.run(_DUE_UNITS, unit_ids=list(unit_ids), moved=moved)


def count_due(transaction: Transaction) -> int:
    """Pieces of work that nobody has judged yet."""
    return transaction.one(_COUNT_DUE).number


def sent_at(transaction: Transaction, series_ids: Collection[int], since: int) -> int | None:
    """When a gateway sent the first reading of `series_ids` from `since` on that is still due."""
    return transaction.one(_SENT_AT, series=list(series_ids), since=since).sent_at


def lock_units(transaction: Transaction, unit_ids: Collection[int]) -> None:
    """Nobody else moves or judges these units until the transaction ends."""
    transaction.rows(_LOCK_UNITS, unit_ids=list(unit_ids))


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

"""What rules read and write: due work, windows of readings, runs and gaps."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kernel.instants import moment
from kernel.intervals import Span
from rules.core.profile import Limit
from rules.core.runs import Change, Run, Window
from rules.core.timeline import Signal
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
class _Watch:
    series_id: int
    side: str
    limit_value: float


@dataclass(frozen=True, slots=True)
class _Gap:
    series_id: int
    max_gap: int


@dataclass(frozen=True, slots=True)
class _RunRow:
    series_id: int
    side: str
    limit_value: float
    started_at: int
    ended_at: int
    peak: float
    peak_at: int


_CLAIM_UNITS = _SQL.returning(_Unit, "claim_units")
_CLAIM_UNITS_OF = _SQL.returning(_Unit, "claim_units_of")
_CLAIM_SERIES = _SQL.returning(Due, "claim_series")
_PASS_QUIET = _SQL.returning(_Series, "pass_quiet_series")
_DUE_UNITS = _SQL.command("insert_due_units")
_LOCK_SERIES = _SQL.returning(_Stretch, "lock_series")
_LOCK_UNITS = _SQL.returning(_Unit, "lock_units")
_WIDENED = _SQL.returning(_Stretch, "widened_windows")
_WINDOWS = _SQL.returning(_WindowRow, "windows")
_MAX_GAPS = _SQL.returning(_Gap, "max_gaps")
_WATCHES = _SQL.returning(_Watch, "watches")
_ADD_WATCHES = _SQL.command("insert_watches")
_RUNS_TOUCHING = _SQL.returning(_RunRow, "runs_touching")
_GAPS_TOUCHING = _SQL.returning(_Stretch, "gaps_touching")
_DELETE_RUNS = _SQL.command("delete_runs")
_PUT_RUNS = _SQL.command("put_runs")
_DELETE_GAPS = _SQL.command("delete_gaps")
_PUT_GAPS = _SQL.command("put_gaps")
_COUNT_DUE = _SQL.returning(_Count, "count_due")
_SIGNALS = _SQL.returning(_Stretch, "signals")
_SENT_AT = _SQL.returning(_Sent, "sent_at")


def claim_units(transaction: Transaction, limit: int) -> set[int]:
    """Take up to `limit` units whose exposure changed off the due list."""
    return {row.unit_id for row in transaction.rows(_CLAIM_UNITS, limit=limit)}


def claim_units_of(transaction: Transaction, unit_ids: Collection[int]) -> set[int]:
    """Take these units off the due list; those that were on it.

    Asked after `lock_units`: a movement that the judging will see is then on the list as well.
    """
    return {row.unit_id for row in transaction.rows(_CLAIM_UNITS_OF, unit_ids=list(unit_ids))}


def claim_series(transaction: Transaction, limit: int) -> list[Due]:
    """Take the due stretches of up to `limit` series off the list; nobody else judges these now."""
    return transaction.rows(_CLAIM_SERIES, limit=limit)


def pass_quiet_series(transaction: Transaction, news: Sequence[News]) -> set[int]:
    """Mark those series as judged whose news changes no run and no gap; which these were."""
    rows = transaction.rows(
        _PASS_QUIET,
        series=[one.series_id for one in news],
        since=[one.since for one in news],
        until=[one.until for one in news],
        lowest=[one.lowest for one in news],
        highest=[one.highest for one in news],
        steps=[one.longest_step for one in news],
    )
    return {row.series_id for row in rows}


def add_due_units(transaction: Transaction, unit_ids: Collection[int]) -> None:
    """Put units on the due list and wake the judges when the transaction commits."""
    transaction.run(_DUE_UNITS, unit_ids=list(unit_ids))


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


def widened(transaction: Transaction, stretches: Sequence[tuple[int, Span]]) -> list[tuple[int, Span]]:
    """Stretches that lie behind what is judged already grow to the whole runs they touch."""
    rows = transaction.rows(
        _WIDENED,
        series=[series for series, _ in stretches],
        since=[moment(span.start) for _, span in stretches],
        until=[moment(span.end) for _, span in stretches],
    )
    return [(row.series_id, Span(row.start, row.end)) for row in rows]


def windows(
    transaction: Transaction, stretches: Sequence[tuple[int, Span]]
) -> list[tuple[int, Window]]:
    """The evidence in each stretch, with one reading before and one after it; none is left out."""
    if not stretches:
        return []
    rows = transaction.rows(
        _WINDOWS,
        series=[series for series, _ in stretches],
        since=[moment(span.start) for _, span in stretches],
        until=[moment(span.end) for _, span in stretches],
    )
    return [(stretches[row.number - 1][0], _window(row, row.readings)) for row in rows if row.readings]


def _window(row: _WindowRow, readings: bytes) -> Window:
    columns = np.frombuffer(readings, _READING)
    values = columns["value"].astype(np.float64)
    return Window(instants(columns["time"]), values, row.open_start, row.open_end)


def max_gaps(transaction: Transaction, series_ids: Collection[int]) -> dict[int, int]:
    """The longest time between readings of each series that still counts as monitored."""
    rows = transaction.rows(_MAX_GAPS, series_ids=list(series_ids))
    return {row.series_id: row.max_gap for row in rows}


def watches(transaction: Transaction, series_ids: Collection[int]) -> dict[int, list[Limit]]:
    """The limits that matter for each series."""
    found: dict[int, list[Limit]] = {series: [] for series in series_ids}
    for row in transaction.rows(_WATCHES, series_ids=list(series_ids)):
        found[row.series_id].append(Limit(row.side, row.limit_value))
    return found


def add_watches(transaction: Transaction, added: Sequence[tuple[int, Limit]]) -> None:
    """From now on these limits matter for these series."""
    transaction.run(
        _ADD_WATCHES,
        series=[series for series, _ in added],
        sides=[limit.side for _, limit in added],
        limits=[limit.value for _, limit in added],
    )


def runs_touching(
    transaction: Transaction, stretches: Sequence[tuple[int, Span]]
) -> dict[int, dict[Limit, list[Run]]]:
    """Stored runs that share an instant with the stretch of their series, by series and limit."""
    found: dict[int, dict[Limit, list[Run]]] = {}
    for row in transaction.rows(_RUNS_TOUCHING, **_arrays(stretches)):
        by_limit = found.setdefault(row.series_id, {})
        limit = Limit(row.side, row.limit_value)
        by_limit.setdefault(limit, []).append(Run(row.started_at, row.ended_at, row.peak, row.peak_at))
    return found


def gaps_touching(
    transaction: Transaction, stretches: Sequence[tuple[int, Span]]
) -> dict[int, list[Span]]:
    """Stored gaps that share time with the stretch of their series."""
    found: dict[int, list[Span]] = {}
    for row in transaction.rows(_GAPS_TOUCHING, **_arrays(stretches)):
        found.setdefault(row.series_id, []).append(Span(row.start, row.end))
    return found


def change_runs(transaction: Transaction, changes: Iterable[tuple[int, Limit, Change]]) -> None:
    """Write what `splice` decided."""
    removed: list[tuple[int, str, float, int]] = []
    added: list[tuple[int, str, float, Run]] = []
    for series, limit, change in changes:
        kept = {run.start for run in change.added}
        removed += [
            (series, limit.side, limit.value, start) for start in change.removed if start not in kept
        ]
        added += [(series, limit.side, limit.value, run) for run in change.added]
    if removed:
        transaction.run(
            _DELETE_RUNS,
            series=[row[0] for row in removed],
            sides=[row[1] for row in removed],
            limits=[row[2] for row in removed],
            starts=[row[3] for row in removed],
        )
    if added:
        transaction.run(
            _PUT_RUNS,
            series=[row[0] for row in added],
            sides=[row[1] for row in added],
            limits=[row[2] for row in added],
            starts=[row[3].start for row in added],
            ends=[row[3].end for row in added],
            peaks=[row[3].peak for row in added],
            peaks_at=[row[3].peak_at for row in added],
        )


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


def signals(transaction: Transaction, wanted: dict[int, Span]) -> dict[int, Signal]:
    """What is known of each series during its wanted span: runs and gaps that touch it."""
    stretches = list(wanted.items())
    runs = runs_touching(transaction, stretches)
    spans = {
        row.series_id: Span(row.start, row.end)
        for row in transaction.rows(_SIGNALS, series_ids=list(wanted))
    }
    gaps = gaps_touching(transaction, list(spans.items()))
    return {
        series: Signal(span.start, span.end, gaps.get(series, []), runs.get(series, {}))
        for series, span in spans.items()
    }


def _arrays(stretches: Sequence[tuple[int, Span]]) -> dict[str, list[int]]:
    return {
        "series": [series for series, _ in stretches],
        "starts": [span.start for _, span in stretches],
        "ends": [span.end for _, span in stretches],
    }

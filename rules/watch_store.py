"""What is watched: lines that matter for a series, and how long somebody waits for its next reading."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from kernel.instants import moment
from kernel.intervals import Span
from rules.core.profile import Limit
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")


class Watched(NamedTuple):
    """A line that matters for a series; `tells` when crossing it may break a rule by itself.

    `averaged` when a mean is taken, so that readings that come late matter also within the line.
    """

    limit: Limit
    tells: bool = True
    averaged: bool = False


@dataclass(frozen=True, slots=True)
class _WatchRow:
    series_id: int
    side: str
    limit_value: float
    stretch: int
    tells: bool
    averaged: bool


@dataclass(frozen=True, slots=True)
class _Silent:
    series_id: int
    last_at: int


@dataclass(frozen=True, slots=True)
class _Unit:
    unit_id: int


_WATCHES = _SQL.returning(_WatchRow, "watches")
_ADD_WATCHES = _SQL.command("insert_watches")
_ADD_PATIENCES = _SQL.command("insert_patiences")
_SILENT = _SQL.returning(_Silent, "silent_series")
_WAKING = _SQL.returning(_Unit, "claim_waking_units")


def watches(transaction: Transaction, series_ids: Collection[int]) -> dict[int, list[Watched]]:
    """The lines that matter for each series."""
    found: dict[int, list[Watched]] = {series: [] for series in series_ids}
    for row in transaction.rows(_WATCHES, series_ids=list(series_ids)):
        limit = Limit(row.side, row.limit_value, row.stretch)
        found[row.series_id].append(Watched(limit, row.tells, row.averaged))
    return found


def add_watches(transaction: Transaction, added: Sequence[tuple[int, Watched]]) -> None:
    """From now on these lines matter for these series."""
    transaction.run(
        _ADD_WATCHES,
        series=[series for series, _ in added],
        sides=[one.limit.side for _, one in added],
        limits=[one.limit.value for _, one in added],
        stretches=[one.limit.over for _, one in added],
        tells=[one.tells for _, one in added],
        averaged=[one.averaged for _, one in added],
    )


def add_patiences(transaction: Transaction, added: Collection[tuple[int, int]]) -> None:
    """From now on somebody is asked when one of these series was silent for so many microseconds."""
    rows = sorted(added)
    transaction.run(
        _ADD_PATIENCES,
        series=[series for series, _ in rows],
        patiences=[timedelta(microseconds=patience) for _, patience in rows],
    )


def newly_silent(transaction: Transaction, now: int) -> list[tuple[int, Span]]:
    """The series whose silence has used up a patience since this was asked last, and that silence."""
    rows = transaction.rows(_SILENT, now=moment(now))
    return [(row.series_id, Span(row.last_at, now)) for row in rows]


def claim_waking(transaction: Transaction, now: int) -> set[int]:
    """The units that wanted to be judged by now although nothing is heard; asked once."""
    return {row.unit_id for row in transaction.rows(_WAKING, now=moment(now))}

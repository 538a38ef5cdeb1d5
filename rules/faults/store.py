"""What is kept of sensors: their limits, their faults, and what came of each series last."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from kernel.instants import moment
from kernel.intervals import Span
from rules.core.news import News
from rules.faults.core.limits import Limits
from rules.faults.core.readings import Kind, Times, Values
from rules.faults.core.state import State
from rules.faults.core.stretches import Difference, Stretch
from storage.binary_copy import instants
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules.faults")
_READING = np.dtype([("time", ">i8"), ("value", ">f8")])


@dataclass(frozen=True, slots=True)
class Sensed:
    """A series with its longest gap and the model of its sensor; `limits` are None until told."""

    series_id: int
    quantity: str
    model: str
    max_gap: int
    limits: Limits | None


@dataclass(frozen=True, slots=True)
class Raw:
    """Readings, faulty or not; whether there are later ones, and later ones inside the range."""

    times: Times
    values: Values
    more: bool
    more_believable: bool


@dataclass(frozen=True, slots=True)
class SeriesOfSensor:
    """One quantity of a sensor."""

    series_id: int
    quantity: str
    unit: str
    model: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A fault as it is told: microseconds, values in `unit`; `lasts` when it is not over."""

    sensor: str
    model: str
    quantity: str
    unit: str
    kind: str
    started_at: int
    ended_at: int
    lowest: float
    highest: float
    found_at: int
    lasts: bool | None


@dataclass(frozen=True, slots=True)
class _LimitsRow:
    series_id: int
    quantity: str
    model: str
    max_gap: int
    known: bool
    lowest: float | None
    highest: float | None
    error_values: list[float] | None
    max_step: float | None
    max_rate: float | None
    stuck_after: int | None
    stuck_levels: int | None
    low: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """Limits that somebody told of one quantity of a sensor."""

    sensor: str
    quantity: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class _ToldRow(_LimitsRow):
    sensor: str


@dataclass(frozen=True, slots=True)
class _StateRow:
    series_id: int
    newest: int
    evidence: int | None
    lowest: float
    highest: float
    steady_since: int
    steady_is_fine: bool
    fault: str


@dataclass(frozen=True, slots=True)
class _FaultRow:
    start: int
    end: int
    kind: str
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class _SpanRow:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _RawRow:
    readings: bytes | None
    more: bool
    more_believable: bool


_LIMITS = _SQL.returning(_LimitsRow, "limits")
_TOLD = _SQL.returning(_ToldRow, "limits_told")
_PUT_LIMITS = _SQL.command("put_limits")
_STATES = _SQL.returning(_StateRow, "states")
_PUT_STATES = _SQL.command("put_states")
_GO_ON = _SQL.command("go_on")
_TOUCHING = _SQL.returning(_FaultRow, "faults_touching")
_REPETITION = _SQL.returning(_SpanRow, "repetition_around")
_RAW = _SQL.returning(_RawRow, "raw_readings")
_DELETE = _SQL.command("delete_faults")
_INSERT = _SQL.command("insert_faults")
_JUDGE_WHOLE = _SQL.command("judge_whole_series")
_OF_SENSOR = _SQL.returning(SeriesOfSensor, "series_of_sensor")
_LISTED = _SQL.returning(Listed, "faults_listed")


def sensed(transaction: Transaction, series_ids: Collection[int]) -> dict[int, Sensed]:
    """Each series with what its sensor can measure."""
    return {
        row.series_id: Sensed(row.series_id, row.quantity, row.model, row.max_gap, _limits(row))
        for row in transaction.rows(_LIMITS, series_ids=list(series_ids))
    }


def _limits(row: _LimitsRow) -> Limits | None:
    if not row.known:
        return None
    return Limits(
        -math.inf if row.lowest is None else row.lowest,
        math.inf if row.highest is None else row.highest,
        tuple(row.error_values or ()),
        math.inf if row.max_step is None else row.max_step,
        row.max_rate or 0.0,
        row.stuck_after,
        row.stuck_levels or 0,
        row.low,
    )


def put_limits(transaction: Transaction, series_id: int, limits: Limits, by: str | None) -> None:
    """What a series can show from now on; `by` is None when that comes from the catalog."""
    transaction.run(
        _PUT_LIMITS,
        series_id=series_id,
        lowest=limits.lowest,
        highest=limits.highest,
        error_values=list(limits.errors),
        max_step=limits.max_step,
        max_rate=limits.max_rate,
        stuck_after=None if limits.stuck_after is None else timedelta(microseconds=limits.stuck_after),
        stuck_levels=limits.levels,
        low=limits.low,
        told_by=by,
    )


def states(transaction: Transaction, series_ids: Collection[int]) -> dict[int, State]:
    """What came of each series last, as far as anything did."""
    return {
        row.series_id: State(
            row.newest,
            row.evidence,
            row.lowest,
            row.highest,
            row.steady_since,
            row.steady_is_fine,
            Kind[row.fault.upper()],
        )
        for row in transaction.rows(_STATES, series_ids=list(series_ids))
    }


def put_states(transaction: Transaction, found: Mapping[int, State]) -> None:
    """Remember what came of these series last."""
    if not found:
        return
    transaction.run(
        _PUT_STATES,
        series=list(found),
        newest=[state.newest for state in found.values()],
        lowest=[state.lowest for state in found.values()],
        highest=[state.highest for state in found.values()],
        steady_since=[state.steady_since for state in found.values()],
        steady_is_fine=[state.steady_is_fine for state in found.values()],
    )


def go_on(transaction: Transaction, found: Mapping[int, tuple[News, State]]) -> None:
    """The fault of the newest reading of each series goes on over its news."""
    if not found:
        return
    transaction.run(
        _GO_ON,
        series=list(found),
        newest=[state.newest for _, state in found.values()],
        until=[news.until for news, _ in found.values()],
        lowest=[news.lowest for news, _ in found.values()],
        highest=[news.highest for news, _ in found.values()],
    )


def touching(transaction: Transaction, series_id: int, span: Span) -> list[Stretch]:
    """Stored faults that share an instant with `span`, and the reading that waits for confirmation."""
    rows = transaction.rows(_TOUCHING, series_id=series_id, since=span.start, until=span.end)
    return [
        Stretch(row.start, row.end, Kind[row.kind.upper()], row.lowest, row.highest) for row in rows
    ]


def repetition_around(transaction: Transaction, series_id: int, span: Span) -> Span:
    """The span grown over the readings that repeat the values at its ends."""
    found = transaction.one(_REPETITION, series_id=series_id, since=span.start, until=span.end)
    return Span(min(found.start, span.start), max(found.end, span.end))


def raw(transaction: Transaction, series_id: int, span: Span) -> Raw:
    """All readings of the span, both ends included."""
    found = transaction.one(_RAW, series_id=series_id, since=span.start, until=span.end)
    columns = np.frombuffer(found.readings or b"", _READING)
    values = columns["value"].astype(np.float64)
    return Raw(instants(columns["time"]), values, found.more, found.more_believable)


def change(transaction: Transaction, series_id: int, how: Difference) -> None:
    """Write what is known of the faults of a series now."""
    kept = {one.start for one in how.put}
    if gone := [one.start for one in how.gone if one.start not in kept]:
        transaction.run(_DELETE, series_id=series_id, starts=gone)
    if how.put:
        transaction.run(
            _INSERT,
            series_id=series_id,
            starts=[one.start for one in how.put],
            ends=[one.end for one in how.put],
            kinds=[one.kind.name.lower() for one in how.put],
            lowest=[one.lowest for one in how.put],
            highest=[one.highest for one in how.put],
        )


def told(transaction: Transaction) -> list[Told]:
    """The limits that somebody told, by sensor."""
    return [
        Told(row.sensor, row.quantity, limits)
        for row in transaction.rows(_TOLD)
        if (limits := _limits(row)) is not None
    ]


def judge_whole(transaction: Transaction, series_ids: Collection[int]) -> None:
    """Put all that these series ever measured on the due list."""
    transaction.run(_JUDGE_WHOLE, series_ids=list(series_ids))


def series_of(transaction: Transaction, sensor: str) -> Sequence[SeriesOfSensor]:
    """The quantities of a sensor."""
    return transaction.rows(_OF_SENSOR, sensor=sensor)


def listed(
    transaction: Transaction,
    sensor: str | None,
    since: int | None = None,
    until: int | None = None,
    most: int = 500,
) -> list[Listed]:
    """Faults, the newest first: of one sensor or of all, touching the time asked for."""
    return transaction.rows(
        _LISTED,
        sensor=sensor,
        since=None if since is None else moment(since),
        until=None if until is None else moment(until),
        most=most,
    )

"""What ingest reads from and writes to the database; every call belongs to one transaction.

The numbers of the batches, the readings, the due list and what was parked commit together, so a
batch is either stored and counted or neither.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.core import pgcopy
from ingest.core.decode import Batch
from ingest.core.distinct import Contradictions
from ingest.core.due import Due
from ingest.core.parking import Parked
from ingest.core.pgcopy import Column, Table, pack
from ingest.core.registry import RegisteredSeries
from ingest.core.screen import Rows
from storage.database import Transaction
from storage.errors import DuplicateKey
from storage.statement import Statements

_ACKNOWLEDGED_RANGES = 100


@dataclass(frozen=True, slots=True)
class _LockedBatch:
    site: str
    gateway: str
    epoch: int
    seq: int
    committed: bool


@dataclass(frozen=True, slots=True)
class CommittedEpoch:
    """What is stored of a gateway's epoch: the `newest` ranges, latest first, both ends included."""

    site: str
    gateway: str
    epoch: int
    newest: list[list[int]]


@dataclass(frozen=True, slots=True)
class _Contradiction:
    row: int
    stored: float


_sql = Statements("ingest")
_ALL_SERIES = _sql.returning(RegisteredSeries, "all_series")
_SERIES_OF_SENSORS = _sql.returning(RegisteredSeries, "series_of_sensors")
_LOCK_BATCHES = _sql.returning(_LockedBatch, "lock_batches")
_BEGIN_EPOCHS = _sql.command("begin_epochs")
_COMMIT_BATCHES = _sql.returning(CommittedEpoch, "commit_batches")
_COPY_READINGS = _sql.command("copy_readings")
_CREATE_ARRIVING = _sql.command("create_arriving")
_COPY_ARRIVING = _sql.command("copy_arriving")
_STORE_ARRIVING = _sql.command("store_arriving")
_CONTRADICTIONS = _sql.returning(_Contradiction, "contradictions")
_COPY_DUE = _sql.command("copy_due")
_NOTIFY_DUE = _sql.command("notify_due")
_PARK = _sql.command("park")


def all_series(transaction: Transaction) -> list[RegisteredSeries]:
    """The whole registry."""
    return transaction.rows(_ALL_SERIES)


def series_of(transaction: Transaction, sensors: Iterable[str]) -> list[RegisteredSeries]:
    """What the registry knows now about `sensors`."""
    askable = sorted({sensor for sensor in sensors if "\0" not in sensor})
    return transaction.rows(_SERIES_OF_SENSORS, sensors=askable)


def lock_batches(transaction: Transaction, batches: Iterable[Batch]) -> set[Batch]:
    """Those of `batches` that are committed already; nobody else may now commit to their epochs."""
    asked = set(batches)
    locked = transaction.rows(_LOCK_BATCHES, **_columns(asked))
    if len(locked) < len(asked):  # an epoch is new
        columns = _columns(asked)
        transaction.run(
            _BEGIN_EPOCHS,
            sites=columns["sites"],
            gateways=columns["gateways"],
            epochs=columns["epochs"],
        )
        locked = transaction.rows(_LOCK_BATCHES, **columns)
    return {Batch(row.site, row.gateway, row.epoch, row.seq) for row in locked if row.committed}


def commit_batches(transaction: Transaction, batches: Iterable[Batch]) -> list[CommittedEpoch]:
    """Count `batches`, whose epochs are locked, as stored; what is then stored of each epoch."""
    return transaction.rows(_COMMIT_BATCHES, ranges=_ACKNOWLEDGED_RANGES, **_columns(batches))


def _columns(batches: Iterable[Batch]) -> dict[str, list[str] | list[int]]:
    ordered = sorted(batches)
    return {
        "sites": [batch.site for batch in ordered],
        "gateways": [batch.gateway for batch in ordered],
        "epochs": [batch.epoch for batch in ordered],
        "seqs": [batch.seq for batch in ordered],
    }


def store_readings(transaction: Transaction, rows: Rows) -> Contradictions:
    """Store `rows`, no two of which share series and time; what contradicts the table is left out.

    The usual case is one COPY into the table. Only when some reading is stored already, because a
    message without a number came again, the rows take the way round by a temporary table.
    """
    columns = (
        pgcopy.series(rows.series),
        pgcopy.times(rows.times),
        pgcopy.numbers(rows.values),
        Column(">i2", 0),
    )
    try:
        with transaction.savepoint():
            transaction.copy_in(_COPY_READINGS, pack(Table(len(rows), columns)))
    except DuplicateKey:
        return _store_new_ones(transaction, rows, columns)
    return Contradictions(np.empty(0, np.int64), np.empty(0, np.float64))


def _store_new_ones(
    transaction: Transaction, rows: Rows, columns: tuple[Column, ...]
) -> Contradictions:
    transaction.run(_CREATE_ARRIVING)
    row = Column(">i4", np.arange(len(rows)))
    transaction.copy_in(_COPY_ARRIVING, pack(Table(len(rows), (row, *columns))))
    transaction.run(_STORE_ARRIVING)
    found = transaction.rows(_CONTRADICTIONS)
    return Contradictions(
        rows.origin[np.array([one.row for one in found], np.int64)],
        np.array([one.stored for one in found], np.float64),
    )


def mark_due(transaction: Transaction, due: Due, *, told: bool) -> None:
    """Tell the judges which stretch of which series has new readings.

    `told` says whether exactly these values are stored; otherwise the judges have to look.
    """
    sent = due.published_at != Due.UNKNOWN
    tables = (_due_table(due, rows, told=told) for rows in (sent, ~sent))
    transaction.copy_in(_COPY_DUE, pack(*tables))
    transaction.run(_NOTIFY_DUE)


def _due_table(due: Due, rows: NDArray[np.bool_], *, told: bool) -> Table:
    published_at = due.published_at[rows]
    known = len(published_at) == 0 or int(published_at[0]) != Due.UNKNOWN
    columns = (
        pgcopy.series(due.series[rows]),
        pgcopy.times(due.since[rows]),
        pgcopy.times(due.until[rows]),
        pgcopy.times(published_at) if known else Column(">i8", None),
        Column(">f8", due.lowest[rows] if told else None),
        Column(">f8", due.highest[rows] if told else None),
        Column(">i8", due.longest_step[rows] if told else None),
    )
    return Table(len(published_at), columns)


def park(transaction: Transaction, parked: Sequence[Parked]) -> None:
    """Put `parked` aside for a person to look at."""
    transaction.run(
        _PARK,
        topics=[one.topic for one in parked],
        codes=[one.code for one in parked],
        reasons=[one.reason for one in parked],
        records=[one.records for one in parked],
        formats=[one.format for one in parked],
        payloads=[one.payload for one in parked],
    )

"""What ingest reads from and writes to the database; every call belongs to one transaction.

The numbers of the batches, the readings, the due list and what was parked commit together, so a
batch is either stored and counted or neither.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.core import pgcopy
from ingest.core.distinct import Contradictions
from ingest.core.due import Due
from ingest.core.group import Group
from ingest.core.parking import Parked
from ingest.core.pgcopy import Column, Table, pack
from ingest.core.provenance import Provenance
from ingest.core.registry import RegisteredSeries
from ingest.core.screen import Rows
from ingest.core.thinned import Numbers
from kernel.instants import DAY
from storage.database import Transaction
from storage.errors import DuplicateKey
from storage.statement import Statements

_ACKNOWLEDGED_RANGES = 100
_SERIES = 2**31
"""More than there are numbers of series."""


@dataclass(frozen=True, slots=True)
class _LockedBatch:
    site: str
    gateway: str
    epoch: int
    seq: int
    first_seq: int
    last_seq: int
    committed: bool


@dataclass(frozen=True, slots=True)
class CommittedEpoch:
    """What is stored of a gateway's epoch: the `newest` ranges, latest first, both ends included."""

    site: str
    gateway: str
    epoch: int
    newest: list[list[int]]


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a parked record is now; `fresh` when it did not wait there already."""

    parked_id: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """How many readings were new to the database, and those that contradict it."""

    new: int
    contradictions: Contradictions


@dataclass(frozen=True, slots=True)
class _Contradiction:
    row: int
    stored: float


_sql = Statements("ingest")
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
_UNSEAL = _sql.command("unseal_days")
_PARK = _sql.returning(Stood, "park")


def series_of(transaction: Transaction, sensors: Iterable[str]) -> list[RegisteredSeries]:
    """What the registry knows now about `sensors`."""
    askable = sorted({sensor for sensor in sensors if "\0" not in sensor})
    return transaction.rows(_SERIES_OF_SENSORS, sensors=askable)


def lock_batches(transaction: Transaction, numbers: Iterable[Numbers]) -> set[Numbers]:
    """Those of `numbers` that are committed already; nobody else may now commit to their epochs."""
    asked = set(numbers)
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
    return {
        Numbers(row.site, row.gateway, row.epoch, row.seq, row.first_seq, row.last_seq)
        for row in locked
        if row.committed
    }


def commit_batches(transaction: Transaction, numbers: Iterable[Numbers]) -> list[CommittedEpoch]:
    """Count `numbers`, whose epochs are locked, as stored; what is then stored of each epoch."""
    return transaction.rows(_COMMIT_BATCHES, ranges=_ACKNOWLEDGED_RANGES, **_columns(numbers))


def _columns(numbers: Iterable[Numbers]) -> dict[str, list[str] | list[int]]:
    ordered = sorted(numbers)
    return {
        "sites": [one.site for one in ordered],
        "gateways": [one.gateway for one in ordered],
        "epochs": [one.epoch for one in ordered],
        "seqs": [one.seq for one in ordered],
        "firsts": [one.first for one in ordered],
        "lasts": [one.last for one in ordered],
    }


def store_readings(transaction: Transaction, rows: Rows, origin: Provenance) -> Stored:
    """Store `rows`, no two of which share series and time; what contradicts the table is left out.

    The usual case is one COPY into the table. Only when some reading is stored already, because a
    message without a number came again, the rows take the way round by a temporary table.
    """
    try:
        with transaction.savepoint():
            transaction.copy_in(_COPY_READINGS, pack(*_reading_tables(rows, origin)))
    except DuplicateKey:
        return _store_new_ones(transaction, rows, origin)
    return Stored(len(rows), Contradictions(np.empty(0, np.int64), np.empty(0, np.float64)))


def _store_new_ones(transaction: Transaction, rows: Rows, origin: Provenance) -> Stored:
    transaction.run(_CREATE_ARRIVING)
    transaction.copy_in(_COPY_ARRIVING, pack(*_reading_tables(rows, origin, numbered=True)))
    new = transaction.run(_STORE_ARRIVING)
    found = transaction.rows(_CONTRADICTIONS)
    contradictions = Contradictions(
        rows.origin[np.array([one.row for one in found], np.int64)],
        np.array([one.stored for one in found], np.float64),
    )
    return Stored(new, contradictions)


def unseal(transaction: Transaction, series: NDArray[np.int32], times: NDArray[np.int64]) -> None:
    """Readings of `series` at `times` came for days gone by, which may be sealed without them."""
    days, numbers = np.divmod(np.unique(times // DAY * _SERIES + series), _SERIES)
    transaction.run(_UNSEAL, days=days.tolist(), series=numbers.tolist())


def _reading_tables(rows: Rows, origin: Provenance, *, numbered: bool = False) -> Iterator[Table]:
    """The rows with a time of their gateway, then those without: a column is all NULL or never."""
    told = origin.gateway_at != Group.UNKNOWN
    if told.all():
        yield _reading_table(rows, origin, slice(None), told=True, numbered=numbered)
    elif not told.any():
        yield _reading_table(rows, origin, slice(None), told=False, numbered=numbered)
    else:
        yield _reading_table(rows, origin, told, told=True, numbered=numbered)
        yield _reading_table(rows, origin, ~told, told=False, numbered=numbered)


def _reading_table(
    rows: Rows, origin: Provenance, chosen: NDArray[np.bool_] | slice, *, told: bool, numbered: bool
) -> Table:
    gateway_at = pgcopy.times(origin.gateway_at[chosen]) if told else Column(">i8", None)
    columns = (
        pgcopy.series(rows.series[chosen]),
        Column(">i2", origin.quality[chosen]),
        pgcopy.times(rows.times[chosen]),
        pgcopy.numbers(rows.values[chosen]),
        pgcopy.times(origin.received_at[chosen]),
        gateway_at,
    )
    number = (Column(">i4", np.arange(len(rows))[chosen]),) if numbered else ()
    return Table(len(rows.series[chosen]), (*number, *columns))


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


def park(transaction: Transaction, parked: Sequence[Parked], *, seen_again: bool = True) -> list[Stood]:
    """Put `parked` aside for a person to look at; what waits there already is not parked twice.

    `seen_again` says whether that counts as a repetition, because it came a second time.
    """
    times = Counter(one.digest() for one in parked)
    once = {one.digest(): one for one in reversed(parked)}
    ordered = [(digest, once[digest]) for digest in times]
    return transaction.rows(
        _PARK,
        seen_again=seen_again,
        digests=[digest for digest, _ in ordered],
        repeats=[times[digest] - 1 for digest, _ in ordered],
        topics=[one.topic for _, one in ordered],
        codes=[one.code for _, one in ordered],
        reasons=[one.reason for _, one in ordered],
        records=[one.records for _, one in ordered],
        formats=[one.format for _, one in ordered],
        payloads=[one.payload for _, one in ordered],
        received=[one.received_at for _, one in ordered],
        gateway_ats=[one.gateway_at for _, one in ordered],
        qualities=[int(one.quality) for _, one in ordered],
        sensors=[one.sensor for _, one in ordered],
        quantities=[one.quantity for _, one in ordered],
    )

"""What lot binding reads of telemetry: the readings of a series in a stretch of time, as NumPy columns.

Days gone by come sealed, one row a day; what is not sealed comes from the readings themselves. Which of
the two it was makes no difference to the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernel.intervals import Span
from lotbinding.core.columns import rows_of, whole_number
from lotbinding.store.facts import known_until
from storage.binary_copy import instants
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")
_READINGS = _SQL.command("copy_readings")
_SIGNALS = _SQL.command("copy_signals")


@dataclass(frozen=True, slots=True)
class Measured:
    """Readings in order of time; `qualities` are empty when they were not asked for."""

    times: NDArray[np.int64]
    values: NDArray[np.float64]
    qualities: NDArray[np.int16]


def readings_of(
    transaction: Transaction,
    stretches: Sequence[tuple[int, Span]],
    as_known_at: int | None = None,
    *,
    qualities: bool = False,
) -> list[Measured]:
    """The readings of each stretch, a series and a span of time; as known at an instant (None: now).

    Without `qualities` these are empty, which is quicker.
    """
    if not stretches:
        return []
    stream = transaction.copy_out(
        _READINGS if qualities else _SIGNALS,
        series=[series for series, _ in stretches],
        since=[span.start for _, span in stretches],
        until=[span.end for _, span in stretches],
        known_at=None if as_known_at is None else known_until(as_known_at),
    )
    parts: list[list[Measured]] = [[] for _ in stretches]
    for number, *columns in rows_of(stream):
        at = whole_number(number) - 1
        part = _part(columns, stretches[at][1])
        if len(part.times):
            parts[at].append(part)
    return [joined(found) for found in parts]


def joined(parts: Sequence[Measured]) -> Measured:
    """Parts that share no time, as one."""
    in_order = [_NOTHING, *sorted(parts, key=lambda part: int(part.times[0]))]
    return Measured(
        np.concatenate([part.times for part in in_order]),
        np.concatenate([part.values for part in in_order]),
        np.concatenate([part.qualities for part in in_order]),
    )


def _part(columns: Sequence[memoryview], span: Span) -> Measured:
    """What of a row lies in `span`; where all qualities are 0 a row has none."""
    times = instants(np.frombuffer(columns[0], ">i8"))
    low, high = np.searchsorted(times, span)
    inside = slice(int(low), int(high))
    values = np.frombuffer(columns[1], ">f8").astype(np.float64)
    asked = len(columns) == _COLUMNS
    marks = np.frombuffer(columns[-1], ">i2").astype(np.int16) if asked else _NOTHING.qualities
    if asked and not len(marks):
        marks = np.zeros(len(times), np.int16)
    return Measured(times[inside], values[inside], marks[inside])


_COLUMNS = 3
_NOTHING = Measured(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int16))

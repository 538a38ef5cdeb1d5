"""What lot binding reads of telemetry: the readings of a series in a stretch of time, as NumPy columns.

Days gone by come sealed, one row a day; what is not sealed comes from the readings themselves. Which of
the two it was makes no difference to the answer. What a fault of the sensor explains is marked, or left
out, when it is read: the readings stay as they came.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernel.intervals import Span
from kernel.quality import NO_EVIDENCE
from lotbinding.core.columns import rows_of, whole_number
from lotbinding.store.facts import known_until
from storage.binary_copy import instants
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class _Mark:
    """A quality `bit` of the readings of a stretch from `first` to `last`, both included."""

    number: int
    bit: int
    first: int
    last: int


_SQL = Statements("lotbinding")
_READINGS = _SQL.command("copy_readings")
_MARKS = _SQL.returning(_Mark, "quality_marks")


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

    With `qualities` all of them, each with its bits; without, which is quicker, those that are evidence
    and no bits.
    """
    if not stretches:
        return []
    asked = {
        "series": [series for series, _ in stretches],
        "since": [span.start for _, span in stretches],
        "until": [span.end for _, span in stretches],
        "known_at": None if as_known_at is None else known_until(as_known_at),
    }
    stream = transaction.copy_out(_READINGS, **asked, qualities=qualities)
    parts: list[list[Measured]] = [[] for _ in stretches]
    for number, *columns in rows_of(stream):
        at = whole_number(number) - 1
        part = _part(columns, stretches[at][1], qualities=qualities)
        if len(part.times):
            parts[at].append(part)
    found = [joined(of_stretch) for of_stretch in parts]
    marks: dict[int, list[_Mark]] = {}
    for mark in transaction.rows(_MARKS, **asked):
        marks.setdefault(mark.number - 1, []).append(mark)
    for at, told in marks.items():
        found[at] = _marked(found[at], told) if qualities else _evidence(found[at], told)
    return found


def _marked(measured: Measured, marks: Sequence[_Mark]) -> Measured:
    qualities = measured.qualities.copy()
    for mark in marks:
        qualities[_reach(measured, mark)] |= mark.bit
    return Measured(measured.times, measured.values, qualities)


def _evidence(measured: Measured, marks: Sequence[_Mark]) -> Measured:
    good = np.ones(len(measured.times), np.bool_)
    for mark in marks:
        if mark.bit & NO_EVIDENCE:
            good[_reach(measured, mark)] = False
    return Measured(measured.times[good], measured.values[good], measured.qualities)


def _reach(measured: Measured, mark: _Mark) -> slice:
    low = np.searchsorted(measured.times, mark.first, "left")
    return slice(int(low), int(np.searchsorted(measured.times, mark.last, "right")))


def joined(parts: Sequence[Measured]) -> Measured:
    """Parts that share no time, as one."""
    in_order = [_NOTHING, *sorted(parts, key=lambda part: int(part.times[0]))]
    return Measured(
        np.concatenate([part.times for part in in_order]),
        np.concatenate([part.values for part in in_order]),
        np.concatenate([part.qualities for part in in_order]),
    )


def _part(columns: Sequence[memoryview], span: Span, *, qualities: bool) -> Measured:
    """What of a row lies in `span`; where all qualities are 0 a row has none."""
    times = instants(np.frombuffer(columns[0], ">i8"))
    low, high = np.searchsorted(times, span)
    inside = slice(int(low), int(high))
    values = np.frombuffer(columns[1], ">f8").astype(np.float64)
    marks = np.frombuffer(columns[2], ">i2").astype(np.int16)
    if qualities and not len(marks):
        marks = np.zeros(len(times), np.int16)
    return Measured(times[inside], values[inside], marks[inside])


_NOTHING = Measured(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int16))

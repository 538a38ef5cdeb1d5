"""A recorded series as a device: each row of a CSV becomes a packet at its own time.

The recording speaks for itself: rows are sent in the order of their times with the values and the
unit they have, gaps stay gaps, and a row that cannot be understood stops the reading with its line.
"""

import csv
import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from firmware_sim.core.packet import Measurement, Packet
from kernel.instants import instant

UNITS = {"C": "Cel", "F": "degF", "K": "K", "Cel": "Cel", "degC": "Cel", "degF": "degF"}
"""How a person names the unit of a temperature, and how the wire does."""


class BadRecording(ValueError):
    """The recording cannot be played; the text names the line and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Recorded `values` in the wire's `unit` at `times` (microseconds since the epoch, ascending)."""

    unit: str
    times: tuple[int, ...]
    values: tuple[float, ...]

    def shifted(self, start: int) -> "Recording":
        """The same recording with its first reading at the instant `start`."""
        shift = start - self.times[0]
        return Recording(self.unit, tuple(time + shift for time in self.times), self.values)


def read_recording(
    lines: Iterable[str], *, column: str, unit: str, time_column: str | None = None
) -> Recording:
    """The recording in the lines of a CSV file with a header.

    `column` holds the values, `unit` is C, F or K, and `time_column` the ISO 8601 times: the first
    column when left out, UTC when they carry no zone. Raises `BadRecording` for a column or unit
    that is not there, a row that cannot be read, or a file without rows.
    """
    if unit not in UNITS:
        raise BadRecording(f"unit {unit!r} is not one of C, F and K")
    reader = csv.reader(lines, strict=True)
    nothing: list[str] = []
    rows: list[tuple[int, float]] = []
    try:
        header = [name.strip().removeprefix("\ufeff") for name in next(reader, nothing)]
        value_at = _position(header, column)
        time_at = 0 if time_column is None else _position(header, time_column)
        for row in reader:
            if row:
                rows.append(_reading(row, time_at, value_at, reader.line_num))
    except csv.Error as error:
        raise BadRecording(f"line {reader.line_num}: {error}") from error
    if not rows:
        raise BadRecording("there is no row below the header")
    rows.sort(key=lambda reading: reading[0])
    times, values = zip(*rows, strict=True)
    return Recording(UNITS[unit], times, values)


class Replay:
    """Plays a recording forward as `device`, like `Simulation` plays a scenario."""

    def __init__(self, recording: Recording, device: str, quantity: str = "temperature") -> None:
        self.start = recording.times[0]
        self.end = recording.times[-1]
        self._recording = recording
        self._device = device
        self._quantity = quantity
        self._played = 0

    def advance(self, until: int) -> list[Packet]:
        """The packets sent after the last call, up to and including the instant `until`."""
        recording = self._recording
        due = range(self._played, bisect_right(recording.times, until, lo=self._played))
        self._played = due.stop
        return [self._packet(recording.times[row], recording.values[row]) for row in due]

    def _packet(self, time: int, value: float) -> Packet:
        measured = Measurement(self._quantity, self._recording.unit, time, value)
        return Packet(time, self._device, (measured,))


def _position(header: Sequence[str], column: str) -> int:
    try:
        return header.index(column)
    except ValueError as error:
        raise BadRecording(
            f"line 1: no column {column!r} among {', '.join(header) or 'nothing'}"
        ) from error


def _reading(row: Sequence[str], time_at: int, value_at: int, line: int) -> tuple[int, float]:
    if len(row) <= max(time_at, value_at):
        raise BadRecording(f"line {line}: only {len(row)} of {max(time_at, value_at) + 1} columns")
    try:
        value = float(row[value_at])
    except ValueError as error:
        raise BadRecording(f"line {line}: {row[value_at]!r} is not a number") from error
    if not math.isfinite(value):
        raise BadRecording(f"line {line}: {row[value_at]!r} is not a finite number")
    return _time(row[time_at].strip(), line), value


def _time(text: str, line: int) -> int:
    try:
        recorded = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRecording(
            f"line {line}: {text!r} is not an ISO 8601 time such as 2026-03-01T08:00:00Z"
        ) from error
    return instant(recorded if recorded.tzinfo else recorded.replace(tzinfo=UTC))

"""A mapping file (YAML): which column of a logger's CSV file means what.

serial: {column: Serial No}      # or the serial itself: AB-17
model: LogBox RHT                # optional
delimiter: ";"                   # default ,
decimal: ","                     # default .
header: 7                        # line of the column names, the first is 1 (default)
columns: {time: Date/Time, temperature: Temp 1}    # or date and clock instead of time
time: "%d.%m.%Y %H:%M:%S"        # how times are written; ISO 8601 when left out
zone: Europe/Vienna              # of the times; --zone of the command goes before it, UTC without both
unit: degC                       # or degF, K
interval: 5 min                  # default: the most frequent step
missing: ["---", "Error"]        # what stands where a reading failed; an empty cell always does
"""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from kernel.instants import SECOND
from kernel.lengths import parse_length
from kernel.refusal import Refusal
from kernel.yaml_text import load_yaml

UNITS = {"degC": "Cel", "degF": "degF", "K": "K"}


class _Columns(msgspec.Struct, forbid_unknown_fields=True):
    temperature: str
    time: str | None = None
    date: str | None = None
    clock: str | None = None


class _SerialColumn(msgspec.Struct, forbid_unknown_fields=True):
    column: str


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    columns: _Columns
    serial: str | _SerialColumn | None = None
    model: str = "CSV"
    delimiter: str = ","
    decimal: Literal[".", ","] = "."
    header: int = 1
    time: str | None = None
    zone: str | None = None
    unit: Literal["degC", "degF", "K"] = "degC"
    interval: str | None = None
    missing: list[str] = []


@dataclass(frozen=True, slots=True)
class Mapping:
    """How to read a CSV file: the names of its columns, and how numbers and times are written.

    `when` are the columns whose cells, joined by a space, are the time. Exactly one of `serial` and
    `serial_column` may be known. `interval` is in microseconds.
    """

    serial: str | None
    serial_column: str | None
    model: str
    delimiter: str
    decimal: str
    header: int
    when: tuple[str, ...]
    temperature: str
    time: str | None
    zone: str | None
    unit: str
    interval: int | None
    missing: frozenset[str]


def parse_mapping(text: str, where: str) -> Mapping:
    """The mapping in YAML `text`; `Refusal` names `where` and what is wrong."""
    loaded: Any = load_yaml(text, where)
    try:
        entry = msgspec.convert(loaded, _Entry)
    except msgspec.ValidationError as error:
        raise Refusal(f"mapping {where}: {error}") from error
    if len(entry.delimiter) != 1 or entry.delimiter == entry.decimal:
        raise Refusal(f"mapping {where}: the delimiter is one character, and not the decimal one")
    if entry.header < 1:
        raise Refusal(f"mapping {where}: header is the number of a line; the first is 1")
    serial = entry.serial
    return Mapping(
        serial=serial if isinstance(serial, str) else None,
        serial_column=serial.column if isinstance(serial, _SerialColumn) else None,
        model=entry.model,
        delimiter=entry.delimiter,
        decimal=entry.decimal,
        header=entry.header,
        when=_when(entry.columns, where),
        temperature=entry.columns.temperature,
        time=entry.time,
        zone=entry.zone,
        unit=UNITS[entry.unit],
        interval=_interval(entry.interval, where),
        missing=frozenset(entry.missing),
    )


def _when(columns: _Columns, where: str) -> tuple[str, ...]:
    if columns.time is not None and columns.date is None and columns.clock is None:
        return (columns.time,)
    if columns.time is None and columns.date is not None and columns.clock is not None:
        return columns.date, columns.clock
    raise Refusal(f"mapping {where}: columns needs either time, or both date and clock")


def _interval(text: str | None, where: str) -> int | None:
    if text is None:
        return None
    try:
        found = parse_length(text)
    except ValueError as error:
        raise Refusal(f"mapping {where}: interval: {error}") from error
    if found < SECOND:
        raise Refusal(f"mapping {where}: interval: a second is the shortest")
    return found

"""SenML in CBOR (RFC 8428): what a device says about itself in one datagram.

A pack is an array of records, each a map from small numbers to values; base fields hold for their
record and all that follow, so a pack of one series spends its name and unit once. The resolved name
is `sensor/quantity`, split at its last slash.
"""

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, cast

import cbor2
import numpy as np

from kernel.instants import SECOND
from wire.columns import Columns, Malformed, SeriesName

VERSION = 10
BASE_VERSION, BASE_NAME, BASE_TIME, BASE_UNIT, BASE_VALUE, BASE_SUM = -1, -2, -3, -4, -5, -6
NAME, UNIT, VALUE, STRING, BOOLEAN, SUM, TIME, DATA = 0, 1, 2, 3, 4, 5, 6, 8
RELATIVE_BELOW = 2**28 * SECOND
"""A resolved time below this, in microseconds, counts from the moment of arrival."""

_LAST_SECOND = 253_402_300_800  # the year 10000, where calendars and the database stop
_LAST_INSTANT = _LAST_SECOND * SECOND
_EXACT_INTEGERS = 2**53
_TRUTH_UNIT = "/"
_NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")
_KEPT = {VALUE, BOOLEAN}
_NOT_KEPT = {STRING: "a text", DATA: "a byte string", SUM: "a sum"}


class Record(NamedTuple):
    """One reading of a device: `value` in `unit`, at `time` in microseconds since the epoch UTC."""

    sensor: str
    quantity: str
    unit: str
    time: int
    value: float


@dataclass(frozen=True, slots=True)
class Pack:
    """The readings of a pack, and a sentence for each record that holds what we do not keep."""

    columns: Columns
    refused: tuple[str, ...]


def encode_senml_cbor(records: Sequence[Record]) -> bytes:
    """The pack for `records`, in their order; smallest when equal series stand together.

    `ValueError` for what SenML cannot say: a value that is not finite, a name with other characters
    than letters, digits and ``- : . / _``, a time before 1978-07-04T21:24:16Z or after the year 9999.
    """
    maps: list[dict[int, object]] = []
    name, unit, base_time = "", "", 0
    for record in records:
        entry: dict[int, object] = {}
        if (full := _writable_name(record)) != name:
            entry[BASE_NAME] = name = full
        if abs(record.time - base_time) >= RELATIVE_BELOW:
            entry[BASE_TIME] = record.time // SECOND
            base_time = record.time // SECOND * SECOND
        if record.unit != unit:
            entry[BASE_UNIT] = unit = record.unit
        if record.time != base_time:
            entry[TIME] = _seconds(record.time - base_time)
        entry[VALUE] = _compact(record.value)
        maps.append(entry)
    return cbor2.dumps(maps)


def decode_senml_cbor(payload: bytes, received_at: int) -> Columns:
    """The readings in `payload`; `Malformed` says what is wrong with it.

    `received_at` (microseconds since the epoch) is what relative and missing times count from. A
    record of a kind we do not keep is left out; `read_senml_cbor` tells which.
    """
    pack = read_senml_cbor(payload, received_at)
    if pack.refused and not len(pack.columns):
        raise Malformed(f"senml: {pack.refused[0]}")
    return pack.columns


def read_senml_cbor(payload: bytes, received_at: int) -> Pack:
    """Like `decode_senml_cbor`, with the records that had to be left out.

    Numbers are kept, and truth values as 1 and 0; texts, byte strings and sums are refused record
    by record.
    """
    reader = _Reader(received_at)
    for position, raw in enumerate(_records(payload)):
        if not isinstance(raw, dict):
            raise Malformed(f"senml: record {position} is not a CBOR map")
        reader.read(cast("dict[object, object]", raw), f"record {position}")
    return reader.pack()


@dataclass(slots=True)
class _Reader:
    """The base fields in force, and the readings found so far."""

    received_at: int
    base_name: str = ""
    base_time: int = 0
    base_unit: str = ""
    base_value: float = 0.0
    names: dict[SeriesName, int] = field(default_factory=dict[SeriesName, int])
    rows: list[tuple[int, int, float]] = field(default_factory=list[tuple[int, int, float]])
    refused: list[str] = field(default_factory=list[str])

    def read(self, record: dict[object, object], where: str) -> None:
        """Take in one record; `Malformed` when it breaks the format."""
        _check_labels(record, where)
        self._take_base(record, where)
        kept = [label for label in _KEPT if label in record]
        others = [what for label, what in _NOT_KEPT.items() if label in record]
        if len(kept) + sum(label in record for label in (STRING, DATA)) > 1:
            raise Malformed(f"senml: {where} has more than one value")
        self.refused += [f"{where} holds {what}, which is not kept" for what in others]
        if kept:
            self._take_reading(record, kept[0], where)
        elif not others and any(isinstance(label, int) and label >= 0 for label in record):
            raise Malformed(f"senml: {where} has no value")

    def _take_base(self, record: dict[object, object], where: str) -> None:
        if BASE_VERSION in record:
            _check_version(record[BASE_VERSION], where)
        if BASE_NAME in record:
            self.base_name = _text(record[BASE_NAME], f"{where}: base name")
        if BASE_TIME in record:
            self.base_time = _microseconds(record[BASE_TIME], f"{where}: base time")
        if BASE_UNIT in record:
            self.base_unit = _text(record[BASE_UNIT], f"{where}: base unit")
        if BASE_VALUE in record:
            self.base_value = _number(record[BASE_VALUE], f"{where}: base value")
        if BASE_SUM in record:
            self.refused.append(f"{where} sets a base sum, which is not kept")

    def _take_reading(self, record: dict[object, object], label: int, where: str) -> None:
        unit = _text(record[UNIT], f"{where}: unit") if UNIT in record else self.base_unit
        if label == BOOLEAN:
            value = _truth(record[BOOLEAN], where)
            unit = unit or _TRUTH_UNIT
        else:
            value = self.base_value + _number(record[VALUE], f"{where}: value")
            if not math.isfinite(value):
                raise Malformed(f"senml: {where}: value and base value add up to no finite number")
        name = _text(record[NAME], f"{where}: name") if NAME in record else ""
        series = SeriesName(*_split(self.base_name + name, where), unit)
        number = self.names.setdefault(series, len(self.names))
        self.rows.append((number, self._time(record, where), value))

    def _time(self, record: dict[object, object], where: str) -> int:
        own = _microseconds(record[TIME], f"{where}: time") if TIME in record else 0
        time = self.base_time + own
        if time < RELATIVE_BELOW:
            time += self.received_at
        if not 0 <= time < _LAST_INSTANT:
            raise Malformed(f"senml: {where}: its time lies outside the calendar")
        return time

    def pack(self) -> Pack:
        """All readings as columns."""
        index, times, values = zip(*self.rows, strict=True) if self.rows else ((), (), ())
        columns = Columns(
            tuple(self.names),
            np.array(index, np.uint32),
            np.array(times, np.int64),
            np.array(values, np.float64),
        )
        return Pack(columns, tuple(self.refused))


def _records(payload: bytes) -> list[object]:
    source = io.BytesIO(payload)
    try:
        loaded = cast("object", cbor2.CBORDecoder(source, allow_duplicate_keys=False).decode())
    except (
        Exception
    ) as error:  # cbor2 builds dates, patterns, mails, ...: whatever fails, it is the bytes
        raise Malformed(f"senml: not CBOR ({error})") from error
    if not isinstance(loaded, list):
        raise Malformed("senml: not a CBOR array of records")
    if source.tell() != len(payload):
        raise Malformed(f"senml: {len(payload) - source.tell()} bytes follow the end of the pack")
    return cast("list[object]", loaded)


def _check_labels(record: dict[object, object], where: str) -> None:
    for label in record:
        if isinstance(label, str) and label.endswith("_"):
            raise Malformed(f"senml: {where}: field {label[:32]!r} must be understood, and is not")


def _check_version(raw: object, where: str) -> None:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 < raw <= VERSION:
        raise Malformed(f"senml: {where}: only versions 1 to {VERSION} are understood")


def _split(name: str, where: str) -> tuple[str, str]:
    if not _NAME_PATTERN.fullmatch(name):
        raise Malformed(f"senml: {where}: {name[:64]!r} is not a SenML name")
    sensor, slash, quantity = name.rpartition("/")
    if not (slash and sensor and quantity):
        raise Malformed(f"senml: {where}: {name[:64]!r} is not sensor/quantity")
    return sensor, quantity


def _text(raw: object, what: str) -> str:
    if not isinstance(raw, str):
        raise Malformed(f"senml: {what} is not a text")
    if "\0" in raw:
        raise Malformed(f"senml: {what} contains a zero character")
    return raw


def _truth(raw: object, where: str) -> float:
    if not isinstance(raw, bool):
        raise Malformed(f"senml: {where}: truth value is neither true nor false")
    return float(raw)


def _number(raw: object, what: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise Malformed(f"senml: {what} is not a number")
    try:
        number = float(raw)
    except (OverflowError, ValueError) as error:
        raise Malformed(f"senml: {what} is too large a number") from error
    if not math.isfinite(number):
        raise Malformed(f"senml: {what} is not a finite number")
    return number


def _microseconds(raw: object, what: str) -> int:
    """Rounding restores the microsecond: float64 seconds stay closer than half of one until 2106."""
    number = _number(raw, what)
    if abs(number) >= _LAST_SECOND:
        raise Malformed(f"senml: {what} lies outside the calendar")
    return raw * SECOND if isinstance(raw, int) else round(number * SECOND)


def _seconds(span: int) -> int | float:
    whole, rest = divmod(span, SECOND)
    return span / SECOND if rest else whole


def _compact(value: float) -> int | float:
    return int(value) if value.is_integer() and abs(value) < _EXACT_INTEGERS else value


def _writable_name(record: Record) -> str:
    name = f"{record.sensor}/{record.quantity}"
    if not _NAME_PATTERN.fullmatch(name) or "/" in record.quantity or not record.quantity:
        raise ValueError(f"{name!r} is not a SenML name made of sensor and quantity")
    if not math.isfinite(record.value):
        raise ValueError(f"{name} is {record.value}, which SenML cannot say")
    if not RELATIVE_BELOW <= record.time < _LAST_INSTANT:
        raise ValueError(
            f"{name} has the time {record.time}, which SenML cannot say as an absolute time"
        )
    return name

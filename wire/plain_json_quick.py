"""The quick way through plain JSON: typed decoding, and columns made without a loop over readings.

It takes messages in which every record is flawless. In any doubt it gives up, and the careful way of
`wire/plain_json.py`, which finds the same readings, looks again and says what is wrong.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import compress
from typing import cast

import msgspec
import numpy as np
from msgspec.structs import astuple
from numpy.typing import NDArray

from kernel.instants import SECOND
from wire.columns import Columns, SeriesName
from wire.gathering import LONGEST_NAME
from wire.timestamps import MILLISECONDS_FROM, Zoned

FIELDS: dict[str, tuple[str, str]] = {
    "temp": ("temperature", "Cel"),
    "temperature": ("temperature", "Cel"),
    "temp_f": ("temperature", "degF"),
    "rh": ("humidity", "%RH"),
    "humidity": ("humidity", "%RH"),
    "battery": ("battery", "V"),
    "battery_level": ("battery_level", "%EL"),
}
"""JSON field to quantity and unit, in the order of `Record`."""


class Record(msgspec.Struct, gc=False):
    """One record; a message of one record may hold `readings` instead."""

    sensor: str = ""
    ts: Zoned | float | None = None
    temp: float | None = None
    temperature: float | None = None
    temp_f: float | None = None
    rh: float | None = None
    humidity: float | None = None
    battery: float | None = None
    battery_level: float | None = None
    readings: "list[Record] | None" = None


_LINES: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_DECODER: msgspec.json.Decoder[Record | list[Record]] = msgspec.json.Decoder(Record | list[Record])
_MEASURED = tuple(FIELDS.values())
_FIRST, _END = 2, 2 + len(FIELDS)
_EXACT_SECONDS = 2**32  # float64 seconds tell microseconds apart up to the year 2106
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TIMES = np.dtype(np.int64)
_ONLY_ONE = np.zeros(1, np.uint32)
_ONLY_ONE.flags.writeable = False


def read_quickly(payload: bytes, received_at: int) -> Columns | None:
    """The readings in `payload`, or None when somebody has to look closer."""
    try:
        loaded = _DECODER.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(loaded, list):
        if loaded.readings is None:
            return _read_one(loaded, received_at)
        loaded = loaded.readings
    found = _read_many(loaded, np.full(len(loaded), received_at, _TIMES)) if loaded else None
    return found and found[0]


def read_lines(
    payloads: Sequence[bytes], received_at: NDArray[np.int64]
) -> tuple[Columns, NDArray[np.int64]] | None:
    """The readings of many messages of one record each, and for each reading its message's number.

    None when somebody has to look closer at one of them. Messages are parted by line ends, so one that
    holds a line end of its own is not read here: what is in a message can never reach into the next.
    """
    lines = b"\n".join(payloads)
    if not all(payloads) or lines.count(b"\n") != len(payloads) - 1:
        return None
    try:
        records = _LINES.decode_lines(lines)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _read_many(records, received_at)


def _read_one(record: Record, received_at: int) -> Columns | None:
    values = cast("tuple[float | None, ...]", astuple(record)[_FIRST:_END])
    at = _instant(record.ts, received_at)
    if at is None:
        return None
    there = [position for position, value in enumerate(values) if value is not None]
    names = _names(record.sensor, *there)
    if names is None:
        return None
    if len(there) == 1:
        return Columns(names, _ONLY_ONE, np.array((at,), _TIMES), np.array((values[there[0]],)))
    index, times = np.arange(len(there), dtype=np.uint32), np.full(len(there), at, _TIMES)
    return Columns(names, index, times, np.array([values[position] for position in there], np.float64))


def _read_many(
    records: Sequence[Record], received_at: NDArray[np.int64]
) -> tuple[Columns, NDArray[np.int64]] | None:
    """The readings of `records`, which came at these instants, and for each its record's number."""
    sensors, stamps, *fields, inner = cast(
        "list[tuple[object, ...]]", list(zip(*map(astuple, records), strict=True))
    )
    times = _instants(cast("Sequence[datetime | float | None]", stamps), received_at)
    nothing = (None,) * len(records)
    if times is None or inner != nothing:
        return None
    present = {position: field for position, field in enumerate(fields) if field != nothing}
    return _laid_out(cast("Sequence[str]", sensors), times, present)


def _laid_out(
    sensors: Sequence[str], times: NDArray[np.int64], fields: Mapping[int, tuple[object, ...]]
) -> tuple[Columns, NDArray[np.int64]] | None:
    """The columns of each field end to end; None when a record has no field or an illegal sensor."""
    numbers: dict[SeriesName, int] = {}
    measured = np.zeros(len(sensors), np.bool_)
    everyone = np.arange(len(sensors))
    parts: list[tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.float64]]] = []
    for position, field in fields.items():
        values = np.array(field, np.float64)  # None becomes NaN, which JSON itself cannot say
        gaps = np.isnan(values)
        there = None if not gaps.any() else ~gaps
        of_field = sensors if there is None else tuple(compress(sensors, there))
        index = _index(of_field, position, numbers)
        if index is None:
            return None
        parts.append(
            (index, everyone, values) if there is None else (index, everyone[there], values[there])
        )
        measured |= ~gaps
    if not measured.all():
        return None
    index, origin, values = (
        parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
    )
    return Columns(tuple(numbers), index, times[origin], values), origin


def _index(
    sensors: Sequence[str], position: int, numbers: dict[SeriesName, int]
) -> NDArray[np.uint32] | None:
    """For each of `sensors` the number of its series; None when one of them has an illegal name."""
    series: dict[str, int] = {}
    for sensor in dict.fromkeys(sensors):
        names = _names(sensor, position)
        if names is None:
            return None
        series[sensor] = numbers.setdefault(names[0], len(numbers))
    return np.array(tuple(map(series.__getitem__, sensors)), np.uint32)


@lru_cache(16_384)
def _names(sensor: str, *positions: int) -> tuple[SeriesName, ...] | None:
    """The series of these fields of one sensor; None when there is no field, or its name is illegal."""
    legal = 0 < len(sensor) <= LONGEST_NAME and sensor.isprintable()
    return tuple(SeriesName(sensor, *_MEASURED[at]) for at in positions) or None if legal else None


def _instant(stamp: datetime | float | None, received_at: int) -> int | None:
    if stamp is None:
        return received_at
    if isinstance(stamp, datetime):
        return (stamp - _EPOCH) // _MICROSECOND
    in_seconds = stamp / 1000 if abs(stamp) >= MILLISECONDS_FROM else stamp
    return round(in_seconds * SECOND) if abs(in_seconds) < _EXACT_SECONDS else None


def _instants(
    stamps: Sequence[datetime | float | None], received_at: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """The instants of `stamps` when all are of one kind; None when they are not, or lie too far off."""
    match list(set(map(type, stamps))):
        case [kind] if kind is datetime:
            seconds = np.fromiter(
                map(datetime.timestamp, cast("Sequence[datetime]", stamps)), np.float64
            )
        case [kind] if kind is float:
            written = np.array(stamps, np.float64)
            seconds = np.where(np.abs(written) >= MILLISECONDS_FROM, written / 1000, written)
        case [_]:
            return received_at
        case _:
            return None
    if np.abs(seconds).max() >= _EXACT_SECONDS:
        return None
    return np.rint(seconds * SECOND).astype(np.int64)

"""Plain JSON from anybody: one object, or an array of them, in a message.

    {"sensor": "fridge-1", "ts": "2026-03-01T08:00:00Z", "temp": 4.2, "rh": 61}

`ts` is ISO 8601 with zone, or seconds (or milliseconds) since the epoch; without it the time of
arrival counts. Known fields are temp and temperature (degC), temp_f (degF), rh and humidity (%RH),
battery (V), battery_level (%).
"""

import msgspec
import numpy as np

from kernel.instants import SECOND, instant, parse_moment
from wire.columns import Columns, Malformed, SeriesName

FIELDS: dict[str, tuple[str, str]] = {
    "temp": ("temperature", "Cel"),
    "temperature": ("temperature", "Cel"),
    "temp_f": ("temperature", "degF"),
    "rh": ("humidity", "%RH"),
    "humidity": ("humidity", "%RH"),
    "battery": ("battery", "V"),
    "battery_level": ("battery_level", "%EL"),
}
"""JSON field to quantity and unit."""

_MILLISECONDS_FROM = 1e11
_LAST_SECOND = 253_402_300_800  # the year 10000, where calendars and the database stop

Scalar = str | int | float | bool | None
_DECODER: msgspec.json.Decoder[dict[str, Scalar] | list[dict[str, Scalar]]] = msgspec.json.Decoder(
    dict[str, Scalar] | list[dict[str, Scalar]]
)


def decode_plain_json(payload: bytes, received_at: int) -> Columns:
    """The readings in `payload`; `Malformed` says what is wrong with it.

    `received_at` (microseconds since the epoch) stands in for a missing `ts`.
    """
    try:
        loaded = _DECODER.decode(payload)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise Malformed(f"json: {error}") from error
    numbers: dict[SeriesName, int] = {}
    rows: list[tuple[int, int, float]] = []
    for record in loaded if isinstance(loaded, list) else [loaded]:
        _read(record, received_at, numbers, rows)
    index, times, values = zip(*rows, strict=True) if rows else ((), (), ())
    return Columns(
        tuple(numbers),
        np.array(index, np.uint32),
        np.array(times, np.int64),
        np.array(values, np.float64),
    )


def _read(
    record: dict[str, Scalar],
    received_at: int,
    numbers: dict[SeriesName, int],
    rows: list[tuple[int, int, float]],
) -> None:
    sensor = record.get("sensor")
    if not isinstance(sensor, str) or not sensor:
        raise Malformed('json: no "sensor" with the name of the sensor')
    at = _time(record.get("ts"), received_at)
    measured = [field for field in FIELDS if field in record]
    if not measured:
        raise Malformed(f"json: sensor {sensor!r} has none of the fields {', '.join(FIELDS)}")
    for field in measured:
        value = record[field]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Malformed(f"json: {field} of sensor {sensor!r} is {value!r}, not a number")
        name = SeriesName(sensor, *FIELDS[field])
        rows.append((numbers.setdefault(name, len(numbers)), at, _number(value)))


def _number(value: float) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise Malformed("json: a number is larger than anything measured") from error


def _time(ts: Scalar, received_at: int) -> int:
    if ts is None:
        return received_at
    if isinstance(ts, str):
        try:
            return instant(parse_moment(ts))
        except (ValueError, OverflowError) as error:
            raise Malformed(f"json: ts {error}") from error
    if isinstance(ts, bool):
        raise Malformed("json: ts is a truth value, not a time")
    in_seconds = _number(ts) / 1000 if abs(ts) >= _MILLISECONDS_FROM else ts
    if not abs(in_seconds) < _LAST_SECOND:
        raise Malformed("json: ts lies outside the calendar")
    return round(in_seconds * SECOND)

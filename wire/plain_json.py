"""Plain JSON from anybody: one object, or an array of them, in a message.

    {"sensor": "fridge-1", "ts": "2026-03-01T08:00:00Z", "temp": 4.2, "rh": 61}

`ts` is ISO 8601 with zone, or seconds (or milliseconds) since the epoch; without it the time of
arrival counts. Known fields are temp and temperature (degC), temp_f (degF), rh and humidity (%RH),
battery (V), battery_level (%). `{"gw": "g1", "readings": [...]}` around the array is understood too.
"""

from collections.abc import Iterator, Mapping

import msgspec

from wire.columns import Content, Malformed, SeriesName
from wire.gathering import Gathering
from wire.plain_json_quick import FIELDS, read_quickly
from wire.timestamps import instant_of

_READINGS = "readings"
_OUTER: msgspec.json.Decoder[list[msgspec.Raw] | dict[str, msgspec.Raw]] = msgspec.json.Decoder(
    list[msgspec.Raw] | dict[str, msgspec.Raw]
)
_LIST: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])
_RECORD: msgspec.json.Decoder[dict[str, object]] = msgspec.json.Decoder(dict[str, object])
_LONGEST_SHOWN = 64


def decode_plain_json(
    payload: bytes, received_at: int, fields: Mapping[str, tuple[str, str]] = FIELDS
) -> Content:
    """The readings in `payload`, and the records that cannot be kept; `Malformed` if it is no JSON.

    `received_at` (microseconds since the epoch) stands in for a missing `ts`. `fields` tells quantity
    and unit of the fields that count.
    """
    quick = read_quickly(payload, received_at) if fields is FIELDS else None
    return _read_carefully(payload, received_at, fields) if quick is None else Content(quick)


def _read_carefully(payload: bytes, received_at: int, fields: Mapping[str, tuple[str, str]]) -> Content:
    found = Gathering()
    for where, raw in _records(payload):
        faults = list(_faults_of(raw, received_at, fields, found))
        if faults:
            found.refuse(f"json: {where}{'; '.join(faults)}", bytes(raw))
    return found.content()


def _records(payload: bytes) -> Iterator[tuple[str, msgspec.Raw]]:
    """Each record as it was written, and how a sentence names it."""
    try:
        outer = _OUTER.decode(payload)
        if isinstance(outer, dict) and _READINGS not in outer:
            yield "", msgspec.Raw(payload)
            return
        inner = _LIST.decode(outer[_READINGS]) if isinstance(outer, dict) else outer
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"json: {error}") from error
    for position, raw in enumerate(inner):
        yield f"record {position}: ", raw


def _faults_of(
    raw: msgspec.Raw, received_at: int, fields: Mapping[str, tuple[str, str]], found: Gathering
) -> Iterator[str]:
    """Add the readings of a record to `found`; what is wrong with the others."""
    try:
        record = _RECORD.decode(raw)
        sensor = _sensor(record)
        at = instant_of(record.get("ts"), received_at)
        measured = [field for field in fields if record.get(field) is not None]
        if not measured:
            yield f"sensor {sensor!r} has none of the fields {', '.join(fields)}"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, Malformed) as error:
        yield str(error)
        return
    for field in measured:
        try:
            found.add(SeriesName(sensor, *fields[field]), at, _number(record[field]))
        except Malformed as error:
            yield f"{field} of sensor {sensor!r}: {error}"


def _sensor(record: dict[str, object]) -> str:
    sensor = record.get("sensor")
    if not isinstance(sensor, str) or not sensor:
        raise Malformed('no "sensor" with the name of the sensor')
    return sensor


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(f"{str(value)[:_LONGEST_SHOWN]!r} is not a number")
    try:
        return float(value)
    except OverflowError as error:
        raise Malformed("larger than anything measured") from error

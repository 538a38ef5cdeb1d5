"""Telemetry of a ThingsBoard gateway in JSON: values by field name, for each of its devices by name.

    {"Fridge 1": [{"ts": 1772352000000, "values": {"temperature": 4.2, "humidity": 61}}]}

`ts` counts milliseconds since 1970; without it, or with the values standing alone, the time of arrival
counts. The device's name with hyphens for what a name cannot hold is the sensor: Fridge-1.
"""

from collections.abc import Iterator, Mapping
from typing import cast

import msgspec

from wire.columns import Content, Malformed
from wire.device_values import faults_of_values
from wire.fields import WORDS, Measured, sensor_name
from wire.gathering import LONGEST_NAME, Gathering
from wire.timestamps import instant_of

_MOST_FAULTS = 3
_LONGEST_SHOWN = 64
_DEVICES: msgspec.json.Decoder[dict[str, msgspec.Raw]] = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENTRIES: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])
_ENTRY: msgspec.json.Decoder[dict[str, object]] = msgspec.json.Decoder(dict[str, object])
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decode_thingsboard_gateway(
    payload: bytes, received_at: int, words: Mapping[str, Measured] = WORDS
) -> Content:
    """The readings of all devices in `payload`, and the records that cannot be kept.

    `Malformed` when it is no map of devices. `received_at` (microseconds since the epoch) stands in for
    a missing time.
    """
    try:
        devices = _DEVICES.decode(payload)
    except _UNREADABLE as error:
        raise Malformed(f"thingsboard: not a map from devices to their telemetry: {error}") from error
    found = Gathering()
    for device, entries in devices.items():
        _read_device(device, entries, received_at, words, found)
    return found.content()


def _read_device(
    device: str, entries: msgspec.Raw, received_at: int, words: Mapping[str, Measured], found: Gathering
) -> None:
    where = f"thingsboard: device {device[:_LONGEST_SHOWN]!r}"
    sensor = sensor_name(device) if len(device) <= LONGEST_NAME else ""
    if not sensor:
        found.refuse(f"{where} has no name that could be a sensor's", _alone(device, entries))
        return
    try:
        listed = _ENTRIES.decode(entries)
    except _UNREADABLE as error:
        found.refuse(f"{where}: {error}", _alone(device, entries))
        return
    for position, raw in enumerate(listed):
        faults = tuple(_faults_of(sensor, raw, received_at, words, found))
        if faults:
            alone = _alone(device, msgspec.Raw(b"[" + bytes(raw) + b"]"))
            reasons = "; ".join(faults[:_MOST_FAULTS])
            found.refuse(f"{where}, record {position}: {reasons}", alone)


def _faults_of(
    sensor: str, raw: msgspec.Raw, received_at: int, words: Mapping[str, Measured], found: Gathering
) -> Iterator[str]:
    """Add the readings in one record of a device to `found`; what is wrong with the others."""
    try:
        record = _ENTRY.decode(raw)
        at = instant_of(record.get("ts"), received_at)
    except (*_UNREADABLE, Malformed) as error:
        yield str(error)
        return
    values = record.get("values", {key: value for key, value in record.items() if key != "ts"})
    if isinstance(values, dict):
        yield from faults_of_values(sensor, cast("dict[str, object]", values), at, words, found)
    else:
        yield "values is not a map of fields"


def _alone(device: str, entries: msgspec.Raw) -> bytes:
    return msgspec.json.encode({device: entries})

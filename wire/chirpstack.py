"""ChirpStack v4 uplinks in JSON: what a LoRaWAN device measured, decoded by the codec of its profile.

The sensor is the device's EUI. An uplink that two integrations forward has the same device and time,
so it is the same reading.
"""

from collections.abc import Iterator, Mapping

import msgspec

from wire.columns import Content, Malformed
from wire.device_values import faults_of_values
from wire.fields import WORDS, Measured, sensor_name
from wire.gathering import Gathering
from wire.timestamps import instant_of

_LONGEST_EUI = 64
_MOST_FAULTS = 3
_NO_OBJECT = (
    "has no decoded object: set a codec in the device's profile in ChirpStack, which turns its bytes "
    "into fields such as temperature"
)


class _Device(msgspec.Struct, gc=False):
    dev_eui: str = msgspec.field(name="devEui")


class _Uplink(msgspec.Struct, gc=False):
    device: _Device = msgspec.field(name="deviceInfo")
    time: str | None = None
    count: int | None = msgspec.field(name="fCnt", default=None)
    values: dict[str, object] | None = msgspec.field(name="object", default=None)


_DECODER: msgspec.json.Decoder[_Uplink] = msgspec.json.Decoder(_Uplink)


def decode_chirpstack(
    payload: bytes, received_at: int, words: Mapping[str, Measured] = WORDS
) -> Content:
    """The readings of an uplink event; `Malformed` when it is none.

    `received_at` (microseconds since the epoch) stands in for a missing time.
    """
    try:
        uplink = _DECODER.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"chirpstack: not an uplink event of ChirpStack v4: {error}") from error
    found = Gathering()
    faults = tuple(_faults_of(uplink, received_at, words, found))
    if faults:
        which = f"uplink {uplink.count} of {uplink.device.dev_eui[:_LONGEST_EUI]!r}"
        found.refuse(f"chirpstack: {which}: {'; '.join(faults[:_MOST_FAULTS])}", payload)
    return found.content()


def _faults_of(
    uplink: _Uplink, received_at: int, words: Mapping[str, Measured], found: Gathering
) -> Iterator[str]:
    """Add the readings of `uplink` to `found`; what is wrong with the others."""
    device = sensor_name(uplink.device.dev_eui)
    if not device:
        yield "has no devEui to name the sensor"
    elif uplink.values is None:
        yield _NO_OBJECT
    else:
        try:
            at = instant_of(uplink.time, received_at)
        except Malformed as fault:
            yield str(fault)
        else:
            yield from faults_of_values(device, uplink.values, at, words, found)

"""SenML in CBOR (RFC 8428): what a device says about itself in one datagram.

A pack is an array of records, each a map from small numbers to values; base fields hold for their
record and all that follow, so a pack of one series spends its name and unit once. The resolved name
is `sensor/quantity`, split at its last slash.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import cbor2

from kernel.instants import SECOND
from wire.cbor import AS_IT_IS
from wire.columns import Columns, Content, Malformed
from wire.senml_pack import (
    BASE_NAME,
    BASE_TIME,
    BASE_UNIT,
    NAME_PATTERN,
    RELATIVE_BELOW,
    TIME,
    VALUE,
    RawRecord,
    Resolver,
    in_seconds,
)
from wire.timestamps import LAST_SECOND

_EXACT_INTEGERS = 2**53


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
    maps: list[RawRecord] = []
    name, unit, base_time = "", "", 0
    for record in records:
        entry: RawRecord = {}
        if (full := _writable_name(record)) != name:
            entry[BASE_NAME] = name = full
        if abs(record.time - base_time) >= RELATIVE_BELOW:
            entry[BASE_TIME] = record.time // SECOND
            base_time = record.time // SECOND * SECOND
        if record.unit != unit:
            entry[BASE_UNIT] = unit = record.unit
        if record.time != base_time:
            entry[TIME] = in_seconds(record.time - base_time)
        entry[VALUE] = _compact(record.value)
        maps.append(entry)
    return cbor2.dumps(maps)


def decode_senml_cbor(payload: bytes, received_at: int) -> Content:
    """The readings in `payload`, and the records that cannot be kept; `Malformed` if it is no pack.

    Numbers are kept, and truth values as 1 and 0; texts, byte strings and sums are not.
    `received_at` (microseconds since the epoch) is what relative and missing times count from.
    """
    resolver = Resolver(received_at, _pack_of_one)
    for position, raw in enumerate(_records(payload)):
        resolver.read(raw, f"record {position}")
    return resolver.found.content()


def read_senml_cbor(payload: bytes, received_at: int) -> Pack:
    """Like `decode_senml_cbor`, with nothing but the reasons of the records left out."""
    content = decode_senml_cbor(payload, received_at)
    return Pack(content.columns, tuple(refused.reason for refused in content.refused))


def _records(payload: bytes) -> list[object]:
    source = io.BytesIO(payload)
    try:
        decoder = cbor2.CBORDecoder(source, allow_duplicate_keys=False, semantic_decoders=AS_IT_IS)
        loaded = cast("object", decoder.decode())
    except (
        Exception
    ) as error:  # cbor2 builds dates, patterns, mails, ...: whatever fails, it is the bytes
        raise Malformed(f"senml: not CBOR ({error})") from error
    if not isinstance(loaded, list):
        raise Malformed("senml: not a CBOR array of records")
    if source.tell() != len(payload):
        raise Malformed(f"senml: {len(payload) - source.tell()} bytes follow the end of the pack")
    return cast("list[object]", loaded)


def _pack_of_one(record: object) -> bytes:
    return cbor2.dumps([record])


def _compact(value: float) -> int | float:
    return int(value) if value.is_integer() and abs(value) < _EXACT_INTEGERS else value


def _writable_name(record: Record) -> str:
    name = f"{record.sensor}/{record.quantity}"
    if not NAME_PATTERN.fullmatch(name) or "/" in record.quantity or not record.quantity:
        raise ValueError(f"{name!r} is not a SenML name made of sensor and quantity")
    if not math.isfinite(record.value):
        raise ValueError(f"{name} is {record.value}, which SenML cannot say")
    if not RELATIVE_BELOW <= record.time < LAST_SECOND * SECOND:
        raise ValueError(
            f"{name} has the time {record.time}, which SenML cannot say as an absolute time"
        )
    return name

"""SenML in JSON (RFC 8428): the same packs as in CBOR, with short texts as labels."""

from typing import cast

import msgspec

from wire.columns import Content, Malformed
from wire.senml import decode_senml_cbor
from wire.senml_pack import (
    BASE_NAME,
    BASE_SUM,
    BASE_TIME,
    BASE_UNIT,
    BASE_VALUE,
    BASE_VERSION,
    BOOLEAN,
    DATA,
    NAME,
    STRING,
    SUM,
    TIME,
    UNIT,
    UPDATE_TIME,
    VALUE,
    RawRecord,
    Resolver,
)

_LABELS: dict[object, object] = {
    "bver": BASE_VERSION,
    "bn": BASE_NAME,
    "bt": BASE_TIME,
    "bu": BASE_UNIT,
    "bv": BASE_VALUE,
    "bs": BASE_SUM,
    "n": NAME,
    "u": UNIT,
    "v": VALUE,
    "vs": STRING,
    "vb": BOOLEAN,
    "s": SUM,
    "t": TIME,
    "ut": UPDATE_TIME,
    "vd": DATA,
}
_TEXTS = {label: text for text, label in _LABELS.items()}
_RECORDS: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])
_RECORD: msgspec.json.Decoder[object] = msgspec.json.Decoder()
_OPENING = (b"[", b"{")


def decode_senml_json(payload: bytes, received_at: int) -> Content:
    """The readings in `payload`, and the records that cannot be kept; `Malformed` if it is no pack.

    `received_at` (microseconds since the epoch) is what relative and missing times count from.
    """
    resolver = Resolver(received_at, _pack_of_one)
    for position, raw in enumerate(_records(payload)):
        try:
            record = _RECORD.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed(f"senml: record {position}: {error}") from error
        resolver.read(_by_label(record), f"record {position}")
    return resolver.found.content()


def _records(payload: bytes) -> list[msgspec.Raw]:
    try:
        return _RECORDS.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"senml: {error}") from error


def _by_label(record: object) -> object:
    """A record by its CBOR labels; whatever is no map stays as it is."""
    if not isinstance(record, dict):
        return record
    return {_LABELS.get(label, label): value for label, value in cast("RawRecord", record).items()}


def _pack_of_one(record: object) -> bytes:
    if not isinstance(record, dict):
        return msgspec.json.encode([record])
    written = {_TEXTS.get(label, label): value for label, value in cast("RawRecord", record).items()}
    return msgspec.json.encode([written])


def decode_senml(payload: bytes, received_at: int) -> Content:
    """A pack in JSON or in CBOR: its first byte tells, for a CBOR array begins with no bracket."""
    as_json = payload.lstrip()[:1] in _OPENING
    return (decode_senml_json if as_json else decode_senml_cbor)(payload, received_at)

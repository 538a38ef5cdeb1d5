"""Our own frame between gateway and centre: columnar CBOR with typed arrays (RFC 8949, RFC 8746).

An envelope `[version, epoch, seq, published_at, body, taken_at, thinned]` around an encoded body
`[names, index, times, values]`; its last two parts may be left out. Each name is one text, sensor,
quantity and unit parted by tabs: as senders repeat their names, a known text is looked up instead of
taken apart. The three columns are little-endian typed arrays: uint32 (tag 70), sint64 microseconds
(tag 79) and float64 (tag 86). The body is made once, when the batch enters the spool; the envelope is
made at each sending.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, cast

import cbor2
import numpy as np
from numpy.typing import NDArray

from wire.cbor import AS_IT_IS
from wire.columns import Columns, Malformed, SeriesName

VERSION = 1
UINT32, SINT64, FLOAT64 = 70, 79, 86
_BODY_PARTS, _LEAST_PARTS, _MOST_PARTS = 4, 5, 7
_NUMBERS_END = 2**62
_CBOR_KIND, _CBOR_ARRAY = 0xE0, 0x80
_SEPARATOR = "\t"
_LONGEST_REMEMBERED = 200
_DTYPES = {UINT32: np.dtype("<u4"), SINT64: np.dtype("<i8"), FLOAT64: np.dtype("<f8")}


class Thinned(NamedTuple):
    """A batch stands for those numbered `first` to `last`, which a full spool had to thin out.

    They held `readings`; what the batch holds now is what is left of them, which may be nothing.
    """

    first: int
    last: int
    readings: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """One numbered batch whose readings are still encoded in `body`.

    `epoch` and `seq` identify it within its gateway. By the gateway's clock, in microseconds since the
    epoch UTC, its readings came in at `taken_at` (None when it does not say) and were sent at
    `published_at`.
    """

    epoch: int
    seq: int
    published_at: int
    body: bytes
    taken_at: int | None = None
    thinned: Thinned | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One numbered batch: the numbers of its `Envelope` and the readings of its body."""

    epoch: int
    seq: int
    published_at: int
    columns: Columns


def encode_body(columns: Columns) -> bytes:
    """The spooled part of a frame."""
    return cbor2.dumps(
        [
            [_SEPARATOR.join(name) for name in columns.names],
            cbor2.CBORTag(UINT32, columns.index.astype("<u4", copy=False).tobytes()),
            cbor2.CBORTag(SINT64, columns.times.astype("<i8", copy=False).tobytes()),
            cbor2.CBORTag(FLOAT64, columns.values.astype("<f8", copy=False).tobytes()),
        ]
    )


def encode_frame(
    epoch: int,
    seq: int,
    published_at: int,
    body: bytes,
    *,
    taken_at: int | None = None,
    thinned: Thinned | None = None,
) -> bytes:
    """The message for one batch, around a body from `encode_body`."""
    parts: list[object] = [VERSION, epoch, seq, published_at, body]
    if thinned is not None:
        parts += [taken_at, list(thinned)]
    elif taken_at is not None:
        parts.append(taken_at)
    return cbor2.dumps(parts)


def decode_frame(payload: bytes) -> Frame:
    """The frame in `payload`; `Malformed` says what is wrong with it."""
    envelope = decode_envelope(payload)
    return Frame(envelope.epoch, envelope.seq, envelope.published_at, decode_body(envelope.body))


def decode_envelope(payload: bytes) -> Envelope:
    """The numbers of the frame in `payload`, whatever its body holds.

    A batch with a spoiled body still has its numbers, so its gateway can be told to stop sending it.
    `Malformed` says what is wrong with the envelope itself.
    """
    envelope = _loads(payload, "frame")
    if not isinstance(envelope, list):
        raise Malformed("frame: not a CBOR array")
    parts = cast("list[object]", envelope)
    if not _LEAST_PARTS <= len(parts) <= _MOST_PARTS:
        raise Malformed(f"frame: {len(parts)} parts instead of {_LEAST_PARTS} to {_MOST_PARTS}")
    version, epoch, seq, published_at, body, taken_at, thinned = (*parts, None, None)[:_MOST_PARTS]
    if _count(version, "version") != VERSION:
        raise Malformed(f"frame: version {version} is not understood, only {VERSION}")
    return Envelope(
        _count(epoch, "epoch"),
        _count(seq, "seq"),
        _count(published_at, "published_at"),
        _bytes(body, "frame: body"),
        None if taken_at is None else _count(taken_at, "taken_at"),
        None if thinned is None else _thinned(thinned),
    )


def decode_numbers(beginning: bytes) -> tuple[int, int]:
    """Epoch and number of a frame of which only the `beginning` is there; `Malformed` if it is none."""
    if not beginning or beginning[0] & _CBOR_KIND != _CBOR_ARRAY:
        raise Malformed("frame: not a CBOR array")
    decoder = cbor2.CBORDecoder(io.BytesIO(beginning[1:]), semantic_decoders=AS_IT_IS)
    try:
        version, epoch, seq = (cast("object", decoder.decode()) for _ in range(3))
    except Exception as error:
        raise Malformed(f"frame: not CBOR ({error})") from error
    if _count(version, "version") != VERSION:
        raise Malformed(f"frame: version {version} is not understood, only {VERSION}")
    return _count(epoch, "epoch"), _count(seq, "seq")


def decode_body(body: bytes) -> Columns:
    """The readings in an encoded body; `Malformed` says what is wrong with it."""
    loaded = _loads(body, "body")
    if not isinstance(loaded, list) or len(cast("list[object]", loaded)) != _BODY_PARTS:
        raise Malformed(f"body: not a CBOR array of {_BODY_PARTS} parts")
    raw_names, raw_index, raw_times, raw_values = cast("list[object]", loaded)
    names = _names(raw_names)
    index = cast("NDArray[np.uint32]", _column(raw_index, UINT32, "index"))
    times = cast("NDArray[np.int64]", _column(raw_times, SINT64, "times"))
    values = cast("NDArray[np.float64]", _column(raw_values, FLOAT64, "values"))
    if not len(index) == len(times) == len(values):
        raise Malformed(f"body: columns of {len(index)}, {len(times)} and {len(values)} readings")
    if len(index) and int(index.max()) >= len(names):
        raise Malformed(f"body: series number {int(index.max())} of {len(names)} names")
    return Columns(names, index, times, values)


def _thinned(raw: object) -> Thinned:
    if not isinstance(raw, list) or len(cast("list[object]", raw)) != len(Thinned._fields):
        raise Malformed("frame: thinned is not first number, last number and readings")
    thinned = Thinned(*(_count(part, "thinned") for part in cast("list[object]", raw)))
    if thinned.first > thinned.last:
        raise Malformed(f"frame: thinned ends with {thinned.last} before it begins, {thinned.first}")
    return thinned


def _loads(data: bytes, where: str) -> object:
    try:
        return cast("object", cbor2.loads(data, semantic_decoders=AS_IT_IS))
    except Exception as error:
        # Tags make cbor2 build dates, fractions, ...: whatever that stumbles over, the fault is in the
        # payload.
        raise Malformed(f"{where}: not CBOR ({error})") from error


def _names(raw: object) -> tuple[SeriesName, ...]:
    if not isinstance(raw, list):
        raise Malformed("body: the table of names is not an array")
    return tuple(map(_name, cast("list[object]", raw)))


def _name(text: object) -> SeriesName:
    if not isinstance(text, str):
        raise Malformed(f"body: a name is of type {type(text).__name__}, not text")
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _taken_apart(text)


def _taken_apart(text: str) -> SeriesName:
    parts = text.rsplit(_SEPARATOR, 2)
    if len(parts) != len(SeriesName._fields):
        raise Malformed("body: a name is not sensor, quantity and unit, parted by tabs")
    return SeriesName(*parts)


_remembered = lru_cache(65_536)(_taken_apart)


def _column(raw: object, tag: int, what: str) -> NDArray[np.generic]:
    dtype = _DTYPES[tag]
    if not isinstance(raw, cbor2.CBORTag) or raw.tag != tag:
        raise Malformed(f"body: {what} is not a typed array with tag {tag}")
    data = _bytes(cast("object", raw.value), f"body: {what}")
    if len(data) % dtype.itemsize:
        raise Malformed(f"body: {what} has {len(data)} bytes, not a multiple of {dtype.itemsize}")
    return np.frombuffer(data, dtype=dtype)


def _bytes(raw: object, what: str) -> bytes:
    if not isinstance(raw, bytes):
        raise Malformed(f"{what}: not a byte string")
    return raw


def _count(raw: object, what: str) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise Malformed(f"frame: {what} is not a number but of type {type(raw).__name__}")
    if not 0 <= raw < _NUMBERS_END:
        raise Malformed(f"frame: {what} lies outside the numbers from 0 to 2^62")
    return raw

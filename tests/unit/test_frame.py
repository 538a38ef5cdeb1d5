"""The columnar frame: whatever is encoded comes back, and whatever else arrives is Malformed."""

from contextlib import suppress
from typing import Any

import cbor2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.columns import Columns, Malformed, SeriesName
from wire.frame import Thinned, decode_body, decode_envelope, decode_frame, encode_body, encode_frame

NAMES = (SeriesName("t1", "temperature", "Cel"), SeriesName("t1", "humidity", "%RH"))


def _columns(*rows: tuple[int, int, float]) -> Columns:
    index, times, values = zip(*rows, strict=True) if rows else ((), (), ())
    return Columns(
        NAMES, np.array(index, np.uint32), np.array(times, np.int64), np.array(values, np.float64)
    )


numbers = st.integers(0, 2**62 - 1)
readings = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-(2**63), 2**63 - 1), st.floats(width=64)), max_size=20
)


@given(numbers, numbers, numbers, readings)
def test_a_frame_comes_back_as_it_was_sent(
    epoch: int, seq: int, published_at: int, rows: list[tuple[int, int, float]]
) -> None:
    sent = _columns(*rows)
    frame = decode_frame(encode_frame(epoch, seq, published_at, encode_body(sent)))
    assert (frame.epoch, frame.seq, frame.published_at) == (epoch, seq, published_at)
    assert frame.columns.names == sent.names
    for column in ("index", "times", "values"):
        assert getattr(frame.columns, column).tobytes() == getattr(sent, column).tobytes()


@given(numbers, st.none() | numbers, st.none() | st.tuples(numbers, numbers, numbers))
def test_what_a_gateway_may_add_comes_back(
    seq: int, taken_at: int | None, parts: tuple[int, int, int] | None
) -> None:
    thinned = parts and Thinned(min(parts[:2]), max(parts[:2]), parts[2])
    envelope = decode_envelope(encode_frame(7, seq, 5, b"", taken_at=taken_at, thinned=thinned))
    assert (envelope.seq, envelope.taken_at, envelope.thinned) == (seq, taken_at, thinned)


def test_a_spoiled_body_leaves_the_numbers_readable() -> None:
    envelope = decode_envelope(encode_frame(7, 12, 5, b"not cbor"))
    assert (envelope.epoch, envelope.seq, envelope.published_at) == (7, 12, 5)
    with pytest.raises(Malformed, match="body"):
        decode_body(envelope.body)


def _uint32(*numbers: int) -> cbor2.CBORTag:
    return cbor2.CBORTag(70, np.array(numbers, "<u4").tobytes())


_TIME = cbor2.CBORTag(79, bytes(8))
_VALUE = cbor2.CBORTag(86, bytes(8))
_NAME = "t1\ttemperature\tCel"


_WRONG_BODIES: list[tuple[object, str]] = [
    (5, "not a CBOR array"),
    ([[_NAME], _uint32(0), _TIME], "4 parts"),
    ([5, _uint32(0), _TIME, _VALUE], "table of names"),
    ([["t1"], _uint32(0), _TIME, _VALUE], "sensor, quantity and unit"),
    ([["t1\ttemperature"], _uint32(0), _TIME, _VALUE], "sensor, quantity and unit"),
    ([[5], _uint32(0), _TIME, _VALUE], "type int, not text"),
    ([[_NAME], _uint32(1), _TIME, _VALUE], "series number 1 of 1 names"),
    ([[], _uint32(0), _TIME, _VALUE], "series number 0 of 0 names"),
    ([[_NAME], _uint32(0, 0), _TIME, _VALUE], "columns of 2, 1 and 1"),
    ([[_NAME], _TIME, _TIME, _VALUE], "index is not a typed array"),
    ([[_NAME], _uint32(0), cbor2.CBORTag(79, bytes(9)), _VALUE], "multiple of 8"),
    ([[_NAME], _uint32(0), cbor2.CBORTag(79, "text"), _VALUE], "not a byte string"),
]


@pytest.mark.parametrize(("body", "says"), _WRONG_BODIES)
def test_a_body_that_is_wrong_says_where(body: object, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        decode_body(cbor2.dumps(body))


@pytest.mark.parametrize(
    ("envelope", "says"),
    [
        ("text", "not a CBOR array"),
        ([1, 2, 3], "3 parts"),
        ([2, 1, 1, 1, b""], "version 2"),
        ([True, 1, 1, 1, b""], "version"),
        ([1, -1, 1, 1, b""], "epoch"),
        ([1, 2**62, 1, 1, b""], "epoch"),
        ([1, 10**5000, 1, 1, b""], "epoch"),
        ([1, 1, 1.5, 1, b""], "seq is not a number"),
        ([1, 1, 1, None, b""], "published_at"),
        ([1, 1, 1, 1, b"", "now"], "taken_at"),
        ([1, 1, 1, 1, b"", 1, 5], "thinned"),
        ([1, 1, 1, 1, b"", 1, [1, 2]], "thinned"),
        ([1, 1, 1, 1, b"", 1, [3, 2, 9]], "before it begins"),
        ([1, 1, 1, 1, "text"], "body: not a byte string"),
    ],
)
def test_an_envelope_that_is_wrong_says_where(envelope: object, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        decode_frame(cbor2.dumps(envelope))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x5b\x7f" + b"\xff" * 7,  # a byte string of 2^63 bytes
        b"\x9b\x7f" + b"\xff" * 7,  # an array of 2^63 items
        b"\xbb\x0f" + b"\xff" * 7,  # a map of 2^60 pairs
        b"\x81" * 100_000,  # arrays in arrays
        b"\xc1" * 100_000,  # tags in tags
        b"\x9f" * 100_000,  # arrays without end in arrays without end
        cbor2.dumps(cbor2.CBORTag(5, [10**18, 1])),  # 2 to the power of 10^18
        cbor2.dumps(cbor2.CBORTag(30, [1, 0])),  # a fraction by zero
        cbor2.dumps(cbor2.CBORTag(35, "((")),  # a broken pattern
        b"\xd8\x1c\x81\xd8\x1d\x00",  # an array that holds itself
    ],
)
def test_hostile_bytes_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        decode_frame(payload)
    with pytest.raises(Malformed):
        decode_body(payload)


def _only_malformed(payload: bytes) -> None:
    for decode in (decode_frame, decode_body):
        with suppress(Malformed):
            decode(payload)


@given(st.binary(max_size=200))
def test_random_bytes_never_raise_anything_else(payload: bytes) -> None:
    _only_malformed(payload)


leaves: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=20)
)
items: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.builds(cbor2.CBORTag, st.integers(6, 2000) | st.sampled_from([70, 79, 86]), inner)
    ),
    max_leaves=10,
)


@given(items)
def test_any_cbor_never_raises_anything_else(item: object) -> None:
    _only_malformed(cbor2.dumps(item))


@given(st.lists(items, min_size=4, max_size=5))
def test_arrays_of_the_right_length_never_raise_anything_else(parts: list[object]) -> None:
    _only_malformed(cbor2.dumps(parts))
    _only_malformed(encode_frame(1, 1, 1, cbor2.dumps(parts)))


@given(st.data())
def test_a_frame_with_flipped_and_missing_bytes_never_raises_anything_else(data: st.DataObject) -> None:
    payload = bytearray(encode_frame(1, 2, 3, encode_body(_columns((0, 1, 2.0), (1, 2, 3.0)))))
    for at in data.draw(st.lists(st.integers(0, len(payload) - 1), max_size=4)):
        payload[at] = data.draw(st.integers(0, 255))
    _only_malformed(bytes(payload[: data.draw(st.integers(0, len(payload)))]))


def test_nothing_a_stranger_sends_is_compiled() -> None:
    pattern = cbor2.dumps(cbor2.CBORTag(35, "[[a]"))
    for opened in (decode_envelope, decode_body):
        with pytest.raises(Malformed, match="not a CBOR array"):
            opened(pattern)

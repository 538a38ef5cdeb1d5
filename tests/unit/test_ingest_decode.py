"""From message to readings or to a reason; a frame with a spoiled body keeps its numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.core.decode import Batch, Decoded, Message, Undecodable, decode
from kernel.instants import DAY
from wire.columns import Columns, SeriesName
from wire.frame import encode_body, encode_frame

AT = 1_700_000_000_000_000
BODY = encode_body(
    Columns(
        (SeriesName("t1", "temperature", "Cel"),),
        np.array([0], np.uint32),
        np.array([AT], np.int64),
        np.array([4.5]),
    )
)


def _undecodable(topic: str, payload: bytes) -> Undecodable:
    opened = decode(Message(topic, payload, AT))
    assert isinstance(opened, Undecodable)
    return opened


def _decoded(topic: str, payload: bytes) -> Decoded:
    opened = decode(Message(topic, payload, AT))
    assert isinstance(opened, Decoded)
    return opened


def test_a_frame_has_numbers_and_readings() -> None:
    opened = _decoded("coldbind/v1/dc1/gw1/data", encode_frame(3, 9, AT - 5, BODY))
    assert (opened.batch, opened.published_at) == (Batch("dc1", "gw1", 3, 9), AT - 5)
    assert opened.columns.values.tolist() == [4.5]


def test_a_plain_json_object_has_readings_and_no_numbers() -> None:
    opened = _decoded("coldbind/v1/dc1/fridge/json", b'{"sensor": "fridge", "temp": 4.5}')
    assert (opened.batch, opened.published_at) == (None, None)
    assert opened.columns.times.tolist() == [AT]


def test_a_spoiled_body_keeps_its_numbers() -> None:
    opened = _undecodable("coldbind/v1/dc1/gw1/data", encode_frame(3, 9, AT, b"\xff"))
    assert (opened.code, opened.batch) == ("undecodable", Batch("dc1", "gw1", 3, 9))
    assert "body" in opened.reason


def test_a_spoiled_envelope_has_no_numbers() -> None:
    opened = _undecodable("coldbind/v1/dc1/gw1/data", b"\xff")
    assert (opened.code, opened.batch) == ("undecodable", None)


def test_a_topic_outside_the_contract_is_named() -> None:
    for topic in ("coldbind/v1/dc1/gw1/ack", "other/topic", "coldbind/v1/a b/gw1/data"):
        opened = _undecodable(topic, encode_frame(3, 9, AT, BODY))
        assert opened.code == "unknown_topic"
        assert topic in opened.reason


def test_a_sending_time_from_a_broken_clock_is_unknown() -> None:
    opened = _decoded("coldbind/v1/dc1/gw1/data", encode_frame(3, 9, AT + DAY, BODY))
    assert opened.published_at is None


def test_a_number_larger_than_every_float_is_undecodable() -> None:
    for field in (b'"temp": ' + b"9" * 400, b'"temp": 1, "ts": ' + b"9" * 400):
        opened = _undecodable("coldbind/v1/dc1/x/json", b'{"sensor": "x", ' + field + b"}")
        assert opened.code == "undecodable"


@given(st.sampled_from(["data", "json", "ack"]), st.binary(max_size=100))
def test_no_payload_is_an_exception(kind: str, payload: bytes) -> None:
    assert decode(Message(f"coldbind/v1/dc1/x/{kind}", payload, AT)).message.payload == payload

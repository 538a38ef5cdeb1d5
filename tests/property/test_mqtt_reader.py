"""The MQTT reader: packets come out whole however the stream is cut, and nonsense is Malformed."""

import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.columns import Malformed
from wire.mqtt import (
    LARGEST_PACKET,
    V5,
    V311,
    Arrived,
    Connected,
    Login,
    Published,
    Reader,
    Subscribed,
    connect,
    puback,
    publish,
    subscribe,
    unsubscribe,
)

PINGRESP = b"\xd0\x00"


@dataclass(frozen=True)
class Sent:
    """A packet of a broker, and what a consumer is to see of it."""

    data: bytes
    seen: Published | Connected | Subscribed | None


def counted(body: bytes) -> bytes:
    """The MQTT length of `body`, written independently of the code under test, and `body`."""
    digits: list[int] = []
    rest = len(body)
    while rest or not digits:
        digits.append(rest % 128)
        rest //= 128
    return bytes([digit + 128 for digit in digits[:-1]] + digits[-1:]) + body


def published(topic: bytes, payload: bytes, mid: int, properties: bytes | None) -> Sent:
    head = struct.pack(">H", len(topic)) + topic + (struct.pack(">H", mid) if mid else b"")
    extra = b"" if properties is None else counted(properties)
    flags = 0x32 if mid else 0x30
    seen = Published(topic, payload, mid, len(payload))
    return Sent(bytes([flags]) + counted(head + extra + payload), seen)


def packets(version: int) -> st.SearchStrategy[list[Sent]]:
    properties = st.binary(max_size=200) if version == V5 else st.none()
    no_properties = b"\x00" if version == V5 else b""
    payload = st.binary(max_size=300) | st.integers(0, 40_000).map(bytes)
    codes = st.lists(st.sampled_from([0, 1, 0x80, 0x87]), min_size=1, max_size=5)
    return st.lists(
        st.builds(published, st.binary(max_size=40), payload, st.integers(0, 0xFFFF), properties)
        | st.integers(0, 255).map(
            lambda code: Sent(b"\x20" + counted(bytes([0, code]) + no_properties), Connected(code))
        )
        | codes.map(
            lambda granted: Sent(
                b"\x90" + counted(b"\0\1" + no_properties + bytes(granted)),
                Subscribed(tuple(code < 0x80 for code in granted)),
            )
        )
        | st.just(Sent(PINGRESP, None)),
        max_size=12,
    )


def read(reader: Reader, parts: Sequence[bytes]) -> Arrived:
    whole = Arrived()
    for part in parts:
        arrived = reader.feed(part)
        whole.messages += arrived.messages
        whole.answers += arrived.answers
    return whole


def cut(data: bytes, places: list[float]) -> list[bytes]:
    edges = sorted({0, len(data), *(round(place * len(data)) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


cuts = st.lists(st.floats(0, 1), max_size=20)


@pytest.mark.parametrize("version", [V311, V5])
@given(data=st.data(), places=cuts)
def test_every_packet_comes_out_whole_however_the_stream_is_cut(
    version: int, data: st.DataObject, places: list[float]
) -> None:
    sent = data.draw(packets(version))
    arrived = read(Reader(version), cut(b"".join(one.data for one in sent), places))
    seen = [one.seen for one in sent]
    assert arrived.messages == [one for one in seen if isinstance(one, Published)]
    assert arrived.answers == [one for one in seen if isinstance(one, Connected | Subscribed)]


@given(st.lists(st.integers(0, 3000), max_size=8), cuts)
def test_of_a_message_that_is_too_long_only_the_beginning_is_kept(
    sizes: list[int], places: list[float]
) -> None:
    largest = 1000
    payloads = [bytes(index % 251 for index in range(size)) for size in sizes]
    data = b"".join(published(b"t", payload, 7, None).data for payload in payloads)
    messages = read(Reader(V311, largest), cut(data, places)).messages
    assert [one.length for one in messages] == sizes
    for message, payload in zip(messages, payloads, strict=True):
        assert payload.startswith(message.payload)
        header = 1 + 2 + 2
        assert len(message.payload) >= min(len(payload), largest - header)
        assert len(message.payload) <= largest


@pytest.mark.parametrize("version", [V311, V5])
@given(st.binary(max_size=200), cuts)
def test_nonsense_is_malformed_and_nothing_else(version: int, data: bytes, places: list[float]) -> None:
    with suppress(Malformed):
        read(Reader(version, 64), cut(data, places))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x30\xff\xff\xff\xff\x01", "length of more than four bytes"),
        (b"\x30\x01\x00", "ends within its header"),
        (b"\x32\x04\x00\x01t\x00", "ends within its header"),
        (b"\x34\x05\x00\x01t\x00\x01", "QoS 2"),
        (b"\x20\x01\x00", "CONNACK without a code"),
        (b"\x90\xff\xff\xff\x7f", "kind 9 with 268435455 bytes"),
    ],
)
def test_what_no_broker_sends_is_told(data: bytes, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        Reader(V311, 1000).feed(data)


def test_the_greeting_is_that_of_the_standard() -> None:
    login = Login("me", "user", "secret", keepalive=30)
    assert connect(login, V311) == (
        b"\x10\x1c\x00\x04MQTT\x04\xc0\x00\x1e\x00\x02me\x00\x04user\x00\x06secret"
    )
    assert connect(Login("me", keepalive=30), V5) == (
        b"\x10\x17\x00\x04MQTT\x05\x00\x00\x1e\x08\x11\xff\xff\xff\xff\x21\xff\xff\x00\x02me"
    )
    assert "secret" not in repr(login)


def test_what_a_consumer_says_is_that_of_the_standard() -> None:
    assert subscribe(1, ["a/b", "c"], V311) == b"\x82\x0c\x00\x01\x00\x03a/b\x01\x00\x01c\x01"
    assert subscribe(1, ["a"], V5) == b"\x82\x07\x00\x01\x00\x00\x01a\x01"
    assert unsubscribe(2, ["a"], V311) == b"\xa2\x05\x00\x02\x00\x01a"
    assert publish("a", b"xy", V311) == b"\x30\x05\x00\x01axy"
    assert publish("a", b"xy", V5) == b"\x30\x06\x00\x01a\x00xy"
    assert puback([1, 258]) == b"\x40\x02\x00\x01\x40\x02\x01\x02"
    assert puback([]) == b""


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="65535 bytes at most"):
        subscribe(1, ["a" * 70_000], V311)
    with pytest.raises(ValueError, match=str(LARGEST_PACKET)):
        publish("a", bytes(LARGEST_PACKET), V311)

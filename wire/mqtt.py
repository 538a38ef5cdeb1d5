"""MQTT 3.1.1 and 5.0 as bytes: the packets a consumer sends, and a reader for what a broker sends.

Only what receiving at QoS 0 and 1 needs. The reader takes many small messages from one read of the
socket at a microsecond each, because that is what the path spends on a message with one reading.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wire.columns import Malformed

V311, V5 = 4, 5
PINGREQ, DISCONNECT = b"\xc0\x00", b"\xe0\x00"
LARGEST_PACKET = 268_435_455
"""Bytes after the fixed header, by the protocol."""

_CONNACK, _PUBLISH, _SUBACK = 0x20, 0x30, 0x90
_KIND, _QOS = 0xF0, 0x06
_QOS_SHIFT, _LONGEST_LENGTH = 1, 4
_SESSION_EXPIRY, _RECEIVE_MAXIMUM = 0x11, 0x21
_CLEAN, _PASSWORD, _USER = 0x02, 0x40, 0x80
_NEVER = 0xFFFFFFFF
_FAILURE = 0x80
_LARGEST_TEXT = 0xFFFF

_LOGIN = "it refuses the login: check the user and the password in the MQTT URL, or the certificate"
_REASONS = {
    1: "it does not speak this version of MQTT",
    2: "it refuses the client id",
    3: "it is not available now",
    4: _LOGIN,
    5: _LOGIN,
    0x84: "it does not speak this version of MQTT",
    0x85: "it refuses the client id",
    0x86: _LOGIN,
    0x87: _LOGIN,
    0x88: "it is not available now",
    0x89: "it is busy",
    0x8A: "this client is banned",
    0x97: "a quota is exceeded",
}


@dataclass(frozen=True, slots=True)
class Login:
    """How a consumer introduces itself; its session outlives the connection.

    The broker may have `receive_maximum` messages under way to it unacknowledged (5.0 only).
    """

    client_id: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    keepalive: int = 30
    receive_maximum: int = 0xFFFF


class Connected(NamedTuple):
    """The broker's answer to CONNECT; `code` 0 is a welcome."""

    code: int

    @property
    def refusal(self) -> str:
        """Why not, as the end of a sentence that begins with the broker."""
        return _REASONS.get(self.code, f"it refuses the connection with code {self.code}")

    @property
    def speaks_other_version(self) -> bool:
        """Whether another version of the protocol may succeed."""
        return self.code in (1, 0x84)


class Subscribed(NamedTuple):
    """The broker's answer to SUBSCRIBE: for each filter whether it is granted."""

    granted: tuple[bool, ...]


class Published(NamedTuple):
    """A message: `mid` is 0 at QoS 0. Its `length` exceeds that of `payload` when it was cut off."""

    topic: bytes
    payload: bytes
    mid: int
    length: int


@dataclass(slots=True)
class Arrived:
    """What one read of the socket brought: messages, and the answers to what we asked."""

    messages: list[Published] = field(default_factory=list[Published])
    answers: list[Connected | Subscribed] = field(default_factory=list[Connected | Subscribed])


def connect(login: Login, version: int) -> bytes:
    """CONNECT with a session that the broker keeps."""
    flags = 0 if login.username is None else _USER
    flags |= 0 if login.password is None else _PASSWORD
    properties = b""
    if version == V5:
        expiry = struct.pack(">BI", _SESSION_EXPIRY, _NEVER)
        properties = _counted(expiry + struct.pack(">BH", _RECEIVE_MAXIMUM, login.receive_maximum))
    texts = [text for text in (login.client_id, login.username, login.password) if text is not None]
    head = _text("MQTT") + struct.pack(">BBH", version, flags, login.keepalive)
    return b"\x10" + _counted(head + properties + b"".join(map(_text, texts)))


def subscribe(mid: int, filters: Sequence[str], version: int) -> bytes:
    """SUBSCRIBE to `filters` at QoS 1."""
    properties = b"\x00" if version == V5 else b""
    wanted = b"".join(_text(one) + b"\x01" for one in filters)
    return b"\x82" + _counted(struct.pack(">H", mid) + properties + wanted)


def unsubscribe(mid: int, filters: Sequence[str], version: int) -> bytes:
    """UNSUBSCRIBE from `filters`, which a session may have kept from earlier settings."""
    properties = b"\x00" if version == V5 else b""
    return b"\xa2" + _counted(struct.pack(">H", mid) + properties + b"".join(map(_text, filters)))


def publish(topic: str, payload: bytes, version: int) -> bytes:
    """PUBLISH at QoS 0."""
    properties = b"\x00" if version == V5 else b""
    return b"\x30" + _counted(_text(topic) + properties + payload)


def puback(mids: Iterable[int]) -> bytes:
    """A PUBACK for each of `mids`, one after the other."""
    return b"".join([b"\x40\x02" + mid.to_bytes(2, "big") for mid in mids])


class Reader:
    """Takes a broker's bytes apart, however they are cut; `Malformed` when they are not MQTT.

    A message longer than `largest` bytes costs no more memory than that.
    """

    def __init__(self, version: int, largest: int = LARGEST_PACKET) -> None:
        self._properties = version == V5
        self._largest = largest
        self._rest = b""
        self._skip = 0

    def feed(self, data: bytes) -> Arrived:
        """The packets that are complete with `data`."""
        arrived = Arrived()
        data = self._unskipped(data)
        if self._rest:
            data = self._rest + data
        self._rest = data[self._packets(data, arrived) :]
        return arrived

    def _unskipped(self, data: bytes) -> bytes:
        """`data` without what still belongs to a message that is too long."""
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        return data[skipped:] if skipped else data

    def _packets(self, data: bytes, arrived: Arrived) -> int:
        """Read the packets in `data`; where the first incomplete one begins."""
        at, end = 0, len(data)
        messages = arrived.messages
        while at + 1 < end:
            kind, length, body = data[at], data[at + 1], at + 2
            if length >= _FAILURE:  # the length takes more than one byte
                length, body = _length(data, at + 1)
                if not body:
                    break
            after = body + length
            if after > end and length <= self._largest:
                break
            if kind & _KIND == _PUBLISH:
                if after > end and end - body < min(length, self._largest):
                    break
                messages.append(self._message(data, kind, body, after))
            elif after > end:
                raise Malformed(f"mqtt: a packet of kind {kind >> 4} with {length} bytes")
            else:
                _answer(kind, data[body:after], arrived, with_properties=self._properties)
            if after > end:
                self._skip = after - end
                return end
            at = after
        return at

    def _message(self, data: bytes, kind: int, at: int, after: int) -> Published:
        topic_end = at + 2 + (data[at] << 8 | data[at + 1]) if at + 2 <= after else after + 1
        qos = (kind & _QOS) >> _QOS_SHIFT
        payload = topic_end + 2 if qos else topic_end
        if payload > after or qos > 1:
            raise Malformed("mqtt: a message that ends within its header, or of QoS 2")
        mid = data[topic_end] << 8 | data[topic_end + 1] if qos else 0
        if self._properties:
            size, payload = _length(data, payload)
            payload += size
        kept = data[payload : min(after, payload + self._largest)]
        return Published(data[at + 2 : topic_end], kept, mid, after - payload)


def _answer(kind: int, body: bytes, arrived: Arrived, *, with_properties: bool) -> None:
    if kind & _KIND == _CONNACK:
        if len(body) < 2:  # noqa: PLR2004 - flags and code
            raise Malformed("mqtt: CONNACK without a code")
        arrived.answers.append(Connected(body[1]))
    elif kind & _KIND == _SUBACK:
        codes = 2
        if with_properties:
            size, codes = _length(body, codes)
            codes += size
        arrived.answers.append(Subscribed(tuple(code < _FAILURE for code in body[codes:])))


def _length(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to four bytes and where it ends; (0, 0) when it is incomplete."""
    length = 0
    for place in range(_LONGEST_LENGTH):
        if at + place >= len(data):
            return 0, 0
        byte = data[at + place]
        length |= (byte & 0x7F) << (7 * place)
        if byte < _FAILURE:
            return length, at + place + 1
    raise Malformed("mqtt: a length of more than four bytes")


def _counted(body: bytes) -> bytes:
    if len(body) > LARGEST_PACKET:
        raise ValueError(f"an MQTT packet holds {LARGEST_PACKET} bytes, not {len(body)}")
    length, prefix = len(body), bytearray()
    while True:
        length, digit = length >> 7, length & 0x7F
        prefix.append(digit | _FAILURE if length else digit)
        if not length:
            return bytes(prefix) + body


def _text(text: str) -> bytes:
    encoded = text.encode()
    if len(encoded) > _LARGEST_TEXT:
        raise ValueError(f"a text in MQTT has {_LARGEST_TEXT} bytes at most, not {len(encoded)}")
    return struct.pack(">H", len(encoded)) + encoded

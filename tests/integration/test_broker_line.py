"""The line to the broker, against a broker that behaves as the test wants."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest
from structlog.testing import capture_logs

from ingest.mailbox import Delivery, GroupLimits, Mailbox
from ingest.settings import IngestSettings
from ingest.subscription import Subscription

WELCOME = b"\x20\x02\x01\x00"
LIMITS = GroupLimits(10**9, 10**6, 0.05)
PATIENCE = 10.0


def published(payload: bytes, mid: int) -> bytes:
    topic = b"coldbind/v1/dc1/x/json"
    body = struct.pack(">H", len(topic)) + topic + struct.pack(">H", mid) + payload
    length, digits = len(body), bytearray()
    while length > 127:
        digits.append(length & 127 | 128)
        length >>= 7
    digits.append(length)
    return b"\x32" + bytes(digits) + body


@contextmanager
def broker(play: Callable[[socket.socket], None]) -> Generator[int]:
    """A listener that plays `play` with everybody who connects, one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    talking, _ = server.accept()
                except TimeoutError:
                    continue
                with talking:
                    talking.settimeout(PATIENCE)
                    play(talking)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            ended.set()
            thread.join()


def heard(mailbox: Mailbox, messages: int) -> list[Delivery]:
    deadline = time.monotonic() + PATIENCE
    found: list[Delivery] = []
    while len(found) < messages and time.monotonic() < deadline:
        found += mailbox.take(LIMITS, 0.5)
    return found


def until_closed(talking: socket.socket) -> bytes:
    said = b""
    while part := talking.recv(65_536):
        said += part
    return said


def test_messages_in_the_same_packet_as_the_welcome_are_heard() -> None:
    said: list[bytes] = []

    def play(talking: socket.socket) -> None:
        talking.recv(1000)
        talking.sendall(WELCOME + published(b"1", 7) + published(b"2", 8))
        said.append(until_closed(talking))

    with (
        broker(play) as port,
        Subscription(IngestSettings(f"mqtt://127.0.0.1:{port}")) as subscription,
    ):
        found = heard(subscription.mailbox, 2)
        subscription.acknowledge(found)
    assert [one.message.payload for one in found] == [b"1", b"2"]
    assert said[0].endswith(b"\x40\x02\x00\x07\x40\x02\x00\x08\xe0\x00")


def test_what_belongs_to_an_ended_connection_is_not_acknowledged_on_the_next() -> None:
    """The broker sends it again, and the number may mean another message by then."""
    said: list[bytes] = []

    def play(talking: socket.socket) -> None:
        talking.recv(1000)
        talking.sendall(WELCOME + published(b"first" if not said else b"second", 7))
        if not said:
            said.append(b"")
            return
        said.append(until_closed(talking))

    with (
        broker(play) as port,
        Subscription(IngestSettings(f"mqtt://127.0.0.1:{port}")) as subscription,
    ):
        first = heard(subscription.mailbox, 1)
        (second,) = heard(subscription.mailbox, 1)
        assert (first[0].message.payload, second.message.payload) == (b"first", b"second")
        subscription.acknowledge(first)
        subscription.publish([("a", b"b")])
    assert b"\x40\x02\x00\x07" not in said[1]
    assert b"\x30\x04\x00\x01ab" in said[1]


def test_a_full_mailbox_holds_the_broker_up_and_loses_nothing() -> None:
    total, sent = 400, [0]

    def play(talking: socket.socket) -> None:
        talking.recv(1000)
        talking.sendall(WELCOME)
        for mid in range(1, total + 1):
            talking.sendall(published(bytes(50_000), mid))
            sent[0] = mid
        until_closed(talking)

    with broker(play) as port:
        told = IngestSettings(f"mqtt://127.0.0.1:{port}", queue_bytes=200_000)
        with Subscription(told) as subscription:
            time.sleep(1.0)
            assert sent[0] < total, "the sockets hold some of 20 MB, and the mailbox a little more"
            assert len(heard(subscription.mailbox, total)) == total


def test_of_a_message_that_is_too_large_the_beginning_comes_and_the_next_one_whole() -> None:
    def play(talking: socket.socket) -> None:
        talking.recv(1000)
        talking.sendall(WELCOME + published(bytes(3_000_000), 1) + published(b"next", 2))
        until_closed(talking)

    with broker(play) as port:
        told = IngestSettings(f"mqtt://127.0.0.1:{port}", largest_payload=10_000)
        with Subscription(told) as subscription:
            large, after = heard(subscription.mailbox, 2)
    assert len(large.message.payload) + large.message.missing == 3_000_000
    assert 9_000 < len(large.message.payload) <= 10_000
    assert (after.message.payload, after.message.missing, after.mid) == (b"next", 0, 2)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"\x20\x02\x00\x05", "check the user and the password"),
        (b"\x20\x02\x00\x03", "not available now"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "closed the connection"),
        (b"", "closed the connection"),
    ],
)
def test_who_does_not_welcome_us_is_told_once(answer: bytes, reason: str) -> None:
    def play(talking: socket.socket) -> None:
        talking.recv(1000)
        talking.sendall(answer)

    with (
        capture_logs() as said,
        broker(play) as port,
        Subscription(IngestSettings(f"mqtt://127.0.0.1:{port}")),
    ):
        time.sleep(1.5)
    assert len(said) == 1
    assert reason in said[0]["reason"]

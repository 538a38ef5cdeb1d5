"""A connection on which MQTT is spoken: the greeting, the subscriptions, the signs of life."""

import time
from collections.abc import Sequence

from ingest.connection import Connection, ConnectionEnded
from wire.mqtt import (
    DISCONNECT,
    PINGREQ,
    Arrived,
    Connected,
    Login,
    Reader,
    connect,
    puback,
    publish,
    subscribe,
    unsubscribe,
)

_ANSWER_WITHIN = 5.0
_THE_MID, _OTHER_MID = 1, 2
_PATIENCE = 1.5
"""A broker is gone after so many keep-alive intervals without a sign of it."""


class Refused(Exception):
    """The broker answers, but not to us; the text is the end of a sentence that begins with it.

    `other_version` says whether another version of MQTT may succeed.
    """

    def __init__(self, why: str, *, other_version: bool = False) -> None:
        super().__init__(why)
        self.other_version = other_version


class Line:
    """MQTT `version` on `connection`; of messages over `largest` bytes only that much is kept."""

    def __init__(self, connection: Connection, login: Login, version: int, largest: int) -> None:
        self._connection = connection
        self._login = login
        self._version = version
        self._reader = Reader(version, largest)
        self._early = Arrived()

    def greet(self) -> None:
        """Introduce ourselves; `Refused` or `OSError` when the broker does not welcome us."""
        self._connection.send(connect(self._login, self._version))
        deadline = time.monotonic() + _ANSWER_WITHIN
        while (left := deadline - time.monotonic()) > 0:
            arrived = self._reader.feed(self._connection.exchange(left, reading=True))
            for answer in arrived.answers:
                if isinstance(answer, Connected):
                    _welcomed(answer)
                    self._early = arrived
                    return
        raise Refused("it does not answer CONNECT: is it a broker?")

    def subscribe(self, filters: Sequence[str], no_longer: Sequence[str]) -> None:
        """Ask for `filters` and end `no_longer`; the answer to the former comes with `receive`."""
        if no_longer:
            self._connection.send(unsubscribe(_OTHER_MID, no_longer, self._version))
        self._connection.send(subscribe(_THE_MID, filters, self._version))

    def receive(self, patience: float, *, reading: bool) -> Arrived:
        """What comes within `patience` seconds, nothing while not `reading`; gives signs of life."""
        if self._early.messages:  # a kept session may go on in the packet that welcomes us
            early, self._early = self._early, Arrived()
            return early
        arrived = self._reader.feed(self._connection.exchange(patience, reading=reading))
        now = time.monotonic()
        if now - self._connection.last_sent > self._login.keepalive / 2:
            self._connection.send(PINGREQ)
        if not reading:
            self._connection.last_received = now  # what we did not want to hear is no silence
        elif now - self._connection.last_received > _PATIENCE * self._login.keepalive:
            raise ConnectionEnded("it has fallen silent")
        return arrived

    def acknowledge(self, mids: list[int]) -> None:
        """Say that the messages are dealt with; any thread may."""
        self._connection.send(puback(mids))

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message at QoS 0; any thread may."""
        self._connection.send(publish(topic, payload, self._version))

    def wake(self) -> None:
        """End the wait of `receive`; any thread may."""
        self._connection.wake()

    def say_goodbye(self) -> None:
        """Send what is left to say, as far as that goes at once."""
        self._connection.send(DISCONNECT)
        self._connection.exchange(0, reading=False)


def _welcomed(answer: Connected) -> None:
    if answer.code:
        raise Refused(answer.refusal, other_version=answer.speaks_other_version)

"""Where the network thread leaves messages for the thread that stores them; bounded in bytes.

When it is full the network thread waits, so the broker keeps what does not fit: memory is bounded
however long the database is away.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass

from ingest.core.decode import Message

_OVERHEAD = 500
"""Roughly what a message costs in memory besides its payload, bytes."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message with what it takes to acknowledge it: its `mid` and `qos` within one `session`."""

    message: Message
    mid: int
    qos: int
    session: int


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """How much goes into one transaction, and for how many seconds the first message waits for more."""

    payload_bytes: int
    messages: int
    linger: float


class Mailbox:
    """A queue of deliveries that holds about `capacity` bytes."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._waiting: deque[Delivery] = deque()
        self._size = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, delivery: Delivery) -> None:
        """Leave `delivery`; waits while there is no room. Once closed, nothing is taken in any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._size < self._capacity)
            if self._closed:
                return
            self._waiting.append(delivery)
            self._size += _cost(delivery)
            self._changed.notify_all()

    def take(self, limits: GroupLimits, patience: float) -> list[Delivery]:
        """The next group of messages, at least one; empty when none came within `patience` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting or self._closed, patience):
                return []
            deadline = time.monotonic() + limits.linger
            group: list[Delivery] = []
            room = limits.payload_bytes
            while len(group) < limits.messages and room > 0:
                if self._waiting:
                    group.append(self._pop())
                    room -= len(group[-1].message.payload)
                elif self._closed or not self._linger(deadline):
                    break
            return group

    def close(self) -> None:
        """Let go of everybody who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _linger(self, deadline: float) -> bool:
        left = deadline - time.monotonic()
        return left > 0 and bool(self._changed.wait_for(lambda: self._waiting or self._closed, left))

    def _pop(self) -> Delivery:
        delivery = self._waiting.popleft()
        self._size -= _cost(delivery)
        self._changed.notify_all()
        return delivery


def _cost(delivery: Delivery) -> int:
    return len(delivery.message.payload) + _OVERHEAD

"""Where the line to the broker leaves messages for the thread that stores them; bounded in bytes.

When it is full the line stops reading, so the broker keeps what does not fit: memory is bounded
however long the database is away.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.core.decode import Message

_OVERHEAD = 500
"""Roughly what a message costs in memory besides its payload, bytes."""


class Delivery(NamedTuple):
    """A message with what it takes to acknowledge it: its `mid` within one `session`, 0 for nothing."""

    message: Message
    mid: int
    session: int


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """How much goes into one transaction, and for how many seconds the first message waits for more."""

    payload_bytes: int
    messages: int
    linger: float


class Mailbox:
    """A queue of deliveries that holds about `capacity` bytes; `on_room` is told when some is free."""

    def __init__(self, capacity: int, on_room: Callable[[], None]) -> None:
        self._capacity = capacity
        self._on_room = on_room
        self._waiting: deque[Delivery] = deque()
        self._size = 0
        self._wanted = 1
        self._closed = False
        self._changed = threading.Condition()

    @property
    def full(self) -> bool:
        """Whether nothing more should be put in."""
        return self._size >= self._capacity

    @property
    def size(self) -> int:
        """How many bytes of its capacity are taken."""
        return self._size

    def put(self, deliveries: Sequence[Delivery]) -> None:
        """Leave `deliveries`; they are taken even when that fills the mailbox over its capacity."""
        cost = sum([len(message.payload) for message, _, _ in deliveries])
        with self._changed:
            waited = len(self._waiting)
            self._waiting.extend(deliveries)
            self._size += cost + _OVERHEAD * len(deliveries)
            if waited < self._wanted <= len(self._waiting) or self.full:
                self._changed.notify_all()

    def take(self, limits: GroupLimits, patience: float) -> list[Delivery]:
        """The next group of messages, at least one; empty when none came within `patience` seconds."""
        was_full = self.full
        with self._changed:
            self._wait_for(1, patience)
            self._wait_for(limits.messages, limits.linger if self._waiting else 0)
            group: list[Delivery] = []
            room = limits.payload_bytes
            while self._waiting and len(group) < limits.messages and room > 0:
                group.append(self._waiting.popleft())
                room -= len(group[-1].message.payload)
            self._size -= limits.payload_bytes - room + _OVERHEAD * len(group)
        if was_full:
            self._on_room()
        return group

    def close(self) -> None:
        """Let go of everybody who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _wait_for(self, messages: int, patience: float) -> None:
        """Sleep until so many messages wait; waking for each would cost more than the message."""
        self._wanted = messages
        self._changed.wait_for(
            lambda: len(self._waiting) >= messages or self.full or self._closed, patience
        )

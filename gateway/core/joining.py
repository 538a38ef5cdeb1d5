"""Which batches of a backlog share a message: neighbours, as long as it stays small.

A message costs the gateway as much as some hundred readings. After an outage there may be many small
batches in the spool; a message of them must not be so long that a live batch waits noticeably for it.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

TOGETHER_BYTES = 16 * 1024
"""Bytes of batches in one message; a larger batch goes alone."""
TOGETHER = 64
"""Batches in one message at most."""


class Sized(Protocol):
    """A batch with its encoded body."""

    @property
    def body(self) -> bytes:
        """What is sent of it, besides its numbers."""
        ...


_Batch = TypeVar("_Batch", bound=Sized)


def backlog_bytes(messages: int) -> int:
    """Bytes of batches that fit into about so many messages: two in a row hold more than one may."""
    return max(1, messages * TOGETHER_BYTES // 2)


def joined(batches: Iterable[_Batch]) -> list[tuple[_Batch, ...]]:
    """`batches` in their order, as the messages they are sent in."""
    messages: list[tuple[_Batch, ...]] = []
    group: list[_Batch] = []
    size = 0
    for batch in batches:
        if group and (size + len(batch.body) > TOGETHER_BYTES or len(group) == TOGETHER):
            messages.append(tuple(group))
            group, size = [], 0
        group.append(batch)
        size += len(batch.body)
    if group:
        messages.append(tuple(group))
    return messages

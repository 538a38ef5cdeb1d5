"""Packing the readings of many small messages into few batches.

A batch is one row of the spool and one MQTT message, so its size decides what each reading costs.
Messages stay in order and whole; a batch is closed before the message that would overfill it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from wire.columns import Columns, SeriesName

_READING_BYTES = 4 + 8 + 8
_NAME_OVERHEAD = 16
_FRAME_OVERHEAD = 128


NOTHING = Columns((), np.array([], np.uint32), np.array([], np.int64), np.array([], np.float64))
"""No readings at all."""


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """A batch holds at most `readings` readings in about `size` bytes, or one single message."""

    readings: int = 1000
    size: int = 256 * 1024


def encoded_size(columns: Columns) -> int:
    """Bytes that an encoded frame with `columns` takes at most."""
    return _FRAME_OVERHEAD + sum(map(_name_size, columns.names)) + _READING_BYTES * len(columns)


def pack(messages: Iterable[Columns], limits: BatchLimits) -> list[Columns]:
    """The readings of `messages` in as few batches as `limits` allow, in the same order.

    Messages without readings vanish; a message larger than the limits is a batch of its own.
    """
    batches: list[Columns] = []
    group: list[Columns] = []
    names: set[SeriesName] = set()
    readings, size = 0, _FRAME_OVERHEAD
    for message in messages:
        if not len(message):
            continue
        new = set(message.names) - names
        growth = sum(map(_name_size, new)) + _READING_BYTES * len(message)
        if group and (readings + len(message) > limits.readings or size + growth > limits.size):
            batches.append(merge(group))
            group.clear()
            names.clear()
            readings, size = 0, _FRAME_OVERHEAD
            growth = encoded_size(message) - _FRAME_OVERHEAD
        group.append(message)
        names.update(message.names)
        readings += len(message)
        size += growth
    if group:
        batches.append(merge(group))
    return batches


def merge(messages: Sequence[Columns]) -> Columns:
    """All readings of `messages`, at least one, over one table of names."""
    if len(messages) == 1:
        return messages[0]
    numbers: dict[SeriesName, int] = {}
    indexes = [
        np.array([numbers.setdefault(name, len(numbers)) for name in message.names], np.uint32)[
            message.index
        ]
        for message in messages
    ]
    return Columns(
        tuple(numbers),
        np.concatenate(indexes),
        np.concatenate([message.times for message in messages]),
        np.concatenate([message.values for message in messages]),
    )


@lru_cache(4096)
def _name_size(name: SeriesName) -> int:
    return _NAME_OVERHEAD + sum(len(part.encode()) for part in name)

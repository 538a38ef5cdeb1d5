"""Which datagrams were spooled lately: one whose receipt was lost is answered, and not kept twice.

The readings in it count, with their times: a device without a clock may send the same bytes again and
mean a new reading.
"""

from collections.abc import Iterable

from wire.columns import Columns

_REMEMBERED = 8192


class Repeats:
    """Remembers the newest `most` datagrams by a 64-bit hash of their bytes and times."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._keys: dict[int, None] = {}

    def __contains__(self, key: int) -> bool:
        return key in self._keys

    def remember(self, keys: Iterable[int]) -> None:
        """Note that the datagrams with these keys are in the spool."""
        for key in keys:
            self._keys.pop(key, None)
            self._keys[key] = None
        while len(self._keys) > self._most:
            del self._keys[next(iter(self._keys))]


def key_of(datagram: bytes, readings: Columns) -> int:
    """What makes a datagram the same as another."""
    return hash((datagram, readings.times.tobytes()))

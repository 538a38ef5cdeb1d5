"""Which batches are on their way to the centre: the send window as a state machine without a clock.

A batch is in flight from its first sending until an acknowledgement covers it, whatever the broker
says meanwhile. After a reconnection everything in flight goes again, in order. While nobody answers,
only the batch that waits longest goes again, at growing intervals: the answer is cumulative and tells
what else went missing, and a broker that stores messages for a centre that is down is not filled
with copies.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from wire.ack import Ack

_LONGEST_PATIENCE = 6
"""The interval between two sendings of unanswered batches grows to this many times the first."""

Range = tuple[int, int]
"""Batch numbers from the first to the second, both included."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read from the spool next: the batches `again`, and up to `room` numbered over `after`."""

    again: tuple[int, ...]
    after: int
    room: int

    def __bool__(self) -> bool:
        return bool(self.again) or self.room > 0


class Flight:
    """The batches of one `epoch` in flight, at most `window` of them.

    Time is any steady count of microseconds. A batch that was not confirmed `patience` after its
    sending is sent again.
    """

    def __init__(self, epoch: int, window: int, patience: int) -> None:
        self.epoch = epoch
        self._window = window
        self._first_patience = self._patience = patience
        self._cursor = 0
        self._sent: dict[int, int] = {}  # number -> time of its last sending, longest ago first
        self._again: list[int] = []
        self._probe: int | None = None
        self._probed_at: int | None = None
        self._confirmed: tuple[Range, ...] = ()

    def __len__(self) -> int:
        return len(self._sent)

    def plan(self, most: int) -> Plan:
        """What to send next, at most `most` batches; false when nothing may be sent now."""
        again = tuple(self._again[:most])
        room = min(self._window - len(self._sent), most - len(again))
        return Plan(again, self._cursor, max(room, 0))

    def depart(self, seq: int, now: int) -> bool:
        """Note that batch `seq` is sent `now`; false when it need not be, for it is confirmed."""
        self._cursor = max(self._cursor, seq)
        self._drop_again({seq})
        if self._covers(seq):
            self._sent.pop(seq, None)
            return False
        self._sent.pop(seq, None)
        self._sent[seq] = now
        return True

    def gone(self, seqs: Iterable[int]) -> None:
        """Note that the spool no longer has `seqs`: they were confirmed since they were planned."""
        missing = set(seqs)
        self._drop_again(missing)
        for seq in missing:
            self._sent.pop(seq, None)

    def acknowledge(self, ack: Ack, now: int) -> tuple[Range, ...]:
        """The ranges the spool may forget because of `ack`; none when it is for another epoch."""
        if ack.epoch != self.epoch:
            return ()
        self._confirmed = tuple(sorted(pair for pair in ack.committed if pair[0] <= pair[1]))
        released = {seq for seq in self._sent if self._covers(seq)}
        for seq in released:
            del self._sent[seq]
        if released:
            self._drop_again(released)
            self._patience = self._first_patience
            if self._probe in released:
                self._send_again(seq for seq, at in self._sent.items() if now - at >= self._patience)
                self._probe = None
        return self._confirmed

    def overdue(self, now: int) -> None:
        """Plan the batch that waits longest to be sent again when patience with it is over."""
        due = self.due_at()
        if due is None or now < due:
            return
        self._probe, self._probed_at = next(iter(self._sent)), now
        self._again.append(self._probe)
        self._patience = min(self._patience * 2, self._first_patience * _LONGEST_PATIENCE)

    def due_at(self) -> int | None:
        """When to ask `overdue` next; None while nothing waits, or resending is planned already."""
        if not self._sent or self._again:
            return None
        longest_ago = next(iter(self._sent.values()))
        last_sign = longest_ago if self._probed_at is None else max(longest_ago, self._probed_at)
        return last_sign + self._patience

    def reconnected(self) -> None:
        """Plan everything in flight to be sent again, in order: the broker may have lost it."""
        self._patience = self._first_patience
        self._probe = None
        self._again = sorted(self._sent)

    def _send_again(self, seqs: Iterable[int]) -> None:
        self._again = sorted({*self._again, *seqs})

    def _drop_again(self, seqs: set[int]) -> None:
        if self._again:
            self._again = [seq for seq in self._again if seq not in seqs]

    def _covers(self, seq: int) -> bool:
        position = bisect_right(self._confirmed, seq, key=_first) - 1
        return position >= 0 and self._confirmed[position][1] >= seq


def _first(pair: Range) -> int:
    return pair[0]

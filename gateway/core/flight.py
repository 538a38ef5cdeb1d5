"""Which batches are on their way to the centre: the send window as a state machine without a clock.

Live data goes first: batches younger than the moment of (re)connection, in order. What was left by
then is backlog and goes beside them, the newest stretch first, no more at once than `Pace` allows.
When live data itself cannot be sent for a second, what waits becomes backlog too.

A batch is in flight from its sending until an acknowledgement covers it, whatever the broker says
meanwhile. One that the centre passed over in its answers becomes backlog again. While nobody answers,
only the batch that waits longest goes again, at growing intervals: a broker that stores messages for
a centre that is down is not filled with copies.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from gateway.core.pace import Pace
from gateway.core.stretches import Range, Stretches
from kernel.instants import SECOND
from wire.ack import Ack

_LONGEST_PATIENCE = 6
"""The interval between two sendings of unanswered batches grows to this many times the first."""
_BEHIND = SECOND


class Section(NamedTuple):
    """Up to `room` batches numbered over `after` whose numbers begin at `upto` or before."""

    after: int
    upto: int
    room: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read from the spool next, in this order; `again` names at most one batch."""

    live: Section
    again: tuple[int, ...]
    backlog: Section

    def __bool__(self) -> bool:
        return bool(self.again) or self.live.room > 0 or self.backlog.room > 0


class _Sending(NamedTuple):
    """A batch under way, which stands for the numbers from `first` on; `at` is its last sending."""

    first: int
    size: int
    at: int
    live: bool
    repeated: bool


class Flight:
    """The batches of one `epoch` in flight, at most `window` of them with about `most_bytes` in all.

    At the beginning the numbers in `backlog` are kept, the highest given is `last`. Time is any steady
    count of microseconds. A batch that was not confirmed `patience` after its sending is sent again.
    """

    def __init__(
        self,
        epoch: int,
        window: int,
        patience: int,
        *,
        most_bytes: int = 2**20,
        backlog: Iterable[Range] = (),
        last: int = 0,
    ) -> None:
        self.epoch = epoch
        self._window = window
        self._most_bytes = most_bytes
        self._first_patience = self._patience = patience
        self._live = last
        self._backlog = Stretches(backlog)
        self._pace = Pace(window)
        self._behind_since: int | None = None
        self._sent: dict[int, _Sending] = {}  # longest ago first
        self._probe: int | None = None  # the one that went again to ask whether anybody listens
        self._probe_due = False
        self._probed_at: int | None = None
        self._heard_at: int | None = None
        self._confirmed: tuple[Range, ...] = ()

    def __len__(self) -> int:
        return len(self._sent)

    def under_way(self) -> frozenset[int]:
        """The numbers in flight: their batches have to stay as they are."""
        return frozenset(self._sent)

    def plan(self, most: int, last: int, now: int, *, together: int = 1) -> Plan:
        """What to send next, in at most `most` messages; false when nothing may be sent now.

        `last` is the highest number given. A message holds up to `together` batches of the backlog,
        or one other.
        """
        if self._behind_since is not None and now - self._behind_since >= _BEHIND:
            self._give_up_live(last)
        free = self._free()
        allowed = min(self._pace.room(self._backlog_under_way()), free) if self._backlog else 0
        again = (self._probe,) if self._probe_due and self._probe is not None else ()
        others = min(1, allowed) + len(again)
        live = max(0, min(last - self._live, free - min(1, allowed), most - others))
        room = max(0, min(allowed, free - live, (most - live - len(again)) * together))
        self._note_behind(last - self._live - live, now)
        low, high = self._backlog.newest() if room else (1, 0)
        return Plan(Section(self._live, last, live), again, Section(low - 1, high, room))

    def depart(self, seq: int, now: int, first: int | None = None, *, size: int = 0) -> bool:
        """Note that batch `seq`, which stands for the numbers from `first` on, is sent `now`.

        False when it need not be sent: it is confirmed, or under way and not due again.
        """
        begin = seq if first is None else first
        live = seq > self._live
        self._live = max(self._live, seq)
        self._backlog.pass_by(begin)
        self._backlog.remove((begin, seq))
        before = self._sent.get(seq)
        if before is not None:
            if not (self._probe_due and seq == self._probe):
                return False
            del self._sent[seq]
            self._probe_due = False
        if self._covers(begin, seq):
            return False
        was_live = before.live if before else live
        self._sent[seq] = _Sending(begin, size, now, was_live, repeated=before is not None)
        return True

    def emptied(self, section: Section) -> None:
        """Note that the spool holds no more of `section` than was read."""
        if section.upto > self._live:
            self._live = section.upto
        else:
            self._backlog.remove((section.after + 1, section.upto))

    def gone(self, seqs: Iterable[int]) -> None:
        """Note that the spool no longer has `seqs`: they were confirmed since they were planned."""
        for seq in seqs:
            self._sent.pop(seq, None)
            if seq == self._probe:
                self._probe, self._probe_due = None, False

    def replaced(self, numbers: Range) -> None:
        """Note that one new batch stands for `numbers` now: it has to be sent, whatever was sent."""
        first, last = numbers
        self.gone([seq for seq in self._sent if first <= seq <= last])
        self._backlog.add((first, min(last, self._live)))

    def acknowledge(self, ack: Ack, now: int) -> tuple[Range, ...]:
        """The ranges the spool may forget because of `ack`; none when it is for another epoch."""
        if ack.epoch != self.epoch:
            return ()
        self._heard_at = now
        self._confirmed = tuple(sorted(pair for pair in ack.committed if pair[0] <= pair[1]))
        for pair in self._confirmed:
            self._backlog.remove(pair)
        released = {seq: one for seq, one in self._sent.items() if self._covers(one.first, seq)}
        if released:
            self._learn(released, now)
            answered = self._probe in released
            self.gone(released)
            self._patience = self._first_patience
            if answered:
                self._take_back(now)
        return self._confirmed

    def _learn(self, released: dict[int, _Sending], now: int) -> None:
        """Only first sendings tell how long the way takes: the answer may be to an earlier one."""
        sent_at = min((one.at for one in released.values() if not one.repeated), default=None)
        if sent_at is not None:
            backlog = sum(not one.live for one in released.values())
            self._pace.confirmed(backlog, sent_at, now, in_use=self._backlog_under_way())

    def overdue(self, now: int) -> None:
        """When patience is over with what waits longest: take back what was passed over, or ask."""
        due = self.due_at()
        if due is None or now < due:
            return
        longest, sending = next(iter(self._sent.items()))
        if self._heard_at is not None and self._heard_at > sending.at:
            self._take_back(now)
            return
        self._probe, self._probe_due, self._probed_at = longest, True, now
        self._patience = min(self._patience * 2, self._first_patience * _LONGEST_PATIENCE)

    def _take_back(self, now: int) -> None:
        """Make backlog of what should have been confirmed by now."""
        for seq, one in list(self._sent.items()):
            if now - one.at >= self._first_patience:
                self.gone([seq])
                self._backlog.add((one.first, min(seq, self._live)))

    def due_at(self) -> int | None:
        """When to ask `overdue` next; None while nothing waits, or resending is planned already."""
        if not self._sent or self._probe_due:
            return None
        longest_ago = next(iter(self._sent.values())).at
        last_sign = longest_ago if self._probed_at is None else max(longest_ago, self._probed_at)
        return last_sign + self._patience

    def reconnected(self, last: int) -> None:
        """Make all that is unconfirmed up to `last` backlog: the broker may have lost what was sent."""
        self._patience = self._first_patience
        self._probe, self._probe_due = None, False
        self._pace = Pace(self._window)
        for seq, one in self._sent.items():
            self._backlog.add((one.first, seq))
        self._sent.clear()
        self._give_up_live(last)

    def _give_up_live(self, last: int) -> None:
        self._behind_since = None
        self._backlog.add((self._live + 1, last))
        self._live = max(self._live, last)

    def _note_behind(self, left: int, now: int) -> None:
        if left <= 0:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = now

    def _free(self) -> int:
        """How many more batches may be under way, if they are as large as those that are."""
        free = self._window - len(self._sent)
        size = sum(one.size for one in self._sent.values())
        if not size:
            return free
        return max(0, min(free, (self._most_bytes - size) * len(self._sent) // size))

    def _backlog_under_way(self) -> int:
        return sum(not one.live for one in self._sent.values())

    def _covers(self, first: int, last: int) -> bool:
        position = bisect_right(self._confirmed, first, key=_first) - 1
        return position >= 0 and self._confirmed[position][1] >= last


def _first(pair: Range) -> int:
    return pair[0]

"""The one path into the database: what a transaction does with messages, live or replayed.

A live group has numbers that are looked up, counted and confirmed around it; what was parked and is
replayed has none, and takes the middle of the same path.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ingest import gateway_store, store
from ingest.clocks import watch_clocks
from ingest.core.decode import Decoded, Loose, Message, Undecodable
from ingest.core.distinct import distinct
from ingest.core.due import due
from ingest.core.group import Group, gather
from ingest.core.parking import (
    Parked,
    park_contradictions,
    park_faults,
    park_message,
    park_records,
    park_refused,
)
from ingest.core.provenance import provenance
from ingest.core.registry import Registry
from ingest.core.screen import screen
from ingest.core.thinned import Numbers, numbers_of, thinned_batches
from ingest.sealing import LATE
from ingest.store import CommittedEpoch
from ingest.tally import Tally, by_code
from kernel.quality import Quality
from storage.database import Transaction
from wire.ack import Ack
from wire.topics import Topic

Opened = Decoded | Undecodable
Decode = Callable[[Message], Opened]
"""How a message is opened: the `decode` of the configured `Decoders`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What makes a reading remarkable, in microseconds.

    Its time may lie `future_tolerance` after its arrival, and a gateway's clock may be off by as much;
    it is late when it came more than `late_after` after its time.
    """

    future_tolerance: int
    late_after: int


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a group: records `stored` and `parked`, and what is to be published for it.

    `acks` holds for each ack topic and epoch the confirmation of everything stored by now; `requests`
    are what decoders ask of senders. `stored` leaves out what the database had already. `tally` tells
    more about a single transaction.
    """

    stored: int = 0
    parked: int = 0
    acks: dict[tuple[str, int], Ack] = field(default_factory=dict[tuple[str, int], Ack])
    requests: tuple[tuple[str, bytes], ...] = ()
    tally: Tally = field(default_factory=Tally)

    def then(self, later: "Committed") -> "Committed":
        """Both together; of two confirmations the later one counts."""
        return Committed(
            self.stored + later.stored,
            self.parked + later.parked,
            self.acks | later.acks,
            self.requests + later.requests,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """Readings `stored` that the database did not have, and what is still to be `parked`."""

    stored: int
    parked: list[Parked]
    tally: Tally = field(default_factory=Tally)


def store_group(
    transaction: Transaction,
    opened: Sequence[Opened],
    loose: Sequence[Loose],
    registry: Registry,
    limits: Limits,
) -> Committed:
    """One transaction's work on a live group: its numbers, its gateways' clocks, its readings."""
    numbers = _numbers(opened)
    done = store.lock_batches(transaction, numbers) if numbers else set[Numbers]()
    fresh = _not_yet_committed(opened, done)
    members = [message for message in fresh if isinstance(message, Decoded)]
    parked = [park_message(message) for message in fresh if isinstance(message, Undecodable)]
    seen = watch_clocks(transaction, members, limits.future_tolerance)
    kept = keep(transaction, members, seen.marks, registry=registry, limits=limits, loose=loose)
    parked += kept.parked
    if parked:
        store.park(transaction, parked)
    again = len(opened) - len(fresh)
    tally = replace(kept.tally, redelivered=again, jumps=seen.jumps, parked=by_code(parked))
    return _finish(transaction, opened, members, replace(kept, parked=parked, tally=tally))


def refuse_message(transaction: Transaction, opened: Opened, why: str) -> Committed:
    """Park a message that the database refused for reasons of its own; its number is dealt with."""
    numbers = _numbers([opened])
    if numbers and store.lock_batches(transaction, numbers):
        return _finish(transaction, [opened], [], Kept(0, [], Tally(redelivered=1)))
    parked = [park_refused(opened.message, why)]
    store.park(transaction, parked)
    members = [opened] if isinstance(opened, Decoded) else []
    tally = Tally(parked=by_code(parked))
    return _finish(transaction, [opened], members, Kept(0, parked, tally))


def keep(
    transaction: Transaction,
    members: Sequence[Decoded],
    marks: NDArray[np.int16] | None,
    *,
    registry: Registry,
    limits: Limits,
    loose: Sequence[Loose] = (),
) -> Kept:
    """Store the readings of `members` and `loose`, tell the judges; what cannot be stored is returned.

    `marks` holds for each member the quality bits known of it, None when there are none.
    """
    group = gather(members, loose)
    if marks is not None:
        marks = np.concatenate([marks, np.zeros(len(group.messages) - len(members), np.int16)])
    _learn(transaction, group, registry)
    screened = screen(group, registry, limits.future_tolerance)
    parked = list(park_records(members, marks))
    parked += park_faults(group, screened, limits.future_tolerance, marks)
    rows, repeated = distinct(screened.rows)
    parked += park_contradictions(group, repeated, marks)
    if not len(rows):
        return Kept(0, parked)
    origin = provenance(group, rows, marks, limits.late_after)
    begun = time.perf_counter()
    stored = store.store_readings(transaction, rows, origin)
    took = time.perf_counter() - begun
    parked += park_contradictions(group, stored.contradictions, marks)
    gone_by = rows.times < time.time_ns() // 1000 - LATE
    if gone_by.any():
        store.unseal(transaction, rows.series[gone_by], rows.times[gone_by])
    store.mark_due(transaction, due(group, rows), told=not len(stored.contradictions))
    contradictions = len(repeated) + len(stored.contradictions)
    tally = Tally(
        repeated=len(screened.rows) - contradictions - stored.new,
        late=int(np.count_nonzero(origin.quality & Quality.LATE)),
        copy_s=took,
        times=rows.times,
        published_at=group.published_at,
    )
    return Kept(stored.new, parked, tally)


def _finish(
    transaction: Transaction,
    opened: Sequence[Opened],
    members: Sequence[Decoded],
    kept: Kept,
) -> Committed:
    """Count the numbers of `opened`; `members` are those of them that had not been counted before."""
    thinned = list(thinned_batches(members))
    if thinned:
        gateway_store.record_thinned(transaction, thinned)
    numbers = _numbers(opened)
    epochs = store.commit_batches(transaction, numbers) if numbers else []
    return Committed(
        kept.stored,
        sum(one.records for one in kept.parked),
        dict(_confirmation(epoch) for epoch in epochs),
        tuple(request for member in members for request in member.requests),
        kept.tally,
    )


def _learn(transaction: Transaction, group: Group, registry: Registry) -> None:
    """Add to `registry` what was registered up to now of the names in `group`."""
    sensors = {name.sensor for name in registry.unknown(group.names)}
    if sensors:
        registry.add(store.series_of(transaction, sensors))


def _numbers(opened: Sequence[Opened]) -> set[Numbers]:
    return {numbers for numbers in map(numbers_of, opened) if numbers is not None}


def _not_yet_committed(opened: Sequence[Opened], done: set[Numbers]) -> list[Opened]:
    """Each batch once, those in `done` not at all, and everything without a number."""
    seen = set(done)
    fresh: list[Opened] = []
    for message in opened:
        numbers = numbers_of(message)
        if numbers is None:
            fresh.append(message)
        elif numbers not in seen:
            seen.add(numbers)
            fresh.append(message)
    return fresh


def _confirmation(epoch: CommittedEpoch) -> tuple[tuple[str, int], Ack]:
    topic = str(Topic(epoch.site, epoch.gateway, "ack"))
    ranges = tuple((first, last) for first, last in reversed(epoch.newest))
    return (topic, epoch.epoch), Ack(epoch.epoch, ranges)

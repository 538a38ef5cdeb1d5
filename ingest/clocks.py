"""Watching gateways' clocks: each new batch is one look at the clock of who sent it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.core.clock import UNBELIEVABLE, Clock, Jump, observe
from ingest.core.decode import Decoded
from ingest.gateway_store import GatewayName, Watched, lock_clocks, put_clocks, record_jumps
from kernel.quality import Quality
from storage.database import Transaction


class Seen(NamedTuple):
    """The mark of each member, None when no clock is wrong, and how many clocks have jumped."""

    marks: NDArray[np.int16] | None
    jumps: int


def watch_clocks(transaction: Transaction, members: Sequence[Decoded], tolerance: int) -> Seen:
    """Learn from `members`, none of which came before, how their gateways' clocks go.

    A clock is wrong when it is off by more than `tolerance`. One that was wrong at any moment of the
    group makes all of the gateway's readings in the group suspect.
    """
    looks = _looks(members)
    if not looks:
        return Seen(None, 0)
    known = lock_clocks(transaction, looks)
    watched: dict[GatewayName, Watched] = {}
    jumps: list[tuple[GatewayName, Jump]] = []
    suspects: set[GatewayName] = set()
    for name, batches in looks.items():
        clock, found, wrong = _watch(known.get(name), batches, tolerance)
        watched[name] = Watched(clock, _newest(batches))
        jumps += [(name, jump) for jump in found]
        if wrong:
            suspects.add(name)
    put_clocks(transaction, watched)
    if jumps:
        record_jumps(transaction, jumps)
    return Seen(_marks(members, suspects) if suspects else None, len(jumps))


def _looks(members: Iterable[Decoded]) -> dict[GatewayName, list[Decoded]]:
    looks: dict[GatewayName, list[Decoded]] = defaultdict(list)
    for member in members:
        if member.batch is not None:
            looks[GatewayName(member.batch.site, member.batch.gateway)].append(member)
    return looks


def _watch(
    known: Clock | None, batches: Sequence[Decoded], tolerance: int
) -> tuple[Clock, list[Jump], bool]:
    clock, jumps, wrong = known, list[Jump](), False
    for batch in batches:
        clock, jump = observe(clock, batch.message.received_at, _offset(batch))
        wrong = wrong or clock.off_by(tolerance)
        if jump is not None:
            jumps.append(jump)
    assert clock is not None, "a gateway is looked at because of a batch"
    return clock, jumps, wrong


def _offset(batch: Decoded) -> int:
    if batch.published_at is None:  # every frame has one; this one was a day or more ahead
        return UNBELIEVABLE
    return batch.message.received_at - batch.published_at


def _newest(batches: Iterable[Decoded]) -> int | None:
    return max((one.published_at for one in batches if one.published_at is not None), default=None)


def _marks(members: Sequence[Decoded], suspects: set[GatewayName]) -> NDArray[np.int16]:
    suspect = [
        one.batch is not None and GatewayName(one.batch.site, one.batch.gateway) in suspects
        for one in members
    ]
    return np.array(suspect, np.int16) * np.int16(Quality.CLOCK_SUSPECT)

"""Which batch numbers a message accounts for, and what full spools thinned or dropped: facts to keep.

A batch may stand for older ones that its gateway no longer has. Its own number alone does not say
whether it is stored: it may have been committed with its own readings before it was thinned.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ingest.core.decode import Decoded, Undecodable
from kernel.instants import DAY


class Numbers(NamedTuple):
    """The number `seq` of a gateway's batch, and `first` to `last`, for which it stands."""

    site: str
    gateway: str
    epoch: int
    seq: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ThinnedBatch:
    """What was thinned: `numbers` held `before` readings, of which `left` are left.

    Those lie from `first_at` to `last_at`, None when there are none.
    """

    numbers: Numbers
    before: int
    left: int
    first_at: int | None
    last_at: int | None


def numbers_of(message: Decoded | Undecodable) -> Numbers | None:
    """The numbers that are dealt with when `message` is; None when nobody numbered it.

    A batch stands only for older ones: a number that is still to come is never counted as stored,
    whatever a gateway says.
    """
    if message.batch is None:
        return None
    seq = message.batch.seq
    thinned = message.thinned
    if thinned is None or thinned.first > seq:
        return Numbers(*message.batch, seq, seq)
    return Numbers(*message.batch, thinned.first, min(thinned.last, seq))


def thinned_batches(members: Iterable[Decoded]) -> Iterator[ThinnedBatch]:
    """What `members` tell about batches that were thinned; those that never held anything are none."""
    for member in members:
        numbers = numbers_of(member)
        if numbers is not None and member.thinned is not None and member.thinned.readings:
            yield _thinned(member, numbers, member.thinned.readings)


def _thinned(member: Decoded, numbers: Numbers, before: int) -> ThinnedBatch:
    times = member.columns.times
    believable = times[(times >= 0) & (times < member.message.received_at + DAY)]
    if not len(believable):
        return ThinnedBatch(numbers, before, len(times), None, None)
    return ThinnedBatch(numbers, before, len(times), int(believable.min()), int(believable.max()))

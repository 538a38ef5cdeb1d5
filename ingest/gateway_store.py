"""What ingest keeps about gateways besides their numbers: their clocks, what their spools thinned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.core.clock import Clock, Jump
from ingest.core.thinned import ThinnedBatch
from storage.database import Transaction
from storage.statement import Statements


class GatewayName(NamedTuple):
    """Whose clock it is."""

    site: str
    gateway: str


@dataclass(frozen=True, slots=True)
class Watched:
    """A clock after a group, and when by it the newest batch was sent (None: not believed)."""

    clock: Clock
    published_at: int | None


@dataclass(frozen=True, slots=True)
class _Clock:
    site: str
    gateway: str
    offset: int
    offset_at: int
    settles_at: int | None
    above_since: int | None
    above_lowest: int


_sql = Statements("ingest")
_LOCK_CLOCKS = _sql.returning(_Clock, "lock_clocks")
_PUT_CLOCKS = _sql.command("put_clocks")
_RECORD_JUMPS = _sql.command("record_jumps")
_RECORD_THINNED = _sql.command("record_thinned")


def lock_clocks(transaction: Transaction, names: Iterable[GatewayName]) -> dict[GatewayName, Clock]:
    """The clocks that are known of these gateways; nobody else may change them now."""
    asked = sorted(names)
    rows = transaction.rows(
        _LOCK_CLOCKS, sites=[one.site for one in asked], gateways=[one.gateway for one in asked]
    )
    return {
        GatewayName(row.site, row.gateway): Clock(
            row.offset, row.offset_at, row.settles_at, row.above_since, row.above_lowest
        )
        for row in rows
    }


def put_clocks(transaction: Transaction, watched: Mapping[GatewayName, Watched]) -> None:
    """Keep what is known now, for the next group."""
    ordered = sorted(watched)
    clocks = [watched[name].clock for name in ordered]
    transaction.run(
        _PUT_CLOCKS,
        sites=[name.site for name in ordered],
        gateways=[name.gateway for name in ordered],
        offsets=[clock.offset for clock in clocks],
        offset_ats=[clock.offset_at for clock in clocks],
        settles=[clock.settles_at for clock in clocks],
        sinces=[clock.above_since for clock in clocks],
        lowests=[clock.above_lowest for clock in clocks],
        published=[watched[name].published_at for name in ordered],
    )


def record_jumps(transaction: Transaction, jumps: Sequence[tuple[GatewayName, Jump]]) -> None:
    """Record that clocks were set."""
    transaction.run(
        _RECORD_JUMPS,
        sites=[name.site for name, _ in jumps],
        gateways=[name.gateway for name, _ in jumps],
        seen=[jump.seen_at for _, jump in jumps],
        before=[jump.before for _, jump in jumps],
        after=[jump.after for _, jump in jumps],
    )


def record_thinned(transaction: Transaction, thinned: Sequence[ThinnedBatch]) -> None:
    """Record what full spools had to thin out or drop."""
    transaction.run(
        _RECORD_THINNED,
        sites=[one.numbers.site for one in thinned],
        gateways=[one.numbers.gateway for one in thinned],
        epochs=[one.numbers.epoch for one in thinned],
        seqs=[one.numbers.seq for one in thinned],
        firsts=[one.numbers.first for one in thinned],
        lasts=[one.numbers.last for one in thinned],
        before=[one.before for one in thinned],
        left=[one.left for one in thinned],
        first_ats=[one.first_at for one in thinned],
        last_ats=[one.last_at for one in thinned],
    )

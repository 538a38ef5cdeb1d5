"""The spool: batches that the centre has not confirmed yet, in one SQLite file that survives a kill.

The file carries an epoch, so that numbers of a lost or damaged spool are never mistaken for those of
its successor. A batch may stand for earlier ones that had to be thinned; it keeps the last of their
numbers and is forgotten when all of them are confirmed.
"""

import os
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, cast

from gateway.core.batching import NOTHING
from gateway.core.flight import Plan, Section
from gateway.core.stretches import Range
from gateway.core.thinning import Group, Kept
from gateway.spool_file import (
    SpoolDamaged,
    SpoolError,
    SpoolInUse,
    SpoolUnwritable,
    closed_on_failure,
    connect,
    lock,
    move_aside,
    sound,
    statement,
    sync_directory,
    transaction,
    translated,
)
from wire.frame import Thinned, encode_body

__all__ = [
    "EMPTY",
    "Batch",
    "Found",
    "Parcel",
    "Spool",
    "SpoolDamaged",
    "SpoolError",
    "SpoolInUse",
    "SpoolUnwritable",
]

EMPTY = encode_body(NOTHING)
"""The body of a batch of which only its numbers are left."""
_GIB = 2**30
_RESERVE = 8 * 2**20
_FEW = 10
_ROWS = 256


class Parcel(NamedTuple):
    """A batch to be kept: the frame's `body` and how many `readings` are in it."""

    body: bytes
    readings: int


class Batch(NamedTuple):
    """A kept batch: its number, its frame body, and when its readings were taken in.

    `thinned` tells when it stands for earlier ones too.
    """

    seq: int
    body: bytes
    taken_at: int
    thinned: Thinned | None = None

    @property
    def first(self) -> int:
        """The first of the numbers it stands for."""
        return self.seq if self.thinned is None else self.thinned.first


class Found(NamedTuple):
    """What the spool holds of a plan; `more` of the backlog may follow, which was too much at once."""

    live: list[Batch]
    again: list[Batch]
    backlog: list[Batch]
    more: bool = False


class _State(NamedTuple):
    epoch: int
    waiting: int
    last_seq: int


class Spool:
    """The open spool at `path`, at most `limit` bytes large, for one gateway process.

    What changes it, `kept` and `content` belong to one thread at a time, `read` and `stretches` to one
    thread at a time; the two may differ. `used` is how many bytes of `limit` are taken. `set_aside`
    names the damaged file that was found in its place, if any.
    """

    def __init__(self, path: Path, now: int, limit: int = 4 * _GIB) -> None:
        self.path = path
        self.limit = limit
        self.used = 0
        self.set_aside: Path | None = None
        self._reserve = path.with_name(f"{path.name}.reserve")
        self._lock = lock(path)
        try:
            self._open(now)
        except BaseException:
            self._lock.close()
            raise

    def _open(self, now: int) -> None:
        fresh = not self.path.exists()
        try:
            self._writer = sound(self.path, now, self.limit)
        except SpoolDamaged:
            self.set_aside = move_aside(self.path, now)
            self._writer = sound(self.path, now, self.limit)
            fresh = True
        with closed_on_failure(self._writer):
            self._hold_reserve()
            if fresh:
                sync_directory(self.path.parent)
            self._reader = connect(self.path)
            self._read_state()

    def _read_state(self) -> None:
        state = _State(*self._writer.execute(statement("state")).fetchone())
        self.epoch, self.waiting, self.last_seq = state
        self._measure()

    def _measure(self) -> None:
        page, pages, free = (
            cast("int", self._writer.execute(f"pragma {name}").fetchone()[0])
            for name in ("page_size", "page_count", "freelist_count")
        )
        self.used = page * (pages - free)

    def commit(self, parcels: Sequence[Parcel], confirmed: Iterable[Range], now: int) -> None:
        """Keep `parcels` and forget the batches in `confirmed`, both or neither; on disk on return.

        `SpoolUnwritable` when there is no room; then nothing has changed.
        """
        ranges = [{"first": first, "last": last} for first, last in confirmed]
        with translated(self.path), transaction(self._writer):
            forgotten = (
                self._writer.executemany(statement("delete_batches"), ranges).rowcount if ranges else 0
            )
            for start in range(0, len(parcels), _ROWS):
                self._append(parcels[start : start + _ROWS], now)
        self.waiting += len(parcels) - forgotten
        self.last_seq += len(parcels)
        self._measure()

    def _append(self, parcels: Sequence[Parcel], now: int) -> None:
        """All rows in one statement: row by row, each would wait for the interpreter lock."""
        rows = ", ".join(["(?, ?, ?)"] * len(parcels))
        values = [value for body, readings in parcels for value in (readings, now, body)]
        self._writer.execute(f"{statement('append_batches')} {rows}", values)

    def forget(self, confirmed: Sequence[Range], now: int) -> None:
        """Only forget `confirmed`; on a full disk too, with room that was held back for it.

        SQLite has to write in order to delete, so a disk that the spool filled would stay full.
        """
        try:
            self.commit((), confirmed, now)
        except SpoolUnwritable:
            with self._last_room(), translated(self.path):
                self._forget_by_the_few(confirmed)

    @contextmanager
    def _last_room(self) -> Generator[None]:
        """The room that was held back, and an empty log of SQLite's in it."""
        self._reserve.unlink(missing_ok=True)
        try:
            with translated(self.path):
                self._writer.execute("pragma wal_checkpoint(truncate)")
            yield
        finally:
            self._hold_reserve()

    def _forget_by_the_few(self, confirmed: Sequence[Range]) -> None:
        """Delete in steps that each need little room in SQLite's log, which is emptied between them."""
        for first, last in confirmed:
            place = {"first": first, "last": last, "most": _FEW}
            while forgotten := self._writer.execute(statement("delete_few_batches"), place).rowcount:
                self.waiting -= forgotten
                self._writer.execute("pragma wal_checkpoint(truncate)")

    def _hold_reserve(self) -> None:
        with (
            suppress(OSError),
            self._reserve.open("ab") as reserve,
        ):  # no room now: hold it another time
            os.posix_fallocate(reserve.fileno(), 0, _RESERVE)

    def read(self, plan: Plan, backlog_bytes: int = _GIB) -> Found:
        """The batches that `plan` asks for, of the backlog about `backlog_bytes` at most."""
        with translated(self.path):
            again = [
                _batch(row)
                for seq in plan.again
                for row in self._reader.execute(statement("read_batch"), {"seq": seq})
            ]
            live = list(self._section(plan.live))
            backlog: list[Batch] = []
            with closing(self._section(plan.backlog)) as batches:
                for batch in batches:
                    backlog.append(batch)
                    backlog_bytes -= len(batch.body)
                    if backlog_bytes <= 0:
                        return Found(live, again, backlog, more=True)
            return Found(live, again, backlog)

    def _section(self, section: Section) -> Generator[Batch]:
        if not section.room:
            return
        place = {"after": section.after, "upto": section.upto, "most": section.room}
        with closing(self._reader.execute(statement("read_batches"), place)) as rows:
            yield from map(_batch, rows)

    def stretches(self) -> list[Range]:
        """The kept numbers as ranges, in order."""
        with translated(self.path):
            (last,) = self._reader.execute(statement("last_kept")).fetchone()
            found = self._reader.execute(statement("stretches")).fetchall()
        begins = [first for first, _ in found]
        ends = [before for _, before in found[1:]] + [last]
        return list(zip(begins, ends, strict=False))

    def kept(self, after: int, most: int) -> list[Kept]:
        """What is kept over number `after`, the oldest `most` batches, without their bodies."""
        with translated(self.path):
            place = {"after": after, "most": most}
            return [Kept(*row) for row in self._writer.execute(statement("kept"), place)]

    def content(self, group: Group) -> list[Batch]:
        """The batches of `group` as they are kept now; some may have been forgotten meanwhile."""
        first, last = group.numbers
        with translated(self.path):
            place = {"first": first, "last": last}
            return [_batch(row) for row in self._writer.execute(statement("read_group"), place)]

    def replace(self, group: Group, parcel: Parcel, taken_at: int) -> None:
        """Let one batch stand for all of `group`; on a full disk too, like `forget`."""
        try:
            self._replace(group, parcel, taken_at)
        except SpoolUnwritable:
            with self._last_room():
                self._replace(group, parcel, taken_at)

    def _replace(self, group: Group, parcel: Parcel, taken_at: int) -> None:
        first, last = group.numbers
        with translated(self.path), transaction(self._writer):
            place = {"first": first, "last": last}
            removed = self._writer.execute(statement("delete_batches"), place).rowcount
            self._stand_for(Thinned(first, last, group.before), parcel, taken_at)
        self.waiting += 1 - removed
        self._measure()

    def _stand_for(self, thinned: Thinned, parcel: Parcel, taken_at: int) -> None:
        row = {
            "seq": thinned.last,
            "readings": parcel.readings,
            "created_at": taken_at,
            "thinned_first": thinned.first,
            "thinned_readings": thinned.readings,
            "body": parcel.body,
        }
        self._writer.execute(statement("append_thinned"), row)

    def begin_epoch(self, now: int) -> None:
        """Give all batches, kept and future, to a new epoch that the centre has not seen.

        They keep their numbers. Those between them were confirmed under an older epoch; empty batches
        stand for them, or the centre would wait for these numbers for ever.
        """
        kept = self.stretches()
        with translated(self.path), transaction(self._writer):
            self._writer.execute(statement("next_epoch"), {"epoch": now})
            for (_, last), (first, _) in pairwise(kept):
                self._stand_for(Thinned(last + 1, first - 1, 0), Parcel(EMPTY, 0), now)
        self._read_state()

    def close(self) -> None:
        """Close the file and let another gateway have it."""
        self._reader.close()
        self._writer.close()
        self._lock.close()


def _batch(row: tuple[int, bytes, int, int | None, int | None]) -> Batch:
    seq, body, taken_at, first, readings = row
    if first is None or readings is None:
        return Batch(seq, body, taken_at)
    return Batch(seq, body, taken_at, Thinned(first, seq, readings))

"""The spool: batches that the centre has not confirmed yet, in one SQLite file that survives a kill.

A commit is on the disk when it returns (WAL, synchronous FULL). The file carries an epoch, so that
numbers of a lost or damaged spool are never mistaken for those of its successor.
"""

import fcntl
import os
import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, NamedTuple, cast

from gateway.core.flight import Plan, Range

FORMAT = 1
_GIB = 2**30
_RESERVE = 8 * 2**20
_FEW = 10
_ROWS = 256
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_UNWRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_BUSY,
}
_PRIMARY_CODE = 0xFF


class SpoolError(Exception):
    """The spool cannot be used; the text says which, why and what to do."""


class SpoolInUse(SpoolError):
    """Another running gateway works with this spool."""


class SpoolUnwritable(SpoolError):
    """Nothing was written now: the disk or the spool is full; later it may work again."""


class SpoolDamaged(SpoolError):
    """The file is not a sound spool; opening it again sets it aside and begins a new one."""


class Parcel(NamedTuple):
    """A batch to be kept: the frame's `body` and how many `readings` are in it."""

    body: bytes
    readings: int


class Batch(NamedTuple):
    """A kept batch: its number and its frame body."""

    seq: int
    body: bytes


class _State(NamedTuple):
    epoch: int
    waiting: int
    last_seq: int


class Spool:
    """The open spool at `path`, at most `limit` bytes large, for one gateway process.

    `commit`, `begin_epoch` and `close` belong to one thread at a time, `read` to one thread at a time;
    the two may differ. `set_aside` names the damaged file that was found in its place, if any.
    """

    def __init__(self, path: Path, now: int, limit: int = 4 * _GIB) -> None:
        self.path = path
        self.set_aside: Path | None = None
        self._reserve = path.with_name(f"{path.name}.reserve")
        self._lock = _lock(path)
        try:
            self._open(now, limit)
        except BaseException:
            self._lock.close()
            raise

    def _open(self, now: int, limit: int) -> None:
        fresh = not self.path.exists()
        try:
            self._writer = _sound(self.path, now, limit)
        except SpoolDamaged:
            self.set_aside = _move_aside(self.path, now)
            self._writer = _sound(self.path, now, limit)
            fresh = True
        self._hold_reserve()
        if fresh:
            _sync_directory(self.path.parent)
        self._reader = _connect(self.path)
        self._read_state()

    def _read_state(self) -> None:
        state = _State(*self._writer.execute(_sql("state")).fetchone())
        self.epoch, self.waiting, self.last_seq = state

    def commit(self, parcels: Sequence[Parcel], confirmed: Iterable[Range], now: int) -> None:
        """Keep `parcels` and forget the batches in `confirmed`, both or neither; on disk on return.

        `SpoolUnwritable` when there is no room; then nothing has changed.
        """
        ranges = [{"first": first, "last": last} for first, last in confirmed]
        with _translated(self.path), _transaction(self._writer):
            forgotten = (
                self._writer.executemany(_sql("delete_batches"), ranges).rowcount if ranges else 0
            )
            for start in range(0, len(parcels), _ROWS):
                self._append(parcels[start : start + _ROWS], now)
        self.waiting += len(parcels) - forgotten
        self.last_seq += len(parcels)

    def _append(self, parcels: Sequence[Parcel], now: int) -> None:
        """All rows in one statement: row by row, each would wait for the interpreter lock."""
        rows = ", ".join(["(?, ?, ?)"] * len(parcels))
        values = [value for body, readings in parcels for value in (body, readings, now)]
        self._writer.execute(f"{_sql('append_batches')} {rows}", values)

    def forget(self, confirmed: Sequence[Range], now: int) -> None:
        """Only forget `confirmed`; on a full disk too, with room that was held back for it.

        SQLite has to write in order to delete, so a disk that the spool filled would stay full.
        """
        try:
            self.commit((), confirmed, now)
        except SpoolUnwritable:
            self._reserve.unlink(missing_ok=True)
            with _translated(self.path):
                self._forget_by_the_few(confirmed)
            self._hold_reserve()

    def _forget_by_the_few(self, confirmed: Sequence[Range]) -> None:
        """Delete in steps that each need little room in SQLite's log, which is emptied between them."""
        self._writer.execute("pragma wal_checkpoint(truncate)")
        for first, last in confirmed:
            place = {"first": first, "last": last, "most": _FEW}
            while forgotten := self._writer.execute(_sql("delete_few_batches"), place).rowcount:
                self.waiting -= forgotten
                self._writer.execute("pragma wal_checkpoint(truncate)")

    def _hold_reserve(self) -> None:
        with (
            suppress(OSError),
            self._reserve.open("ab") as reserve,
        ):  # no room now: hold it another time
            os.posix_fallocate(reserve.fileno(), 0, _RESERVE)

    def read(self, plan: Plan) -> list[Batch]:
        """The batches that `plan` asks for, those to be sent again first."""
        with _translated(self.path):
            again = [
                Batch(*row)
                for seq in plan.again
                for row in self._reader.execute(_sql("read_batch"), {"seq": seq})
            ]
            place = {"after": plan.after, "most": plan.room}
            return again + [Batch(*row) for row in self._reader.execute(_sql("read_batches"), place)]

    def begin_epoch(self, now: int) -> None:
        """Give all batches, kept and future, to a new epoch that the centre has not seen."""
        with _translated(self.path), _transaction(self._writer):
            self._writer.execute(_sql("next_epoch"), {"epoch": now})
        self._read_state()

    def close(self) -> None:
        """Close the file and let another gateway have it."""
        self._reader.close()
        self._writer.close()
        self._lock.close()


@cache
def _sql(name: str) -> str:
    return (files("gateway") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _lock(path: Path) -> IO[str]:
    """Hold the file beside the spool that marks it as taken; the kernel drops it with the process."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.with_name(f"{path.name}.lock").open("a+", encoding="ascii")
    except OSError as error:
        raise SpoolError(
            f"the spool {path} cannot be created ({error.strerror}): choose a folder that the gateway "
            "may write to"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.seek(0)
        owner = handle.read().strip() or "unknown"
        handle.close()
        raise SpoolInUse(
            f"the spool {path} belongs to a running gateway (process {owner}): stop that one, or give "
            "this gateway a spool of its own"
        ) from error
    handle.truncate(0)
    handle.write(f"{os.getpid()}\n")
    handle.flush()
    return handle


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma cache_size = -2000")  # KiB
    return connection


def _sound(path: Path, now: int, limit: int) -> sqlite3.Connection:
    """A connection to a checked spool, made new when there is none."""
    connection: sqlite3.Connection | None = None
    try:
        with _translated(path):
            connection = _connect(path)
            _check(connection, path)
            _prepare(connection, now, limit)
    except SpoolError:
        if connection is not None:
            connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    (verdict,) = cast("tuple[str]", connection.execute("pragma quick_check(1)").fetchone())
    if verdict != "ok":
        raise SpoolDamaged(f"the spool {path} is damaged ({verdict})")
    (written,) = cast("tuple[int]", connection.execute("pragma user_version").fetchone())
    if written > FORMAT:
        raise SpoolError(
            f"the spool {path} was written by a newer Coldbind (format {written}, this one reads "
            f"{FORMAT}): run that version until it is empty"
        )


def _prepare(connection: sqlite3.Connection, now: int, limit: int) -> None:
    (page,) = cast("tuple[int]", connection.execute("pragma page_size").fetchone())
    connection.execute(f"pragma max_page_count = {max(limit // page, 1)}")
    with _transaction(connection):
        connection.execute(_sql("create_batch"))
        connection.execute(_sql("create_meta"))
        connection.execute(_sql("first_epoch"), {"epoch": now})
        connection.execute(f"pragma user_version = {FORMAT}")


def _move_aside(path: Path, now: int) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{now}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _sync_directory(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Generator[None]:
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


@contextmanager
def _translated(path: Path) -> Generator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
        if code in _DAMAGED:
            raise SpoolDamaged(f"the spool {path} is damaged ({error})") from error
        if code in _UNWRITABLE:
            raise SpoolUnwritable(f"the spool {path} cannot be written ({error})") from error
        raise

"""The spool's file: locked, checked, prepared, and set aside when it is damaged.

A commit is on the disk when it returns (WAL, synchronous FULL). SQLite's errors leave as ours, sorted
by what can be done about them.
"""

import fcntl
import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, cast

FORMAT = 2
_WITHOUT_THINNING = 1
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


@cache
def statement(name: str) -> str:
    """The text of `sql/{name}.sql`."""
    return (files("gateway") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def lock(path: Path) -> IO[str]:
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


def connect(path: Path) -> sqlite3.Connection:
    """A connection whose commits are on the disk when they return."""
    connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    with closed_on_failure(connection):
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma cache_size = -2000")  # KiB
    return connection


@contextmanager
def closed_on_failure(connection: sqlite3.Connection) -> Generator[None]:
    """Leave no connection open to a file that turns out to be of no use."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def sound(path: Path, now: int, limit: int) -> sqlite3.Connection:
    """A connection to a checked spool, made new when there is none."""
    with translated(path):
        connection = connect(path)
        with closed_on_failure(connection):
            _check(connection, path)
            _prepare(connection, now, limit)
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
    (written,) = cast("tuple[int]", connection.execute("pragma user_version").fetchone())
    with transaction(connection):
        connection.execute(statement("create_batch"))
        if written == _WITHOUT_THINNING:
            connection.execute(statement("add_thinned_first"))
            connection.execute(statement("add_thinned_readings"))
        connection.execute(statement("create_meta"))
        connection.execute(statement("first_epoch"), {"epoch": now})
        connection.execute(f"pragma user_version = {FORMAT}")


def move_aside(path: Path, now: int) -> Path:
    """Rename the file with its log, so that a new one can take its place; its new name."""
    aside = path.with_name(f"{path.name}.damaged-{now}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def sync_directory(folder: Path) -> None:
    """Make sure that the names in `folder` survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """All or nothing."""
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


@contextmanager
def translated(path: Path) -> Generator[None]:
    """Raise SQLite's errors as ours."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
        if code in _DAMAGED:
            raise SpoolDamaged(f"the spool {path} is damaged ({error})") from error
        if code in _UNWRITABLE:
            raise SpoolUnwritable(f"the spool {path} cannot be written ({error})") from error
        raise

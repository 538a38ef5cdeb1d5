"""Why an embedded server did not start: one sentence with what, where, and what to do."""

import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import StorageError

_LOG_TAIL = 16_384
_TELLING = ("FATAL", "PANIC", "ERROR", "error:", "[FTL]", "[ERR]")


class ServerError(StorageError):
    """An embedded server cannot be started; the text is for the person who started it."""


class NoBinaries(ServerError):
    """There is no server program to run on this machine."""


class PortTaken(ServerError):
    """No port in the wanted range is free."""


class DiskFull(ServerError):
    """The folder's disk has no space left; nothing half-written is left in use."""


class NotPermitted(ServerError):
    """The user we run as may not do what is needed."""


class StartFailed(ServerError):
    """The server ended or did not answer; the text quotes its log."""


@contextmanager
def explained(where: Path) -> Generator[None]:
    """Turn an operating system error about the folder `where` into a `ServerError`."""
    try:
        yield
    except OSError as error:
        place = error.filename or where
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise disk_full(where) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise NotPermitted(
                f"{place} cannot be used ({error.strerror}): run as the user it belongs to, or "
                "choose another folder with COLDBIND_VAR"
            ) from error
        raise StartFailed(f"{place}: {error.strerror or error}") from error


def disk_full(where: Path) -> DiskFull:
    """The error for a full disk below `where`."""
    return DiskFull(
        f"the disk that holds {where} is full: free some space (about 500 MB is needed) and start "
        "again, or choose another folder with COLDBIND_VAR"
    )


def log_size(log: Path) -> int:
    """Bytes in the log now: what is written later lies behind."""
    return log.stat().st_size if log.exists() else 0


def log_since(log: Path, position: int) -> str:
    """What was written to the log behind `position`, the last 16 KB of it at most."""
    with log.open("rb") as file:
        file.seek(max(position, log_size(log) - _LOG_TAIL))
        return file.read().decode(errors="replace")


def failure(what: str, log: Path, said: str) -> ServerError:
    """The error for a server that ended and `said` something in its `log`."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return disk_full(log.parent)
    telling = [line.strip() for line in said.splitlines() if any(word in line for word in _TELLING)]
    quoted = telling[-1] if telling else (said.strip().splitlines() or ["it said nothing"])[-1]
    if "Permission denied" in said:
        return NotPermitted(f"{what} was not permitted: {quoted} (log: {log})")
    return StartFailed(f"{what} failed: {quoted} (log: {log})")

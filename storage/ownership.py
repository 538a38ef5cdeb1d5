"""One server in one folder: whoever holds the folder's lock owns it, everybody else attaches.

The kernel drops the lock when its holder ends, however it ends, so the next start knows for certain
that nobody looks after the folder; the record tells it which server may still have to be ended.
"""

import contextlib
import fcntl
import json
import os
import secrets
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import msgspec

from storage.processes import Child, ProcessIdentity, end_process, identify, is_running, wait_until
from storage.server_errors import NotPermitted, StartFailed, explained

_PATIENCE_FOR_OWNER = 120
"""Seconds to wait for another process that is starting the server (initdb on a slow disk)."""
_PATIENCE_FOR_STALE = 10

Announce = Callable[[Child], None]
"""Tells the folder's record about a child the moment it exists."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a folder says about its server: `url` is None until it answers."""

    owner: ProcessIdentity
    server: ProcessIdentity
    url: str | None


class Ownership:
    """The lock and the record of one folder."""

    def __init__(self, folder: Path) -> None:
        self._lock_file = folder / "owner.lock"
        self._record_file = folder / "server.json"
        self._handle: int | None = None

    def take(self) -> bool:
        """Try to become the owner; False when another process (or object) is."""
        handle = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Forget the record and let the next one own the folder."""
        if self._handle is not None:
            self._record_file.unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = None

    def write(self, server: ProcessIdentity, url: str | None) -> None:
        """Replace the record, readable by this user only."""
        owner = identify(os.getpid())
        assert owner is not None, "we are running"
        text = json.dumps(asdict(Record(owner, server, url)), indent=1)
        write_secret(self._record_file, text)

    def read(self) -> Record | None:
        """The record, or None when there is none or it is damaged."""
        try:
            return msgspec.json.decode(self._record_file.read_bytes(), type=Record)
        except (FileNotFoundError, msgspec.DecodeError):
            return None


def write_secret(path: Path, text: str) -> None:
    """Write `text` whole or not at all into a file that only this user may read."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def kept_secret(path: Path) -> str:
    """The password kept at `path`, made up at the first call."""
    with contextlib.suppress(FileNotFoundError):
        if kept := path.read_text(encoding="ascii").strip():
            return kept
    password = secrets.token_urlsafe(24)
    write_secret(path, password)
    return password


class OwnedServer(ABC):
    """A server process that lives in a folder, started here or by another process.

    Use it as a context manager, or call `start` and `stop`.
    """

    stop_signal: signal.Signals = signal.SIGTERM
    """Asks the server to end in good order."""
    stop_patience: float = 10
    """Seconds until it is killed instead."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._ownership = Ownership(self.folder)
        self._child: Child | None = None
        self._url: str | None = None

    @abstractmethod
    def _launch(self, announce: Announce) -> str:
        """Start the server, `announce` its process at once, return its URL when it answers."""

    def start(self) -> str:
        """The URL of the running server; it is started when nobody has started it yet.

        Raises a `ServerError` that says what is wrong, where, and what to do.
        """
        if self._child is not None and self._child.poll() is None and self._url is not None:
            return self._url
        self.stop()
        with explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            if not wait_until(self._own_or_attach, _PATIENCE_FOR_OWNER):
                raise StartFailed(self._busy())
            if self._url is None:
                self._url = self._start_as_owner()
        return self._url

    def stop(self) -> None:
        """End the server if it was started here; a server started elsewhere is left alone."""
        try:
            if self._child is not None:
                self._child.stop(self.stop_signal, self.stop_patience)
        finally:
            self._child = None
            self._url = None
            self._ownership.release()

    @property
    def owned(self) -> bool:
        """Whether the server is running and was started by this object."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int | None:
        """The pid of the server if it was started by this object."""
        return self._child.pid if self._child is not None else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _own_or_attach(self) -> bool:
        """Become the owner, or find the URL of the server another process owns."""
        if self._ownership.take():
            return True
        record = self._ownership.read()
        if record is None or record.url is None:
            return False
        if is_running(record.owner) and is_running(record.server):
            self._url = record.url
        return self._url is not None

    def _start_as_owner(self) -> str:
        try:
            self._end_stale()
            url = self._launch(self._announce)
            assert self._child is not None, "every launch announces its process"
            self._ownership.write(self._child.identity, url)
        except BaseException:
            self.stop()
            raise
        return url

    def _announce(self, child: Child) -> None:
        self._child = child
        self._ownership.write(child.identity, None)

    def _end_stale(self) -> None:
        """End the server that an earlier owner left behind, if it really is that process."""
        record = self._ownership.read()
        if record is None or not is_running(record.server):
            return
        try:
            end_process(record.server, signal.SIGQUIT, _PATIENCE_FOR_STALE)
        except PermissionError as error:
            raise NotPermitted(
                f"a server of an earlier run (pid {record.server.pid}) still uses {self.folder} and "
                "belongs to another user: end it, or start as that user"
            ) from error

    def _busy(self) -> str:
        record = self._ownership.read()
        owner = f"process {record.owner.pid}" if record else "another process"
        return (
            f"{owner} holds {self.folder} but no server answers there: end that process, "
            "or choose another folder with COLDBIND_VAR"
        )

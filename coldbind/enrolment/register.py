"""Who was enrolled: one file beside the authority's key, read whole and written whole.

It holds no secret that opens anything: serial numbers, and hashes of passwords as the broker gets them.
"""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from kernel.refusal import Refusal
from storage.ownership import write_secret
from storage.server_errors import explained

_FILE = "enrolled.json"


class Enrolled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A login: `user` is SITE/GATEWAY, or what a server or the centre is called.

    A certificate has a `serial` (hexadecimal) and expires; a password has its `line` of the broker's
    file and does not.
    """

    user: str
    kind: Literal["certificate", "password", "server"]
    enrolled_at: datetime
    by: str
    serial: str = ""
    line: str = ""
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> str:
        """Whether it can be used, in words."""
        if self.revoked_at is not None:
            return f"revoked {self.revoked_at:%Y-%m-%d}"
        if self.expires_at is None:
            return "valid until revoked"
        return f"{'valid until' if self.expires_at > now else 'expired'} {self.expires_at:%Y-%m-%d}"


class BrokerPlace(msgspec.Struct, frozen=True, kw_only=True):
    """The broker whose configuration was written: into which folder here, and where it lies there."""

    hosts: list[str]
    port: int
    password_port: int | None
    folder: str
    installed_in: str
    largest_payload: int


class Register(msgspec.Struct):
    """Who was enrolled, oldest first; which authority signs; the broker that was configured."""

    enrolled: list[Enrolled] = []
    authority: tuple[str, str] | None = None
    broker: BrokerPlace | None = None

    def standing(self, user: str, now: datetime) -> list[Enrolled]:
        """The logins of `user` that can be used now."""
        return [
            one
            for one in self.enrolled
            if one.user == user and one.revoked_at is None and not _over(one, now)
        ]

    def revoke(self, user: str, now: datetime) -> list[Enrolled]:
        """Let no login of `user` count any longer; those that did until now."""
        ended = self.standing(user, now)
        self.enrolled = [
            msgspec.structs.replace(one, revoked_at=now) if one in ended else one
            for one in self.enrolled
        ]
        return ended

    def end_passwords(self, user: str, now: datetime) -> None:
        """Let no password of `user` count any longer, because it gets a new one."""
        self.enrolled = [
            msgspec.structs.replace(one, revoked_at=now)
            if one.user == user and one.line and one.revoked_at is None
            else one
            for one in self.enrolled
        ]

    def revoked(self) -> list[tuple[int, datetime]]:
        """Serial number and moment of every revoked certificate."""
        return [
            (int(one.serial, 16), one.revoked_at)
            for one in self.enrolled
            if one.serial and one.revoked_at is not None
        ]

    def password_lines(self) -> list[str]:
        """The broker's password file."""
        return [one.line for one in self.enrolled if one.line and one.revoked_at is None]


@contextmanager
def register(folder: Path) -> Generator[Register]:
    """The register in `folder`, kept when the block ends well; nobody else changes it meanwhile."""
    with explained(folder), (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = folder / _FILE
        kept = _read(file)
        yield kept
        write_secret(file, msgspec.json.format(msgspec.json.encode(kept), indent=1).decode() + "\n")


def _read(file: Path) -> Register:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Register)
    except FileNotFoundError:
        return Register()
    except msgspec.DecodeError as error:
        raise Refusal(f"{file} is damaged ({error}): restore it from a backup") from error


def _over(one: Enrolled, now: datetime) -> bool:
    return one.expires_at is not None and one.expires_at <= now

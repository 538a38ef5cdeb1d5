"""What an account must be like, and when wrong passwords lock it: decisions without a clock."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kernel.instants import MINUTE

Meaning = Literal["authorship", "review", "approval", "retirement", "decision", "responsibility"]
"""What a signature stands for."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 1024
MOST_FAILURES = 5
LOCKED_FOR = 15 * MINUTE
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Attempts(NamedTuple):
    """Wrong passwords since the last right one, and until when the account is locked (an instant)."""

    failures: int
    locked_until: int | None


@dataclass(frozen=True, slots=True)
class Declined:
    """Nobody signed or changed a password: `sentence` says why, and the attempt is on record."""

    sentence: str


def login_fault(login: str, full_name: str) -> str | None:
    """What is wrong with a new account in itself, as a sentence, or None."""
    if not _LOGIN.fullmatch(login):
        return f"login {login!r}: write small letters, digits and . _ @ -, at most 64, such as a.berg"
    if not full_name.strip():
        return f"account {login}: a signature shows the person's full name: give --name"
    return None


def password_fault(password: str, login: str) -> str | None:
    """What is wrong with a new password, as a sentence that does not repeat it, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return f"the new password is too short: at least {SHORTEST_PASSWORD} characters"
    if len(password) > LONGEST_PASSWORD:
        return f"the new password is too long: at most {LONGEST_PASSWORD} characters"
    if login in password.lower():
        return "the new password holds the login: choose another one"
    if len(set(password)) <= SHORTEST_PASSWORD // 4:
        return "the new password repeats a few characters: choose another one"
    return None


def is_locked(attempts: Attempts, now: int) -> bool:
    """Whether wrong passwords keep the account closed at the moment."""
    return attempts.locked_until is not None and now < attempts.locked_until


def after_failure(attempts: Attempts, now: int) -> Attempts:
    """The account after one more wrong password; a lock that has run out began a new count."""
    over = attempts.locked_until is not None and now >= attempts.locked_until
    failures = 1 if over else attempts.failures + 1
    return Attempts(failures, now + LOCKED_FOR if failures >= MOST_FAILURES else None)

"""Accounts without a database: what a login and a password must be, and when an account locks."""

import pytest

from erp.people.core import (
    LOCKED_FOR,
    MOST_FAILURES,
    Attempts,
    after_failure,
    is_locked,
    login_fault,
    password_fault,
)
from erp.people.handlers import Pen
from erp.people.passwords import fits, hashed
from kernel.instants import MINUTE


@pytest.mark.parametrize("login", ["", "A.Berg", "a berg", "-a", "a" * 65, "bergström"])
def test_a_login_is_plain(login: str) -> None:
    assert login_fault(login, "Anna Berg") is not None


def test_a_login_needs_a_name() -> None:
    assert login_fault("a.berg", "Anna Berg") is None
    assert "--name" in (login_fault("a.berg", "  ") or "")


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("tiny", "short"),
        ("x" * 2000, "long"),
        ("my A.Berg 2026!", "login"),
        ("abcabcabcabc", "repeats"),
    ],
)
def test_a_poor_password_is_refused_without_being_repeated(password: str, word: str) -> None:
    fault = password_fault(password, "a.berg") or ""
    assert word in fault
    assert password not in fault


def test_the_fifth_wrong_password_locks_for_a_while() -> None:
    attempts = Attempts(0, None)
    for number in range(1, MOST_FAILURES):
        attempts = after_failure(attempts, 0)
        assert attempts == Attempts(number, None)
    attempts = after_failure(attempts, MINUTE)
    assert attempts == Attempts(MOST_FAILURES, MINUTE + LOCKED_FOR)
    assert is_locked(attempts, LOCKED_FOR)
    assert not is_locked(attempts, MINUTE + LOCKED_FOR)
    assert after_failure(attempts, MINUTE + LOCKED_FOR) == Attempts(1, None)


def test_a_hash_fits_its_password_only() -> None:
    first, second = hashed("correct horse battery"), hashed("correct horse battery")
    assert first != second, "each has its own salt"
    assert first.startswith("$argon2id$")
    assert fits("correct horse battery", first)
    assert not fits("correct horse batterY", first)
    assert not fits("correct horse battery", None)


def test_a_pen_does_not_show_its_password() -> None:
    assert "secret" not in repr(Pen("a.berg", "secret", "approval", "because"))

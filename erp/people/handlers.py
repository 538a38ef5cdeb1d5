"""Use cases of people: accounts made and closed, passwords proved, signatures given.

A wrong password is a value, `Declined`, not an exception: the transaction commits with the failed
attempt counted and audited, and only then is the person told.
"""

from dataclasses import dataclass

from erp import subjects
from erp.people import store
from erp.people.core import (
    MOST_FAILURES,
    Attempts,
    Declined,
    Meaning,
    after_failure,
    is_locked,
    login_fault,
    password_fault,
)
from erp.people.passwords import fits, hashed, outdated
from kernel.instants import moment
from kernel.refusal import Refusal
from kernel.signing import Document, Signature
from storage.database import Transaction

_WRONG = "login or password is wrong: nothing was signed or changed"


@dataclass(frozen=True, slots=True)
class Pen:
    """Who wants to sign, with the password entered again, what for and why."""

    login: str
    password: str
    meaning: Meaning
    reason: str

    def __repr__(self) -> str:
        return f"Pen({self.login!r}, {self.meaning!r})"


def add_account(transaction: Transaction, login: str, full_name: str, password: str, by: str) -> None:
    """Record a person who may sign; `Refusal` when the login was ever given or something is missing."""
    _refuse(login_fault(login, full_name) or password_fault(password, login))
    if not store.insert_account(transaction, login, full_name.strip(), hashed(password), by):
        raise Refusal(f"login {login} was given before, and a login is given once: choose another one")
    transaction.audit(by, "account added", subjects.account(login), full_name=full_name.strip())


def change_password(
    transaction: Transaction, login: str, password: str, new_password: str
) -> Declined | None:
    """A person replaces the password, by proving the old one."""
    _refuse(password_fault(new_password, login))
    proved = prove(transaction, login, password)
    if isinstance(proved, Declined):
        return proved
    store.put_password(transaction, proved.account_id, hashed(new_password))
    transaction.audit(login, "password changed", subjects.account(login))
    return None


def reset_password(transaction: Transaction, login: str, new_password: str, why: str, by: str) -> None:
    """Somebody who runs this house replaces a forgotten password; a lock is opened with it."""
    _refuse(password_fault(new_password, login))
    known = _known(transaction, login)
    _reason(why)
    store.put_password(transaction, known.account_id, hashed(new_password))
    transaction.audit(by, "password reset", subjects.account(login), why=why)


def deactivate(transaction: Transaction, login: str, why: str, by: str) -> None:
    """The person signs nothing any more; what was signed stays."""
    known = _known(transaction, login)
    _reason(why)
    if known.deactivated:
        raise Refusal(f"account {login} is deactivated already: coldbind user list")
    store.deactivate(transaction, known.account_id, why, by)
    transaction.audit(by, "account deactivated", subjects.account(login), why=why)


def activate(transaction: Transaction, login: str, why: str, by: str) -> None:
    """The person may sign again."""
    known = _known(transaction, login)
    _reason(why)
    if not known.deactivated:
        raise Refusal(f"account {login} is active: nothing to do")
    store.activate(transaction, known.account_id)
    transaction.audit(by, "account activated", subjects.account(login), why=why)


def prove(transaction: Transaction, login: str, password: str) -> store.Account | Declined:
    """The active account whose password this is; every other answer is counted and audited."""
    known = store.account(transaction, login)
    if known is not None and is_locked(known.attempts, known.now):
        _audit_attempt(transaction, login, "locked")
        return _locked(known.attempts)
    right = fits(password, None if known is None else known.password_hash)
    if known is None:
        _audit_attempt(transaction, login, "there is no such account")
        return Declined(_WRONG)
    if not right:
        attempts = after_failure(known.attempts, known.now)
        store.put_attempts(transaction, known.account_id, attempts)
        _audit_attempt(transaction, login, "wrong password", failures=attempts.failures)
        return _locked(attempts) if attempts.locked_until is not None else Declined(_WRONG)
    if known.deactivated:
        _audit_attempt(transaction, login, "the account is deactivated")
        return Declined(f"account {login} is deactivated: nothing was signed or changed")
    if known.attempts != Attempts(0, None):
        store.put_attempts(transaction, known.account_id, Attempts(0, None))
    if outdated(known.password_hash):
        store.put_password(transaction, known.account_id, hashed(password))
    return known


def sign(transaction: Transaction, pen: Pen, document: Document) -> Signature | Declined:
    """Put a signature under `document`, which is kept whole with it.

    `Refusal` without a reason; `Declined` when the password is not that of an active account.
    """
    _reason(pen.reason)
    signer = prove(transaction, pen.login, pen.password)
    if isinstance(signer, Declined):
        return signer
    number, signed_at = store.insert_signature(
        transaction, signer, pen.meaning, pen.reason.strip(), document
    )
    transaction.audit(
        signer.login,
        f"signed for {pen.meaning}",
        document.subject,
        signature=number,
        full_name=signer.full_name,
        signed_at=moment(signed_at),
        reason=pen.reason.strip(),
        sha256=document.digest.hex(),
    )
    return Signature(
        number,
        signer.login,
        signer.full_name,
        signed_at,
        pen.meaning,
        pen.reason.strip(),
        document.subject,
        document.digest,
    )


def _known(transaction: Transaction, login: str) -> store.Account:
    known = store.account(transaction, login)
    if known is None:
        raise Refusal(f"there is no account {login!r}: coldbind user list")
    return known


def _locked(attempts: Attempts) -> Declined:
    assert attempts.locked_until is not None, "only a locked account is told about"
    until = f"{moment(attempts.locked_until):%H:%M} UTC"
    return Declined(f"{MOST_FAILURES} wrong passwords: the account is locked until {until}")


def _audit_attempt(transaction: Transaction, login: str, why: str, **more: object) -> None:
    transaction.audit(
        subjects.MACHINE, "password refused", subjects.account(login[:64]), why=why, **more
    )


def _reason(why: str) -> None:
    if not why.strip():
        raise Refusal("a reason is needed: --reason")


def _refuse(fault: str | None) -> None:
    if fault is not None:
        raise Refusal(fault)

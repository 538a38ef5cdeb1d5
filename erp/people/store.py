"""What the area of people reads and writes: accounts and signatures."""

from dataclasses import dataclass
from datetime import datetime

from erp.people.core import Attempts
from kernel.instants import moment
from kernel.signing import Document
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account, locked for this transaction; `now` is the database's clock."""

    account_id: int
    login: str
    full_name: str
    password_hash: str
    failures: int
    locked_until: int | None
    deactivated: bool
    now: int

    @property
    def attempts(self) -> Attempts:
        """What wrong passwords have done to it."""
        return Attempts(self.failures, self.locked_until)


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account in the list; `locked_until` only while it is locked."""

    login: str
    full_name: str
    recorded_at: datetime
    recorded_by: str
    password_set_at: datetime
    locked_until: datetime | None
    deactivated_at: datetime | None
    deactivated_by: str | None
    deactivated_why: str | None
    signatures: int


@dataclass(frozen=True, slots=True)
class ListedSignature:
    """A signature with everything that was signed; `digest` is the SHA-256 of `content`, in hex."""

    signature_id: int
    login: str
    full_name: str
    signed_at: datetime
    meaning: str
    reason: str
    subject: str
    content: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Made:
    signature_id: int
    signed_at: int


_SQL = Statements("erp.people")
_INSERT_ACCOUNT = _SQL.returning(_Id, "insert_account")
_LOCK = _SQL.returning(Account, "lock_account")
_PUT_ATTEMPTS = _SQL.command("put_attempts")
_PUT_PASSWORD = _SQL.command("put_password")
_DEACTIVATE = _SQL.command("deactivate")
_ACTIVATE = _SQL.command("activate")
_ACCOUNTS = _SQL.returning(ListedAccount, "accounts")
_INSERT_SIGNATURE = _SQL.returning(_Made, "insert_signature")
_SIGNATURES = _SQL.returning(ListedSignature, "signatures")


def insert_account(
    transaction: Transaction, login: str, full_name: str, password_hash: str, by: str
) -> bool:
    """Add an account; False when the login is taken."""
    row = transaction.row(
        _INSERT_ACCOUNT, login=login, full_name=full_name, password_hash=password_hash, by=by
    )
    return row is not None


def account(transaction: Transaction, login: str) -> Account | None:
    """The account with this login; nobody else tries its password until the transaction ends."""
    return transaction.row(_LOCK, login=login)


def put_attempts(transaction: Transaction, account_id: int, attempts: Attempts) -> None:
    """Write what wrong passwords, or a right one, did."""
    locked = None if attempts.locked_until is None else moment(attempts.locked_until)
    transaction.run(
        _PUT_ATTEMPTS, account_id=account_id, failures=attempts.failures, locked_until=locked
    )


def put_password(transaction: Transaction, account_id: int, password_hash: str) -> None:
    """Replace the password; earlier wrong ones are forgotten."""
    transaction.run(_PUT_PASSWORD, account_id=account_id, password_hash=password_hash)


def deactivate(transaction: Transaction, account_id: int, why: str, by: str) -> None:
    """From now on the account signs nothing."""
    transaction.run(_DEACTIVATE, account_id=account_id, why=why, by=by)


def activate(transaction: Transaction, account_id: int) -> None:
    """The account may sign again."""
    transaction.run(_ACTIVATE, account_id=account_id)


def accounts(transaction: Transaction) -> list[ListedAccount]:
    """Every account, by login."""
    return transaction.rows(_ACCOUNTS)


def insert_signature(
    transaction: Transaction, signer: Account, meaning: str, reason: str, document: Document
) -> tuple[int, int]:
    """Keep a signature; its id and the instant it was made."""
    made = transaction.one(
        _INSERT_SIGNATURE,
        account_id=signer.account_id,
        full_name=signer.full_name,
        meaning=meaning,
        reason=reason,
        subject=document.subject,
        content=document.content,
        digest=document.digest,
    )
    return made.signature_id, made.signed_at


def signatures(
    transaction: Transaction, subject: str | None = None, login: str | None = None
) -> list[ListedSignature]:
    """Signatures in the order they were made: all, those under `subject`, those of `login`."""
    return transaction.rows(_SIGNATURES, subject=subject, login=login)

"""Accounts and signatures on a real database: proved, counted, locked, kept for ever."""

import hashlib
import os
import pty
import sys
from collections.abc import Generator

import psycopg
import pytest

from coldbind.signing import sign_and_act
from erp.people import handlers as people
from erp.people import store
from erp.people.core import MOST_FAILURES, Declined
from erp.people.handlers import Pen
from kernel.refusal import Refusal
from kernel.signing import Document, Signature
from storage.database import Database, Transaction
from tests.commands import Answer, coldbind, environment

PASSWORD, OTHER = "a long enough phrase", "another long phrase"
DOCUMENT = Document("profile test v1", '{"name":"test"}')


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    with Database(database_url) as database:
        with database.transaction() as transaction:
            people.add_account(transaction, "anna", "Anna Berg", PASSWORD, "root")
        yield database


def pen(password: str = PASSWORD, login: str = "anna", reason: str = "checked") -> Pen:
    return Pen(login, password, "approval", reason)


def sign(database: Database, with_pen: Pen) -> Signature | Declined:
    with database.transaction() as transaction:
        return people.sign(transaction, with_pen, DOCUMENT)


def actions(database: Database) -> list[str]:
    with psycopg.connect(database.url) as connection:
        found = connection.execute(
            "select action from audit.record where action not in ('row added', 'row changed')"
            " order by record_id"
        ).fetchall()
    return [action for (action,) in found]


def test_a_signature_says_who_when_what_and_why(database: Database) -> None:
    signed = sign(database, pen())
    assert isinstance(signed, Signature)
    assert signed.is_of(DOCUMENT)
    assert not signed.is_of(Document(DOCUMENT.subject, "{}"))
    with database.transaction() as transaction:
        (kept,) = store.signatures(transaction, DOCUMENT.subject)
        assert transaction.verify_audit()[1] == []
    assert (kept.login, kept.full_name, kept.meaning, kept.reason) == (
        "anna",
        "Anna Berg",
        "approval",
        "checked",
    )
    assert kept.content == DOCUMENT.content
    assert kept.digest == hashlib.sha256(DOCUMENT.content.encode()).hexdigest()
    assert actions(database) == ["account added", "signed for approval"]


def test_wrong_passwords_are_counted_audited_and_lock(database: Database) -> None:
    for _ in range(MOST_FAILURES - 1):
        declined = sign(database, pen("wrong"))
        assert isinstance(declined, Declined)
        assert "wrong" in declined.sentence
    locked = sign(database, pen("wrong"))
    assert isinstance(locked, Declined)
    assert "locked until" in locked.sentence
    right_but_late = sign(database, pen())
    assert isinstance(right_but_late, Declined), "the right password does not open a lock"
    assert actions(database).count("password refused") == MOST_FAILURES + 1
    with psycopg.connect(database.url) as connection:
        connection.execute("update erp.account set locked_until = now() - interval '1 second'")
    assert isinstance(sign(database, pen()), Signature)
    with database.transaction() as transaction:
        assert store.accounts(transaction)[0].signatures == 1
        account = store.account(transaction, "anna")
    assert account is not None
    assert account.failures == 0


def test_who_is_unknown_or_deactivated_signs_nothing(database: Database) -> None:
    stranger = sign(database, pen(login="nobody"))
    assert isinstance(stranger, Declined)
    wrong = sign(database, pen("wrong"))
    assert wrong == stranger, "the answer does not tell which logins there are"
    with database.transaction() as transaction:
        people.deactivate(transaction, "anna", "left the company", "root")
    gone = sign(database, pen())
    assert isinstance(gone, Declined)
    assert "deactivated" in gone.sentence
    with database.transaction() as transaction:
        people.activate(transaction, "anna", "came back", "root")
    assert isinstance(sign(database, pen()), Signature)


def test_a_signature_needs_a_reason(database: Database) -> None:
    with pytest.raises(Refusal, match="reason"):
        sign(database, pen(reason="  "))


def test_what_is_refused_after_signing_leaves_no_signature(database: Database) -> None:
    def refuse(_: Transaction, signed: Signature) -> None:
        raise Refusal(f"no, {signed.login}")

    with pytest.raises(Refusal, match="no, anna"):
        sign_and_act(database, pen(), lambda _: DOCUMENT, refuse)
    with pytest.raises(Refusal, match="login or password"):
        sign_and_act(database, pen("wrong"), lambda _: DOCUMENT, refuse)
    with database.transaction() as transaction:
        assert store.signatures(transaction) == []
    assert actions(database) == ["account added", "password refused"]


@pytest.mark.parametrize(
    "statement",
    [
        "update erp.signature set reason = 'other'",
        "delete from erp.signature",
        "truncate erp.signature cascade",
        "delete from erp.account",
        "update erp.account set login = 'other'",
    ],
)
def test_the_database_keeps_signatures_and_logins(database: Database, statement: str) -> None:
    sign(database, pen())
    with (
        psycopg.connect(database.url) as connection,
        pytest.raises(psycopg.errors.RaiseException, match=r"append-only|stays under its login"),
    ):
        connection.execute(statement.encode())


def test_the_database_refuses_a_digest_of_something_else(database: Database) -> None:
    with (
        psycopg.connect(database.url) as connection,
        pytest.raises(psycopg.errors.CheckViolation, match="is_of_its_content"),
    ):
        connection.execute(
            "insert into erp.signature"
            " (account_id, full_name, meaning, reason, subject, content, digest)"
            " values (1, 'A', 'approval', 'r', 's', 'one', sha256('two'))"
        )


def test_a_password_is_changed_and_reset(database: Database) -> None:
    with database.transaction() as transaction:
        assert isinstance(people.change_password(transaction, "anna", "wrong", OTHER), Declined)
    with database.transaction() as transaction:
        assert people.change_password(transaction, "anna", PASSWORD, OTHER) is None
    assert isinstance(sign(database, pen()), Declined)
    assert isinstance(sign(database, pen(OTHER)), Signature)
    with database.transaction() as transaction:
        people.reset_password(transaction, "anna", PASSWORD, "forgotten", "root")
    assert isinstance(sign(database, pen()), Signature)


def test_accounts_on_the_command_line(database_url: str) -> None:
    told = {"COLDBIND_DATABASE_URL": database_url}

    def ask(*arguments: str, **more: str) -> Answer:
        return coldbind("user", *arguments, told=told | more)

    add = ("add", "anna", "--name", "Anna Berg")
    ask(*add).refused("password is needed")
    assert ask(*add, COLDBIND_NEW_PASSWORD=PASSWORD).out == "account anna: Anna Berg may sign\n"
    change = ("password", "anna")
    ask(*change, COLDBIND_PASSWORD="wrong", COLDBIND_NEW_PASSWORD=OTHER).refused("wrong")
    done = ask(*change, COLDBIND_PASSWORD=PASSWORD, COLDBIND_NEW_PASSWORD=OTHER)
    assert done.out == "account anna: password changed\n"
    assert ask("list").out == "anna  Anna Berg, active, 0 signatures\n"


def test_a_typed_password_is_not_shown(database_url: str) -> None:
    told = environment({"COLDBIND_DATABASE_URL": database_url})
    command = [sys.executable, "-m", "coldbind", "user", "add", "anna", "--name", "Anna Berg"]
    child, terminal = pty.fork()
    if not child:
        os.execve(command[0], command, told)
    said = b""
    for prompt in (b"New password: ", b"The same again: "):
        while not said.endswith(prompt):
            said += os.read(terminal, 1024)
        os.write(terminal, PASSWORD.encode() + b"\n")
    while b"may sign" not in said:
        said += os.read(terminal, 1024)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)
    assert PASSWORD.encode() not in said

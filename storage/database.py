"""One database, and transactions in which stages meet.

A transaction runs statements, hands events to whoever is wired to hear them, and collects audit
records, which it appends at its very end: the audit chain has a single head, so the head is
locked last and for as short a time as possible.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
import psycopg_pool
from psycopg import errors as pg
from psycopg.rows import class_row

from kernel.events import Event
from storage import audit, audit_guard
from storage.audit import Finding
from storage.audit_guard import AlteredRow, Head
from storage.errors import DuplicateKey, NotPrepared, Refused, StorageError, Unavailable
from storage.statement import Statement, Statements

Row = TypeVar("Row")
Handler = Callable[[Any, "Transaction"], None]
"""`handler(event, transaction)`, wired for one class of event."""


@dataclass(frozen=True, slots=True)
class Together:
    """A handler that hears all that is published at once: `hear(events, transaction)`."""

    hear: Callable[[Sequence[Any], "Transaction"], None]


Handlers = Mapping[type[Event], Sequence[Handler | Together]]
Closing = Callable[["Transaction", Iterable[int]], object]
"""`work(transaction, ids)`, done at the end of a transaction."""


@dataclass(frozen=True, slots=True)
class _Lock:
    ours: bool


_SQL = Statements("storage")
_LOOK_ONLY = _SQL.command("look_only")
_ALTERED_ROWS = _SQL.returning(AlteredRow, "altered_rows")
_ALONE = _SQL.returning(_Lock, "alone")
ATTEMPTS = 5
"""How often work is tried that collides with that of others."""
_PATIENCE_S = 2.0


class Transaction:
    """A running database transaction; made by `Database.transaction`, used by stores and handlers."""

    def __init__(self, connection: psycopg.Connection[Any], handlers: Handlers) -> None:
        self._connection = connection
        self._handlers = handlers
        self._audit: list[audit.Entry] = []
        self._closing: dict[Closing, dict[int, None]] = {}

    def rows(self, statement: Statement[Row], /, **parameters: object) -> list[Row]:
        """All rows of `statement`, typed."""
        with self._connection.cursor(row_factory=class_row(statement.row)) as cursor:
            return cursor.execute(statement.text, parameters).fetchall()

    def row(self, statement: Statement[Row], /, **parameters: object) -> Row | None:
        """The first row of `statement`, or None when there is none."""
        with self._connection.cursor(row_factory=class_row(statement.row)) as cursor:
            return cursor.execute(statement.text, parameters).fetchone()

    def one(self, statement: Statement[Row], /, **parameters: object) -> Row:
        """The row of a `statement` that always returns one."""
        found = self.row(statement, **parameters)
        if found is None:
            raise StorageError(f"{statement} returned no row, and one was certain")
        return found

    def run(self, statement: Statement[Any], /, **parameters: object) -> int:
        """Execute `statement`; the number of rows it touched."""
        return self._connection.execute(statement.text, parameters).rowcount

    def copy_in(self, statement: Statement[None], data: bytes | memoryview) -> None:
        """Feed `data`, a whole binary COPY stream, to a COPY ... FROM STDIN statement."""
        with self._connection.cursor() as cursor, cursor.copy(statement.text) as copy:
            copy.write(data)

    def copy_out(self, statement: Statement[None], /, **parameters: object) -> bytes:
        """The whole binary COPY stream of a COPY (...) TO STDOUT statement."""
        with (
            self._connection.cursor() as cursor,
            cursor.copy(statement.text, parameters or None) as copy,
        ):
            return b"".join(copy)

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """Statements inside are undone together when one fails, and the transaction goes on.

        Audit records collected inside are undone with them.
        """
        collected = len(self._audit)
        try:
            with _translated(), self._connection.transaction():
                yield
        except BaseException:
            del self._audit[collected:]
            raise

    def publish(self, event: Event) -> None:
        """Hand `event` to every handler wired for it, now, in this transaction."""
        self.publish_all([event])

    def publish_all(self, events: Sequence[Event]) -> None:
        """Hand events of one class to every handler wired for it, all to one and then to the next."""
        if not events:
            return
        for handler in self._handlers.get(type(events[0]), ()):
            if isinstance(handler, Together):
                handler.hear(events, self)
            else:
                for event in events:
                    handler(event, self)

    def alone(self, work: str) -> bool:
        """Whether `work` is this transaction's until it ends; False when another one has it in hand."""
        return self.one(_ALONE, work=work).ours

    def before_commit(self, work: "Closing", things: Iterable[int]) -> None:
        """Have `work` done once before this transaction commits, for everything it was asked for."""
        self._closing.setdefault(work, {}).update(dict.fromkeys(things))

    def audit(self, actor: str, action: str, subject: str, **detail: object) -> None:
        """Add one record to the audit chain when this transaction commits.

        `subject` names the thing (``unit LOT-A/0001``), `detail` what was decided and why, in values
        that JSON can hold; Decimals and datetimes are written as text.
        """
        self._audit.append(audit.Entry(actor, action, subject, detail))

    def verify_audit(self) -> tuple[int, list[Finding]]:
        """How many records the audit chain has, and every place where it does not hold."""
        return audit.length(self._connection), audit.verify(self._connection)

    def audit_head(self) -> Head:
        """The newest record of the audit chain and its hash."""
        return audit_guard.head(self._connection)

    def missing_audit_guards(self) -> list[str]:
        """What should refuse to alter records and does not, a sentence each."""
        return audit_guard.missing_guards(self._connection)

    def altered_rows(self) -> list[AlteredRow]:
        """Rows of kept tables that are not what the audit chain says they are."""
        kept = audit_guard.KEPT
        return self.rows(
            _ALTERED_ROWS, tables=list(kept), keys=[",".join(keys) for keys in kept.values()]
        )

    def contradicted_heads(self, heads: Sequence[Head]) -> list[Finding]:
        """Published heads that the chain does not have."""
        return audit_guard.contradicted(self._connection, heads)

    def finish(self) -> None:
        """Do what waited for the end and append the audit records; once, by `Database.transaction`."""
        while self._closing:
            work = next(iter(self._closing))
            work(self, self._closing.pop(work))
        audit.append(self._connection, self._audit)


class Database:
    """A database by its URL, with the handlers that its transactions hand events to."""

    def __init__(
        self,
        url: str,
        handlers: Handlers | None = None,
        *,
        application: str = "coldbind",
        size: int = 4,
    ) -> None:
        self.url = url
        self._handlers: Handlers = handlers or {}
        self._pool = psycopg_pool.ConnectionPool(
            url,
            min_size=0,
            max_size=size,
            open=False,
            timeout=_PATIENCE_S,
            max_idle=300,
            reconnect_timeout=0,
            kwargs={"application_name": application, "prepare_threshold": 2, "connect_timeout": 5},
            check=psycopg_pool.ConnectionPool.check_connection,
        )

    def __enter__(self) -> "Database":
        self._pool.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def transaction(self) -> Generator[Transaction]:
        """A transaction that commits when the block ends well and is undone otherwise.

        Raises `Unavailable` when the database cannot be reached or goes away, `DuplicateKey` or
        `Refused` when a rule of the schema is broken, `StorageError` for anything else.
        """
        with _translated(), self._connection() as connection:
            transaction = Transaction(connection, self._handlers)
            yield transaction
            transaction.finish()

    @contextmanager
    def snapshot(self) -> Generator[Transaction]:
        """A transaction that sees one moment of the database and in which nothing can be written."""
        with self.transaction() as transaction:
            transaction.run(_LOOK_ONLY)
            yield transaction

    @contextmanager
    def _connection(self) -> Generator[psycopg.Connection[Any]]:
        """One of the pool; when there is none, the reason why the server gives none."""
        try:
            connection = self._pool.getconn()
        except psycopg_pool.PoolTimeout:
            psycopg.connect(self.url, connect_timeout=2).close()
            raise
        try:
            with connection:
                yield connection
        finally:
            self._pool.putconn(connection)

    def attempt(self, work: Callable[[Transaction], Row]) -> Row:
        """Run `work` in a transaction; again, while it collided with another one.

        Raises `Unavailable` when it did so `ATTEMPTS` times.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                with self.transaction() as transaction:
                    return work(transaction)
            except Collision:
                continue
        try:
            with self.transaction() as transaction:
                return work(transaction)
        except Collision as collision:
            raise still_colliding(collision) from collision


class Collision(Unavailable):
    """A deadlock or serialisation failure: nothing was written, the same work may be tried again."""


def still_colliding(collision: Collision) -> Unavailable:
    """What is told when it collided every time."""
    return Unavailable(
        f"others changed the same things at the same moment, again and again ({collision}): try again"
    )


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except (pg.DeadlockDetected, pg.SerializationFailure) as error:
        raise Collision(_first_line(error)) from error
    except pg.UniqueViolation as error:
        raise DuplicateKey(_first_line(error)) from error
    except (pg.IntegrityError, pg.RaiseException, pg.DataError) as error:
        raise Refused(_first_line(error)) from error
    except pg.UndefinedTable as error:
        raise NotPrepared(
            f"the database has not been prepared ({_first_line(error)}): run coldbind migrate"
        ) from error
    except pg.DiskFull as error:
        raise Unavailable(f"the database's disk is full ({_first_line(error)}): free room") from error
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg_pool.PoolClosed) as error:
        raise Unavailable(f"the database cannot be reached: {_first_line(error)}") from error
    except psycopg.Error as error:
        raise StorageError(_first_line(error)) from error


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]

"""Which schema a running database has, asked through an ordinary transaction."""

from dataclasses import dataclass

from storage.database import Transaction
from storage.statement import Statements

_sql = Statements("storage")


@dataclass(frozen=True, slots=True)
class _Revision:
    revision: str


_REVISION = _sql.returning(_Revision, "revision")


def schema_revision(transaction: Transaction) -> str:
    """The newest migration this database has; `StorageError` when it was never migrated."""
    return transaction.one(_REVISION).revision

"""Which schema a database has and which one this release needs, told without starting alembic."""

from dataclasses import dataclass
from importlib.resources import files

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


def newest_revision() -> str:
    """The revision this release needs: the highest number among its migration files."""
    scripts = (files("storage") / "migrations" / "sql").iterdir()
    return max(script.name.partition("_")[0] for script in scripts if script.name.endswith(".sql"))

"""PostgreSQL for every stage: connection, transaction, statements, migrations, audit, servers.

The only folder that knows the driver. Stages see `Database`, `Transaction` and `Statement`.
"""

from storage.database import Database, Transaction
from storage.errors import DuplicateKey, StorageError, Unavailable
from storage.statement import Statement, Statements

__all__ = [
    "Database",
    "DuplicateKey",
    "Statement",
    "Statements",
    "StorageError",
    "Transaction",
    "Unavailable",
]

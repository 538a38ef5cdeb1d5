"""Reading what stands on a label, and counting SSCCs."""

from dataclasses import dataclass

from erp.labels.core import Facts
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class _Serial:
    serial: int


_SQL = Statements("erp.labels")
_FACTS = _SQL.returning(Facts, "label_facts")
_NEXT = _SQL.returning(_Serial, "next_serial")


def facts(transaction: Transaction, code: str) -> Facts | None:
    """What is known of the stock unit or handling unit with that code, None when there is none."""
    return transaction.row(_FACTS, code=code)


def next_serial(transaction: Transaction, prefix: str) -> int:
    """The next serial reference under a company prefix, from 1 on."""
    return transaction.one(_NEXT, prefix=prefix).serial

"""Reading and writing customers."""

from dataclasses import dataclass
from decimal import Decimal

from erp.sales.core import Change, Customer
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer as it is recorded; temperatures in degC, None where none is agreed."""

    code: str
    name: str
    min_remaining_days: int
    lowest: Decimal | None
    highest: Decimal | None
    contact: str


@dataclass(frozen=True, slots=True)
class _Upserted:
    created: bool


_SQL = Statements("erp.sales")
_UPSERT = _SQL.returning(_Upserted, "upsert_customer")
_CUSTOMERS = _SQL.returning(KnownCustomer, "customers")


def put_customer(transaction: Transaction, customer: Customer) -> Change:
    """Insert or update by code."""
    row = transaction.row(
        _UPSERT,
        code=customer.code,
        name=customer.name,
        min_remaining_days=customer.min_remaining_days,
        lowest=customer.lowest,
        highest=customer.highest,
        contact=customer.contact,
    )
    if row is None:
        return "unchanged"
    return "created" if row.created else "changed"


def customers(transaction: Transaction) -> list[KnownCustomer]:
    """All customers, by code."""
    return transaction.rows(_CUSTOMERS)

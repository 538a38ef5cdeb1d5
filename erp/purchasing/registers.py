"""What purchasing has on record: suppliers, products and orders, for lists and exports."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class KnownSupplier:
    """A supplier as it is recorded; terms are empty where none are agreed."""

    code: str
    name: str
    claim_deadline_days: int
    incoterm: str
    named_place: str
    payment_days: int
    contact: str


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product as it is recorded, with the profile version it is judged by."""

    code: str
    name: str
    unit_of_measure: str
    profile: str
    profile_version: int
    gtin: str | None
    price: Decimal | None
    currency: str | None
    shelf_life_days: int | None


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """A purchase order: how many lines it has, and of how many something is still to come."""

    code: str
    supplier: str
    ordered_on: date
    currency: str
    lines: int
    open: int


_SQL = Statements("erp.purchasing")
_SUPPLIERS = _SQL.returning(KnownSupplier, "suppliers")
_PRODUCTS = _SQL.returning(KnownProduct, "products")
_ORDERS = _SQL.returning(KnownOrder, "orders")


def suppliers(transaction: Transaction) -> list[KnownSupplier]:
    """All suppliers, by code."""
    return transaction.rows(_SUPPLIERS)


def products(transaction: Transaction) -> list[KnownProduct]:
    """All products, by code."""
    return transaction.rows(_PRODUCTS)


def orders(transaction: Transaction, *, complete: bool = False) -> list[KnownOrder]:
    """The orders of which something is to come, newest first; with `complete` the others too."""
    return transaction.rows(_ORDERS, complete=complete)

"""Reading what a scanned code is about."""

from dataclasses import dataclass
from datetime import date

from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class ScannedProduct:
    """A product with the scanned GTIN."""

    code: str
    name: str
    unit_of_measure: str


@dataclass(frozen=True, slots=True)
class ScannedLot:
    """A lot with the scanned number: ours, or the supplier's own."""

    lot: str
    product: str
    supplier_lot: str
    expires_on: date | None
    receipt: str


@dataclass(frozen=True, slots=True)
class ScannedThing:
    """A stock unit or handling unit that the code names; `held` when a stock unit is on hold."""

    code: str
    kind: str
    lot: str | None
    location: str | None
    held: bool


_SQL = Statements("erp.scanning")
_PRODUCT = _SQL.returning(ScannedProduct, "scanned_product")
_LOTS = _SQL.returning(ScannedLot, "scanned_lots")
_THINGS = _SQL.returning(ScannedThing, "scanned_things")


def product(transaction: Transaction, gtin: str) -> ScannedProduct | None:
    """The product with that GTIN of 14 digits."""
    return transaction.row(_PRODUCT, gtin=gtin)


def lots(transaction: Transaction, lot: str, gtin: str | None) -> list[ScannedLot]:
    """Lots with that number, of the product with that GTIN when one is given."""
    return transaction.rows(_LOTS, lot=lot, gtin=gtin)


def things(
    transaction: Transaction, sscc: str | None, serial: str | None, lot: str | None
) -> list[ScannedThing]:
    """Units and handling units with that SSCC, and the unit whose code is the serial number."""
    return transaction.rows(_THINGS, sscc=sscc, serial=serial, lot=lot)

"""Looking up what was scanned: the product, our lots, and the unit or handling unit it names."""

from dataclasses import dataclass

from erp.scanning import store
from erp.scanning.core import Scan
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a scanned code; nothing is known of a code that never came to us."""

    product: store.ScannedProduct | None
    lots: list[store.ScannedLot]
    things: list[store.ScannedThing]


def look_up(transaction: Transaction, scan: Scan) -> Known:
    """The product by its GTIN, lots by the number (ours or the supplier's), things by SSCC or code."""
    gtin, lot = scan.text("01", "02"), scan.text("10")
    product = None if gtin is None else store.product(transaction, gtin)
    lots = [] if lot is None else store.lots(transaction, lot, gtin)
    things = store.things(transaction, scan.text("00"), scan.text("21"), lot)
    return Known(product, lots, things)

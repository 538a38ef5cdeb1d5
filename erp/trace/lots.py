"""The list of lots: one line each, with what stands in the way of picking from it."""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Transaction
from storage.statement import Statements

_sql = Statements("erp.trace")


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot in the list.

    `decision` is None while the receipt is undecided; `open_excursions` counts the excursions of its
    units that no reading has ended yet, `held_units` the units under a hold, for whatever cause.
    """

    code: str
    product_code: str
    product: str
    profile: str
    supplier: str
    receipt: str
    arrived_at: datetime
    decision: str | None
    units: int
    held_units: int
    open_excursions: int


_LOTS = _sql.returning(LotLine, "lots")


def lots(transaction: Transaction, limit: int = 200) -> list[LotLine]:
    """Every lot with a held unit and the `limit` newest others, newest receipt first."""
    return transaction.rows(_LOTS, limit=limit)

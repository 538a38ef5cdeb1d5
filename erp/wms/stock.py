"""Both questions about stock: where is this lot, and what is in this bin; now or at an instant."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from erp.wording import plain
from kernel.instants import moment
from kernel.refusal import Refusal
from storage.database import Transaction
from storage.statement import Statements

MOST = 10_000


@dataclass(frozen=True, slots=True)
class StockLine:
    """A unit in stock.

    `decision` is None while its delivery is not decided, `held_for` the causes of its holds, `since`
    when it came to where it stands. `reserved` is promised to customers; it is not known of an earlier
    instant.
    """

    unit: str
    lot: str
    product: str
    product_name: str
    quantity: Decimal
    reserved: Decimal
    unit_of_measure: str
    expires_on: date | None
    received_at: datetime
    location: str | None
    location_kind: str | None
    handling_unit: str | None
    since: datetime
    decision: str | None
    held_for: list[str]

    def state(self, today: date) -> str:
        """What stands in the way of picking it, or ``free``."""
        if self.held_for:
            return f"held: {', '.join(self.held_for)}"
        if self.expires_on is not None and self.expires_on < today:
            return "expired"
        if self.decision is None:
            return "not accepted yet"
        if self.decision == "refused":
            return "refused"
        if self.reserved == self.quantity:
            return "reserved"
        return "free" if self.reserved == 0 else "partly reserved"

    def told(self, today: date) -> dict[str, object]:
        """The line for a program; quantities are text, so that nothing rounds them."""
        return {
            "unit": self.unit,
            "lot": self.lot,
            "product": self.product,
            "product_name": self.product_name,
            "quantity": plain(self.quantity),
            "reserved": plain(self.reserved),
            "unit_of_measure": self.unit_of_measure,
            "expires_on": self.expires_on,
            "received_at": self.received_at,
            "location": self.location,
            "handling_unit": self.handling_unit,
            "since": self.since,
            "state": self.state(today),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What the question is about; what is None does not matter."""

    lot: str | None = None
    product: str | None = None
    location: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class _What:
    lot: bool
    product: bool
    location: bool
    unit: bool


_SQL = Statements("erp.wms")
_NOW = _SQL.returning(StockLine, "stock_now")
_THEN = _SQL.returning(StockLine, "stock_then")
_WHAT = _SQL.returning(_What, "what")


def asked_about(transaction: Transaction, what: str) -> Asked:
    """Which of lot, place, product and unit the code names; refused when none, or more than one."""
    found = transaction.one(_WHAT, what=what)
    named = [name for name in ("lot", "product", "location", "unit") if getattr(found, name)]
    if not named:
        raise Refusal(f"{what!r} is no lot, no product, no location and no unit: check the code")
    if len(named) > 1:
        raise Refusal(f"{what!r} is a {' and a '.join(named)}: say which with --{named[0]} {what}")
    return Asked(**{named[0]: what})


def stock(transaction: Transaction, asked: Asked, at: int | None = None) -> list[StockLine]:
    """What is in stock of it now or at the instant `at`, first expiring first; at most `MOST` units."""
    wanted = {
        "lot": asked.lot,
        "product": asked.product,
        "location": asked.location,
        "unit": asked.unit,
        "most": MOST,
    }
    if at is None:
        return transaction.rows(_NOW, **wanted)
    return transaction.rows(_THEN, **wanted, at=moment(at))

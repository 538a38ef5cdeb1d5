"""What a claim says and asks for: sentences and exact amounts, from the facts of one excursion."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from erp.incoterms import INCOTERMS
from erp.wording import day_and_time, degrees, length
from kernel.instants import moment
from kernel.money import Money
from kernel.rule_words import RuleWords, unit_of

CARRIER_DAYS = 7
"""Notice to a carrier of damage that is not apparent: within 7 days of delivery (CMR, article 30)."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A spoiled unit and the terms it was bought under; instants are microseconds.

    `quantity` is what it held when that happened; `claimed_before` says that these goods are claimed
    under the unit they were split from.
    """

    unit_id: int
    unit: str
    lot_id: int
    quantity: Decimal
    claimed_before: bool
    unit_price: Decimal
    currency: str
    order_id: int
    incoterm: str
    receipt_id: int
    receipt: str
    arrived_at: int
    decided_at: int | None
    carrier: str
    supplier_id: int
    claim_deadline_days: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that was broken; temperatures are degC, `tolerance` and instants microseconds."""

    breached_at: int
    rule: str
    side: str
    limit: float
    tolerance: int
    peak: float
    peak_at: int
    kind: str
    window: int | None
    stretch: int | None
    thaw: float | None
    times: int
    measured: float

    @property
    def words(self) -> RuleWords:
        """The broken rule in words."""
        return RuleWords(
            kind=self.kind,
            side=self.side,
            limit=self.limit,
            tolerance=self.tolerance,
            window=self.window,
            stretch=self.stretch,
            thaw=self.thaw,
            times=self.times,
        )


def claim_code(receipt: str, against: str) -> str:
    """The code of the claim for a delivery: ``CLM-GR-1`` on the supplier, ``CLM-GR-1-CARRIER``."""
    return f"CLM-{receipt}" if against == "supplier" else f"CLM-{receipt}-{against.upper()}"


def due_on(basis: Basis, against: str) -> date:
    """The last day, in UTC, to claim: by the supplier's terms, or what the law gives for a carrier."""
    days = basis.claim_deadline_days if against == "supplier" else CARRIER_DAYS
    return moment(basis.arrived_at).date() + timedelta(days=days)


def amount(basis: Basis) -> Money:
    """The contracted price of the whole unit, rounded to the currency's smallest coin."""
    return Money(basis.unit_price, basis.currency).times(basis.quantity)


def answers_before_us(incoterm: str) -> str:
    """Who had the goods up to our acceptance by the order's terms: "supplier" or "carrier"."""
    rule = INCOTERMS.get(incoterm)
    return "carrier" if rule is not None and rule.at_origin else "supplier"


def divided(whole: Money, supplier: int, carrier: int) -> tuple[Money, Money]:
    """The price of a unit divided by the time beyond limits in the supplier's and a carrier's custody.

    Together exactly the whole; when neither time has a length it is all the supplier's to answer for.
    """
    if not carrier:
        return whole, Money(whole.amount * 0, whole.currency)
    theirs = whole.times(Decimal(carrier) / Decimal(supplier + carrier))
    return Money(whole.amount - theirs.amount, whole.currency), theirs


def deficiency(broken: Broken, beyond: int, custody: str) -> str:
    """What was wrong, for how many microseconds, and in whose custody."""
    words = broken.words
    rule = "" if broken.rule == words.line else f"{broken.rule}: "
    found = words.broken(broken.measured, beyond)
    return f"{rule}{found}{_allowed(broken)}, {_worst(broken)}, {custody}"


def _allowed(broken: Broken) -> str:
    """The tolerance, of the kinds that speak of time beyond a limit."""
    if broken.kind in {"mkt", "rate", "silence", "freeze_thaw"}:
        return ""
    return f" (tolerance {length(broken.tolerance)})" if broken.tolerance else " (no tolerance)"


def _worst(broken: Broken) -> str:
    """When it was worst, and of a temperature how bad."""
    if unit_of(broken.kind) != "degC":
        return f"fastest at {day_and_time(broken.peak_at)}"
    return f"peak {degrees(broken.peak)} at {day_and_time(broken.peak_at)}"

"""What a claim says and asks for: sentences and exact amounts, from the facts of one excursion."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from erp.wording import day_and_time, degrees, length
from kernel.instants import moment
from kernel.money import Money
from kernel.rule_words import RuleWords, unit_of


@dataclass(frozen=True, slots=True)
class Basis:
    """An excursion with the unit it spoiled and the terms that unit was bought under.

    `quantity` is what it held when the rule was broken; `claimed_before` says that these goods are
    claimed under the unit they were split from. Instants are microseconds, temperatures degC,
    `tolerance` microseconds.
    """

    unit_id: int
    unit: str
    lot_id: int
    quantity: Decimal
    claimed_before: bool
    unit_price: Decimal
    currency: str
    order_id: int
    receipt_id: int
    receipt: str
    arrived_at: int
    decision: str | None
    decided_at: int | None
    supplier_id: int
    claim_deadline_days: int
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


def claim_code(receipt: str) -> str:
    """The code of the claim for a delivery, such as ``CLM-GR-1``."""
    return f"CLM-{receipt}"


def due_on(arrived_at: int, claim_deadline_days: int) -> date:
    """The last day, in UTC, on which the supplier accepts a claim."""
    return moment(arrived_at).date() + timedelta(days=claim_deadline_days)


def amount(basis: Basis) -> Money:
    """The contracted price of the whole unit, rounded to the currency's smallest coin."""
    return Money(basis.unit_price, basis.currency).times(basis.quantity)


def deficiency(basis: Basis, supplier: int, own: int) -> str:
    """What was wrong, for how long and in whose custody; both times are microseconds."""
    words = basis.words
    rule = "" if basis.rule == words.line else f"{basis.rule}: "
    broken = words.broken(basis.measured, supplier + own)
    return f"{rule}{broken}{_allowed(basis)}, {_worst(basis)}, {_custody(basis, supplier, own)}"


def _allowed(basis: Basis) -> str:
    """The tolerance, of the kinds that speak of time beyond a limit."""
    if basis.kind in {"mkt", "rate", "silence", "freeze_thaw"}:
        return ""
    return f" (tolerance {length(basis.tolerance)})" if basis.tolerance else " (no tolerance)"


def _worst(basis: Basis) -> str:
    """When it was worst, and of a temperature how bad."""
    if unit_of(basis.kind) != "degC":
        return f"fastest at {day_and_time(basis.peak_at)}"
    return f"peak {degrees(basis.peak)} at {day_and_time(basis.peak_at)}"


def _custody(basis: Basis, supplier: int, own: int) -> str:
    if basis.decided_at is None:
        return "in the supplier's custody, as the delivery is not accepted yet"
    at = day_and_time(basis.decided_at)
    if basis.decision == "refused":
        return f"in the supplier's custody, as the delivery was refused at {at}"
    part = f"{length(supplier)} of it " if own else ""
    reserved = " with reservation" if basis.decision == "accepted_with_reservation" else ""
    return f"{part}before acceptance{reserved} at {at}"

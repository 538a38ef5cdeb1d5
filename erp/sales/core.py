"""What sales records, and what is wrong with a record before anybody looks into the database."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from erp.ranges import range_fault
from erp.subjects import MACHINE

Change = Literal["created", "changed", "unchanged"]
"""What recording something did."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys; on the day of dispatch `min_remaining_days` of use must be left.

    `lowest` and `highest` are degC agreed for delivery. What is None stays as it is known.
    """

    code: str
    name: str
    min_remaining_days: int
    lowest: Decimal | None = None
    highest: Decimal | None = None
    contact: str | None = None
    actor: str = MACHINE


def customer_fault(customer: Customer) -> str | None:
    """What is wrong with `customer` in itself, as a sentence, or None."""
    if not (customer.code.strip() and customer.name.strip()):
        return f"customer {customer.code!r} needs a code and a name: give both"
    if customer.min_remaining_days < 0:
        return (
            f"customer {customer.code}: {customer.min_remaining_days} days of use left are less than "
            "none: give 0 or more days"
        )
    fault = range_fault(customer.lowest, customer.highest)
    return None if fault is None else f"customer {customer.code}: {fault}"

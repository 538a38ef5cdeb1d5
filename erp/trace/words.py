"""Times, lengths, temperatures and money as a trace's story writes them."""

from decimal import Decimal

from erp.wording import degrees, length
from kernel.instants import SECOND


def short(time: str) -> str:
    """A time of a trace, to the minute."""
    return time[:16].replace("T", " ")


def for_so_long(seconds: float) -> str:
    """A length of time in words."""
    return length(round(seconds * SECOND))


def money(amount: str) -> str:
    """An amount with its thousands apart."""
    return f"{Decimal(amount):,}"


def span_of(lowest: float | None, highest: float | None) -> str:
    """From the lowest to the highest, nothing when there was no reading."""
    if lowest is None or highest is None:
        return ""
    return f", {degrees(lowest)} to {degrees(highest)}"

"""Times, lengths and temperatures in the words people use on paper."""

from decimal import Decimal
from functools import lru_cache

from kernel.instants import moment
from kernel.lengths import length
from kernel.rule_words import degrees

__all__ = ["day_and_time", "degrees", "length", "plain"]


@lru_cache(maxsize=4096)
def day_and_time(at: int) -> str:
    """An instant to the minute, such as ``2026-03-01 09:41 UTC``."""
    return moment(at).strftime("%Y-%m-%d %H:%M UTC")


def plain(number: Decimal) -> str:
    """A decimal without trailing zeros and without an exponent, such as ``12.5``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

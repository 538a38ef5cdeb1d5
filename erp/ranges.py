"""Temperature ranges that people agree on: degC with at most two decimals, the lower one first."""

from decimal import Decimal

from erp.quantities import storable

_COLDEST, _HOTTEST = Decimal(-273), Decimal(200)


def range_fault(lowest: Decimal | None, highest: Decimal | None) -> str | None:
    """What is wrong with a range (None: no limit on that side), as a sentence, or None."""
    for limit in (lowest, highest):
        if limit is not None and not (storable(limit) and _fits(limit)):
            return f"{limit} is no temperature: give degC with at most 2 decimals"
    if lowest is not None and highest is not None and lowest >= highest:
        return f"{lowest} to {highest} degC is no range: give the lower one as lowest"
    return None


def _fits(limit: Decimal) -> bool:
    return limit == round(limit, 2) and _COLDEST <= limit <= _HOTTEST

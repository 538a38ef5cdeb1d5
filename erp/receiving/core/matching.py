"""Which line of an order a delivered product belongs to, when nobody says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of an order, and how much of it is still to come (below 0: too much came)."""

    line: int
    product_id: int
    open: Decimal


def match(lines: Sequence[OpenLine], product_id: int, quantity: Decimal) -> int | None:
    """The line for a delivered product: one that is still open for all of it, or for most of it.

    A product that was not ordered goes to the first line that is still open, and is flagged there;
    None when the order has no lines.
    """
    own = [one for one in lines if one.product_id == product_id]
    fitting = [one for one in own if one.open >= quantity]
    if fitting:
        return min(fitting, key=lambda one: one.line).line
    if own:
        return max(own, key=lambda one: (one.open, -one.line)).line
    still_open = [one for one in lines if one.open > 0] or list(lines)
    return min((one.line for one in still_open), default=None)

"""First expired, first out: which units an order is promised, and whether a pick kept to that.

Everything is decided from what was known at that moment. A unit that is held, expired, not accepted,
in quarantine or on a vehicle, or that would live too short for the customer is never promised.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

ACCEPTED = ("accepted", "accepted_with_reservation")
NOT_PICKED_FROM = ("quarantine_cage", "vehicle")
"""Kinds of place from which nothing is picked."""


@dataclass(frozen=True, slots=True)
class Stock:
    """A unit in stock as it is known now; `free` is what nobody else is promised of it.

    `received_at` is when its delivery arrived, in microseconds.
    """

    unit_id: int
    unit: str
    lot_id: int
    lot: str
    product_id: int
    expires_on: date | None
    received_at: int
    free: Decimal
    held: bool
    decision: str | None
    location: str | None
    location_kind: str | None


@dataclass(frozen=True, slots=True)
class Want:
    """A line of an order that wants `quantity` more; its goods must be usable on `usable_until`."""

    order_id: int
    line: int
    product_id: int
    quantity: Decimal
    usable_until: date


@dataclass(frozen=True, slots=True)
class Share:
    """`quantity` of a unit is promised to a line."""

    order_id: int
    line: int
    unit_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Rotation:
    """Whether a pick took what came first then; `first` is the unit that did."""

    in_order: bool
    picked: Stock
    first: Stock


Place = tuple[bool, date, int]
"""Where goods stand in the order of use: with an expiry first, by it, then by receipt."""


def usable_until(deliver_on: date, minimum_life_days: int, today: date) -> date:
    """The day on which goods delivered then, or today when that is late, must still be usable."""
    return max(deliver_on, today) + timedelta(days=minimum_life_days)


def place_in_order(one: Stock) -> Place:
    """Where a unit stands in the order of use; units of one place are as good as each other."""
    return one.expires_on is None, one.expires_on or date.max, one.received_at


def unfit(one: Stock, until: date) -> str | None:
    """Why the unit may not be promised to who must use it on `until`, as a clause; None: it may."""
    reasons = (
        (one.location is None, "it is not at a place of ours"),
        (one.held, "it is held"),
        (one.decision not in ACCEPTED, "its delivery is not accepted"),
        (
            one.location_kind in NOT_PICKED_FROM,
            f"nothing is picked from {one.location}",
        ),
        (
            one.expires_on is not None and one.expires_on < until,
            f"its last day of use is {one.expires_on}, the customer needs it usable on {until}",
        ),
    )
    return next((why for wrong, why in reasons if wrong), None)


def allocate(wants: Sequence[Want], stock: Iterable[Stock]) -> list[Share]:
    """Promise stock to lines: lines in their order, each the first expiring that is fit for it.

    A line that cannot be filled is promised what there is.
    """
    of_product: dict[int, list[Stock]] = {}
    for one in sorted(stock, key=lambda one: (place_in_order(one), one.unit_id)):
        of_product.setdefault(one.product_id, []).append(one)
    left = {one.unit_id: one.free for ordered in of_product.values() for one in ordered}
    shares: list[Share] = []
    for want in wants:
        missing = want.quantity
        for one in of_product.get(want.product_id, ()):
            if missing <= 0:
                break
            if left[one.unit_id] <= 0 or unfit(one, want.usable_until) is not None:
                continue
            quantity = min(missing, left[one.unit_id])
            left[one.unit_id] -= quantity
            missing -= quantity
            shares.append(Share(want.order_id, want.line, one.unit_id, quantity))
    return shares


def short(wants: Iterable[Want], shares: Iterable[Share]) -> Mapping[tuple[int, int], Decimal]:
    """How much each line lacks after `shares`; lines that lack nothing are left out."""
    lacking: dict[tuple[int, int], Decimal] = {}
    for want in wants:
        key = (want.order_id, want.line)
        lacking[key] = lacking.get(key, Decimal(0)) + want.quantity
    for share in shares:
        lacking[share.order_id, share.line] -= share.quantity
    return {key: quantity for key, quantity in lacking.items() if quantity > 0}


def judge(picked: Stock, others: Iterable[Stock], until: date) -> Rotation:
    """Whether something fit should have been picked before `picked`; `others` is what was free then."""
    fit = [one for one in others if one.free > 0 and unfit(one, until) is None]
    first = min(
        [picked, *fit],
        key=lambda one: (place_in_order(one), one.unit_id != picked.unit_id, one.unit_id),
    )
    return Rotation(place_in_order(picked) <= place_in_order(first), picked, first)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a unit felt in our hands until it left: degC; lengths and `since` in microseconds.

    `beyond` are the seconds it was beyond each limit of its profile, such as ``above 8``.
    """

    unit: str
    since: int | None
    readings: int
    lowest: float | None
    highest: float | None
    mean: float | None
    mkt: float | None
    beyond: Mapping[str, float]
    unmonitored: int

"""What came beside what was ordered and announced: every difference a flag with its numbers.

A pure function of the facts of one delivery and of the order lines it belongs to, so that a second,
partial delivery, or the same told again, comes to the same flags in any order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.receiving.core.flags import Flag
from erp.wording import plain

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class CameIn:
    """A lot of the delivery and what its order line asks; `arrived_on` is the day in UTC.

    `ordered`, `before` and `in_all` are the line's quantities: ordered, received before this delivery,
    and received by now with every delivery. `same_as` names lots that came before with the supplier's
    same lot number. `announced` is None when nothing was announced for the delivery.
    """

    lot_id: int
    lot: str
    supplier_lot: str
    quantity: Decimal
    unit_of_measure: str
    expires_on: date | None
    produced_on: date | None
    damaged: Decimal
    damage: str
    product: str
    line: int
    ordered_product: str
    ordered: Decimal
    before: Decimal
    in_all: Decimal
    max_age_days: int | None
    min_remaining_days: int | None
    arrived_on: date
    same_as: Sequence[str]
    announced: bool | None


@dataclass(frozen=True, slots=True)
class Announced:
    """What was announced of a product, and what of it came; `missing` are lots that did not come."""

    line: int | None
    product: str
    unit_of_measure: str
    announced: Decimal
    came: Decimal
    missing: Sequence[str]


def variances(
    lots: Sequence[CameIn], announced: Sequence[Announced], *, decided: str | None
) -> list[Flag]:
    """The flags of a delivery; what is missing is told once it is `decided`, and not when refused."""
    found = [flag for lot in lots for flag in _of_lot(lot)]
    complete = decided is not None and decided != "refused"
    found += _of_lines(lots, complete=complete)
    if complete:
        found += [flag for one in announced for flag in _of_announcement(one)]
    return found


def _of_lot(lot: CameIn) -> Iterator[Flag]:
    if lot.product != lot.ordered_product:
        yield _flag(
            lot,
            "wrong_product",
            f"{lot.product} came, line {lot.line} orders {lot.ordered_product}",
            {"came": lot.product, "ordered": lot.ordered_product},
        )
    yield from _of_age(lot)
    if lot.damaged > 0:
        part = f"{plain(lot.damaged)} of {plain(lot.quantity)} {lot.unit_of_measure}"
        numbers = {"damaged": plain(lot.damaged), "quantity": plain(lot.quantity)}
        yield _flag(lot, "damaged", f"{part} damaged: {lot.damage}", numbers)
    if lot.same_as:
        words = f"supplier lot {lot.supplier_lot} came before as {', '.join(lot.same_as)}"
        yield _flag(lot, "duplicate_lot", words, {"came_as": list(lot.same_as)})
    if lot.announced is False:
        named = f" lot {lot.supplier_lot}" if lot.supplier_lot else ""
        yield _flag(lot, "not_announced", f"{lot.product}{named} was not announced", {})


def _of_age(lot: CameIn) -> Iterator[Flag]:
    if lot.produced_on is not None and lot.max_age_days is not None:
        age = (lot.arrived_on - lot.produced_on).days
        if age > lot.max_age_days:
            words = f"{_days(age)} old on arrival, at most {lot.max_age_days} are agreed"
            yield _flag(lot, "too_old", words, {"age_days": age, "agreed_days": lot.max_age_days})
    if lot.expires_on is None:
        return
    left = (lot.expires_on - lot.arrived_on).days
    if left < 0:
        words = f"expired on {lot.expires_on.isoformat()}, {_days(-left)} before it arrived"
        yield _flag(lot, "expired", words, {"expired_days": -left})
    elif lot.min_remaining_days is not None and left < lot.min_remaining_days:
        words = f"{_days(left)} left on arrival, at least {lot.min_remaining_days} are agreed"
        yield _flag(
            lot, "too_short_life", words, {"left_days": left, "agreed_days": lot.min_remaining_days}
        )


def _of_lines(lots: Sequence[CameIn], *, complete: bool) -> Iterator[Flag]:
    for line, one in {lot.line: lot for lot in lots}.items():
        here = sum(
            (lot.quantity for lot in lots if lot.line == line and lot.product == lot.ordered_product),
            NOTHING,
        )
        over = min(here, one.before + here - one.ordered)
        numbers = {"ordered": plain(one.ordered), "received": plain(one.in_all)}
        if over > 0:
            words = (
                f"line {line}: {plain(over)} {one.unit_of_measure} more than the "
                f"{plain(one.ordered)} ordered"
            )
            yield Flag("over", words, {**numbers, "over": plain(over)}, line)
        missing = one.ordered - one.in_all
        if complete and missing > 0:
            words = (
                f"line {line}: {plain(one.in_all)} of {plain(one.ordered)} {one.unit_of_measure} "
                f"received, {plain(missing)} missing"
            )
            yield Flag("short", words, {**numbers, "missing": plain(missing)}, line)


def _of_announcement(one: Announced) -> Iterator[Flag]:
    numbers = {"announced": plain(one.announced), "came": plain(one.came)}
    kind = "announced_short" if one.came < one.announced else "announced_over"
    if one.came == one.announced and not one.missing:
        return
    lots = f", lot {', '.join(one.missing)} did not come" if one.missing else ""
    words = (
        f"{one.product}: {plain(one.came)} of {plain(one.announced)} {one.unit_of_measure} "
        f"announced came{lots}"
    )
    if one.came == one.announced:
        kind = "announced_short"
    yield Flag(kind, words, numbers, one.line)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _flag(lot: CameIn, kind: str, words: str, numbers: Mapping[str, object]) -> Flag:
    return Flag(kind, f"lot {lot.lot}: {words}", numbers, lot.line, lot.lot_id)

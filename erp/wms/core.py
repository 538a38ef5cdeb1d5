"""Decisions of the warehouse: where goods may stand and go, what to fill up, what a count found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

TASK_KINDS = ("put_away", "replenish", "transfer", "quarantine")
MOVEMENT_OF_TASK = {
    "put_away": "put_away",
    "replenish": "replenish",
    "transfer": "transfer",
    "quarantine": "transfer",
}
"""The kind of movement that does a task."""
QUARANTINE = "quarantine_cage"
"""The kind of place where held goods stand, and no others."""


@dataclass(frozen=True, slots=True)
class Goods:
    """A unit that looks for a place; `temperature_class` is the name of its product's profile."""

    lot_id: int
    product_id: int
    temperature_class: str
    held: bool


@dataclass(frozen=True, slots=True)
class Room:
    """A place for goods, with what stands there or is on its way there.

    `keeps_apart` is ``lot`` or ``product`` when only one of these may stand there at a time.
    """

    location_id: int
    path: str
    kind: str
    temperature_class: str | None
    capacity: int
    keeps_apart: str | None
    units: int
    lots: Sequence[int]
    products: Sequence[int]

    def with_one_more(self, goods: Goods) -> "Room":
        """The place once these goods are on their way there too."""
        return replace(
            self,
            units=self.units + 1,
            lots=[*self.lots, goods.lot_id],
            products=[*self.products, goods.product_id],
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place that fits, and why it is better than others."""

    room: Room
    why: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count says of one unit: `expected` there, `counted` there, where it was thought to be."""

    unit: str
    expected: Decimal
    counted: Decimal
    stood_at: str | None

    def differs(self, place: str) -> bool:
        """Whether the quantity or the place is another one than we thought."""
        return self.expected != self.counted or (self.counted > 0 and self.stood_at != place)


@dataclass(frozen=True, slots=True)
class Reserve:
    """A unit from which a pick face may be filled up, in the order in which it should be used."""

    unit: str
    quantity: Decimal


def misfit(goods: Goods, room: Room) -> str | None:
    """Why the goods may not stand in the room, as a clause; None when they may."""
    mine, theirs = goods.temperature_class, room.temperature_class
    caged = room.kind == QUARANTINE
    other_lot = any(lot != goods.lot_id for lot in room.lots)
    other_product = any(product != goods.product_id for product in room.products)
    reasons = (
        (goods.held and not caged, "held goods go into a quarantine cage only"),
        (caged and not goods.held, "a quarantine cage is for held goods only"),
        (theirs not in {None, mine}, f"it is for {theirs}, the product needs {mine}"),
        (theirs is None and not caged, "nobody said which temperature class it is for"),
        (room.units >= room.capacity, f"it is full: {room.units} of {room.capacity}"),
        (room.keeps_apart == "lot" and other_lot, "it keeps lots apart, and another one stands there"),
        (
            room.keeps_apart == "product" and other_product,
            "it keeps products apart, and another one stands there",
        ),
    )
    return next((why for wrong, why in reasons if wrong), None)


def suggest(goods: Goods, rooms: Iterable[Room]) -> Suggestion | None:
    """The best place for the goods: beside their lot, else their product, else where nothing stands.

    Among equals the fullest, so that empty places stay for what needs one; then by path.
    """
    fitting = [room for room in rooms if misfit(goods, room) is None]
    if not fitting:
        return None
    best = min(fitting, key=lambda room: (_rank(goods, room), room.capacity - room.units, room.path))
    why = ("the same lot stands there", "the same product stands there", "it is empty", "it has room")
    return Suggestion(best, why[_rank(goods, best)])


def _rank(goods: Goods, room: Room) -> int:
    if goods.lot_id in room.lots:
        return 0
    if goods.product_id in room.products:
        return 1
    return 3 if room.units else 2


def fill_up(
    there: Decimal, minimum: Decimal, fill_to: Decimal, reserve: Iterable[Reserve]
) -> list[str]:
    """The units to bring to a pick face that holds `there`: none above the minimum, else to `fill_to`.

    Units are brought whole, in the order given, until at least `fill_to` is there.
    """
    chosen: list[str] = []
    if there >= minimum:
        return chosen
    for one in reserve:
        if there >= fill_to:
            break
        chosen.append(one.unit)
        there += one.quantity
    return chosen


def compare(
    place: str,
    there: Mapping[str, Decimal],
    elsewhere: Mapping[str, tuple[Decimal, str | None]],
    counted: Mapping[str, Decimal],
    *,
    complete: bool,
) -> list[Counted]:
    """What a count at `place` says of every unit it is about, by code.

    `there` is what we thought stands there, `elsewhere` what we thought of the other units counted:
    how much, and where. With `complete` a unit that was not counted is missing.
    """
    found = [
        Counted(unit, there[unit], quantity, place)
        if unit in there
        else Counted(unit, *elsewhere_of(unit, quantity, elsewhere))
        for unit, quantity in counted.items()
    ]
    if complete:
        found += [
            Counted(unit, quantity, Decimal(0), place)
            for unit, quantity in there.items()
            if unit not in counted
        ]
    return sorted(found, key=lambda one: one.unit)


def elsewhere_of(
    unit: str, quantity: Decimal, elsewhere: Mapping[str, tuple[Decimal, str | None]]
) -> tuple[Decimal, Decimal, str | None]:
    """What was thought of a unit counted where we did not expect it."""
    expected, stood_at = elsewhere[unit]
    return expected, quantity, stood_at

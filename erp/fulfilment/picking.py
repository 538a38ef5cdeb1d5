"""Picking: what was taken for a line, from which unit; another lot than promised needs a reason.

A part of a unit is split off and picked as a unit of its own. Of every pick it is written down which
unit came first by what was known at that moment.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp import subjects
from erp.fulfilment import order_store, store
from erp.fulfilment.core import Rotation, judge, unfit, usable_until
from erp.fulfilment.handlers import open_order
from erp.fulfilment.order_store import Order
from erp.fulfilment.store import Reserved, StockUnit
from erp.quantities import storable
from erp.wording import plain
from kernel.events import GoodsDivided, GoodsMoved
from kernel.instants import moment
from kernel.refusal import Refusal
from storage.database import Transaction
from storage.errors import DuplicateKey


@dataclass(frozen=True, slots=True)
class Pick:
    """At `picked_at` `quantity` of `unit` was taken for a line and brought to the place `to`.

    `quantity` None takes what the line was promised of it, or all; `as_unit` is the code of what is
    split off, made up when empty; `client_id` is the scanner's own id, so that a pick sent twice counts
    once.
    """

    order: str
    line: int
    unit: str
    to: str
    picked_at: int
    by: str
    quantity: Decimal | None = None
    as_unit: str = ""
    reason: str = ""
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """What was picked; `recorded` is False when it had been told before."""

    pick_id: int
    unit: str
    quantity: Decimal
    in_order: bool
    first: str
    recorded: bool = True


def pick(transaction: Transaction, told: Pick) -> Picked:
    """Record a pick and its rotation; refused when the unit may not be picked for this line."""
    order = open_order(transaction, told.order)
    again = _delivered(transaction, told)
    if again is not None:
        return again
    line = _line(transaction, order, told.line)
    unit_id = store.lock_unit(transaction, told.unit)
    unit = None if unit_id is None else store.stock_of(transaction, unit_id)
    if unit_id is None or unit is None:
        raise Refusal(f"unit {told.unit}: it is not in stock: coldbind where {told.unit} tells more")
    promised = store.reserved_for(transaction, order.sales_order_id, told.line)
    until = usable_until(order.deliver_on, order.minimum_life_days, moment(told.picked_at).date())
    _refuse_unfit(told, line, unit, until)
    quantity = _quantity(told, line, unit, promised)
    reason = _reason(told, unit, promised)
    rotation = _rotation(transaction, order, line, unit, until)
    _take_promises(transaction, unit, promised, quantity)
    taken = _take(transaction, told, unit, quantity)
    return _record(transaction, told, order, unit, taken, quantity, rotation, reason)


def _delivered(transaction: Transaction, told: Pick) -> Picked | None:
    known = store.known_pick(transaction, told.client_id) if told.client_id else None
    if known is None:
        return None
    if (known.order, known.line, known.taken_from) != (told.order, told.line, told.unit):
        raise Refusal(
            f"client id {told.client_id!r} was already used for another pick: give each its own"
        )
    return Picked(known.pick_id, known.unit, known.quantity, in_order=True, first="", recorded=False)


def _line(transaction: Transaction, order: Order, number: int) -> order_store.Line:
    for line in order_store.lines(transaction, [order.sales_order_id]):
        if line.line == number:
            return line
    raise Refusal(f"order {order.code} has no line {number}")


def _quantity(told: Pick, line: order_store.Line, unit: StockUnit, promised: list[Reserved]) -> Decimal:
    """How much is picked; refused when the unit has not so much, or the line does not want it."""
    mine = sum((one.quantity for one in promised if one.unit_id == unit.unit_id), Decimal(0))
    wanted = line.missing + line.reserved
    there = unit.free + mine
    if wanted <= 0:
        raise Refusal(f"order {told.order} line {told.line}: all it wants is picked already")
    quantity = told.quantity if told.quantity is not None else mine or min(there, wanted)
    if not storable(quantity) or quantity <= 0:
        raise Refusal(f"unit {told.unit}: {plain(quantity)} cannot be picked: nothing of it is free")
    if quantity > there:
        raise Refusal(
            f"unit {told.unit}: {plain(quantity)} cannot be picked, {plain(there)} of it is free: "
            "the rest is promised to others or not there"
        )
    if quantity > wanted:
        raise Refusal(
            f"order {told.order} line {told.line}: it wants {plain(wanted)} more, "
            f"not {plain(quantity)}: pick less"
        )
    return quantity


def _refuse_unfit(told: Pick, line: order_store.Line, unit: StockUnit, until: date) -> None:
    if unit.product_id != line.product_id:
        raise Refusal(
            f"unit {told.unit} is not of product {line.product}, "
            f"which order {told.order} line {told.line} wants"
        )
    why = unfit(unit, until)
    if why is not None:
        raise Refusal(f"unit {told.unit} must not be picked: {why}")


def _reason(told: Pick, unit: StockUnit, promised: list[Reserved]) -> str:
    """The words for a rotation out of order; picking another lot than the promised needs them."""
    if unit.lot_id in {one.lot_id for one in promised}:
        return told.reason or "promised before the other one came"
    if not told.reason.strip():
        meant = "no unit is promised to this line" if not promised else "another lot is promised to it"
        raise Refusal(
            f"unit {told.unit} of lot {unit.lot}: {meant}: "
            "write in --reason why you pick this one, or coldbind sale allocate first"
        )
    return told.reason


def _rotation(
    transaction: Transaction, order: Order, line: order_store.Line, unit: StockUnit, until: date
) -> Rotation:
    possible = store.possible(transaction, order.sales_order_id, line.line, line.product_id, until)
    return judge(unit, possible, until)


def _take_promises(
    transaction: Transaction, unit: StockUnit, promised: list[Reserved], quantity: Decimal
) -> None:
    """Use up the line's promises: of this unit first, then those that come last in the order of use."""
    left = quantity
    for one in sorted(promised, key=lambda one: one.unit_id != unit.unit_id):
        if left <= 0:
            return
        kept = one.unit_id == unit.unit_id
        if one.quantity > left:
            store.reduce_reservation(transaction, one.reservation_id, left)
        elif kept:
            store.end_reservation(transaction, one.reservation_id, "picked")
        else:
            why = f"unit {unit.unit} was picked instead"
            store.end_reservation(transaction, one.reservation_id, "released", why)
        left -= min(left, one.quantity)


def _take(transaction: Transaction, told: Pick, unit: StockUnit, quantity: Decimal) -> str:
    """Split off what is picked when that is not all, and bring it away; the code of what was picked."""
    document, at, taken = f"order {told.order}", told.picked_at, told.unit
    if quantity < unit.quantity:
        taken = told.as_unit or f"{told.unit}/{told.order}.{told.line}.{at % 10**10}"
        transaction.publish(GoodsDivided(told.unit, taken, quantity, at, document, told.by))
        at += 1  # no two things happen to a unit at one instant
    transaction.publish(GoodsMoved(taken, "pick", told.to, at, document, told.by))
    return taken


def _record(  # noqa: PLR0917 - what a pick is made of
    transaction: Transaction,
    told: Pick,
    order: Order,
    unit: StockUnit,
    taken: str,
    quantity: Decimal,
    rotation: Rotation,
    reason: str,
) -> Picked:
    try:
        with transaction.savepoint():
            pick_id = store.insert_pick(
                transaction,
                order.sales_order_id,
                told.line,
                unit=taken,
                taken_from=unit.unit_id,
                quantity=quantity,
                picked_at=told.picked_at,
                by=told.by,
                client_id=told.client_id,
            )
    except DuplicateKey as error:
        raise Refusal(
            f"client id {told.client_id!r} was already used: give each pick its own"
        ) from error
    store.insert_rotation(transaction, pick_id, rotation, "" if rotation.in_order else reason)
    transaction.audit(
        told.by,
        "picked",
        subjects.unit(taken),
        order=told.order,
        line=told.line,
        quantity=quantity,
        in_order=rotation.in_order,
        first=rotation.first.unit,
        reason=reason if told.reason or not rotation.in_order else "",
    )
    return Picked(pick_id, taken, quantity, rotation.in_order, rotation.first.unit)


def put_back(transaction: Transaction, unit: str, by: str, reason: str) -> None:
    """A pick is not dispatched after all: the unit is free again, where it stands."""
    if not reason.strip():
        raise Refusal(f"unit {unit}: write in --reason why it is not dispatched")
    unit_id = store.lock_unit(transaction, unit)
    if unit_id is None or not store.put_back(transaction, unit_id, reason):
        raise Refusal(f"unit {unit}: nothing of it is picked: coldbind rotation shows the picks")
    transaction.audit(by, "pick taken back", subjects.unit(unit), why=reason)

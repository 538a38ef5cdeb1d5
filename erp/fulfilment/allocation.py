"""Promising stock to orders, first expiring first; whoever comes at the same time gets what is left."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp import subjects
from erp.fulfilment import order_store, store
from erp.fulfilment.core import Share, Stock, Want, allocate, short, usable_until
from erp.fulfilment.handlers import known_wave, open_order
from erp.fulfilment.order_store import Order
from kernel.refusal import Refusal
from storage.database import Transaction

_PAGE = 6
"""So many units are looked at, and locked, for each product before more of one that lacks some are."""
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Shortage:
    """A line that could not be promised all it wants."""

    order: str
    line: int
    product: str
    missing: Decimal


def allocate_orders(
    transaction: Transaction, codes: Sequence[str], today: date, by: str
) -> list[Shortage]:
    """Promise stock to the lines of orders that lack some; what is still missing afterwards.

    Told again it promises only what is still missing. Orders are served in the order they are given.
    """
    locked = order_store.lock_orders(transaction, codes)
    orders = [_open(locked, code) for code in dict.fromkeys(codes)]
    lines = order_store.lines(transaction, [order.sales_order_id for order in orders])
    wants = [want for order in orders for want in _wants(order, lines, today)]
    shares = _shares(transaction, wants)
    if shares:
        store.reserve(transaction, shares, by)
    for order in orders:
        mine = [one for one in shares if one.order_id == order.sales_order_id]
        if mine:
            transaction.audit(
                by,
                "stock promised",
                subjects.sales_order(order.code),
                units=len({one.unit_id for one in mine}),
                quantity=sum((one.quantity for one in mine), Decimal(0)),
            )
    lacking = short(wants, shares)
    names = {order.sales_order_id: order.code for order in orders}
    return [
        Shortage(names[line.sales_order_id], line.line, line.product, lacking[key])
        for line in lines
        if (key := (line.sales_order_id, line.line)) in lacking
    ]


def release_wave(transaction: Transaction, code: str, today: date, by: str) -> list[Shortage]:
    """Promise stock to all orders of a wave and have them picked; what is missing."""
    wave = known_wave(transaction, code)
    if wave.state == "done":
        raise Refusal(f"wave {code} is done")
    codes = order_store.orders_of_wave(transaction, wave.wave_id)
    locked = order_store.lock_orders(transaction, codes)
    found = allocate_orders(
        transaction, [one for one in codes if locked[one].state == "open"], today, by
    )
    if wave.state == "open":
        order_store.wave_state(transaction, wave.wave_id, "released")
        transaction.audit(by, "wave released", f"wave {code}", orders=codes)
    return found


def release_orders(transaction: Transaction, code: str, by: str, reason: str) -> int:
    """Take back what was promised to an order; how many promises that were."""
    order = open_order(transaction, code)
    if not reason.strip():
        raise Refusal(f"order {code}: write in --reason why its goods are given free")
    count = store.release_order(transaction, order.sales_order_id, reason)
    if count:
        transaction.audit(
            by, "promises taken back", subjects.sales_order(code), promises=count, why=reason
        )
    return count


def _open(locked: dict[str, Order], code: str) -> Order:
    if code not in locked:
        raise Refusal(f"there is no sales order {code!r}: coldbind sale list shows them")
    if locked[code].state != "open":
        raise Refusal(f"order {code} is {locked[code].state}")
    return locked[code]


def _wants(order: Order, lines: Sequence[order_store.Line], today: date) -> list[Want]:
    until = usable_until(order.deliver_on, order.minimum_life_days, today)
    return [
        Want(order.sales_order_id, line.line, line.product_id, line.missing, until)
        for line in lines
        if line.sales_order_id == order.sales_order_id and line.missing > 0
    ]


def _shares(transaction: Transaction, wants: Sequence[Want]) -> list[Share]:
    """Allocate from the first units of each product; look at more where these were not enough."""
    most, asked, stock = _PAGE, list(wants), dict[int, Stock]()
    while asked:
        seen = store.candidates(transaction, asked, most)
        stock |= {one.unit_id: one for one in seen}
        shares = allocate(wants, stock.values())
        lacking = short(wants, shares)
        there = Counter(one.product_id for one in seen)
        asked = [
            want
            for want in asked
            if (want.order_id, want.line) in lacking and there[want.product_id] >= most and most < _MOST
        ]
        most *= 8
    return allocate(wants, stock.values())

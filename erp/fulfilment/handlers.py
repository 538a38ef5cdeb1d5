"""Sales orders and waves; and no promise outlives a hold, or goods that are not there.

Heard: StockChanged and HoldPlaced. The database takes promises off a held unit by itself, whoever holds
it; here it is told in the audit record which orders lost what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp import subjects
from erp.fulfilment import order_store, store
from erp.fulfilment.order_store import Order
from erp.quantities import storable
from kernel.events import HoldPlaced, StockChanged
from kernel.refusal import Refusal
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line as the customer ordered it."""

    line: int
    product: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What a customer ordered; `minimum_life_days` None asks for what is agreed with the customer."""

    code: str
    customer: str
    ordered_on: date
    deliver_on: date
    lines: Sequence[OrderedLine]
    minimum_life_days: int | None = None


def release_short(changed: StockChanged, transaction: Transaction) -> None:
    """End promises of units that hold less than that now, or are gone."""
    if store.release_short(transaction, changed.unit_ids):
        _audit_released(transaction, changed.unit_ids)


def tell_released(placed: Sequence[HoldPlaced], transaction: Transaction) -> None:
    """Tell which orders lost what by holds."""
    _audit_released(transaction, [one.unit_id for one in placed])


def put_order(transaction: Transaction, told: NewOrder, by: str) -> bool:
    """Record what a customer ordered; False when exactly this was told before."""
    customer = order_store.customer(transaction, told.customer)
    if customer is None:
        raise Refusal(f"order {told.code}: customer {told.customer!r} is not known: record it first")
    days = customer.minimum_life_days if told.minimum_life_days is None else told.minimum_life_days
    products = order_store.product_ids(transaction, {line.product for line in told.lines})
    _check(told, days, products)
    order_id = order_store.put_order(
        transaction,
        told.code,
        customer.customer_id,
        ordered_on=told.ordered_on,
        deliver_on=told.deliver_on,
        minimum_life_days=days,
        by=by,
    )
    if order_id is None:
        _refuse_other(transaction, told, days)
        return False
    rows = [(line.line, products[line.product], line.quantity) for line in told.lines]
    order_store.put_lines(transaction, order_id, rows)
    transaction.audit(
        by,
        "sales order recorded",
        subjects.sales_order(told.code),
        customer=told.customer,
        deliver_on=str(told.deliver_on),
        minimum_life_days=days,
        lines={str(line.line): f"{line.quantity} {line.product}" for line in told.lines},
    )
    return True


def cancel_order(transaction: Transaction, code: str, by: str, reason: str) -> None:
    """The order is not wanted any more: what was promised to it is free again."""
    order = open_order(transaction, code)
    if not reason.strip():
        raise Refusal(f"order {code}: write in --reason why it is cancelled")
    if any(
        line.picked or line.dispatched
        for line in order_store.lines(transaction, [order.sales_order_id])
    ):
        raise Refusal(f"order {code}: goods were picked for it: put them back first, or close it")
    store.release_order(transaction, order.sales_order_id, f"order cancelled: {reason}")
    order_store.end_order(transaction, order.sales_order_id, "cancelled", by, reason)
    transaction.audit(by, "sales order cancelled", subjects.sales_order(code), why=reason)


def close_order(transaction: Transaction, code: str, by: str, reason: str) -> None:
    """Nothing more of the order is delivered, although some of it is missing."""
    order = open_order(transaction, code)
    if not reason.strip():
        raise Refusal(f"order {code}: write in --reason why the rest is not delivered")
    if any(line.picked for line in order_store.lines(transaction, [order.sales_order_id])):
        raise Refusal(f"order {code}: picked goods wait for it: dispatch them or put them back first")
    store.release_order(transaction, order.sales_order_id, f"order closed: {reason}")
    order_store.end_order(transaction, order.sales_order_id, "closed", by, reason)
    transaction.audit(by, "sales order closed", subjects.sales_order(code), why=reason)


def add_to_wave(transaction: Transaction, code: str, orders: Sequence[str], by: str) -> None:
    """Orders are picked together in the wave, which is opened when it is not known."""
    if not code.strip():
        raise Refusal("a wave needs a code")
    order_store.open_wave(transaction, code, by)
    wave = known_wave(transaction, code)
    if wave.state != "open":
        raise Refusal(f"wave {code} is {wave.state}: open another one")
    found = [open_order(transaction, one) for one in orders]
    for order in found:
        if order.wave not in {None, code}:
            raise Refusal(f"order {order.code} is in wave {order.wave} already")
    order_store.join_wave(transaction, wave.wave_id, [order.sales_order_id for order in found])
    transaction.audit(by, "orders joined wave", f"wave {code}", orders=list(orders))


def known_wave(transaction: Transaction, code: str) -> order_store.Wave:
    """The wave with that code, locked; refused when there is none."""
    wave = order_store.lock_wave(transaction, code)
    if wave is None:
        raise Refusal(f"there is no wave {code!r}: coldbind wave add {code} ORDER.. opens it")
    return wave


def open_order(transaction: Transaction, code: str) -> Order:
    """The order with that code, locked; refused when there is none or it has ended."""
    order = order_store.lock_orders(transaction, [code]).get(code)
    if order is None:
        raise Refusal(f"there is no sales order {code!r}: coldbind sale list shows them")
    if order.state != "open":
        raise Refusal(f"order {code} is {order.state}")
    return order


def _check(told: NewOrder, days: int, products: dict[str, int]) -> None:
    where = f"order {told.code!r}"
    if not told.code.strip() or not told.lines:
        raise Refusal(f"{where}: an order needs a code and at least one line")
    if told.deliver_on < told.ordered_on:
        raise Refusal(f"{where}: it is to be delivered on {told.deliver_on}, before it was ordered")
    if days < 0:
        raise Refusal(f"{where}: a minimum life is 0 days or more, not {days}")
    if len({line.line for line in told.lines}) < len(told.lines):
        raise Refusal(f"{where}: two lines have the same number: give each its own")
    for line in told.lines:
        if line.product not in products:
            raise Refusal(f"{where} line {line.line}: product {line.product!r} is not known")
        if line.line <= 0 or not storable(line.quantity) or line.quantity <= 0:
            raise Refusal(
                f"{where} line {line.line}: {line.quantity} cannot be ordered: "
                "write a number above 0, with at most 6 decimals"
            )


def _refuse_other(transaction: Transaction, told: NewOrder, days: int) -> None:
    (known,) = order_store.orders(transaction, told.code)
    before = (known.customer, known.ordered_on, known.deliver_on, known.minimum_life_days)
    rows = {
        (line.line, line.product, line.quantity)
        for line in order_store.lines(transaction, [known.sales_order_id])
    }
    now = {(line.line, line.product, line.quantity) for line in told.lines}
    if (told.customer, told.ordered_on, told.deliver_on, days) != before or rows != now:
        raise Refusal(f"order {told.code} is recorded otherwise already: give it another code")


def _audit_released(transaction: Transaction, unit_ids: Sequence[int]) -> None:
    for lost in store.released_just_now(transaction, unit_ids):
        transaction.audit(
            subjects.MACHINE,
            "promise ended",
            subjects.unit(lost.unit),
            order=lost.order,
            line=lost.line,
            quantity=lost.quantity,
            why=lost.why,
        )

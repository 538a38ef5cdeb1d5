"""What purchasing records, and what is wrong with a record before anybody looks into the database."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from erp.incoterms import terms_fault
from erp.quantities import storable
from erp.ranges import range_fault
from erp.subjects import MACHINE
from kernel.gs1 import gtin_fault
from kernel.money import Money

Change = Literal["created", "changed", "unchanged"]
"""What recording something did."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who delivers; claims must reach them within `claim_deadline_days` of the delivery's arrival.

    `incoterm` (Incoterms 2020) and `named_place` are what an order says that names no terms of its own.
    Deadline and terms that are not told stay as they are known (14 and 30 days at first).
    """

    code: str
    name: str
    claim_deadline_days: int | None = None
    actor: str = MACHINE
    incoterm: str = ""
    named_place: str = ""
    payment_days: int | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """What is bought, counted in `unit_of_measure`, judged by `profile`.

    That is a name, for the version it is judged by already or else the newest, or a name with a
    version, such as ``medicines-2-8@1``. `price` is what one unit of measure is sold for,
    `shelf_life_days` count from production. What is None stays as it is known.
    """

    code: str
    name: str
    unit_of_measure: str
    profile: str
    actor: str = MACHINE
    gtin: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    shelf_life_days: int | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """`quantity` of a product (by its code) at `unit_price` in the order's currency.

    From arrival to acceptance it must be within `lowest` and `highest` degC, where one is agreed; on
    arrival at most `max_age_days` old, with `min_remaining_days` of use left.
    """

    line: int
    product: str
    quantity: Decimal
    unit_price: Decimal
    lowest: Decimal | None = None
    highest: Decimal | None = None
    max_age_days: int | None = None
    min_remaining_days: int | None = None


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """An order to a supplier (by its code); `currency` is ISO 4217.

    Without an `incoterm` it is ordered under the supplier's usual terms.
    """

    code: str
    supplier: str
    ordered_on: date
    currency: str
    lines: tuple[OrderLine, ...]
    actor: str = MACHINE
    incoterm: str = ""
    named_place: str = ""

    def says_the_same_as(self, other: "PurchaseOrder") -> bool:
        """Whether both order the same, in whatever sequence the lines come and whoever says it.

        One that names no terms says nothing against those of the other.
        """
        terms = {(one.incoterm, one.named_place) for one in (self, other) if one.incoterm}
        return self._content() == other._content() and len(terms) <= 1

    def _content(self) -> tuple[object, ...]:
        lines = tuple(sorted(self.lines, key=lambda line: line.line))
        return (self.code, self.supplier, self.ordered_on, self.currency, lines)


def supplier_fault(supplier: Supplier) -> str | None:
    """What is wrong with `supplier` in itself, as a sentence, or None."""
    if not (supplier.code.strip() and supplier.name.strip()):
        return f"supplier {supplier.code!r} needs a code and a name: give both"
    if supplier.claim_deadline_days is not None and supplier.claim_deadline_days < 0:
        return (
            f"supplier {supplier.code}: a claim deadline of {supplier.claim_deadline_days} days "
            "lies before the delivery: give 0 or more days"
        )
    if supplier.payment_days is not None and supplier.payment_days < 0:
        return (
            f"supplier {supplier.code}: payment is due after the delivery: give 0 or more payment days"
        )
    terms = terms_fault(supplier.incoterm, supplier.named_place)
    return None if terms is None else f"supplier {supplier.code}: {terms}"


def product_fault(product: Product) -> str | None:
    """What is wrong with `product` in itself, as a sentence, or None."""
    if not (product.code.strip() and product.name.strip() and product.unit_of_measure.strip()):
        return f"product {product.code!r} needs a code, a name and a unit of measure: give all three"
    fault = _number_fault(product)
    return None if fault is None else f"product {product.code}: {fault}"


def _number_fault(product: Product) -> str | None:
    gtin = None if product.gtin is None else gtin_fault(product.gtin)
    if gtin is not None:
        return gtin
    if (product.price is None) != (product.currency is None):
        return "a price needs its currency: give both"
    if product.price is not None and product.currency is not None:
        if not (storable(product.price) and product.price >= 0):
            return f"{product.price} is no price: give 0 or more, with at most 6 decimals"
        try:
            Money(product.price, product.currency)
        except ValueError as error:
            return str(error)
    if product.shelf_life_days is not None and product.shelf_life_days < 1:
        return f"a shelf life of {product.shelf_life_days} days is none: give 1 or more days"
    return None


def order_fault(order: PurchaseOrder) -> str | None:
    """What is wrong with `order` in itself, as a sentence, or None."""
    if not order.code.strip():
        return "a purchase order needs a code: give the number it has on paper"
    try:
        Money(Decimal(0), order.currency)
    except ValueError as error:
        return f"order {order.code}: {error}"
    terms = terms_fault(order.incoterm, order.named_place)
    if terms is not None:
        return f"order {order.code}: {terms}"
    if not order.lines:
        return f"order {order.code} orders nothing: give at least one line"
    twice = [line for line, count in Counter(line.line for line in order.lines).items() if count > 1]
    if twice:
        return f"order {order.code} has two lines with number {twice[0]}: number each line once"
    faults = (_line_fault(order.code, line) for line in order.lines)
    return next((fault for fault in faults if fault is not None), None)


def _line_fault(order: str, line: OrderLine) -> str | None:
    where = f"order {order} line {line.line}"
    if line.line < 1:
        return f"{where}: lines are numbered from 1: give a positive number"
    if not (storable(line.quantity) and line.quantity > 0):
        return f"{where}: {line.quantity} is no quantity: give more than 0, with at most 6 decimals"
    if not (storable(line.unit_price) and line.unit_price >= 0):
        return f"{where}: {line.unit_price} is no price: give 0 or more, with at most 6 decimals"
    for days in (line.max_age_days, line.min_remaining_days):
        if days is not None and days < 0:
            return f"{where}: {days} days are less than none: give 0 or more"
    fault = range_fault(line.lowest, line.highest)
    return None if fault is None else f"{where}: {fault}"

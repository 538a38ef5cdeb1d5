"""Three-way match: what a supplier invoiced, held against what was ordered and what was accepted.

Every variance is told with its numbers; none stops the posting, all stop the payment until a person
approves.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.ledger.core import chart
from erp.quantities import storable
from erp.wording import plain
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """`quantity` of what `order_line` ordered, at `unit_price`; `amount` as it is written."""

    order_line: int
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Invoice:
    """A supplier's invoice under one order; `charges` are freight and the like, `total` all of it."""

    code: str
    order: str
    invoiced_on: date
    currency: str
    lines: tuple[InvoiceLine, ...]
    charges: Decimal
    by: str

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return sum((line.amount for line in self.lines), self.charges)


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """An order line as it stands: ordered at `unit_price`, accepted, and invoiced before this one."""

    order_line: int
    product: str
    ordered: Decimal
    unit_price: Decimal
    accepted: Decimal
    invoiced: Decimal


@dataclass(frozen=True, slots=True)
class Variance:
    """What does not match on an order line; `amount` is what we pay more (below zero: less)."""

    kind: str
    order_line: int
    words: str
    amount: Decimal


def fault(invoice: Invoice, currency: str, known: Mapping[int, OrderedLine]) -> str | None:
    """Why this cannot be recorded at all, as a sentence, or None."""
    where = f"invoice {invoice.code}"
    numbers = [line.order_line for line in invoice.lines]
    twice = [line for line, count in Counter(numbers).items() if count > 1]
    amounts = (invoice.charges, *(line.amount for line in invoice.lines))
    if not invoice.code.strip():
        told = "an invoice needs the supplier's number: give it"
    elif invoice.currency != currency:
        told = f"{where} is in {invoice.currency}, order {invoice.order} in {currency}"
    elif not invoice.lines:
        told = f"{where} has no lines: give at least one --line"
    elif twice:
        told = f"{where} names order line {twice[0]} twice: add the two up"
    elif any(amount < 0 or amount != Money(amount, currency).rounded().amount for amount in amounts):
        told = f"{where}: an amount is below zero or finer than the smallest coin of {currency}"
    elif any(number not in known for number in numbers):
        missing = next(number for number in numbers if number not in known)
        told = f"{where}: order {invoice.order} has no line {missing}"
    elif not all(_possible(line) for line in invoice.lines):
        told = f"{where}: give every line a quantity above 0 and a price, with at most 6 decimals"
    else:
        told = None if invoice.total > 0 else f"{where} asks for nothing: there is nothing to post"
    return told


def variances(
    invoice: Invoice, known: Mapping[int, OrderedLine], replaces: str | None = None
) -> list[Variance]:
    """Everything in which the invoice differs from what was ordered and accepted.

    Under an order that `replaces` the goods of a claim (its code) nothing is owed for goods.
    """
    found: list[Variance] = []
    if replaces is not None:
        words = f"the goods come in place of those of claim {replaces}: nothing is owed for them"
        found.append(Variance("replacement", 0, words, invoice.total - invoice.charges))
    for line in invoice.lines:
        found += _of_line(line, known[line.order_line], invoice.currency)
    if invoice.charges:
        words = f"charges of {plain(invoice.charges)} were not ordered"
        found.append(Variance("charges", 0, words, invoice.charges))
    return found


def lines_of(
    invoice: Invoice, known: Mapping[int, OrderedLine]
) -> Iterable[tuple[int | None, dict[str, Decimal]]]:
    """What to post: for each order line, and last (None) for what belongs to no line."""
    for line in invoice.lines:
        expected = _worth(line.quantity, known[line.order_line].unit_price, invoice.currency)
        yield (
            line.order_line,
            _without_nothing(
                {
                    chart.NOT_INVOICED: expected,
                    chart.PRICE_VARIANCE: line.amount - expected,
                    chart.PAYABLE: -line.amount,
                }
            ),
        )
    if invoice.charges:
        yield None, {chart.FREIGHT: invoice.charges, chart.PAYABLE: -invoice.charges}


def _of_line(line: InvoiceLine, ordered: OrderedLine, currency: str) -> Sequence[Variance]:
    found: list[Variance] = []
    number, price = line.order_line, ordered.unit_price
    written = _worth(line.quantity, line.unit_price, currency)
    if line.unit_price != price:
        more = written - _worth(line.quantity, price, currency)
        words = f"priced {plain(line.unit_price)}, ordered at {plain(price)}"
        found.append(Variance("price", number, words, more))
    if line.amount != written:
        words = (
            f"{plain(line.amount)} written, {plain(line.quantity)} x {plain(line.unit_price)} is "
            f"{plain(written)}"
        )
        found.append(Variance("arithmetic", number, words, line.amount - written))
    invoiced = ordered.invoiced + line.quantity
    for kind, there, word in (
        ("not_accepted", ordered.accepted, "accepted"),
        ("not_ordered", ordered.ordered, "ordered"),
    ):
        if invoiced > there:
            over = min(invoiced - there, line.quantity)
            words = f"{plain(invoiced)} invoiced in all, {plain(there)} {word}"
            found.append(Variance(kind, number, words, _worth(over, price, currency)))
    return found


def _possible(line: InvoiceLine) -> bool:
    return (
        storable(line.quantity)
        and line.quantity > 0
        and storable(line.unit_price)
        and line.unit_price >= 0
    )


def _worth(quantity: Decimal, unit_price: Decimal, currency: str) -> Decimal:
    return Money(unit_price, currency).times(quantity).amount


def _without_nothing(lines: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {account: amount for account, amount in lines.items() if amount}

"""A delivery and an order on one card each, as JSON and as lines for a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from erp.wording import degrees, length
from kernel.instants import SECOND
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery in a list: how many lots came, and how many flags stand."""

    receipt: str
    order: str
    supplier: str
    dock: str
    arrived_at: datetime
    decision: str | None
    decided_at: datetime | None
    lots: int
    flags: int


@dataclass(frozen=True, slots=True)
class _Card:
    card: str


_SQL = Statements("erp.receiving")
_DELIVERY = _SQL.returning(_Card, "delivery_card")
_ORDER = _SQL.returning(_Card, "order_card")
_LISTED = _SQL.returning(ListedDelivery, "deliveries_listed")


def delivery_card(transaction: Transaction, receipt: str) -> str | None:
    """A delivery as JSON text (docs/reference/receiving.md), None when there is no such receipt."""
    row = transaction.row(_DELIVERY, code=receipt)
    return None if row is None else row.card


def listed(transaction: Transaction, *, decided: bool = False) -> list[ListedDelivery]:
    """The deliveries that wait for a decision, newest first; with `decided` the others too."""
    return transaction.rows(_LISTED, decided=decided)


def order_card(transaction: Transaction, order: str) -> str | None:
    """An order and the lots that came under it as JSON text, None when there is no such order."""
    row = transaction.row(_ORDER, code=order)
    return None if row is None else row.card


def delivery_lines(card: dict[str, Any]) -> Iterator[str]:
    """A delivery in words, the most urgent first: times are UTC."""
    yield (
        f"Delivery {card['receipt']} of {card['supplier']}, order {card['order']}, at {card['dock']}, "
        f"arrived {_short(card['arrived_at'])}: {_decided(card)}"
    )
    for flag in card["flags"]:
        if flag["withdrawn_at"] is None:
            yield f"  flag, {flag['kind'].replace('_', ' ')}: {flag['words']}"
    for lot in card["lots"]:
        yield from _lot(lot)


def order_lines(card: dict[str, Any]) -> Iterator[str]:
    """An order in words, with the lots that came under each of its lines."""
    terms = f", {card['incoterm']} {card['named_place']}" if card["incoterm"] else ""
    yield f"Order {card['order']} to {card['supplier']} of {card['ordered_on']}{terms}"
    for line in card["lines"]:
        yield (
            f"  line {line['line']}: {line['quantity']} {line['unit_of_measure']} of {line['product']} "
            f"at {line['unit_price']} {card['currency']}, {line['received']} received, {_rest(line)}"
        )
        for lot in line["lots"]:
            theirs = f", supplier lot {lot['supplier_lot']}" if lot["supplier_lot"] else ""
            expiry = f", expires {lot['expires_on']}" if lot["expires_on"] else ""
            decision = (lot["decision"] or "not decided").replace("_", " ")
            came = f"on {lot['receipt']} ({decision})"
            yield f"    {lot['lot']}: {lot['quantity']}{theirs}{expiry}, {came}"


def _rest(line: dict[str, Any]) -> str:
    closed = line["closed"]
    if closed is None:
        return f"{line['open']} open"
    return (
        f"{closed['missing']} did not come, closed {_short(closed['at'])} by {closed['by']}: "
        f"{closed['why']}"
    )


def _decided(card: dict[str, Any]) -> str:
    if card["decision"] is None:
        return "not decided"
    words = f": {card['reservation']}" if card["reservation"] else ""
    decision = card["decision"].replace("_", " ")
    return f"{decision} {_short(card['decided_at'])} by {card['decided_by']}{words}"


def _lot(lot: dict[str, Any]) -> Iterator[str]:
    theirs = f", supplier lot {lot['supplier_lot']}" if lot["supplier_lot"] else ""
    expiry = f", expires {lot['expires_on']}" if lot["expires_on"] else ""
    yield (
        f"  line {lot['line']}, lot {lot['lot']}: {lot['quantity']} {lot['unit_of_measure']} of "
        f"{lot['product']} in {len(lot['units'])} units{theirs}{expiry}"
    )
    for one in lot["conditions"]:
        where = "under way" if one["stretch"] == "transport" else "at the dock"
        if one["lowest"] is None:
            yield f"    {where}: nothing measured"
            continue
        monitored = length(round(one["monitored_seconds"] * SECOND))
        yield (
            f"    {where}: {degrees(one['lowest'])} to {degrees(one['highest'])}, "
            f"{one['readings']} readings in {monitored}, told by {', '.join(one['sensors'])}"
        )


def _short(time: str) -> str:
    return time[:16].replace("T", " ")

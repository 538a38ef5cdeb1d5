"""Claiming a quantity of an order line: what did not come, or part of a lot that no unit stands for."""

from dataclasses import dataclass
from decimal import Decimal

from erp import subjects
from erp.claims import item_store
from erp.claims.drafting import draft
from erp.claims.item_store import Item
from erp.claims.store import Claim
from erp.quantities import storable
from erp.wording import plain
from kernel.money import Money
from kernel.refusal import Refusal
from storage.database import Transaction

KINDS = ("missing", "damaged", "wrong_product", "too_old", "other")


@dataclass(frozen=True, slots=True)
class HandItem:
    """A quantity of an order line a person claims: one of `KINDS`, of a lot where one is named."""

    kind: str
    line: int
    quantity: Decimal
    deficiency: str
    lot: str = ""


def add_item(transaction: Transaction, code: str, wanted: HandItem, by: str) -> int:
    """Claim a quantity of a line of the claim's order at its price; the number of the item."""
    claim = draft(transaction, code)
    line = transaction.row(
        item_store.ORDER_LINE, claim_id=claim.claim_id, line=wanted.line, lot=wanted.lot or None
    )
    if line is None:
        raise Refusal(f"claim {code}: order {claim.order} has no line {wanted.line}")
    if wanted.kind not in KINDS:
        raise Refusal(f"{wanted.kind!r} is nothing to claim: give one of {', '.join(KINDS)}")
    if wanted.lot and (line.lot_id is None or wanted.kind == "missing"):
        raise Refusal(
            f"claim {code}: no lot {wanted.lot!r} came under line {wanted.line} with its delivery, "
            "and what is missing is of no lot"
        )
    if not (storable(wanted.quantity) and wanted.quantity > 0) or not wanted.deficiency.strip():
        raise Refusal(f"claim {code}: claim more than 0, and say what is wrong in --deficiency")
    item = Item(
        wanted.kind, line.line, line.lot_id, wanted.quantity, line.unit_price, wanted.deficiency
    )
    return put_item(transaction, claim, item, by)


def put_item(transaction: Transaction, claim: Claim, item: Item, by: str) -> int:
    """Put a quantity on a draft; the number of the item."""
    amount = Money(item.unit_price, claim.currency).times(item.quantity)
    number = item_store.add_item(transaction, claim.claim_id, item, amount.amount, by)
    transaction.audit(
        by,
        "claim item added",
        subjects.claim(claim.code),
        item=number,
        kind=item.kind,
        line=item.order_line,
        quantity=plain(item.quantity),
        unit_price=plain(item.unit_price),
        amount=str(amount),
        deficiency=item.deficiency,
        flag=item.flag_id,
    )
    return number


def strike_item(transaction: Transaction, code: str, number: int, why: str, by: str) -> None:
    """Take an item off a draft: it is not claimed, and stays there with the reason."""
    claim = draft(transaction, code)
    if not why.strip():
        raise Refusal(f"claim {code}: write why item {number} is not claimed in --reason")
    struck = transaction.run(
        item_store.STRIKE_ITEM, claim_id=claim.claim_id, claim_item_id=number, by=by, why=why
    )
    if not struck:
        raise Refusal(f"claim {code} claims no item {number}: coldbind claims show {code}")
    transaction.audit(by, "claim item struck", subjects.claim(code), item=number, why=why)

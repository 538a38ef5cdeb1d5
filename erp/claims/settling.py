"""What comes back: credit notes, matched with their claim, and goods sent in its place.

A credit note that was recorded wrongly is taken back, which opens its claim again.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from erp import subjects
from erp.claims import store
from erp.claims.core import AGREED, SETTLED, Match, credit_match
from erp.claims.handlers import Told, known, reopen, settle
from erp.claims.store import Claim
from erp.wording import plain
from kernel.events import CreditCancelled, CreditNoted, ReplacementLinked
from kernel.instants import instant, moment
from kernel.money import Money
from kernel.refusal import Refusal
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Credit:
    """A supplier's credit note for a claim (by its code)."""

    code: str
    claim: str
    credited_on: date
    amount: Decimal
    by: str


def credit(transaction: Transaction, told: Credit) -> Match:
    """Match a credit note with what is open of its claim, and post it; told twice it counts once."""
    claim = known(transaction, told.claim)
    before = transaction.row(store.CREDIT_NOTE, supplier_id=claim.supplier_id, code=told.code)
    if before is not None and before.cancelled_by is None:
        return _again(before, told)
    if claim.state not in AGREED or claim.accepted is None:
        raise Refusal(_nothing_open(claim))
    money = Money(told.amount, claim.currency)
    if told.amount <= 0 or money.rounded() != money or not told.code.strip():
        raise Refusal("a credit note needs its number, and an amount in whole coins above 0")
    amount = money.rounded().amount
    match = credit_match(claim.accepted - claim.came, amount)
    transaction.run(
        store.ADD_CREDIT_NOTE,
        code=told.code,
        supplier_id=claim.supplier_id,
        claim_id=claim.claim_id,
        credited_on=told.credited_on,
        amount=amount,
        match=match,
        by=told.by,
    )
    at = instant(datetime.combine(told.credited_on, time(12), UTC))
    transaction.audit(
        told.by,
        "credit note recorded",
        subjects.claim(told.claim),
        credit_note=told.code,
        credited_on=told.credited_on.isoformat(),
        amount=str(money.rounded()),
        match=match,
    )
    transaction.publish(CreditNoted(claim.claim_id, claim.currency, amount, at, told.code, told.by))
    if match != "part":
        settle(transaction, claim, "credited", Told(told.by, at, f"credit note {told.code}", told.code))
    return match


def cancel_credit(transaction: Transaction, code: str, note: str, told: Told) -> str:
    """Take back a credit note that was recorded wrongly; the state of its claim.

    It is reversed at `told.at`. What it leaves to come is open again, also of a claim that was settled
    or closed meanwhile.
    """
    claim = known(transaction, code)
    found = transaction.row(store.CREDIT_NOTE, supplier_id=claim.supplier_id, code=note)
    if found is None or found.claim != code:
        raise Refusal(f"claim {code} has no credit note {note!r}: coldbind claims show {code}")
    if not told.why.strip():
        raise Refusal(f"credit note {note}: write why it is taken back in --reason")
    if found.cancelled_by is not None:
        raise Refusal(
            f"credit note {note} was taken back by {found.cancelled_by}: {found.cancelled_why}"
        )
    assert claim.accepted is not None, "only what was agreed is credited"
    transaction.run(
        store.CANCEL_CREDIT_NOTE,
        supplier_id=claim.supplier_id,
        code=note,
        by=told.by,
        why=told.why,
    )
    transaction.audit(
        told.by,
        "credit note cancelled",
        subjects.claim(code),
        occurred_at=moment(told.at),
        why=told.why,
        credit_note=note,
        amount=str(Money(found.amount, claim.currency)),
    )
    left = max(claim.accepted - (claim.came - found.amount), Decimal(0))
    transaction.publish(
        CreditCancelled(claim.claim_id, claim.currency, found.amount, left, told.at, note, told.by)
    )
    if left and claim.state in SETTLED:
        return reopen(transaction, claim, told)
    return claim.state


def replace_goods(transaction: Transaction, code: str, order: str, by: str) -> None:
    """The supplier sends goods in place of money, under `order`; posted when they are accepted."""
    claim = known(transaction, code)
    found = transaction.row(store.ORDER_OF_SUPPLIER, order=order)
    if claim.state not in AGREED:
        raise Refusal(_nothing_open(claim))
    if found is None or found.supplier_id != claim.supplier_id or order == claim.order:
        raise Refusal(
            f"claim {code}: {order!r} is no other order to supplier {claim.supplier}: record the order "
            "under which the goods come"
        )
    if found.currency != claim.currency:
        raise Refusal(f"claim {code} is in {claim.currency}, order {order} in {found.currency}")
    if found.claim_id == claim.claim_id:
        return
    if found.claim_id is not None:
        raise Refusal(f"order {order} replaces the goods of another claim already")
    transaction.run(store.LINK_REPLACEMENT, order_id=found.order_id, claim_id=claim.claim_id, by=by)
    transaction.audit(by, "replacement ordered", subjects.claim(code), order=order)
    transaction.publish(ReplacementLinked(found.order_id))


def _nothing_open(claim: Claim) -> str:
    """Why neither money nor goods can come for the claim as it is."""
    what = f"claim {claim.code} is {claim.state.replace('_', ' ')}"
    if claim.state in SETTLED:
        return f"{what}, nothing of it is open: coldbind claims open another one for what this is for"
    return f"{what}: record what the supplier accepted first, with coldbind claims answer"


def _again(before: store.CreditRow, told: Credit) -> Match:
    same = (before.claim, before.credited_on, before.amount)
    if same != (told.claim, told.credited_on, told.amount):
        raise Refusal(
            f"credit note {told.code} is recorded already: {plain(before.amount)} on "
            f"{before.credited_on} for claim {before.claim}"
        )
    return before.match

"""The books follow the goods: once before each commit, for every unit that something happened to.

Heard: ReceiptDecided, StockChanged, HoldsChanged, and what becomes of claims. What must be in the books
is computed anew from all facts of a unit; only the difference is posted, with the fact's own time.
"""

from collections.abc import Iterable

from erp import subjects
from erp.ledger import claims, invoices, rounding, store
from erp.ledger.core.entry import Entry
from erp.ledger.core.stock import books, difference
from erp.ledger.posting import post
from kernel.events import (
    ClaimAgreed,
    ClaimClosed,
    CreditCancelled,
    CreditNoted,
    HoldsChanged,
    ReceiptDecided,
    ReplacementLinked,
    ReplacementReceived,
    StockChanged,
)
from storage.database import Transaction

_BATCH = 500


def follow_goods(changed: StockChanged, transaction: Transaction) -> None:
    """Units moved, or came to hold more or less."""
    transaction.before_commit(bring_up_to_date, changed.unit_ids)


def follow_holds(changed: HoldsChanged, transaction: Transaction) -> None:
    """Units were held or released."""
    transaction.before_commit(bring_up_to_date, changed.unit_ids)


def follow_decision(decided: ReceiptDecided, transaction: Transaction) -> None:
    """A delivery became ours, or never does."""
    units = store.units_of_receipt(transaction, decided.receipt_id)
    transaction.before_commit(bring_up_to_date, units)


def bring_up_to_date(transaction: Transaction, unit_ids: Iterable[int]) -> int:
    """Post what the books do not say yet about these units; the number of entries."""
    known_costs = store.costs(transaction, set(unit_ids))
    costs = {unit: cost for unit, cost in known_costs.items() if cost.accepted_at is not None}
    if not costs:
        return 0
    facts = store.facts(transaction, costs)
    posted = store.posted(transaction, costs)
    entries: list[Entry] = []
    for unit, cost in costs.items():
        known = posted.get(unit, {})
        for fact, lines in difference(books(facts[unit]), known).items():
            entries.append(
                Entry(
                    fact.kind,
                    fact.at,
                    cost.currency,
                    lines,
                    words="corrected" if fact in known else "",
                    unit_id=unit,
                    order_id=cost.order_id,
                    order_line=cost.order_line,
                )
            )
    entries.sort(key=lambda entry: (entry.at, entry.unit_id))
    post(transaction, entries, subjects.MACHINE)
    received = {(one.order_id, one.order_line) for one in entries if one.kind == "receipt"}
    post(transaction, rounding.settle(transaction, received), subjects.MACHINE)
    orders = {order for order, _ in received if order is not None}
    transaction.before_commit(settle_replacements, orders)
    transaction.before_commit(invoices.match_again, orders)
    return len(entries)


def follow_replacement(linked: ReplacementLinked, transaction: Transaction) -> None:
    """An order's goods come in place of money."""
    transaction.before_commit(settle_replacements, [linked.order_id])


def follow_agreement(agreed: ClaimAgreed, transaction: Transaction) -> None:
    """A supplier owes us what was agreed."""
    entry = claims.agreed(transaction, agreed)
    post(transaction, [entry] if entry else [], agreed.by)


def follow_credit(noted: CreditNoted, transaction: Transaction) -> None:
    """We owe a supplier less."""
    post(transaction, [claims.credited(transaction, noted)], noted.by)


def follow_cancelled_credit(cancelled: CreditCancelled, transaction: Transaction) -> None:
    """A credit note was recorded wrongly: we owe as much again, and are owed it."""
    post(transaction, claims.credit_cancelled(transaction, cancelled), cancelled.by)


def follow_close(closed: ClaimClosed, transaction: Transaction) -> None:
    """What was agreed and did not come is our loss."""
    entry = claims.closed(transaction, closed)
    post(transaction, [entry] if entry else [], closed.by)


def settle_replacements(transaction: Transaction, order_ids: Iterable[int]) -> None:
    """Goods that came in place of money settle their claim, and nobody will invoice them."""
    for order in sorted(set(order_ids)):
        entry = claims.replaced(transaction, order)
        if entry is None or entry.claim_id is None:
            continue
        post(transaction, [entry], subjects.MACHINE)
        if not claims.open_amount(transaction, entry.claim_id):
            transaction.publish(ReplacementReceived(entry.claim_id, entry.at))


def catch_up(transaction: Transaction, after: int) -> tuple[int, int] | None:
    """Bring the next units after one up to date: the last of them and the entries; None at the end."""
    units = store.units_after(transaction, after, _BATCH)
    if not units:
        return None
    return units[-1], bring_up_to_date(transaction, units)

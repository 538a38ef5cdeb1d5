"""Recalls: the question, the case, and goods that turn up while it is open.

Heard: GoodsArrived, UnitSplit and StockChanged. What an open recall means is blocked the moment it is
in stock, however it came there: split off, sent back, arrived later, or never gone after all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.quantities import storable
from erp.recall import notice_store, store
from erp.recall.core import FATES, Effect, Fate, Handle, Sent, effects, fault
from erp.recall.notice_store import Notice, Reply
from erp.recall.store import Backward, Forward, Present, Recall
from erp.wording import plain
from kernel.events import (
    GoodsArrived,
    HoldOrdered,
    RecallClosed,
    RecallOpened,
    StockChanged,
    UnitSplit,
)
from kernel.instants import instant
from kernel.intervals import Span
from kernel.refusal import Refusal
from storage.database import Transaction

FeltBy = Callable[[Transaction, str, Span], Sequence[str]]
"""Which units felt a sensor during a time, by their codes; handed in by coldbind."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a handle on bad goods leads to: who has them, where they came from, what is left."""

    unit_ids: tuple[int, ...]
    forward: list[Forward]
    backward: list[Backward]
    present: list[Present]


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of a recall: its goods, who was told what, and what is accounted for."""

    recall: Recall
    scope: Scope
    notices: list[Notice]
    replies: list[Reply]
    effects: list[Effect]


@dataclass(frozen=True, slots=True)
class Opening:
    """A recall as it is opened; a mock recall is an exercise: it holds nothing."""

    code: str
    handle: Handle
    reason: str
    by: str
    mock: bool = False


def arrived(event: GoodsArrived, transaction: Transaction) -> None:
    """A lot that arrives while a recall of its like is open joins it, and is blocked at the dock."""
    if store.join_arrival(transaction, event.lot_id):
        codes = [unit.code for unit in event.units]
        _block(transaction, store.unit_ids(transaction, codes), event.actor)


def divided(event: UnitSplit, transaction: Transaction) -> None:
    """What is split off recalled goods is recalled too."""
    store.join_split(transaction, event.parent_id, event.child_id)


def catch(event: StockChanged, transaction: Transaction) -> None:
    """Block what is in stock again although an open recall means it."""
    _block(transaction, event.unit_ids, "coldbind")


def find(transaction: Transaction, handle: Handle, felt_by: FeltBy) -> Scope:
    """Who has goods, where they came from and what is left of them; refused when there are none."""
    return _scope(transaction, _meant(transaction, handle, felt_by))


def open_recall(transaction: Transaction, told: Opening, felt_by: FeltBy) -> Scope:
    """Open a recall: what is left is blocked at once, and a notice waits for every customer."""
    if not told.code.strip() or not told.reason.strip():
        raise Refusal(f"recall {told.code!r}: a recall needs a code and, in --reason, why")
    units = _meant(transaction, told.handle, felt_by)
    number = store.insert(
        transaction, told.code, told.handle, mock=told.mock, reason=told.reason, by=told.by
    )
    if number is None:
        raise Refusal(f"recall {told.code} is open or was: coldbind recall show {told.code}")
    store.join(transaction, number, units)
    if not told.mock:
        _block(transaction, units, told.by, f"recall {told.code}: {told.reason}")
    notices = notice_store.make_notices(transaction, number)
    found = _scope(transaction, units)
    store.traced(transaction, number)
    if not told.mock:
        transaction.publish(
            RecallOpened(number, told.code, told.reason, _since(told.handle, found), told.by)
        )
    transaction.audit(
        told.by,
        "mock recall opened" if told.mock else "recall opened",
        f"recall {told.code}",
        handle=f"{told.handle.kind} {told.handle.subject}",
        units=len(units),
        lots=[one.lot for one in found.backward],
        customers=notices,
        why=told.reason,
    )
    return found


def notify(transaction: Transaction, code: str, customer: str, how: str, by: str) -> bool:
    """A customer was told; False when that was written down before."""
    recall = open_case(transaction, code)
    notice_store.make_notices(transaction, recall.recall_id)
    known = {one.customer for one in notice_store.notices(transaction, recall.recall_id)}
    if customer not in known:
        raise Refusal(f"recall {code}: customer {customer!r} got nothing of it")
    if not how.strip():
        raise Refusal(f"recall {code}: write in --how the customer was told, such as phone")
    new = notice_store.send(transaction, recall.recall_id, customer, how, by)
    if new:
        transaction.audit(by, "customer notified", f"recall {code}", customer=customer, how=how)
    return new


def reply(
    transaction: Transaction,
    code: str,
    told: Fate,
    by: str,
    *,
    lot: str,
    remark: str = "",
) -> None:
    """A customer says what became of goods of a lot; never more than they still have."""
    recall = open_case(transaction, code)
    if told.fate not in FATES:
        raise Refusal(f"recall {code}: {told.fate!r} is none of {', '.join(FATES)}")
    notice_store.make_notices(transaction, recall.recall_id)
    of = notice_store.sent_lot(transaction, recall.recall_id, told.customer, lot)
    if of is None:
        raise Refusal(f"recall {code}: customer {told.customer} got nothing of lot {lot}")
    if not storable(told.quantity) or not 0 < told.quantity <= of.left_over:
        raise Refusal(
            f"recall {code}: {plain(told.quantity)} of lot {lot} cannot be {told.fate}: "
            f"customer {told.customer} has {plain(of.left_over)} of it by what we know"
        )
    notice_store.insert_reply(
        transaction,
        recall.recall_id,
        of,
        fate=told.fate,
        quantity=told.quantity,
        remark=remark,
        by=by,
    )
    notice_store.answer(transaction, recall.recall_id, told.customer)
    transaction.audit(
        by,
        "customer answered",
        f"recall {code}",
        customer=told.customer,
        lot=lot,
        fate=told.fate,
        quantity=told.quantity,
        remark=remark,
    )


def whole_case(transaction: Transaction, code: str) -> Case:
    """All that is known of a recall; refused when there is none with that code."""
    recall = known_case(transaction, code)
    return Case(
        recall,
        _scope(transaction, store.units_of(transaction, recall.recall_id)),
        notice_store.notices(transaction, recall.recall_id),
        notice_store.replies(transaction, recall.recall_id),
        effect(transaction, recall),
    )


def effect(transaction: Transaction, recall: Recall) -> list[Effect]:
    """How much of what each customer got is accounted for."""
    sent = [
        Sent(one.customer, one.shipped, one.returned)
        for one in notice_store.notices(transaction, recall.recall_id)
    ]
    told = [
        Fate(one.customer, one.fate, one.quantity)
        for one in notice_store.replies(transaction, recall.recall_id)
    ]
    return effects(sent, told)


def close(transaction: Transaction, code: str, by: str, conclusion: str) -> Decimal:
    """The recall is over; what nobody accounted for. The holds stay until quality decides."""
    recall = open_case(transaction, code)
    if not conclusion.strip():
        raise Refusal(f"recall {code}: write in --conclusion what came of it")
    left = sum((one.open for one in effect(transaction, recall)), Decimal(0))
    store.close(transaction, recall.recall_id, by, conclusion)
    transaction.audit(by, "recall closed", f"recall {code}", unaccounted=left, conclusion=conclusion)
    transaction.publish(RecallClosed(recall.recall_id, code, conclusion, by))
    return left


def known_case(transaction: Transaction, code: str) -> Recall:
    """The recall with that code; refused when there is none."""
    found = store.recalls(transaction, code)
    if not found:
        raise Refusal(f"there is no recall {code!r}: coldbind recall list shows them")
    return found[0]


def open_case(transaction: Transaction, code: str) -> Recall:
    """The recall with that code, locked; refused when it is closed."""
    known_case(transaction, code)
    found = store.recall(transaction, code)
    assert found is not None, "recalls are never deleted"
    if found.state != "open":
        raise Refusal(f"recall {code} is closed")
    return found


def _scope(transaction: Transaction, units: Sequence[int]) -> Scope:
    return Scope(
        tuple(units),
        store.forward(transaction, units),
        store.backward(transaction, units),
        store.present(transaction, units),
    )


def _since(handle: Handle, scope: Scope) -> int:
    """From when on records tell of the goods: their arrival, or the time they are recalled by."""
    arrived_at = min(instant(source.arrived_at) for source in scope.backward)
    return arrived_at if handle.during is None else min(arrived_at, handle.during.start)


def _meant(transaction: Transaction, handle: Handle, felt_by: FeltBy) -> list[int]:
    wrong = fault(handle)
    if wrong is not None:
        raise Refusal(wrong)
    if handle.kind == "sensor":
        assert handle.during is not None, "checked above"
        felt = felt_by(transaction, handle.subject, handle.during)
        units = store.unit_ids(transaction, felt)
    else:
        units = store.units_meant(transaction, handle)
    if not units:
        what = handle.kind.replace("_", " ")
        raise Refusal(f"{what} {handle.subject!r} means no goods that we ever had: check the code")
    return sorted(units)


def _block(
    transaction: Transaction, units: Sequence[int], by: str, why: str = "an open recall means it"
) -> None:
    missing = store.not_blocked(transaction, units)
    if missing:
        transaction.publish(HoldOrdered(tuple(missing), "recall", why, by))

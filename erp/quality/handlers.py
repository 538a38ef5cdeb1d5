"""Holds follow excursions: placed by the machine, never released by it.

Heard: ExcursionFound, ExcursionEnded, ExcursionWithdrawn and ReceiptDecided. A unit has one open hold
for excursions; every further excursion joins it.
"""

from erp import subjects
from erp.quality import store
from erp.quality.core import Split, calls_for_hold, handover, split
from kernel.events import (
    CustodySplit,
    ExcursionEnded,
    ExcursionFound,
    ExcursionWithdrawn,
    HoldReasonWithdrawn,
    HoldsChanged,
    ReceiptDecided,
)
from kernel.instants import moment, seconds
from storage.database import Transaction


def hold(found: ExcursionFound, transaction: Transaction) -> None:
    """Hold the unit, or let the excursion join its hold, and publish the `CustodySplit`.

    A notice is only audited. Finding the same excursion twice changes nothing.
    """
    delivered = store.delivered(transaction, found.unit_id)
    if not calls_for_hold(found.severity):
        _audit(transaction, "excursion noticed", delivered.unit, found)
        return
    if store.is_reason(transaction, found.excursion_id):
        return
    boundary = handover(delivered.decision, delivered.decided_at)
    parts = split(found.started_at, found.beyond, boundary)
    hold_id, placed = store.place_hold(transaction, found.unit_id, found.published_at)
    store.join(transaction, hold_id, found.excursion_id, parts)
    action = "hold placed" if placed else "excursion joined hold"
    _audit(transaction, action, delivered.unit, found, hold=hold_id, **_lengths(parts))
    if placed:
        transaction.publish(HoldsChanged((found.unit_id,)))
    transaction.publish(_told(found.excursion_id, found.unit_id, parts))


def withdraw(withdrawn: ExcursionWithdrawn, transaction: Transaction) -> None:
    """Mark that the excursion no longer speaks for its hold; a person decides about the hold itself."""
    unit = store.withdraw(transaction, withdrawn.excursion_id, withdrawn.why)
    if unit is None:
        return
    transaction.audit(
        subjects.MACHINE,
        "excursion withdrawn",
        subjects.unit(unit),
        excursion=withdrawn.excursion_id,
        why=withdrawn.why,
    )
    transaction.publish(HoldReasonWithdrawn(withdrawn.excursion_id, withdrawn.unit_id, withdrawn.why))


def settle(decided: ReceiptDecided, transaction: Transaction) -> None:
    """Split the excursions of a delivery again, now that it is known when custody passed."""
    boundary = handover(*store.decided(transaction, decided.receipt_id))
    excursions = store.excursions_of(transaction, decided.receipt_id)
    for reason in store.reasons(transaction, excursions):
        _split_again(transaction, reason, boundary)


def close(ended: ExcursionEnded, transaction: Transaction) -> None:
    """Split an excursion again, now that it is known how long it was."""
    for reason in store.reasons(transaction, [ended.excursion_id]):
        delivered = store.delivered(transaction, ended.unit_id)
        _split_again(transaction, reason, handover(delivered.decision, delivered.decided_at))


def _split_again(transaction: Transaction, reason: store.Reason, boundary: int) -> None:
    """Write the split down when it is another one than before; tell it with all that is known now."""
    parts = split(reason.started_at, reason.beyond, boundary)
    before = {"supplier_seconds": reason.supplier_seconds, "own_seconds": reason.own_seconds}
    after = _lengths(parts)
    if after != before:
        store.settle(transaction, reason.excursion_id, parts)
        transaction.audit(
            subjects.MACHINE,
            "custody settled",
            subjects.unit(reason.unit),
            excursion=reason.excursion_id,
            before=before,
            after=after,
        )
    transaction.publish(_told(reason.excursion_id, reason.unit_id, parts))


def _told(excursion_id: int, unit_id: int, parts: Split) -> CustodySplit:
    return CustodySplit(excursion_id, unit_id, parts.supplier, parts.own, parts.supplier_liable)


def _lengths(parts: Split) -> dict[str, float]:
    return {"supplier_seconds": seconds(parts.supplier), "own_seconds": seconds(parts.own)}


def _audit(
    transaction: Transaction, action: str, unit: str, found: ExcursionFound, **more: object
) -> None:
    transaction.audit(
        subjects.MACHINE,
        action,
        subjects.unit(unit),
        excursion=found.excursion_id,
        rule=found.rule,
        severity=found.severity,
        side=found.side,
        limit=found.limit,
        peak=found.peak,
        peak_at=moment(found.peak_at),
        breached_at=moment(found.breached_at),
        **more,
    )

"""Holds follow excursions: placed by the machine, never released by it.

Heard: ExcursionFound, ExcursionEnded, ExcursionWithdrawn; ReceiptDecided, CarriageTold and
BindingChanged, which may move a boundary of custody; UnitSplit and HoldOrdered. A unit has one open
hold for each cause; every further excursion joins that for excursions. What is split off a held unit
is held too. A budget that runs low is noted.
"""

from collections.abc import Mapping, Sequence

from erp import subjects
from erp.custody import Share, reason, shares, time_of
from erp.quality import store
from erp.quality.core import calls_for_hold
from kernel.events import (
    BindingChanged,
    BudgetLasts,
    BudgetRunsLow,
    CarriageTold,
    CustodySplit,
    ExcursionEnded,
    ExcursionFound,
    ExcursionWithdrawn,
    HoldOrdered,
    HoldPlaced,
    HoldReasonWithdrawn,
    HoldsChanged,
    ReceiptDecided,
    UnitSplit,
)
from kernel.instants import moment, seconds
from storage.database import Transaction


def hold(found: Sequence[ExcursionFound], transaction: Transaction) -> None:
    """Hold the units, or let the excursions join their holds, and publish the `CustodySplit` of each.

    A notice is only audited. Finding the same excursion twice changes nothing.
    """
    units = store.kept(transaction, {one.unit_id for one in found})
    grave = [one for one in found if calls_for_hold(one.severity)]
    asked = [one.excursion_id for one in grave]
    known = store.reasons_among(transaction, asked)
    decided = store.decided_already(transaction, asked)
    new: list[ExcursionFound] = []
    for one in found:
        if not calls_for_hold(one.severity):
            _audit(transaction, "excursion noticed", units[one.unit_id].code, one)
        elif one.excursion_id in decided - known:
            _audit(transaction, "excursion decided already", units[one.unit_id].code, one)
        elif one.excursion_id not in known:
            new.append(one)
    if new:
        _join_holds(transaction, new, units)


def _join_holds(
    transaction: Transaction, found: Sequence[ExcursionFound], units: Mapping[int, store.Kept]
) -> None:
    first = {one.unit_id: one.published_at for one in reversed(found)}
    holds = store.hold_for_excursions(transaction, first)
    joining: list[tuple[int, int, list[Share]]] = []
    told: list[CustodySplit] = []
    placed: dict[int, HoldPlaced] = {}
    for one in found:
        unit, hold_ = units[one.unit_id], holds[one.unit_id]
        parts = shares(one.started_at, one.beyond, unit.phases)
        joining.append((hold_.hold_id, one.excursion_id, parts))
        told.append(_told(one.excursion_id, one.unit_id, parts))
        begins = hold_.placed and one.unit_id not in placed
        if begins:
            placed[one.unit_id] = HoldPlaced(hold_.hold_id, one.unit_id, "excursion")
        _audit(
            transaction,
            "hold placed" if begins else "excursion joined hold",
            unit.code,
            one,
            hold=hold_.hold_id,
            **_lengths(parts),
            custody=reason(parts),
        )
    store.join(transaction, joining)
    transaction.publish_all(told)
    _tell_placed(transaction, list(placed.values()))


def hold_ordered(ordered: HoldOrdered, transaction: Transaction) -> None:
    """Hold the units that are not held for this cause already."""
    new = store.place_holds(
        transaction, ordered.unit_ids, ordered.cause, why=ordered.why, by=ordered.actor
    )
    for placed in new:
        transaction.audit(
            ordered.actor,
            "hold placed",
            subjects.unit(placed.unit),
            hold=placed.hold_id,
            cause=ordered.cause,
            why=ordered.why,
        )
    _tell_placed(
        transaction, [HoldPlaced(placed.hold_id, placed.unit_id, ordered.cause) for placed in new]
    )


def inherit(split_: UnitSplit, transaction: Transaction) -> None:
    """Hold what was split off a held unit, before anybody can pick it; a lower quality stays too."""
    store.inherit_grade(transaction, split_.parent_id, split_.child_id)
    inherited = store.inherit_holds(transaction, split_.parent_id, split_.child_id)
    for hold_ in inherited:
        transaction.audit(
            subjects.MACHINE,
            "hold placed",
            subjects.unit(store.unit_code(transaction, split_.child_id)),
            hold=hold_.hold_id,
            cause=hold_.cause,
            split_from=store.unit_code(transaction, split_.parent_id),
        )
    _tell_placed(
        transaction, [HoldPlaced(one.hold_id, split_.child_id, one.cause) for one in inherited]
    )


def _tell_placed(transaction: Transaction, placed: Sequence[HoldPlaced]) -> None:
    if placed:
        transaction.publish_all(placed)
        transaction.publish(HoldsChanged(tuple(dict.fromkeys(one.unit_id for one in placed))))


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


def settle(told: ReceiptDecided | CarriageTold, transaction: Transaction) -> None:
    """Split the excursions of a delivery again, now that more is known of when custody passed."""
    _split_again(transaction, store.excursions_of(transaction, told.receipt_id))


def follow(changed: BindingChanged, transaction: Transaction) -> None:
    """Split the excursions of units again that were moved: a dispatch or a return may be among it."""
    excursions = store.excursions_of_units(transaction, changed.unit_ids)
    if excursions:
        _split_again(transaction, excursions, unless_the_same=True)


def close(ended: ExcursionEnded, transaction: Transaction) -> None:
    """Split an excursion again, now that it is known how long it was.

    Goods that were released while it went on are held again: what came after, nobody decided about.
    """
    _split_again(transaction, [ended.excursion_id])
    again = store.went_on(transaction, ended.excursion_id)
    if again is not None:
        why = f"excursion {ended.excursion_id} went on after hold {again.hold_id} was released"
        hold_ordered(HoldOrdered((again.unit_id,), "excursion", why, subjects.MACHINE), transaction)


def note_budget(low: BudgetRunsLow, transaction: Transaction) -> None:
    """Note that a unit's stability budget runs low; nothing is held before it is used up."""
    transaction.audit(
        subjects.MACHINE,
        "budget runs low",
        subjects.unit(store.unit_code(transaction, low.unit_id)),
        rule=low.rule,
        warn_at=low.warn_at,
        used=low.used,
        low_at=moment(low.low_at),
        runs_out_at=None if low.runs_out_at is None else moment(low.runs_out_at),
    )


def note_budget_lasts(lasts: BudgetLasts, transaction: Transaction) -> None:
    """Note that late truth took back that a budget runs low."""
    unit = subjects.unit(store.unit_code(transaction, lasts.unit_id))
    transaction.audit(subjects.MACHINE, "budget lasts", unit, rule=lasts.rule, used=lasts.used)


def _split_again(
    transaction: Transaction, excursions: list[int], *, unless_the_same: bool = False
) -> None:
    """Write splits down where they are others than before; tell them with all that is known now."""
    reasons = store.reasons(transaction, excursions)
    units = store.kept(transaction, {one.unit_id for one in reasons})
    told: list[CustodySplit] = []
    for one in reasons:
        parts = shares(one.started_at, one.beyond, units[one.unit_id].phases)
        changed = reason(parts) != one.told
        if changed:
            store.settle(transaction, one.excursion_id, parts)
            transaction.audit(
                subjects.MACHINE,
                "custody settled",
                subjects.unit(one.unit),
                excursion=one.excursion_id,
                before=one.told,
                after=reason(parts),
            )
        if changed or not unless_the_same:
            told.append(_told(one.excursion_id, one.unit_id, parts))
    transaction.publish_all(told)


def _told(excursion_id: int, unit_id: int, parts: list[Share]) -> CustodySplit:
    return CustodySplit(
        excursion_id,
        unit_id,
        supplier=time_of(parts, "supplier"),
        carrier=time_of(parts, "carrier"),
        own=time_of(parts, "own"),
        customer=time_of(parts, "customer"),
        parties=tuple(dict.fromkeys(part.party for part in parts)),
        reason=reason(parts),
    )


def _lengths(parts: list[Share]) -> dict[str, float]:
    lengths = {
        "supplier_seconds": seconds(time_of(parts, "supplier")),
        "carrier_seconds": seconds(time_of(parts, "carrier")),
        "own_seconds": seconds(time_of(parts, "own")),
        "customer_seconds": seconds(time_of(parts, "customer")),
    }
    always = {"supplier_seconds", "own_seconds"}
    return {name: length for name, length in lengths.items() if length or name in always}


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
        kind=found.kind,
        side=found.side,
        limit=found.limit,
        measured=found.measured,
        peak=found.peak,
        peak_at=moment(found.peak_at),
        breached_at=moment(found.breached_at),
        **more,
    )

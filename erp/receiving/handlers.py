"""Arrival at a dock door and the decision on it; telling the same twice changes nothing.

The supplier has custody until a receiver accepts. What counts is when that was decided, not when
somebody typed it in.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from erp import subjects
from erp.receiving import store
from erp.receiving.core import (
    Arrival,
    Carriage,
    Decision,
    KnownLot,
    KnownReceipt,
    added,
    arrival_fault,
    carriage_fault,
    decision_contradiction,
    decision_fault,
    lot_contradiction,
    receipt_contradiction,
    repeats,
)
from kernel.events import CarriageTold, GoodsArrived, ReceiptDecided
from kernel.instants import moment
from kernel.refusal import Refusal
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Arrived:
    """The lot an arrival is about; `recorded` is False when it had been told before."""

    lot_id: int
    receipt_id: int
    recorded: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """The receipt a decision is about; `recorded` is False when it had been told before."""

    receipt_id: int
    recorded: bool


@dataclass(frozen=True, slots=True)
class _OrderedProduct:
    order_id: int
    product_id: int
    unit_of_measure: str


def arrive(transaction: Transaction, arrival: Arrival) -> Arrived:
    """Record a lot that stands at a dock; publishes `GoodsArrived`, which makes its stock units.

    Opens the goods receipt or joins the one with that code. A lot told again with all its units and
    more gets these too. Raises `Refusal` for an unknown order, line or dock, a code in use, or anything
    that contradicts what is recorded.
    """
    _refuse(arrival_fault(arrival))
    ordered = _ordered_product(transaction, arrival)
    _refuse(_dock_fault(transaction, arrival.dock))
    receipt = _receipt(transaction, arrival, ordered.order_id)
    known = store.lot(transaction, arrival.lot)
    if known is not None:
        _refuse(lot_contradiction(known, arrival))
        recorded = _add(transaction, known, arrival, ordered.unit_of_measure)
        return Arrived(known.lot_id, receipt.receipt_id, recorded=recorded)
    _refuse_taken(transaction, arrival)
    lot_id = store.insert_lot(
        transaction, arrival, receipt.receipt_id, ordered.order_id, ordered.product_id
    )
    _audit_units(transaction, "lot received", arrival)
    _publish(transaction, lot_id, arrival, ordered.unit_of_measure)
    return Arrived(lot_id, receipt.receipt_id, recorded=True)


def decide(transaction: Transaction, decision: Decision) -> Decided:
    """Record that a delivery was accepted or refused; publishes `ReceiptDecided`.

    Raises `Refusal` for an unknown receipt, a decision before the arrival, or a second, different one.
    """
    _refuse(decision_fault(decision))
    store.lock_order_of(transaction, decision.receipt)
    receipt = store.lock_receipt(transaction, decision.receipt)
    if receipt is None:
        raise Refusal(
            f"there is no receipt {decision.receipt!r} to decide on: record the arrival first"
        )
    _refuse(decision_contradiction(receipt, decision))
    if repeats(receipt, decision):
        return Decided(receipt.receipt_id, recorded=False)
    store.decide(transaction, receipt.receipt_id, decision)
    transaction.audit(
        decision.decided_by,
        f"delivery {decision.decision.replace('_', ' ')}",
        subjects.receipt(decision.receipt),
        decided_at=moment(decision.decided_at),
        reservation=decision.reservation,
    )
    transaction.publish(ReceiptDecided(receipt.receipt_id))
    return Decided(receipt.receipt_id, recorded=True)


def hand_over(transaction: Transaction, carriage: Carriage) -> bool:
    """Record who carried a delivery, and since when; publishes `CarriageTold`.

    May be told late and told again: the newest counts. False when exactly this was told last. Raises
    `Refusal` for an unknown receipt or a handover after its arrival.
    """
    receipt = store.lock_receipt(transaction, carriage.receipt)
    if receipt is None:
        raise Refusal(f"there is no receipt {carriage.receipt!r}: record the arrival first")
    _refuse(carriage_fault(receipt, carriage))
    if not store.add_carriage(transaction, receipt.receipt_id, carriage):
        return False
    transaction.audit(
        carriage.actor,
        "carriage told",
        subjects.receipt(carriage.receipt),
        carrier=carriage.carrier,
        handed_over_at=moment(carriage.handed_over_at),
    )
    transaction.publish(CarriageTold(receipt.receipt_id))
    return True


def _ordered_product(transaction: Transaction, arrival: Arrival) -> _OrderedProduct:
    ordered = store.ordered(transaction, arrival.order, arrival.line)
    where = f"arrival on receipt {arrival.receipt}"
    if ordered is None:
        raise Refusal(f"{where}: there is no order {arrival.order!r}: record the purchase order first")
    if ordered.product_id is None or ordered.unit_of_measure is None:
        lines = ", ".join(str(line) for line in ordered.lines)
        raise Refusal(f"{where}: order {arrival.order} has no line {arrival.line}: give one of {lines}")
    if arrival.product is None:
        return _OrderedProduct(ordered.order_id, ordered.product_id, ordered.unit_of_measure)
    came = store.product(transaction, arrival.product)
    if came is None:
        raise Refusal(f"{where}: there is no product {arrival.product!r}: record the product first")
    return _OrderedProduct(ordered.order_id, came.product_id, came.unit_of_measure)


def _dock_fault(transaction: Transaction, dock: str) -> str | None:
    kind = store.location_kind(transaction, dock)
    if kind is None:
        return f"there is no location {dock!r} to arrive at: give the path of a dock door"
    if kind != "dock_door":
        return f"goods cannot arrive at {dock}, which is a {kind.replace('_', ' ')}: give a dock door"
    return None


def _receipt(transaction: Transaction, arrival: Arrival, order_id: int) -> KnownReceipt:
    opened = store.open_receipt(transaction, arrival, order_id)
    receipt = store.lock_receipt(transaction, arrival.receipt)
    assert receipt is not None, "inserted here or there before"
    _refuse(receipt_contradiction(receipt, arrival))
    if opened:
        transaction.audit(
            arrival.actor,
            "delivery arrived",
            subjects.receipt(arrival.receipt),
            order=arrival.order,
            dock=arrival.dock,
            arrived_at=moment(arrival.arrived_at),
        )
    return receipt


def _add(transaction: Transaction, known: KnownLot, arrival: Arrival, unit_of_measure: str) -> bool:
    """Record the units of a known lot that were not told before; False when there are none."""
    units = added(known, arrival)
    if not units:
        return False
    damaged = sum((unit.damaged for unit in units), Decimal(0))
    more = replace(arrival, units=units, damaged=damaged)
    _refuse_taken(transaction, more)
    store.add_to_lot(transaction, known.lot_id, more)
    _audit_units(transaction, "units added to lot", more)
    _publish(transaction, known.lot_id, more, unit_of_measure)
    return True


def _refuse_taken(transaction: Transaction, arrival: Arrival) -> None:
    for unit, lot in store.taken_units(transaction, arrival).items():
        raise Refusal(
            f"unit {unit} of lot {arrival.lot} is already a unit of lot {lot}: give it another code"
        )


def _publish(transaction: Transaction, lot_id: int, arrival: Arrival, unit_of_measure: str) -> None:
    transaction.publish(
        GoodsArrived(
            lot_id=lot_id,
            units=arrival.units,
            unit_of_measure=unit_of_measure,
            location=arrival.dock,
            arrived_at=arrival.arrived_at,
            document=arrival.receipt,
            actor=arrival.actor,
        )
    )


def _audit_units(transaction: Transaction, action: str, arrival: Arrival) -> None:
    transaction.audit(
        arrival.actor,
        action,
        subjects.lot(arrival.lot),
        receipt=arrival.receipt,
        order=arrival.order,
        line=arrival.line,
        supplier_lot=arrival.supplier_lot,
        expires_on=None if arrival.expires_on is None else arrival.expires_on.isoformat(),
        **_noticed(arrival),
        units={unit.code: unit.quantity for unit in arrival.units},
    )


def _noticed(arrival: Arrival) -> dict[str, object]:
    told: dict[str, object] = {"product": arrival.product, "damage": arrival.damage or None}
    if arrival.produced_on is not None:
        told["produced_on"] = arrival.produced_on.isoformat()
    if arrival.damaged:
        told["damaged"] = arrival.damaged
    return {name: value for name, value in told.items() if value is not None}


def _refuse(fault: str | None) -> None:
    if fault is not None:
        raise Refusal(fault)

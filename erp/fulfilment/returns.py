"""What customers send back: held for inspection, since nobody knows what it felt."""

from dataclasses import dataclass
from decimal import Decimal

from erp import subjects
from erp.fulfilment import shipment_store as store
from erp.fulfilment.shipping import known_shipment
from erp.quantities import storable
from erp.wording import plain
from kernel.events import GoodsDivided, GoodsMoved, HoldOrdered
from kernel.instants import instant, moment
from kernel.refusal import Refusal
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Return:
    """At `returned_at` `quantity` of a shipped unit (None: all that is left of it) came back.

    `code` is the number of the return; several units may come back under it, each once.
    """

    code: str
    shipment: str
    unit: str
    location: str
    returned_at: int
    by: str
    reason: str
    quantity: Decimal | None = None


def take_back(transaction: Transaction, told: Return) -> tuple[str, bool]:
    """Record what came back; the code of the unit it is now, and False when it was told before."""
    shipment = known_shipment(transaction, told.shipment)
    shipped = store.shipped(transaction, shipment.shipment_id, told.unit)
    if shipped is None:
        raise Refusal(f"unit {told.unit} did not leave with shipment {told.shipment}")
    known = store.known_return(transaction, told.code, shipped.unit_id)
    if known is not None:
        if told.quantity not in {None, known.quantity}:
            raise Refusal(
                f"return {told.code} of unit {told.unit} is recorded with {plain(known.quantity)}"
            )
        return known.unit, False
    quantity = _quantity(told, shipped, shipment)
    whole = quantity == shipped.quantity - shipped.returned
    unit = told.unit if whole else f"{told.unit}/{told.code}"
    document, at = f"return {told.code}", told.returned_at
    if not whole:
        transaction.publish(GoodsDivided(told.unit, unit, quantity, at, document, told.by))
        at += 1  # no two things happen to a unit at one instant
    transaction.publish(GoodsMoved(unit, "return", told.location, at, document, told.by))
    unit_id = store.insert_return(
        transaction,
        told.code,
        shipment.shipment_id,
        unit=unit,
        shipped_unit=shipped.unit_id,
        quantity=quantity,
        location=told.location,
        at=told.returned_at,
        by=told.by,
        reason=told.reason,
    )
    transaction.audit(
        told.by,
        "returned",
        subjects.unit(unit),
        shipment=told.shipment,
        quantity=quantity,
        returned_at=moment(told.returned_at),
        location=told.location,
        reason=told.reason,
    )
    why = f"{document}: {told.reason}"
    transaction.publish(HoldOrdered((unit_id,), "inspection", why, told.by))
    return unit, True


def _quantity(told: Return, shipped: store.ShippedUnit, shipment: store.Shipment) -> Decimal:
    where = f"return {told.code}"
    left = shipped.quantity - shipped.returned
    quantity = left if told.quantity is None else told.quantity
    if not told.code.strip() or not told.reason.strip():
        raise Refusal(f"{where}: a return needs a code and, in --reason, why it came back")
    if shipment.dispatched_at is None or told.returned_at <= instant(shipment.dispatched_at):
        raise Refusal(f"{where}: unit {told.unit} cannot have come back before it left")
    if not storable(quantity) or not 0 < quantity <= left:
        raise Refusal(
            f"{where}: {plain(quantity)} of unit {told.unit} cannot have come back: "
            f"{plain(left)} of it is still out"
        )
    return quantity

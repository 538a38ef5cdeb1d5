"""Loading and dispatch: what leaves is what was picked, and its manifest is taken from the picks.

The condition of each unit up to its dispatch is written down with it; proof of delivery follows.
"""

from collections.abc import Callable, Sequence

from erp import subjects
from erp.fulfilment import shipment_store as store
from erp.fulfilment.core import Condition
from erp.fulfilment.order_store import customer as customer_of
from erp.fulfilment.order_store import lock_orders
from erp.fulfilment.shipment_store import Loaded, Shipment
from erp.wording import day_and_time
from kernel.events import GoodsMoved
from kernel.instants import instant, moment
from kernel.refusal import Refusal
from storage.database import Transaction

Conditions = Callable[[Transaction, Sequence[str]], Sequence[Condition]]
"""What units felt while they were with us, by their codes; handed in by coldbind."""


def open_shipment(
    transaction: Transaction,
    code: str,
    customer: str,
    by: str,
    *,
    vehicle: str | None = None,
    carrier: str = "",
) -> bool:
    """Goods shall leave for a customer together; False when exactly this was told before."""
    found = customer_of(transaction, customer)
    if found is None:
        raise Refusal(f"shipment {code}: customer {customer!r} is not known: record it first")
    place = store.place(transaction, vehicle) if vehicle is not None else None
    if vehicle is not None and (place is None or place.kind not in {"vehicle", "bin", "zone"}):
        raise Refusal(f"shipment {code}: {vehicle!r} is no vehicle: coldbind location list shows them")
    if not code.strip():
        raise Refusal("a shipment needs a code")
    if store.open_shipment(transaction, code, found.customer_id, vehicle, carrier, by):
        transaction.audit(
            by,
            "shipment opened",
            f"shipment {code}",
            customer=customer,
            vehicle=vehicle,
            carrier=carrier,
        )
        return True
    known = known_shipment(transaction, code)
    if (known.customer, known.vehicle, known.carrier) != (customer, vehicle, carrier):
        raise Refusal(f"shipment {code} is recorded otherwise already: give it another code")
    return False


def load(transaction: Transaction, code: str, goods: Sequence[str], at: int, by: str) -> list[str]:
    """Units, and all that is in handling units, are loaded; the codes of the units.

    Refused when one of them is not picked for the customer of the shipment.
    """
    shipment = open_(transaction, code)
    told = store.things(transaction, goods)
    for name in goods:
        if not any(one.told == name for one in told):
            raise Refusal(
                f"shipment {code}: {name!r} is no unit in stock and no handling unit with any"
            )
    carriers = {one.handling_unit for one in told if one.handling_unit is not None}
    store.lock_goods(transaction, carriers, [one.unit_id for one in told])
    picks = {one.unit_id: one for one in store.picks_of(transaction, [one.unit_id for one in told])}
    for one in told:
        pick = picks.get(one.unit_id)
        if pick is None:
            raise Refusal(f"shipment {code}: unit {one.unit} is not picked for anybody: pick it first")
        if pick.customer != shipment.customer:
            raise Refusal(
                f"shipment {code} is for {shipment.customer}, "
                f"but unit {one.unit} is picked for {pick.customer}, order {pick.order}"
            )
        if pick.shipment not in {None, code}:
            raise Refusal(f"unit {one.unit} is loaded for shipment {pick.shipment} already")
    store.load(transaction, shipment.shipment_id, [one.pick_id for one in picks.values()])
    if shipment.vehicle is not None:
        for name in dict.fromkeys(one.told for one in told):
            moved = GoodsMoved(name, "load", shipment.vehicle, at, f"shipment {code}", by)
            transaction.publish(moved)
    units = [one.unit for one in told]
    transaction.audit(by, "loaded", f"shipment {code}", units=units, at=moment(at))
    return units


def dispatch(
    transaction: Transaction, code: str, at: int, by: str, conditions: Conditions
) -> list[Loaded]:
    """The shipment leaves at `at`; what left. Nothing held, and nothing that is not on it, leaves."""
    shipment = open_(transaction, code)
    goods = _locked(transaction, shipment)
    _refuse_strangers(transaction, shipment, goods)
    store.leave(transaction, shipment.shipment_id, at, by)
    for name in dict.fromkeys(one.handling_unit or one.unit for one in goods):
        transaction.publish(GoodsMoved(name, "dispatch", None, at, f"shipment {code}", by))
    found = conditions(transaction, [one.unit for one in goods])
    store.insert_conditions(transaction, shipment.shipment_id, at, found)
    for order in store.close_served(transaction, shipment.shipment_id, by):
        transaction.audit(by, "sales order closed", subjects.sales_order(order), why="all dispatched")
    transaction.audit(
        by,
        "dispatched",
        f"shipment {code}",
        customer=shipment.customer,
        dispatched_at=moment(at),
        units=[one.unit for one in goods],
    )
    return goods


def deliver(
    transaction: Transaction, code: str, at: int, by: str, *, to: str, remark: str = ""
) -> None:
    """Proof of delivery: who took the shipment, when, and what they remarked."""
    shipment = known_shipment(transaction, code)
    if not to.strip():
        raise Refusal(f"shipment {code}: write in --to who took it")
    if shipment.state != "dispatched" or shipment.dispatched_at is None:
        raise Refusal(f"shipment {code} is {shipment.state}: only what is on its way can be delivered")
    if at < instant(shipment.dispatched_at):
        raise Refusal(
            f"shipment {code} left at {day_and_time(instant(shipment.dispatched_at))} "
            f"and cannot have been delivered at {day_and_time(at)}"
        )
    store.deliver(transaction, shipment.shipment_id, at, to=to, remark=remark, by=by)
    transaction.audit(
        by, "delivered", f"shipment {code}", delivered_at=moment(at), to=to, remark=remark
    )


def cancel_shipment(transaction: Transaction, code: str, by: str, reason: str) -> None:
    """The shipment does not leave; what is loaded for it may go with another one."""
    shipment = open_(transaction, code)
    if not reason.strip():
        raise Refusal(f"shipment {code}: write in --reason why it does not leave")
    store.cancel(transaction, shipment.shipment_id, reason)
    transaction.audit(by, "shipment cancelled", f"shipment {code}", why=reason)


def known_shipment(transaction: Transaction, code: str) -> Shipment:
    """The shipment with that code, locked; refused when there is none."""
    found = store.lock(transaction, code)
    if found is None:
        raise Refusal(f"there is no shipment {code!r}: coldbind shipment list shows them")
    return found


def open_(transaction: Transaction, code: str) -> Shipment:
    """The shipment with that code, locked; refused when it has left or is cancelled."""
    found = known_shipment(transaction, code)
    if found.state != "open":
        raise Refusal(f"shipment {code} is {found.state}")
    return found


def _locked(transaction: Transaction, shipment: Shipment) -> list[Loaded]:
    """What leaves; nothing of it moves, is held or is ordered otherwise from now on."""
    goods = store.loaded(transaction, shipment.shipment_id)
    lock_orders(transaction, {one.order for one in goods})
    carriers = {one.handling_unit for one in goods if one.handling_unit is not None}
    store.lock_goods(transaction, carriers, [one.unit_id for one in goods])
    goods = store.loaded(transaction, shipment.shipment_id)
    if not goods:
        raise Refusal(
            f"shipment {shipment.code}: nothing is loaded, or what was is held now: "
            f"coldbind shipment load {shipment.code} UNIT.."
        )
    return goods


def _refuse_strangers(transaction: Transaction, shipment: Shipment, goods: Sequence[Loaded]) -> None:
    carriers = {one.handling_unit for one in goods if one.handling_unit is not None}
    for one in store.strangers(transaction, shipment.shipment_id, carriers):
        state = "is held" if one.held else "is not loaded"
        raise Refusal(
            f"shipment {shipment.code}: unit {one.unit} in {one.handling_unit} {state}: "
            "take it out first"
        )

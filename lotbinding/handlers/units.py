"""Use cases of stock units: how they come to us, are split, counted and written off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kernel.events import GoodsArrived, UnitSplit
from kernel.gs1 import sscc_fault
from kernel.instants import moment
from kernel.refusal import Refusal
from lotbinding.core.quantities import held
from lotbinding.handlers.movements import Movement, audit_movement
from lotbinding.handlers.places import known_place
from lotbinding.handlers.recording import Amount, Fact, lock, record, thing_named
from lotbinding.handlers.wording import clock
from lotbinding.store import facts, units
from lotbinding.store.movements import NewMovement
from lotbinding.store.units import Thing
from storage.database import Transaction
from storage.errors import DuplicateKey

HANDLING_UNIT_KINDS = ("pallet", "tote", "box", "cage", "container")


@dataclass(frozen=True, slots=True)
class Split:
    """At `occurred_at` a new unit `child` was made from `quantity` of `unit`."""

    unit: str
    child: str
    quantity: Decimal
    occurred_at: int
    by: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """At `occurred_at` `quantity` was counted in `unit` (adjust), or lost from it (write_off)."""

    unit: str
    kind: str
    quantity: Decimal
    occurred_at: int
    by: str
    document: str = ""


def receive_units(event: GoodsArrived, transaction: Transaction) -> None:
    """Make the stock units of an arrival and let them stand at the dock door."""
    place = known_place(transaction, event.location, event.arrived_at)
    told: list[Fact] = []
    _refuse_taken(transaction, [one.code for one in event.units])
    for one in event.units:
        number = _insert_unit(
            transaction, one.code, event.lot_id, one.quantity, event.unit_of_measure, None
        )
        movement = _movement(number, "receive", event.arrived_at, event.actor, event.document)
        amount = Amount(number, one.quantity, "received")
        told.append(
            Fact(
                Thing(one.code, number, None),
                replace(movement, location_id=place.location_id),
                (amount,),
            )
        )
    record(transaction, told)
    for fact in told:
        code = fact.thing.code
        movement = Movement(
            code, "receive", event.location, event.arrived_at, event.actor, event.document
        )
        audit_movement(transaction, movement, fact.thing)


def add_handling_unit(
    transaction: Transaction, code: str, kind: str, by: str, sscc: str | None = None
) -> bool:
    """Make a handling unit known; False when it is. What it stands at is told by moving it.

    Of a known one the kind stays; another SSCC than its own is refused.
    """
    if _known_carrier(transaction, code, sscc):
        return False
    if kind not in HANDLING_UNIT_KINDS:
        raise Refusal(
            f"handling unit {code}: kind {kind!r} is not one of {', '.join(HANDLING_UNIT_KINDS)}"
        )
    if not code.strip():
        raise Refusal("a handling unit needs a code: give the one it is called by")
    fault = None if sscc is None else sscc_fault(sscc)
    if fault is not None:
        raise Refusal(f"handling unit {code}: {fault}")
    try:
        with transaction.savepoint():
            units.insert_handling_unit(transaction, code, sscc, kind, by)
    except DuplicateKey as error:
        if _known_carrier(transaction, code, sscc):  # since a moment ago, from somebody else
            return False
        raise Refusal(f"handling unit {code}: another one has the SSCC {sscc}") from error
    transaction.audit(by, "handling unit recorded", f"handling unit {code}", kind=kind, sscc=sscc)
    return True


def split(transaction: Transaction, told: Split) -> None:
    """Make a new unit from part of another one; it has felt all that the other one felt until then."""
    parent = known_unit(transaction, told.unit)
    lock(transaction, [Thing(parent.code, parent.unit_id, None)])
    there = held(facts.changes_of(transaction, [parent.unit_id])[parent.unit_id], told.occurred_at)
    if not 0 < told.quantity <= there:
        raise Refusal(
            f"unit {told.unit}: {plain(told.quantity)} cannot be split off at "
            f"{clock(told.occurred_at)}, it held {plain(there)} then: write a part of that"
        )
    _refuse_taken(transaction, [told.child])
    child_id = _insert_unit(
        transaction,
        told.child,
        parent.lot_id,
        told.quantity,
        parent.unit_of_measure,
        (parent.unit_id, told.occurred_at),
    )
    amounts = (
        Amount(child_id, told.quantity, "split_from"),
        Amount(parent.unit_id, -told.quantity, "split_off"),
    )
    movement = _movement(child_id, "split", told.occurred_at, told.by, told.document)
    transaction.publish(UnitSplit(parent.unit_id, child_id, told.by))
    record(transaction, [Fact(Thing(told.child, child_id, None), movement, amounts)])
    for subject, detail in ((told.unit, {"child": told.child}), (told.child, {"parent": told.unit})):
        transaction.audit(
            told.by,
            "split",
            f"unit {subject}",
            quantity=told.quantity,
            occurred_at=moment(told.occurred_at),
            document=told.document,
            **detail,
        )


def count(transaction: Transaction, told: Count) -> Decimal:
    """Record a counted quantity or a loss; by how much the unit now holds more (below zero: less)."""
    unit = known_unit(transaction, told.unit)
    thing = Thing(unit.code, unit.unit_id, None)
    lock(transaction, [thing])
    there = held(facts.changes_of(transaction, [unit.unit_id])[unit.unit_id], told.occurred_at)
    if told.quantity < 0 or (told.kind == "write_off" and not 0 < told.quantity <= there):
        raise Refusal(
            f"unit {told.unit}: {plain(told.quantity)} is no quantity for it at "
            f"{clock(told.occurred_at)}, it held {plain(there)} then"
        )
    delta = told.quantity - there if told.kind == "adjust" else -told.quantity
    if not delta:
        return delta
    reason = "adjusted" if told.kind == "adjust" else "written_off"
    movement = _movement(unit.unit_id, told.kind, told.occurred_at, told.by, told.document)
    record(transaction, [Fact(thing, movement, (Amount(unit.unit_id, delta, reason),))])
    transaction.audit(
        told.by,
        f"quantity {reason.replace('_', ' ')}",
        f"unit {told.unit}",
        delta=delta,
        occurred_at=moment(told.occurred_at),
        document=told.document,
    )
    return delta


def known_unit(transaction: Transaction, code: str) -> units.Unit:
    """The stock unit with `code`; refused when there is none."""
    thing = thing_named(transaction, code)
    found = units.unit(transaction, code)
    if thing.unit_id is None or found is None:
        raise Refusal(f"{code} is a handling unit: name one of the stock units inside it")
    return found


def plain(quantity: Decimal) -> str:
    """A quantity without zeros at its end."""
    return f"{quantity.normalize():f}"


def _known_carrier(transaction: Transaction, code: str, sscc: str | None) -> bool:
    """Whether `code` is a handling unit already; refused when it is something else."""
    known = units.things(transaction, [code]).get(code)
    if known is not None and known.unit_id is not None:
        raise Refusal(f"handling unit {code}: a stock unit has this code: give it another one")
    carrier = units.handling_unit(transaction, code)
    if carrier is not None and sscc not in {None, carrier.sscc}:
        theirs = "has no SSCC" if carrier.sscc is None else f"has the SSCC {carrier.sscc}"
        raise Refusal(f"handling unit {code} {theirs}, not {sscc}: read both labels again")
    return carrier is not None


def _refuse_taken(transaction: Transaction, codes: Sequence[str]) -> None:
    for code, taken in units.things(transaction, codes).items():
        kind = "stock unit" if taken.unit_id is not None else "handling unit"
        raise Refusal(f"unit {code}: a {kind} with this code exists already: give it another one")


def _insert_unit(  # noqa: PLR0917 - the columns of a unit
    transaction: Transaction,
    code: str,
    lot_id: int,
    quantity: Decimal,
    unit_of_measure: str,
    parent: tuple[int, int] | None,
) -> int:
    try:
        with transaction.savepoint():
            return units.insert_unit(
                transaction, code, lot_id, quantity, unit_of_measure, *(parent or (None, None))
            )
    except DuplicateKey as error:
        raise Refusal(f"unit {code}: a stock unit with this code exists already") from error


def _movement(unit_id: int, kind: str, at: int, by: str, document: str) -> NewMovement:
    return NewMovement(unit_id, None, kind, None, None, at, by, document, None)

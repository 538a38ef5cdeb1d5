"""How a fact about goods is recorded: written, held against all other facts, and its stays rewritten.

Every use case that moves, packs, splits, corrects or counts goods ends here, so that what is refused
and who is judged again is decided in one place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from kernel.events import BindingChanged, MovementsRecorded, StockChanged
from kernel.refusal import Refusal
from lotbinding.core.family import NOT_ABOUT_PLACES, Recorded, family
from lotbinding.core.quantities import shortfall
from lotbinding.handlers.wording import clock
from lotbinding.store import facts, movements, units
from lotbinding.store.movements import NewChange, NewMovement
from lotbinding.store.units import Thing
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Amount:
    """A movement changes what `unit_id` holds by `delta`, at its own instant."""

    unit_id: int
    delta: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A movement to record, what it does to quantities, and the id of a movement it replaces."""

    thing: Thing
    movement: NewMovement
    amounts: tuple[Amount, ...] = ()
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Movements of things that do not count any more, and why."""

    things: Mapping[int, Thing] = field(default_factory=dict[int, Thing])
    by: str = ""
    reason: str = ""


def thing_named(transaction: Transaction, code: str) -> Thing:
    """The stock unit or handling unit with `code`; refused when there is none."""
    return things_named(transaction, [code])[code]


def things_named(transaction: Transaction, codes: Sequence[str]) -> dict[str, Thing]:
    """The stock units and handling units with these codes; refused when one is not known."""
    found = units.things(transaction, codes)
    for code in codes:
        if code not in found:
            raise Refusal(f"unit {code!r} is not known: was its delivery received?")
    return found


def carriers_named(transaction: Transaction, codes: Sequence[str]) -> dict[str, Thing]:
    """The things with these codes, into which something is packed; refused when one is not known."""
    found = units.things(transaction, codes)
    for code in codes:
        if code not in found:
            raise Refusal(
                f"handling unit {code!r} is not known: coldbind pack UNIT --into {code}, or into_kind "
                "in a scanner's record, makes it known"
            )
    return found


def lock(transaction: Transaction, things: Sequence[Thing], carriers: Sequence[int] = ()) -> list[int]:
    """Nobody else moves these things or packs into these handling units; the units bound to them."""
    own = [thing.handling_unit_id for thing in things if thing.handling_unit_id is not None]
    unit_ids = [thing.unit_id for thing in things if thing.unit_id is not None]
    return units.lock(transaction, unit_ids, {*own, *carriers})


def record(
    transaction: Transaction, told: Sequence[Fact], cancelled: Cancelled | None = None
) -> list[int]:
    """Record facts and cancellations that belong together; the ids of the movements.

    Refused, and nothing written, when they contradict what else is known of these things.
    """
    cancelled = cancelled or Cancelled()
    touched = {fact.thing.code: fact.thing for fact in told}
    touched |= {thing.code: thing for thing in cancelled.things.values()}
    carriers = [fact.movement.packed_into for fact in told if fact.movement.packed_into is not None]
    with transaction.savepoint():
        bound = lock(transaction, list(touched.values()), carriers)
        ids = movements.insert(transaction, [fact.movement for fact in told]) if told else []
        amounts = [
            NewChange(amount.unit_id, number, fact.movement.occurred_at, amount.delta, amount.reason)
            for number, fact in zip(ids, told, strict=True)
            for amount in fact.amounts
        ]
        replaced: dict[int, int | None] = dict.fromkeys(cancelled.things)
        replaced |= {
            fact.replaces: number
            for number, fact in zip(ids, told, strict=True)
            if fact.replaces is not None
        }
        if replaced:
            movements.cancel(transaction, replaced, cancelled.by, cancelled.reason)
        if amounts:
            movements.insert_changes(transaction, amounts)
        known = facts.facts_of(transaction, bound)
        _check_units(known, list(touched.values()))
        _check_handling_units(transaction, list(touched.values()))
        if amounts or replaced:
            _check_quantities(transaction, list(touched.values()), amounts)
        if not _only_counts(told, cancelled):
            stays = family(known).stays()
            movements.replace_stays(transaction, {unit: stays.get(unit, []) for unit in bound})
    transaction.publish(MovementsRecorded(tuple(ids)))
    transaction.publish(StockChanged(tuple(sorted({*bound, *(one.unit_id for one in amounts)}))))
    if not _only_counts(told, cancelled):
        transaction.publish(BindingChanged(tuple(bound)))
    return ids


def _only_counts(told: Sequence[Fact], cancelled: Cancelled) -> bool:
    """Whether nothing changed its place: then no exposure changed either."""
    return not cancelled.things and all(fact.movement.kind in NOT_ABOUT_PLACES for fact in told)


def _check_units(known: Sequence[Recorded], touched: Sequence[Thing]) -> None:
    """At one instant a unit has one movement, and none but a packing before it came to be."""
    mine: dict[int, list[Recorded]] = {}
    for one in known:
        if one.unit_id is not None:
            mine.setdefault(one.unit_id, []).append(one)
    for thing in touched:
        if thing.unit_id is None:
            continue
        own = sorted(mine.get(thing.unit_id, ()), key=lambda one: (one.occurred_at, one.movement_id))
        _refuse_second([one.occurred_at for one in own], thing)
        born = next((one for one in own if one.kind in {"receive", "split"}), None)
        if born is None:
            raise Refusal(
                f"{thing.name}: nothing would say how it came to us: "
                "correct its receipt with coldbind movement correct instead of cancelling it"
            )
        early = next((one for one in own if one.kind != "pack" or born.kind == "split"), born)
        if early is not born:
            came = "arrived" if born.kind == "receive" else "was split off"
            raise Refusal(
                f"{thing.name}: it cannot have moved at {clock(early.occurred_at)}, "
                f"it {came} at {clock(born.occurred_at)}: write when it happened"
            )


def _check_handling_units(transaction: Transaction, touched: Sequence[Thing]) -> None:
    carriers = {
        thing.handling_unit_id: thing for thing in touched if thing.handling_unit_id is not None
    }
    if carriers:
        for carrier, route in facts.routes_of(transaction, carriers).items():
            _refuse_second([move.occurred_at for move in route], carriers[carrier])


def _refuse_second(instants: Sequence[int], thing: Thing) -> None:
    for one, following in pairwise(instants):
        if one == following:
            raise Refusal(
                f"{thing.name}: another movement at {clock(one)} is recorded already: "
                "write another instant, or correct that one with coldbind movement correct"
            )


def _check_quantities(
    transaction: Transaction, touched: Sequence[Thing], amounts: Sequence[NewChange]
) -> None:
    names = {thing.unit_id: thing.name for thing in touched if thing.unit_id is not None}
    unit_ids = {*names, *(amount.unit_id for amount in amounts)}
    for unit, changes in facts.changes_of(transaction, unit_ids).items():
        short = shortfall(changes)
        if short is not None:
            at, total = short
            raise Refusal(
                f"{names.get(unit, 'the unit it was split from')}: it would hold {total.normalize():f} "
                f"at {clock(at)}: write a smaller quantity, or correct what was taken from it later"
            )

"""Use cases of movements: where goods went, told in time or late, one by one or many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kernel.instants import moment
from kernel.refusal import Refusal
from lotbinding.handlers.places import known_place
from lotbinding.handlers.recording import Fact, carriers_named, lock, record, things_named
from lotbinding.store import movements
from lotbinding.store.movements import NewMovement
from lotbinding.store.units import Thing
from storage.database import Transaction

TOLD_KINDS = (
    "put_away",
    "replenish",
    "transfer",
    "pick",
    "load",
    "dispatch",
    "return",
    "return_to_supplier",
)
"""Movements of a stock unit or of a handling unit from place to place that people and scanners tell."""
MOVEMENT_KINDS = ("receive", *TOLD_KINDS)
"""The same with that by which goods come to us, which receiving tells."""
LEAVING_KINDS = ("dispatch", "return_to_supplier")
"""Those after which it is not with us."""
PACKING_KINDS = ("pack", "unpack")


@dataclass(frozen=True, slots=True)
class Movement:
    """A unit or handling unit went to the place `location` at `occurred_at`.

    `location` is None when it left us (dispatch, return to supplier) or was only packed `into` a
    handling unit (pack) or taken out of it (unpack). `client_id` is the scanner's own id of the
    movement, so that sending it twice records it once.
    """

    unit: str
    kind: str
    location: str | None
    occurred_at: int
    by: str
    document: str = ""
    client_id: str | None = None
    into: str | None = None


def record_movement(transaction: Transaction, movement: Movement) -> bool:
    """Record where a thing went; False when this very movement is recorded already.

    The movement may be entered late: what counts is `occurred_at`.
    """
    return record_movements(transaction, [movement]) == 1


def record_movements(transaction: Transaction, told: Sequence[Movement]) -> int:
    """Record where things went, all or none; how many of the movements were not recorded already."""
    for movement in told:
        _check(movement)
    things = things_named(transaction, sorted({movement.unit for movement in told}))
    into = {movement.into for movement in told if movement.into is not None}
    things |= carriers_named(transaction, sorted(into))
    places: dict[str, int] = {}
    facts = [(movement, fact_of(transaction, movement, things, places)) for movement in told]
    carriers = [fact.movement.packed_into for _, fact in facts if fact.movement.packed_into is not None]
    lock(transaction, [fact.thing for _, fact in facts], carriers)
    new = _not_yet_recorded(transaction, facts)
    record(transaction, [fact for _, fact in new])
    for movement, fact in new:
        audit_movement(transaction, movement, fact.thing)
    return len(new)


def audit_movement(
    transaction: Transaction, movement: Movement, thing: Thing, **detail: object
) -> None:
    """Add the movement to the audit chain."""
    into = {"into": movement.into} if movement.into is not None else {}
    transaction.audit(
        movement.by,
        f"moved: {movement.kind}",
        thing.name,
        location=movement.location,
        occurred_at=moment(movement.occurred_at),
        document=movement.document,
        **into,
        **detail,
    )


def fact_of(
    transaction: Transaction,
    movement: Movement,
    things: Mapping[str, Thing],
    places: dict[str, int],
) -> Fact:
    """The movement with ids instead of codes and paths; `places` remembers paths looked up before."""
    thing, path = things[movement.unit], movement.location
    if path is not None and path not in places:
        places[path] = known_place(transaction, path, movement.occurred_at).location_id
    into = things[movement.into].handling_unit_id if movement.into is not None else None
    if movement.into is not None and into is None:
        raise Refusal(
            f"unit {movement.unit}: {movement.into} is a stock unit, pack into a handling unit"
        )
    if thing.handling_unit_id is not None and movement.kind in PACKING_KINDS:
        raise Refusal(
            f"handling unit {movement.unit}: handling units are not packed into one another, "
            "pack the stock units inside it"
        )
    if thing.handling_unit_id is not None and movement.kind == "return_to_supplier":
        raise Refusal(f"handling unit {movement.unit}: name the stock units inside it that go back")
    return Fact(
        thing,
        NewMovement(
            thing.unit_id,
            thing.handling_unit_id,
            movement.kind,
            None if path is None else places[path],
            into,
            movement.occurred_at,
            movement.by,
            movement.document,
            movement.client_id,
        ),
    )


def _check(movement: Movement) -> None:
    if movement.kind not in (*TOLD_KINDS, *PACKING_KINDS):
        raise Refusal(
            f"movement of {movement.unit}: kind {movement.kind!r} is not one of "
            f"{', '.join((*TOLD_KINDS, *PACKING_KINDS))}"
        )
    if (movement.location is None) != (movement.kind in {*LEAVING_KINDS, *PACKING_KINDS}):
        raise Refusal(
            f"movement of {movement.unit}: what leaves us has no location, every other movement has one"
        )
    if (movement.into is None) != (movement.kind != "pack"):
        raise Refusal(f"movement of {movement.unit}: say what it was packed into, with a packing only")


def _not_yet_recorded(
    transaction: Transaction, facts: Sequence[tuple[Movement, Fact]]
) -> list[tuple[Movement, Fact]]:
    """Those whose client id is not known; with the things locked, so that a repeated scan waits."""
    client_ids = [movement.client_id for movement, _ in facts if movement.client_id is not None]
    if not client_ids:
        return list(facts)
    if len(set(client_ids)) < len(client_ids):
        raise Refusal("two movements have the same client id: give each its own")
    known = movements.delivered(transaction, client_ids)
    for movement, fact in facts:
        if movement.client_id in known and known[movement.client_id] != fact.movement.told:
            raise Refusal(
                f"client id {movement.client_id!r} was already used for another movement: "
                "give each its own"
            )
    return [(movement, fact) for movement, fact in facts if movement.client_id not in known]

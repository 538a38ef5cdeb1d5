"""Use cases of corrections: a movement that was told wrongly is cancelled, and told again if it was."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.instants import moment
from kernel.refusal import Refusal
from lotbinding.handlers.movements import LEAVING_KINDS, MOVEMENT_KINDS
from lotbinding.handlers.places import known_place
from lotbinding.handlers.recording import Amount, Cancelled, Fact, lock, record
from lotbinding.store import facts, movements, places
from lotbinding.store.movements import NewMovement, RecordedMovement
from lotbinding.store.units import Thing
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Correction:
    """Movement `movement_id` happened otherwise; what is None stays as it was told."""

    movement_id: int
    location: str | None = None
    occurred_at: int | None = None
    kind: str | None = None


def cancel(transaction: Transaction, movement_ids: Sequence[int], by: str, reason: str) -> None:
    """These movements never happened; they stay on record with the reason."""
    known = _that_count(transaction, movement_ids, reason)
    for number, told in known.items():
        if told.kind in {"receive", "split"}:
            raise Refusal(
                f"movement {number}: without it nothing would say how {told.thing} came to us: "
                + (
                    "correct it instead"
                    if told.kind == "receive"
                    else "count both units with coldbind unit adjust instead"
                )
            )
    things = {number: _thing(told) for number, told in known.items()}
    record(transaction, [], Cancelled(things, by, reason))
    for number, told in known.items():
        transaction.audit(
            by, "movement cancelled", things[number].name, **_telling(told), movement=number, why=reason
        )


def correct(
    transaction: Transaction, corrections: Sequence[Correction], by: str, reason: str
) -> list[int]:
    """Cancel movements and record in the same breath how they were; the ids of the new ones."""
    known = _that_count(transaction, [one.movement_id for one in corrections], reason)
    amounts: dict[int, list[Amount]] = {number: [] for number in known}
    for change in facts.changes_by(transaction, list(known)):
        amounts[change.movement_id].append(Amount(change.unit_id, change.delta, change.reason))
    paths = {
        one.location: known_place(transaction, one.location, one.occurred_at)
        for one in corrections
        if one.location is not None
    }
    told = [
        Fact(
            _thing(known[one.movement_id]),
            _corrected(known[one.movement_id], one, paths, by),
            tuple(amounts[one.movement_id]),
            one.movement_id,
        )
        for one in corrections
    ]
    things = {number: _thing(one) for number, one in known.items()}
    ids = record(transaction, told, Cancelled(things, by, reason))
    for one, number in zip(corrections, ids, strict=True):
        before = known[one.movement_id]
        transaction.audit(
            by,
            "movement corrected",
            things[one.movement_id].name,
            **_telling(before),
            movement=one.movement_id,
            replaced_by=number,
            location=one.location,
            corrected_to=None if one.occurred_at is None else moment(one.occurred_at),
            why=reason,
        )
    return ids


def _corrected(
    told: RecordedMovement, one: Correction, paths: dict[str, places.Location], by: str
) -> NewMovement:
    kind = one.kind or told.kind
    if told.kind == "split":
        raise Refusal(
            f"movement {told.movement_id}: {told.thing} was split off then, which cannot be told anew: "
            "count both units with coldbind unit adjust"
        )
    moves = told.location_id is not None or told.kind in LEAVING_KINDS
    if (one.location is not None or one.kind is not None) and not moves:
        raise Refusal(
            f"movement {told.movement_id}: a {told.kind.replace('_', ' ')} goes to no place: "
            "only its time can be corrected"
        )
    if kind not in (*MOVEMENT_KINDS, told.kind):
        raise Refusal(
            f"movement {told.movement_id}: kind {kind!r} is not one of {', '.join(MOVEMENT_KINDS)}"
        )
    if told.kind == "receive" and kind != "receive":
        raise Refusal(f"movement {told.movement_id}: {told.thing} came to us with it: keep the kind")
    place = paths[one.location].location_id if one.location is not None else told.location_id
    if kind in LEAVING_KINDS:
        place = None
    elif place is None and moves:
        raise Refusal(f"movement {told.movement_id}: a {kind.replace('_', ' ')} needs a location")
    return NewMovement(
        told.unit_id,
        told.handling_unit_id,
        kind,
        place,
        told.packed_into,
        told.occurred_at if one.occurred_at is None else one.occurred_at,
        by,
        told.document,
        None,
    )


def _that_count(
    transaction: Transaction, movement_ids: Sequence[int], reason: str
) -> dict[int, RecordedMovement]:
    """These movements, their things locked; refused when one is not known or does not count."""
    if not reason.strip():
        raise Refusal("a correction needs its reason: write why in --reason")
    known = movements.movements_by_id(transaction, movement_ids)
    lock(transaction, [_thing(told) for told in known.values()])
    known = movements.movements_by_id(transaction, movement_ids)
    for number in movement_ids:
        if number not in known:
            raise Refusal(f"movement {number} is not known: coldbind movement list UNIT shows them")
        if known[number].cancelled:
            raise Refusal(f"movement {number} of {known[number].thing} is cancelled already")
    return known


def _thing(told: RecordedMovement) -> Thing:
    return Thing(told.thing, told.unit_id, told.handling_unit_id)


def _telling(told: RecordedMovement) -> dict[str, object]:
    return {"kind": told.kind, "occurred_at": moment(told.occurred_at)}

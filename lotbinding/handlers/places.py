"""Use cases of places: the tree in which goods stand and sensors hang."""

from kernel.events import BindingChanged
from kernel.instants import FOREVER, moment
from kernel.intervals import Span
from kernel.refusal import Refusal
from lotbinding.core.placements import Spot
from lotbinding.core.places import PLACE_KINDS, TOP, around, fault, is_path, misplaced
from lotbinding.handlers.wording import clock
from lotbinding.store import places
from lotbinding.store.places import Location
from storage.database import Transaction

LOCATION_KINDS = PLACE_KINDS
_NAMED = 3
"""So many units or sensors are named in a refusal."""


def record_location(  # noqa: PLR0917 - the columns of a place
    transaction: Transaction,
    path: str,
    name: str,
    kind: str,
    by: str,
    needed: int | None = None,
) -> str:
    """Add a place, or tell anew what it is; what changed in words, empty when nothing did.

    The place around it must exist already. `needed` of the sensors that hang there must be beyond a
    limit at once for it to count; None leaves that as it is, in a new place the worst counts.
    """
    _refuse(fault(path, name, kind, needed))
    outer = known_place(transaction, around(path)).kind if around(path) else TOP
    _refuse(misplaced(path, kind, outer))
    before = places.location(transaction, path)
    votes = needed or (before.needed if before else 1)
    if before is not None and (before.name, before.kind, before.needed) == (name, kind, votes):
        return ""
    if before is not None and before.kind != kind:
        for inner in places.locations_inside(transaction, path):
            _refuse(misplaced(inner.path, inner.kind, kind))
    places.insert_location(transaction, path, name, kind, votes, by)
    transaction.audit(by, "location recorded", f"location {path}", name=name, kind=kind, needed=votes)
    if before is None:
        return f"location {path}: {kind} {name!r} added"
    if before.needed != votes:
        _judge_again(transaction, before)
    return f"location {path}: " + ", ".join(
        f"{what} {new!r} instead of {old!r}"
        for what, old, new in (
            ("name", before.name, name),
            ("kind", before.kind, kind),
            ("needed", before.needed, votes),
        )
        if old != new
    )


def rename_location(transaction: Transaction, path: str, label: str, by: str) -> str:
    """Give the place another label, in its own path and in those of all places inside; the new path."""
    place = known_place(transaction, path)
    outer = around(path)
    new_path = f"{outer}.{label}" if outer else label
    if "." in label or not is_path(label):
        raise Refusal(f"location {path}: {label!r} is no label: use letters, digits and _")
    if places.location(transaction, new_path) is not None:
        raise Refusal(f"location {path}: there is a place {new_path} already: choose another label")
    places.rename_location(transaction, place.path, new_path)
    transaction.audit(by, "location renamed", f"location {path}", new_path=new_path)
    return new_path


def close_location(transaction: Transaction, path: str, at: int, by: str) -> str:
    """The place and what is inside it is not used from `at` on; what changed in words.

    Refused while goods stand there or sensors hang there at `at` or later.
    """
    place = known_place(transaction, path)
    if place.closed_at is not None:
        if place.closed_at == at:
            return ""
        raise Refusal(f"location {path} is closed since {clock(place.closed_at)} already")
    left = places.units_inside_after(transaction, path, at)
    if left:
        raise Refusal(f"location {path}: {_some(left)} stand there at {clock(at)}: move them first")
    hanging = places.sensors_inside_after(transaction, path, at)
    if hanging:
        raise Refusal(
            f"location {path}: sensor {_some(hanging)} hangs there at {clock(at)}: "
            "coldbind sensor take-down first"
        )
    places.close_location(transaction, path, at)
    transaction.publish(BindingChanged((), (place.location_id,)))
    transaction.audit(by, "location closed", f"location {path}", closed_at=moment(at))
    return f"location {path}: closed since {clock(at)}"


def reopen_location(transaction: Transaction, path: str, by: str) -> None:
    """The place, and what was closed together with it, is used again."""
    place = known_place(transaction, path)
    if place.closed_at is None:
        raise Refusal(f"location {path} is not closed")
    outer = places.location(transaction, around(path)) if around(path) else None
    if outer is not None and outer.closed_at is not None:
        raise Refusal(f"location {path}: {outer.path} around it is closed: reopen that first")
    places.close_location(transaction, path, None)
    transaction.publish(BindingChanged((), (place.location_id,)))
    transaction.audit(by, "location reopened", f"location {path}")


def known_place(transaction: Transaction, path: str, at: int | None = None) -> Location:
    """The place at `path`; refused when nobody recorded it, or when it is closed at `at`."""
    found = places.location(transaction, path) if is_path(path) else None
    if found is None:
        raise Refusal(f"location {path!r} is not known: coldbind location add {path} ...")
    if at is not None and found.closed_at is not None and found.closed_at <= at:
        raise Refusal(
            f"location {path} is closed since {clock(found.closed_at)}: "
            "write another place, or coldbind location reopen"
        )
    return found


def _judge_again(transaction: Transaction, place: Location) -> None:
    everywhen = [(Spot(place.location_id, None), Span(0, FOREVER))]
    units = places.units_at(transaction, everywhen)
    transaction.publish(BindingChanged(units, (place.location_id,)))


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _refuse(fault: str | None) -> None:
    if fault:
        raise Refusal(fault)

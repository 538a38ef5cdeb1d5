"""Stock follows every movement, and the floor's tasks follow stock.

Heard: StockChanged, HoldPlaced and HoldsChanged. A task ends by itself when its goods
stand where it wanted them, however that was told; a hold cancels what was to be done with a unit and
wants it in quarantine until nothing holds it any more.
"""

from collections.abc import Sequence
from datetime import date

from erp import subjects
from erp.wms import store
from erp.wms.core import (
    MOVEMENT_OF_TASK,
    QUARANTINE,
    TASK_KINDS,
    Room,
    Suggestion,
    fill_up,
    misfit,
    suggest,
)
from erp.wms.store import Task, Unit
from kernel.events import GoodsMoved, HoldPlaced, HoldsChanged, StockChanged
from kernel.refusal import Refusal
from storage.database import Transaction

Target = Room | store.Place | store.LowFace
"""A place with its id and its path."""


def project(changed: StockChanged, transaction: Transaction) -> None:
    """Write what stands where now, and end the tasks that this did or made pointless."""
    store.project(transaction, changed.unit_ids)
    for ended in store.close_tasks(transaction, changed.unit_ids):
        transaction.audit(
            subjects.MACHINE,
            f"task {ended.state}",
            subjects.unit(ended.unit),
            task=ended.task_id,
            kind=ended.kind,
            outcome=ended.outcome,
        )


def quarantine(placed: Sequence[HoldPlaced], transaction: Transaction) -> None:
    """Want the units in quarantine cages; without one with room their holds stand all the same."""
    held = {one.unit_id: one for one in placed}
    store.cancel_tasks(
        transaction, {unit: f"held: {one.cause}" for unit, one in held.items()}, subjects.MACHINE
    )
    elsewhere = store.units_outside_quarantine(transaction, list(held))
    cages = store.rooms(transaction, "") if elsewhere else []
    for unit in elsewhere:
        found = suggest(unit.goods, cages)
        if found is None:
            transaction.audit(
                subjects.MACHINE,
                "no quarantine place",
                subjects.unit(unit.unit),
                hold=held[unit.unit_id].hold_id,
                what_to_do="coldbind storage set CAGE --capacity ..",
            )
        elif _add(transaction, "quarantine", unit, found.room, subjects.MACHINE) is not None:
            cages = [room.with_one_more(unit.goods) if room is found.room else room for room in cages]


def let_go(changed: HoldsChanged, transaction: Transaction) -> None:
    """Take back that a unit must go into quarantine when nothing holds it any more."""
    for ended in store.cancel_quarantine(transaction, changed.unit_ids):
        transaction.audit(
            subjects.MACHINE,
            "task cancelled",
            subjects.unit(ended.unit),
            task=ended.task_id,
            kind=ended.kind,
            why=ended.outcome,
        )


def place_for(transaction: Transaction, code: str) -> Suggestion:
    """The place where the unit should be put away; refused when there is none."""
    unit = _with_us(known_unit(transaction, code))
    found = suggest(unit.goods, _rooms(transaction, unit))
    if found is None:
        wanted = "quarantine cage" if unit.held else f"place for {unit.temperature_class}"
        raise Refusal(
            f"unit {code}: there is no {wanted} with room for it: coldbind storage list shows all, "
            "coldbind storage set adds one"
        )
    return found


def add_task(transaction: Transaction, kind: str, code: str, to: str | None, by: str) -> Task:
    """Have a unit moved: to the place `to`, or, when that is None, where it fits best."""
    if kind not in TASK_KINDS:
        raise Refusal(f"task for {code}: kind {kind!r} is not one of {', '.join(TASK_KINDS)}")
    unit = _with_us(known_unit(transaction, code))
    if to is None:
        return _added(transaction, kind, unit, place_for(transaction, code).room, by)
    place = known_place(transaction, to)
    _refuse_misfit(transaction, unit, place)
    return _added(transaction, kind, unit, place, by)


def take_task(transaction: Transaction, number: int, by: str) -> Task:
    """Somebody does the task now; nobody else should."""
    task = open_task(transaction, number)
    if task.state == "taken":
        raise Refusal(f"task {number} is taken by {task.taken_by} already: choose another one")
    store.take(transaction, number, by)
    transaction.audit(by, "task taken", subjects.unit(task.unit), task=number, kind=task.kind)
    return task


def do_task(
    transaction: Transaction,
    number: int,
    at: int,
    by: str,
    *,
    elsewhere: str | None = None,
    reason: str = "",
) -> str:
    """The unit was moved at `at`, as the task wants or, for a reason, `elsewhere`; where it is now."""
    task = open_task(transaction, number)
    unit = known_unit(transaction, task.unit)
    target = task.location
    if elsewhere is not None and elsewhere != target:
        if not reason.strip():
            raise Refusal(f"task {number}: it wants {task.unit} at {target}: write in --reason why")
        place = known_place(transaction, elsewhere)
        _refuse_misfit(transaction, unit, place)
        target = place.path
        store.end(transaction, number, "done", f"{target} instead of {task.location}: {reason}", by)
    transaction.audit(
        by, "task done", subjects.unit(task.unit), task=number, location=target, reason=reason
    )
    transaction.publish(
        GoodsMoved(
            task.unit, MOVEMENT_OF_TASK[task.kind], target, at, f"task {number}", by, f"task {number}"
        )
    )
    return target


def cancel_task(transaction: Transaction, number: int, by: str, reason: str) -> None:
    """The task is not done any more."""
    task = open_task(transaction, number)
    if not reason.strip():
        raise Refusal(f"task {number}: write in --reason why it is not done")
    store.end(transaction, number, "cancelled", reason, by)
    transaction.audit(by, "task cancelled", subjects.unit(task.unit), task=number, why=reason)


def replenish(transaction: Transaction, today: date, by: str) -> list[Task]:
    """Have every pick face below its minimum filled up from reserve, first expiring first."""
    added: list[Task] = []
    for face in store.low_faces(transaction):
        reserve = store.reserve(transaction, face.product_id, today)
        for code in fill_up(face.there, face.minimum, face.fill_to, reserve):
            unit = known_unit(transaction, code)
            number = _add(transaction, "replenish", unit, face, by)
            if number is not None:
                added.append(open_task(transaction, number))
    return added


def known_unit(transaction: Transaction, code: str) -> Unit:
    """The unit with that code, locked; refused when there is none."""
    found = store.unit(transaction, code)
    if found is None:
        raise Refusal(f"unit {code!r} is not known: was its delivery received?")
    return found


def known_place(transaction: Transaction, path: str) -> store.Place:
    """The place at `path`; refused when there is none."""
    found = store.place(transaction, path)
    if found is None:
        raise Refusal(f"location {path!r} is not known: coldbind location add {path} ...")
    return found


def open_task(transaction: Transaction, number: int) -> Task:
    """The task with that number, locked; refused when there is none or it has ended."""
    found = store.lock_task(transaction, number)
    if found is None:
        raise Refusal(f"there is no task {number}: coldbind task list shows the open ones")
    if found.ended_at is not None:
        raise Refusal(f"task {number} is {found.state} since {found.ended_at:%Y-%m-%d %H:%M} UTC")
    return found


def _with_us(unit: Unit) -> Unit:
    if not unit.with_us:
        raise Refusal(
            f"unit {unit.unit} is not with us: coldbind where {unit.unit} tells where it went"
        )
    return unit


def _rooms(transaction: Transaction, unit: Unit) -> list[Room]:
    """Where it might go: held goods into cages only, which are few."""
    return store.rooms(transaction, "" if unit.held else unit.temperature_class)


def _refuse_misfit(transaction: Transaction, unit: Unit, place: store.Place) -> None:
    """Held goods go into a cage only; where it is known what fits, that holds too."""
    if unit.held and place.kind != QUARANTINE:
        raise Refusal(f"unit {unit.unit}: {place.path}: held goods go into a quarantine cage only")
    for room in store.rooms(transaction, unit.temperature_class, place.path):
        why = misfit(unit.goods, room) if room.path == place.path else None
        if why is not None and unit.location != place.path:
            raise Refusal(f"unit {unit.unit} does not fit {place.path}: {why}")


def _added(transaction: Transaction, kind: str, unit: Unit, place: Target, by: str) -> Task:
    number = _add(transaction, kind, unit, place, by)
    if number is None:
        raise Refusal(f"unit {unit.unit} has a task already: coldbind task list shows it")
    return open_task(transaction, number)


def _add(transaction: Transaction, kind: str, unit: Unit, place: Target, by: str) -> int | None:
    """The number of the new task; None when the unit has one already."""
    why = "held" if kind == "quarantine" else ""
    number = store.insert_task(transaction, unit.unit_id, place.location_id, kind=kind, why=why, by=by)
    if number is not None:
        transaction.audit(
            by, "task added", subjects.unit(unit.unit), task=number, kind=kind, location=place.path
        )
    return number

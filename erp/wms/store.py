"""What the warehouse reads and writes: the projection of stock, places for goods, tasks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from erp.wms.core import Goods, Reserve, Room
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Unit:
    """A stock unit, locked; `location` is None when it is not with us or under way."""

    unit_id: int
    unit: str
    lot: str
    lot_id: int
    product_id: int
    temperature_class: str
    held: bool
    with_us: bool
    location: str | None

    @property
    def goods(self) -> Goods:
        """What it needs of a place."""
        return Goods(self.lot_id, self.product_id, self.temperature_class, self.held)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the tree."""

    location_id: int
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class StoragePlace:
    """What was said of a place for goods, and how many units stand there."""

    path: str
    kind: str
    temperature_class: str | None
    capacity: int | None
    keeps_apart: str | None
    units: int


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the floor as it stands."""

    task_id: int
    kind: str
    unit: str
    location: str
    state: str
    why: str
    created_at: datetime
    created_by: str
    taken_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class EndedTask:
    """A task that ended because of where its goods are."""

    task_id: int
    kind: str
    unit: str
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class LowFace:
    """A pick face that holds less than its minimum."""

    location_id: int
    path: str
    product_id: int
    product: str
    minimum: Decimal
    fill_to: Decimal
    there: Decimal


@dataclass(frozen=True, slots=True)
class _Task:
    task_id: int


@dataclass(frozen=True, slots=True)
class _Product:
    product_id: int


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


_SQL = Statements("erp.wms")
_PROJECT = _SQL.command("project")
_CLOSE_TASKS = _SQL.returning(EndedTask, "close_tasks")
_CANCEL_TASKS = _SQL.command("cancel_tasks")
_CANCEL_QUARANTINE = _SQL.returning(EndedTask, "cancel_quarantine")
_ROOMS = _SQL.returning(Room, "rooms")
_UNIT = _SQL.returning(Unit, "unit_in_stock")
_OUTSIDE_QUARANTINE = _SQL.returning(Unit, "units_outside_quarantine")
_PLACE = _SQL.returning(Place, "place")
_PUT_PLACE = _SQL.command("put_storage_place")
_PLACES = _SQL.returning(StoragePlace, "storage_places")
_CLASSES = _SQL.returning(_Name, "classes")
_INSERT_TASK = _SQL.returning(_Task, "insert_task")
_LOCK_TASK = _SQL.returning(Task, "lock_task")
_TASKS = _SQL.returning(Task, "tasks")
_TAKE = _SQL.command("take_task")
_END = _SQL.command("end_task")
_PUT_FACE = _SQL.command("put_pick_face")
_PRODUCT = _SQL.returning(_Product, "product")
_LOW_FACES = _SQL.returning(LowFace, "low_pick_faces")
_RESERVE = _SQL.returning(Reserve, "reserve_stock")


def project(transaction: Transaction, unit_ids: Collection[int]) -> None:
    """Make the stock rows of these units what the facts say."""
    transaction.run(_PROJECT, unit_ids=list(unit_ids))


def close_tasks(transaction: Transaction, unit_ids: Collection[int]) -> list[EndedTask]:
    """End the tasks of units that stand where they were wanted, or are gone."""
    return transaction.rows(_CLOSE_TASKS, unit_ids=list(unit_ids))


def cancel_tasks(transaction: Transaction, why: Mapping[int, str], by: str) -> None:
    """Cancel what was to be done with each of these units, and say why."""
    transaction.run(_CANCEL_TASKS, unit_ids=list(why), whys=list(why.values()), by=by)


def cancel_quarantine(transaction: Transaction, unit_ids: Collection[int]) -> list[EndedTask]:
    """Cancel that those of the units are brought into quarantine that nothing holds."""
    return transaction.rows(_CANCEL_QUARANTINE, unit_ids=list(unit_ids))


def rooms(transaction: Transaction, temperature_class: str, path: str = "") -> list[Room]:
    """Places for goods of the class, quarantine cages, and the place at `path` whatever it is for."""
    return transaction.rows(_ROOMS, temperature_class=temperature_class, path=path)


def unit(transaction: Transaction, code: str) -> Unit | None:
    """The unit with that code; it neither moves nor is held until the transaction ends."""
    return transaction.row(_UNIT, unit=code)


def units_outside_quarantine(transaction: Transaction, unit_ids: Collection[int]) -> list[Unit]:
    """Those of the units that are with us and in no cage, locked as by `unit`, by code."""
    return transaction.rows(_OUTSIDE_QUARANTINE, unit_ids=list(unit_ids))


def place(transaction: Transaction, path: str) -> Place | None:
    """The place at `path`."""
    return transaction.row(_PLACE, path=path)


def put_storage_place(
    transaction: Transaction,
    location_id: int,
    temperature_class: str | None,
    capacity: int | None,
    keeps_apart: str | None,
) -> bool:
    """Write what may stand at a place; False when it was written already."""
    return bool(
        transaction.run(
            _PUT_PLACE,
            location_id=location_id,
            temperature_class=temperature_class,
            capacity=capacity,
            keeps_apart=keeps_apart,
        )
    )


def storage_places(transaction: Transaction) -> list[StoragePlace]:
    """Every place of which somebody said what may stand there, by path."""
    return transaction.rows(_PLACES)


def classes(transaction: Transaction) -> list[str]:
    """The temperature classes there are: the names of the profiles."""
    return [row.name for row in transaction.rows(_CLASSES)]


def insert_task(
    transaction: Transaction, unit_id: int, location_id: int, *, kind: str, why: str, by: str
) -> int | None:
    """Add a task; its number, None when the unit has one already."""
    row = transaction.row(
        _INSERT_TASK, kind=kind, unit_id=unit_id, location_id=location_id, why=why, by=by
    )
    return None if row is None else row.task_id


def lock_task(transaction: Transaction, task_id: int) -> Task | None:
    """The task with that number, locked with its unit."""
    return transaction.row(_LOCK_TASK, task_id=task_id)


def tasks(transaction: Transaction, *, ended: bool) -> list[Task]:
    """The open tasks, with `ended` also the others; the newest thousand first."""
    return transaction.rows(_TASKS, ended=ended)


def take(transaction: Transaction, task_id: int, by: str) -> None:
    """Somebody does the task now."""
    transaction.run(_TAKE, task_id=task_id, by=by)


def end(transaction: Transaction, task_id: int, state: str, outcome: str, by: str) -> None:
    """The task is done or cancelled."""
    transaction.run(_END, task_id=task_id, state=state, outcome=outcome, by=by)


def put_pick_face(
    transaction: Transaction, location_id: int, product_id: int, minimum: Decimal, fill_to: Decimal
) -> None:
    """Write from which place a product is picked."""
    transaction.run(
        _PUT_FACE, location_id=location_id, product_id=product_id, minimum=minimum, fill_to=fill_to
    )


def product_id(transaction: Transaction, code: str) -> int | None:
    """The id of a product."""
    row = transaction.row(_PRODUCT, code=code)
    return None if row is None else row.product_id


def low_faces(transaction: Transaction) -> list[LowFace]:
    """The pick faces that hold less than their minimum."""
    return transaction.rows(_LOW_FACES)


def reserve(transaction: Transaction, product_id: int, today: date) -> list[Reserve]:
    """Whole free units of a product away from its pick faces, first expiring first."""
    return transaction.rows(_RESERVE, product_id=product_id, today=today)

"""What recalls read and write: whom bad goods came from and went to, notices and replies."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from erp.recall.core import Handle
from kernel.instants import moment
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Forward:
    """Recalled goods that a customer got."""

    customer: str
    name: str
    contact: str
    shipment: str
    dispatched_at: datetime | None
    delivered_at: datetime | None
    delivered_to: str | None
    order: str
    unit: str
    lot: str
    product: str
    quantity: Decimal
    unit_of_measure: str
    returned: Decimal


@dataclass(frozen=True, slots=True)
class Backward:
    """Where a recalled lot came from."""

    lot: str
    supplier_lot: str
    expires_on: date | None
    product: str
    supplier: str
    supplier_name: str
    order: str
    line: int
    receipt: str
    arrived_at: datetime
    decision: str | None
    received: Decimal
    unit_of_measure: str


@dataclass(frozen=True, slots=True)
class Present:
    """Recalled goods that are left with us; `blocked` when they are held for a recall."""

    unit: str
    lot: str
    quantity: Decimal
    unit_of_measure: str
    location: str | None
    handling_unit: str | None
    held: bool
    blocked: bool


@dataclass(frozen=True, slots=True)
class Recalled:
    """A unit that a recall means: from whom it came, why it joined, and what of it is where."""

    unit: str
    lot: str
    supplier_lot: str
    product: str
    supplier: str
    order: str
    line: int
    receipt: str
    joined_at: datetime
    why: str
    here: Decimal
    location: str | None
    handling_unit: str | None
    blocked: bool
    shipped: Decimal
    unit_of_measure: str


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall; in `traced_seconds` it was known who has the goods, and the rest was blocked."""

    recall_id: int
    code: str
    mock: bool
    reason: str
    kind: str
    subject: str
    supplier: str | None
    since: datetime | None
    until: datetime | None
    state: str
    opened_at: datetime
    opened_by: str
    traced_seconds: float | None
    closed_at: datetime | None
    closed_by: str | None
    conclusion: str


@dataclass(frozen=True, slots=True)
class _Unit:
    unit_id: int


@dataclass(frozen=True, slots=True)
class _Recall:
    recall_id: int


_SQL = Statements("erp.recall")
_BY_LOT = _SQL.returning(_Unit, "units_by_lot")
_BY_SUPPLIER_LOT = _SQL.returning(_Unit, "units_by_supplier_lot")
_BY_ORDER = _SQL.returning(_Unit, "units_by_order")
_BY_PRODUCT = _SQL.returning(_Unit, "units_by_product")
_BY_EXCURSION = _SQL.returning(_Unit, "units_by_excursion")
_BY_CODES = _SQL.returning(_Unit, "unit_ids")
_FORWARD = _SQL.returning(Forward, "forward")
_BACKWARD = _SQL.returning(Backward, "backward")
_PRESENT = _SQL.returning(Present, "present")
_INSERT = _SQL.returning(_Recall, "insert_recall")
_JOIN = _SQL.command("join_units")
_TRACED = _SQL.command("traced")
_RECALL = _SQL.returning(Recall, "recall")
_RECALLS = _SQL.returning(Recall, "recalls")
_UNITS = _SQL.returning(_Unit, "units_of_recall")
_RECALLED = _SQL.returning(Recalled, "recalled_units")
_CLOSE = _SQL.command("close_recall")
_JOIN_SPLIT = _SQL.command("join_split")
_JOIN_ARRIVAL = _SQL.command("join_arrival")
_NOT_BLOCKED = _SQL.returning(_Unit, "not_blocked")
_BY = {
    "lot": _BY_LOT,
    "supplier_lot": _BY_SUPPLIER_LOT,
    "order": _BY_ORDER,
    "product": _BY_PRODUCT,
    "excursion": _BY_EXCURSION,
}


def units_meant(transaction: Transaction, handle: Handle) -> list[int]:
    """The ids of the units that the handle means; a sensor is not looked up here."""
    since, until = (None, None) if handle.during is None else map(moment, handle.during)
    rows = transaction.rows(
        _BY[handle.kind],
        subject=handle.subject,
        supplier=handle.supplier,
        since=since,
        until=until,
    )
    return [row.unit_id for row in rows]


def unit_ids(transaction: Transaction, codes: Collection[str]) -> list[int]:
    """The ids of units."""
    return [row.unit_id for row in transaction.rows(_BY_CODES, units=list(codes))]


def forward(transaction: Transaction, units: Collection[int]) -> list[Forward]:
    """Who got any of these units."""
    return transaction.rows(_FORWARD, unit_ids=list(units))


def backward(transaction: Transaction, units: Collection[int]) -> list[Backward]:
    """From whom these units came."""
    return transaction.rows(_BACKWARD, unit_ids=list(units))


def present(transaction: Transaction, units: Collection[int]) -> list[Present]:
    """What of these units is left with us."""
    return transaction.rows(_PRESENT, unit_ids=list(units))


def insert(
    transaction: Transaction, code: str, handle: Handle, *, mock: bool, reason: str, by: str
) -> int | None:
    """Add a recall; its id, None when the code is taken."""
    since, until = (None, None) if handle.during is None else map(moment, handle.during)
    row = transaction.row(
        _INSERT,
        code=code,
        mock=mock,
        reason=reason,
        kind=handle.kind,
        subject=handle.subject,
        supplier=handle.supplier,
        since=since,
        until=until,
        by=by,
    )
    return None if row is None else row.recall_id


def join(transaction: Transaction, recall_id: int, units: Collection[int], why: str = "") -> None:
    """These units are meant by the recall."""
    transaction.run(_JOIN, recall_id=recall_id, unit_ids=list(units), why=why)


def traced(transaction: Transaction, recall_id: int) -> None:
    """Write down that it is known now who has the goods."""
    transaction.run(_TRACED, recall_id=recall_id)


def recall(transaction: Transaction, code: str) -> Recall | None:
    """The recall with that code, locked."""
    return transaction.row(_RECALL, code=code)


def recalls(transaction: Transaction, code: str | None = None) -> list[Recall]:
    """The recalls, newest first, or the one with that code."""
    return transaction.rows(_RECALLS, code=code)


def units_of(transaction: Transaction, recall_id: int) -> list[int]:
    """The units that the recall means."""
    return [row.unit_id for row in transaction.rows(_UNITS, recall_id=recall_id)]


def recalled(transaction: Transaction, recall_id: int) -> list[Recalled]:
    """The units that the recall means, with their origin and whereabouts, by code."""
    return transaction.rows(_RECALLED, recall_id=recall_id)


def close(transaction: Transaction, recall_id: int, by: str, conclusion: str) -> None:
    """The recall is over."""
    transaction.run(_CLOSE, recall_id=recall_id, by=by, conclusion=conclusion)


def join_split(transaction: Transaction, parent_id: int, child_id: int) -> None:
    """What was split off a unit is meant by the open recalls that mean that."""
    transaction.run(_JOIN_SPLIT, parent_id=parent_id, child_id=child_id)


def join_arrival(transaction: Transaction, lot_id: int) -> bool:
    """The lot is meant by the open recalls that mean it; whether there are any."""
    return bool(transaction.run(_JOIN_ARRIVAL, lot_id=lot_id))


def not_blocked(transaction: Transaction, units: Collection[int]) -> list[int]:
    """Those of the units that are in stock, meant by an open recall, and not blocked for it."""
    return [row.unit_id for row in transaction.rows(_NOT_BLOCKED, unit_ids=list(units))]

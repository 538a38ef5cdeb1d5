"""What lot binding reads and writes about stock units and handling units."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")


@dataclass(frozen=True, slots=True)
class Thing:
    """What a code names: a stock unit or a handling unit."""

    code: str
    unit_id: int | None
    handling_unit_id: int | None

    @property
    def name(self) -> str:
        """How people and audit records call it."""
        return f"{'unit' if self.unit_id is not None else 'handling unit'} {self.code}"


@dataclass(frozen=True, slots=True)
class Unit:
    """A stock unit; `quantity` is what it began with, `split_at` an instant when it has a parent."""

    unit_id: int
    code: str
    lot_id: int
    lot: str
    quantity: Decimal
    unit_of_measure: str
    parent: str | None
    split_at: int


@dataclass(frozen=True, slots=True)
class HandlingUnit:
    """What a handling unit is: its kind, and the 18 digits by which others know it, if it has any."""

    kind: str
    sscc: str | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Code:
    code: str


@dataclass(frozen=True, slots=True)
class _Named:
    id: int
    code: str


_THINGS = _SQL.returning(Thing, "things_by_code")
_UNIT = _SQL.returning(Unit, "unit_by_code")
_CHILDREN = _SQL.returning(_Code, "children_of_unit")
_INSERT_UNIT = _SQL.returning(_Id, "insert_unit")
_INSERT_HANDLING_UNIT = _SQL.returning(_Id, "insert_handling_unit")
_HANDLING_UNIT = _SQL.returning(HandlingUnit, "handling_unit_by_code")
_CARRIERS = _SQL.returning(_Named, "handling_units_by_id")
_BOUND = _SQL.returning(_Id, "bound_units")
_LOCK_UNITS = _SQL.returning(_Id, "lock_units")
_LOCK_CARRIERS = _SQL.returning(_Id, "lock_handling_units")


def things(transaction: Transaction, codes: Collection[str]) -> dict[str, Thing]:
    """What these codes name; unknown codes are left out."""
    return {thing.code: thing for thing in transaction.rows(_THINGS, codes=list(codes))}


def unit(transaction: Transaction, code: str) -> Unit | None:
    """The stock unit with `code`."""
    return transaction.row(_UNIT, code=code)


def handling_unit(transaction: Transaction, code: str) -> HandlingUnit | None:
    """The handling unit with `code`."""
    return transaction.row(_HANDLING_UNIT, code=code)


def children(transaction: Transaction, unit_id: int) -> list[str]:
    """The codes of what was split off the unit, in order of time."""
    return [row.code for row in transaction.rows(_CHILDREN, unit_id=unit_id)]


def insert_unit(  # noqa: PLR0917 - the columns of a unit
    transaction: Transaction,
    code: str,
    lot_id: int,
    quantity: Decimal,
    unit_of_measure: str,
    parent_id: int | None = None,
    split_at: int | None = None,
) -> int:
    """Add a stock unit; its id. `DuplicateKey` when the code is taken."""
    return transaction.one(
        _INSERT_UNIT,
        code=code,
        lot_id=lot_id,
        quantity=quantity,
        unit_of_measure=unit_of_measure,
        parent_id=parent_id,
        split_at=split_at,
    ).id


def insert_handling_unit(
    transaction: Transaction, code: str, sscc: str | None, kind: str, by: str
) -> int:
    """Add a handling unit; its id. `DuplicateKey` when the code or SSCC is taken."""
    return transaction.one(_INSERT_HANDLING_UNIT, code=code, sscc=sscc, kind=kind, by=by).id


def handling_unit_codes(transaction: Transaction, ids: Collection[int]) -> dict[int, str]:
    """The codes of handling units, by id."""
    rows = transaction.rows(_CARRIERS, handling_unit_ids=list(ids))
    return {row.id: row.code for row in rows}


def lock(
    transaction: Transaction, unit_ids: Collection[int], handling_unit_ids: Collection[int]
) -> list[int]:
    """Nobody else moves these until the transaction ends; all units whose stays hang on them, in order.

    Handling units are locked before units, always: two transactions never wait for each other.
    """
    transaction.rows(_LOCK_CARRIERS, handling_unit_ids=list(handling_unit_ids))
    bound = transaction.rows(_BOUND, unit_ids=list(unit_ids), handling_unit_ids=list(handling_unit_ids))
    found = sorted(row.id for row in bound)
    transaction.rows(_LOCK_UNITS, unit_ids=found)
    return found

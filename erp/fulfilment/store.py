"""What fulfilment reads and writes about promises and picks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from erp.fulfilment.core import Rotation, Share, Stock, Want
from kernel.instants import moment
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class StockUnit(Stock):
    """A unit in stock with what it holds."""

    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Reserved:
    """A promise of part of a unit to a line."""

    reservation_id: int
    unit_id: int
    quantity: Decimal
    lot_id: int


@dataclass(frozen=True, slots=True)
class ToPick:
    """A line of the pick list: take `quantity` of `unit` at `location`."""

    order: str
    line: int
    product: str
    unit: str
    lot: str
    expires_on: date | None
    location: str | None
    handling_unit: str | None
    quantity: Decimal
    unit_of_measure: str
    whole: bool


@dataclass(frozen=True, slots=True)
class KnownPick:
    """A pick that was delivered before under its client id."""

    pick_id: int
    order: str
    line: int
    unit: str
    taken_from: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class PickLine:
    """A pick with its rotation record: `first_unit` is what should have been taken then."""

    pick_id: int
    order: str
    line: int
    unit: str
    taken_from: str
    lot: str
    quantity: Decimal
    state: str
    picked_at: datetime
    picked_by: str
    why: str
    in_order: bool
    expires_on: date | None
    first_unit: str
    first_lot: str
    first_expires_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """A promise or a pick that ended in this transaction, and why."""

    order: str
    line: int
    unit: str
    quantity: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class _Unit:
    unit_id: int
    code: str


@dataclass(frozen=True, slots=True)
class _UnitId:
    unit_id: int


@dataclass(frozen=True, slots=True)
class _Pick:
    pick_id: int


_SQL = Statements("erp.fulfilment")
_CANDIDATES = _SQL.returning(Stock, "candidates")
_RESERVE = _SQL.command("insert_reservations")
_PICK_LIST = _SQL.returning(ToPick, "pick_list")
_LOCK_UNIT = _SQL.returning(_Unit, "lock_unit")
_STOCK_OF_UNIT = _SQL.returning(StockUnit, "stock_of_unit")
_OF_LINE = _SQL.returning(Reserved, "reservations_of_line")
_FIRST = _SQL.returning(Stock, "first_in_order")
_END_RESERVATION = _SQL.command("end_reservation")
_REDUCE = _SQL.command("reduce_reservation")
_RELEASE = _SQL.command("release_reservations")
_LOCK_STOCK = _SQL.returning(_UnitId, "lock_stock")
_LOCK_PROMISED = _SQL.returning(_UnitId, "lock_promised")
_RELEASE_SHORT = _SQL.command("release_short")
_PUT_BACK_SHORT = _SQL.command("put_back_short")
_JUST_NOW = _SQL.returning(Released, "released_just_now")
_INSERT_PICK = _SQL.returning(_Pick, "insert_pick")
_INSERT_ROTATION = _SQL.command("insert_rotation")
_PUT_BACK = _SQL.command("put_back")
_KNOWN_PICK = _SQL.returning(KnownPick, "pick_by_client_id")
_PICKS = _SQL.returning(PickLine, "picks")


def candidates(transaction: Transaction, wants: Collection[Want], most: int) -> list[Stock]:
    """For each product the first `most` units that are usable for any of `wants`, locked.

    None between them is left out: who needs goods that live longer must not be given the last of these
    while others come before.
    """
    earliest: dict[int, date] = {}
    for want in wants:
        known = earliest.get(want.product_id, want.usable_until)
        earliest[want.product_id] = min(known, want.usable_until)
    demands = sorted(earliest.items())
    return transaction.rows(
        _CANDIDATES,
        products=[product_id for product_id, _ in demands],
        usable_until=[until for _, until in demands],
        most=most,
    )


def reserve(transaction: Transaction, shares: Sequence[Share], by: str) -> None:
    """Write down what is promised to which line."""
    transaction.run(
        _RESERVE,
        orders=[one.order_id for one in shares],
        lines=[one.line for one in shares],
        units=[one.unit_id for one in shares],
        quantities=[one.quantity for one in shares],
        by=by,
    )


def pick_list(
    transaction: Transaction, order: str | None = None, wave: str | None = None
) -> list[ToPick]:
    """What is to be picked for an order, a wave or all of them, place by place."""
    return transaction.rows(_PICK_LIST, order=order, wave=wave)


def lock_unit(transaction: Transaction, code: str) -> int | None:
    """The id of the unit, which neither moves nor is held until the transaction ends."""
    row = transaction.row(_LOCK_UNIT, unit=code)
    return None if row is None else row.unit_id


def stock_of(transaction: Transaction, unit_id: int) -> StockUnit | None:
    """The unit in stock, None when it is not with us."""
    return transaction.row(_STOCK_OF_UNIT, unit_id=unit_id)


def reserved_for(transaction: Transaction, order_id: int, line: int) -> list[Reserved]:
    """What is promised to a line, the last in the order of use first; locked."""
    return transaction.rows(_OF_LINE, order_id=order_id, line=line)


def possible(
    transaction: Transaction, order_id: int, line: int, product_id: int, usable_until: date
) -> list[Stock]:
    """What could be picked for the line: what is promised to it, and the first that is free."""
    return transaction.rows(
        _FIRST, order_id=order_id, line=line, product_id=product_id, usable_until=usable_until
    )


def end_reservation(transaction: Transaction, reservation_id: int, state: str, why: str = "") -> None:
    """A promise was kept (`picked`) or taken back (`released`)."""
    transaction.run(_END_RESERVATION, reservation_id=reservation_id, state=state, why=why)


def reduce_reservation(transaction: Transaction, reservation_id: int, quantity: Decimal) -> None:
    """A promise is of so much less."""
    transaction.run(_REDUCE, reservation_id=reservation_id, quantity=quantity)


def release_order(transaction: Transaction, order_id: int, why: str) -> int:
    """Take back every promise to an order; how many there were."""
    transaction.rows(_LOCK_PROMISED, order_id=order_id)
    return transaction.run(_RELEASE, order_id=order_id, why=why)


def release_short(transaction: Transaction, unit_ids: Collection[int]) -> bool:
    """End what units cannot keep any more by the facts; whether anything ended."""
    transaction.rows(_LOCK_STOCK, unit_ids=list(unit_ids))
    released = transaction.run(_RELEASE_SHORT, unit_ids=list(unit_ids))
    return bool(transaction.run(_PUT_BACK_SHORT, unit_ids=list(unit_ids)) + released)


def released_just_now(transaction: Transaction, unit_ids: Collection[int]) -> list[Released]:
    """What ended of these units in this transaction."""
    return transaction.rows(_JUST_NOW, unit_ids=list(unit_ids))


def insert_pick(
    transaction: Transaction,
    order_id: int,
    line: int,
    *,
    unit: str,
    taken_from: int,
    quantity: Decimal,
    picked_at: int,
    by: str,
    client_id: str | None,
) -> int:
    """Write down what was picked; its id. `DuplicateKey` when the client id is taken."""
    return transaction.one(
        _INSERT_PICK,
        order_id=order_id,
        line=line,
        unit=unit,
        taken_from=taken_from,
        quantity=quantity,
        picked_at=moment(picked_at),
        by=by,
        client_id=client_id,
    ).pick_id


def insert_rotation(transaction: Transaction, pick_id: int, told: Rotation, reason: str) -> None:
    """Write down whether the pick was in order, by what is known now."""
    transaction.run(
        _INSERT_ROTATION,
        pick_id=pick_id,
        in_order=told.in_order,
        lot_id=told.picked.lot_id,
        expires_on=told.picked.expires_on,
        received_at=moment(told.picked.received_at),
        first_unit_id=told.first.unit_id,
        first_lot_id=told.first.lot_id,
        first_expires_on=told.first.expires_on,
        first_received_at=moment(told.first.received_at),
        reason=reason,
    )


def put_back(transaction: Transaction, unit_id: int, why: str) -> bool:
    """The unit is picked for nobody any more; False when it was not."""
    return bool(transaction.run(_PUT_BACK, unit_id=unit_id, why=why))


def known_pick(transaction: Transaction, client_id: str) -> KnownPick | None:
    """The pick that a scanner delivered under this id."""
    return transaction.row(_KNOWN_PICK, client_id=client_id)


def picks(
    transaction: Transaction,
    order: str | None = None,
    lot: str | None = None,
    *,
    out_of_order: bool = False,
) -> list[PickLine]:
    """Picks with their rotation records, the newest first."""
    return transaction.rows(_PICKS, order=order, lot=lot, out_of_order=out_of_order)

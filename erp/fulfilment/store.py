"""What sales reads and writes about orders, promises and picks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from erp.fulfilment.core import Rotation, Share, Stock, Want
from kernel.instants import moment
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, and how many days of use must be left of what they get."""

    customer_id: int
    code: str
    name: str
    minimum_life_days: int


@dataclass(frozen=True, slots=True)
class Order:
    """A sales order."""

    sales_order_id: int
    code: str
    customer: str
    ordered_on: date
    deliver_on: date
    minimum_life_days: int
    state: str
    wave: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order: what was ordered, what of it is promised, picked and dispatched."""

    sales_order_id: int
    line: int
    product_id: int
    product: str
    unit_of_measure: str
    quantity: Decimal
    reserved: Decimal
    picked: Decimal
    dispatched: Decimal

    @property
    def missing(self) -> Decimal:
        """What of the line nobody has promised, picked or dispatched yet."""
        return max(self.quantity - self.reserved - self.picked - self.dispatched, Decimal(0))


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
class Wave:
    """Orders that are picked together."""

    wave_id: int
    code: str
    state: str


@dataclass(frozen=True, slots=True)
class _Order:
    sales_order_id: int


@dataclass(frozen=True, slots=True)
class _Product:
    product_id: int
    code: str


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


@dataclass(frozen=True, slots=True)
class _Code:
    code: str


_SQL = Statements("erp.fulfilment")
_PUT_ORDER = _SQL.returning(_Order, "put_order")
_PUT_LINES = _SQL.command("put_lines")
_CUSTOMER = _SQL.returning(Customer, "customer")
_PRODUCTS = _SQL.returning(_Product, "products")
_LOCK_ORDERS = _SQL.returning(Order, "lock_order")
_ORDERS = _SQL.returning(Order, "orders")
_END_ORDER = _SQL.command("end_order")
_LINES = _SQL.returning(Line, "lines")
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
_INSERT_WAVE = _SQL.command("insert_wave")
_LOCK_WAVE = _SQL.returning(Wave, "lock_wave")
_JOIN_WAVE = _SQL.command("join_wave")
_ORDERS_OF_WAVE = _SQL.returning(_Code, "orders_of_wave")
_WAVE_STATE = _SQL.command("wave_state")


def customer(transaction: Transaction, code: str) -> Customer | None:
    """The customer with that code."""
    return transaction.row(_CUSTOMER, code=code)


def product_ids(transaction: Transaction, codes: Collection[str]) -> dict[str, int]:
    """The ids of the products that are known."""
    rows = transaction.rows(_PRODUCTS, codes=list(codes))
    return {row.code: row.product_id for row in rows}


def put_order(
    transaction: Transaction,
    code: str,
    customer_id: int,
    *,
    ordered_on: date,
    deliver_on: date,
    minimum_life_days: int,
    by: str,
) -> int | None:
    """Add an order; its id, None when the code is taken."""
    row = transaction.row(
        _PUT_ORDER,
        code=code,
        customer_id=customer_id,
        ordered_on=ordered_on,
        deliver_on=deliver_on,
        minimum_life_days=minimum_life_days,
        by=by,
    )
    return None if row is None else row.sales_order_id


def put_lines(
    transaction: Transaction, order_id: int, lines: Sequence[tuple[int, int, Decimal]]
) -> None:
    """Add lines to an order: number, product id, quantity."""
    transaction.run(
        _PUT_LINES,
        order_id=order_id,
        lines=[line for line, _, _ in lines],
        products=[product_id for _, product_id, _ in lines],
        quantities=[quantity for _, _, quantity in lines],
    )


def lock_orders(transaction: Transaction, codes: Collection[str]) -> dict[str, Order]:
    """The orders that are known, by code, locked in the order of their ids."""
    return {row.code: row for row in transaction.rows(_LOCK_ORDERS, codes=list(codes))}


def orders(transaction: Transaction, code: str | None = None, *, ended: bool = False) -> list[Order]:
    """The open orders, with `ended` the others too, or the one with that code; newest first."""
    return transaction.rows(_ORDERS, code=code, ended=ended)


def end_order(transaction: Transaction, order_id: int, state: str, by: str, why: str) -> None:
    """The order is closed or cancelled, or (`open`) goes on."""
    transaction.run(_END_ORDER, order_id=order_id, state=state, by=by, why=why)


def lines(transaction: Transaction, order_ids: Collection[int]) -> list[Line]:
    """The lines of orders, in their order."""
    return transaction.rows(_LINES, order_ids=list(order_ids))


def candidates(transaction: Transaction, wants: Collection[Want], most: int) -> list[Stock]:
    """For each product and day of use the first `most` units, locked."""
    demands = sorted({(want.product_id, want.usable_until) for want in wants})
    rows = transaction.rows(
        _CANDIDATES,
        products=[product_id for product_id, _ in demands],
        usable_until=[until for _, until in demands],
        most=most,
    )
    return list({row.unit_id: row for row in rows}.values())


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


def open_wave(transaction: Transaction, code: str, by: str) -> bool:
    """Add a wave; False when the code is taken."""
    return bool(transaction.run(_INSERT_WAVE, code=code, by=by))


def lock_wave(transaction: Transaction, code: str) -> Wave | None:
    """The wave with that code, locked."""
    return transaction.row(_LOCK_WAVE, code=code)


def join_wave(transaction: Transaction, wave_id: int, order_ids: Collection[int]) -> None:
    """These orders are picked in the wave."""
    transaction.run(_JOIN_WAVE, wave_id=wave_id, order_ids=list(order_ids))


def orders_of_wave(transaction: Transaction, wave_id: int) -> list[str]:
    """The codes of the orders in a wave."""
    return [row.code for row in transaction.rows(_ORDERS_OF_WAVE, wave_id=wave_id)]


def wave_state(transaction: Transaction, wave_id: int, state: str) -> None:
    """The wave is released or done."""
    transaction.run(_WAVE_STATE, wave_id=wave_id, state=state)

"""What fulfilment reads and writes about sales orders and waves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

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
class Wave:
    """Orders that are picked together."""

    wave_id: int
    code: str
    state: str


@dataclass(frozen=True, slots=True)
class WaveOfOrders:
    """A wave with the codes of its orders, of which so many are open."""

    code: str
    state: str
    opened_at: datetime
    opened_by: str
    released_at: datetime | None
    ended_at: datetime | None
    orders: Sequence[str]
    open_orders: int


@dataclass(frozen=True, slots=True)
class _Order:
    sales_order_id: int


@dataclass(frozen=True, slots=True)
class _Product:
    product_id: int
    code: str


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
_END_WAVES = _SQL.command("end_served_waves")
_END_ORDER = _SQL.command("end_order")
_LINES = _SQL.returning(Line, "lines")
_INSERT_WAVE = _SQL.command("insert_wave")
_WAVES = _SQL.returning(WaveOfOrders, "waves")
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
    """The order is closed or cancelled, and its wave done with it; or (`open`) it goes on."""
    transaction.run(_END_ORDER, order_id=order_id, state=state, by=by, why=why)
    end_served_waves(transaction)


def end_served_waves(transaction: Transaction) -> None:
    """Released waves are done when no order of them is open."""
    transaction.run(_END_WAVES)


def lines(transaction: Transaction, order_ids: Collection[int]) -> list[Line]:
    """The lines of orders, in their order."""
    return transaction.rows(_LINES, order_ids=list(order_ids))


def waves(transaction: Transaction, *, ended: bool = False) -> list[WaveOfOrders]:
    """The waves that are not done, with `ended` the others too; newest first."""
    return transaction.rows(_WAVES, ended=ended)


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

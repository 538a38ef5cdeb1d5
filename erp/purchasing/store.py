"""Reading and writing suppliers, products and purchase orders."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.purchasing.core import Change, OrderLine, Product, PurchaseOrder, Supplier
from kernel.gs1 import gtin14
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Upserted:
    """A row that was written: new, or changed."""

    created: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A version of a temperature profile."""

    name: str
    version: int
    profile_id: int


@dataclass(frozen=True, slots=True)
class Measure:
    """How a stored product is counted and judged, and whether lots of it have arrived."""

    product_id: int
    unit_of_measure: str
    profile_id: int
    profile: str
    version: int
    received: bool


@dataclass(frozen=True, slots=True)
class OrderNamed:
    """An order by its code: a `sale`, or a purchase."""

    code: str
    sale: bool


@dataclass(frozen=True, slots=True)
class OrderHead:
    """A stored order without its lines."""

    order_id: int
    supplier: str
    ordered_on: date
    currency: str
    incoterm: str
    named_place: str


@dataclass(frozen=True, slots=True)
class _Id:
    order_id: int


@dataclass(frozen=True, slots=True)
class _Code:
    code: str


_SQL = Statements("erp.purchasing")
_UPSERT_SUPPLIER = _SQL.returning(Upserted, "upsert_supplier")
_SUPPLIER = _SQL.returning(_Code, "supplier")
_PROFILES = _SQL.returning(Profile, "profiles")
_MEASURE = _SQL.returning(Measure, "measure")
_ORDERS_FOR_PRODUCT = _SQL.returning(OrderNamed, "orders_for_product")
_POINT_TO_PROFILE = _SQL.command("point_to_profile")
_UPSERT_PRODUCT = _SQL.returning(Upserted, "upsert_product")
_PRODUCT_WITH_GTIN = _SQL.returning(_Code, "product_with_gtin")
_MISSING_PRODUCTS = _SQL.returning(_Code, "missing_products")
_INSERT_ORDER = _SQL.returning(_Id, "insert_order")
_LOCK_ORDER = _SQL.returning(OrderHead, "lock_order")
_ORDER_LINES = _SQL.returning(OrderLine, "order_lines")
_PAPERS = _SQL.returning(_Code, "papers")
_UPDATE_ORDER = _SQL.command("update_order")
_DELETE_LINES = _SQL.command("delete_lines")
_INSERT_LINES = _SQL.command("insert_lines")


def put_supplier(transaction: Transaction, supplier: Supplier) -> Change:
    """Insert or update by code."""
    return _change(
        transaction.row(
            _UPSERT_SUPPLIER,
            code=supplier.code,
            name=supplier.name,
            claim_deadline_days=supplier.claim_deadline_days,
            incoterm=supplier.incoterm,
            named_place=supplier.named_place,
            payment_days=supplier.payment_days,
            contact=supplier.contact,
        )
    )


def profiles(transaction: Transaction) -> list[Profile]:
    """Every version of every profile, by name, the newest first."""
    return transaction.rows(_PROFILES)


def point_to_profile(transaction: Transaction, product_id: int, profile_id: int) -> None:
    """From now on the product is judged by this profile version."""
    transaction.run(_POINT_TO_PROFILE, product_id=product_id, profile_id=profile_id)


def measure(transaction: Transaction, product: str) -> Measure | None:
    """How the product with that code is counted so far, or None when there is none."""
    return transaction.row(_MEASURE, code=product)


def orders_for(transaction: Transaction, product_id: int) -> list[OrderNamed]:
    """The orders with the product, purchases first, by code."""
    return transaction.rows(_ORDERS_FOR_PRODUCT, product_id=product_id)


def put_product(transaction: Transaction, product: Product, profile_id: int) -> Change:
    """Insert or update by code."""
    return _change(
        transaction.row(
            _UPSERT_PRODUCT,
            code=product.code,
            name=product.name,
            unit_of_measure=product.unit_of_measure,
            profile_id=profile_id,
            gtin=_gtin(product),
            price=product.price,
            currency=product.currency,
            shelf_life_days=product.shelf_life_days,
        )
    )


def product_with_gtin(transaction: Transaction, product: Product) -> str | None:
    """The code of another product that has the GTIN of `product` already, or None."""
    gtin = _gtin(product)
    row = None if gtin is None else transaction.row(_PRODUCT_WITH_GTIN, gtin=gtin, code=product.code)
    return None if row is None else row.code


def _gtin(product: Product) -> str | None:
    return None if product.gtin is None else gtin14(product.gtin)


def supplier_exists(transaction: Transaction, code: str) -> bool:
    """Whether there is a supplier with that code."""
    return transaction.row(_SUPPLIER, code=code) is not None


def missing_products(transaction: Transaction, codes: list[str]) -> list[str]:
    """Those of `codes` that no product has, sorted."""
    return [row.code for row in transaction.rows(_MISSING_PRODUCTS, codes=codes)]


def insert_order(transaction: Transaction, order: PurchaseOrder) -> bool:
    """Insert a new order with its lines; False, and nothing written, when its code is taken."""
    head = transaction.row(_INSERT_ORDER, **_head(order))
    if head is not None:
        _insert_lines(transaction, head.order_id, order.lines)
    return head is not None


def lock_order(transaction: Transaction, code: str) -> tuple[int, PurchaseOrder]:
    """The stored order with that code and its id, locked until the transaction ends."""
    head = transaction.one(_LOCK_ORDER, code=code)
    lines = transaction.rows(_ORDER_LINES, order_id=head.order_id)
    order = PurchaseOrder(
        code,
        head.supplier,
        head.ordered_on,
        head.currency,
        tuple(lines),
        incoterm=head.incoterm,
        named_place=head.named_place,
    )
    return head.order_id, order


def lock_order_id(transaction: Transaction, code: str) -> int | None:
    """The id of the order with that code, locked until the end; None when there is none."""
    head = transaction.row(_LOCK_ORDER, code=code)
    return None if head is None else head.order_id


def papers(transaction: Transaction, order_id: int) -> list[str]:
    """The codes of the goods receipts and invoices under an order, sorted."""
    return [row.code for row in transaction.rows(_PAPERS, order_id=order_id)]


def replace_order(transaction: Transaction, order_id: int, order: PurchaseOrder) -> None:
    """Write `order` over a stored one that nothing refers to yet."""
    transaction.run(_UPDATE_ORDER, order_id=order_id, **_head(order))
    transaction.run(_DELETE_LINES, order_id=order_id)
    _insert_lines(transaction, order_id, order.lines)


def _head(order: PurchaseOrder) -> dict[str, object]:
    return {
        "code": order.code,
        "supplier": order.supplier,
        "ordered_on": order.ordered_on,
        "currency": order.currency,
        "incoterm": order.incoterm,
        "named_place": order.named_place,
    }


def _insert_lines(transaction: Transaction, order_id: int, lines: tuple[OrderLine, ...]) -> None:
    quantities: list[Decimal] = [line.quantity for line in lines]
    prices: list[Decimal] = [line.unit_price for line in lines]
    transaction.run(
        _INSERT_LINES,
        order_id=order_id,
        lines=[line.line for line in lines],
        products=[line.product for line in lines],
        quantities=quantities,
        prices=prices,
        lowest=[line.lowest for line in lines],
        highest=[line.highest for line in lines],
        ages=[line.max_age_days for line in lines],
        remaining=[line.min_remaining_days for line in lines],
    )


def _change(row: Upserted | None) -> Change:
    if row is None:
        return "unchanged"
    return "created" if row.created else "changed"

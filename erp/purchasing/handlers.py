"""Recording suppliers, products and purchase orders by code; saying the same twice is harmless."""

from erp import subjects
from erp.purchasing import store
from erp.purchasing.core import (
    Change,
    OrderLine,
    Product,
    PurchaseOrder,
    Supplier,
    order_fault,
    product_fault,
    supplier_fault,
)
from kernel.refusal import Refusal
from storage.database import Transaction


def put_supplier(transaction: Transaction, supplier: Supplier) -> Change:
    """Record `supplier` under its code; raises `Refusal` when it is incomplete."""
    _refuse(supplier_fault(supplier))
    change = store.put_supplier(transaction, supplier)
    if change != "unchanged":
        transaction.audit(
            supplier.actor,
            f"supplier {change}",
            subjects.supplier(supplier.code),
            name=supplier.name,
            claim_deadline_days=supplier.claim_deadline_days,
            **_terms(supplier.incoterm, supplier.named_place),
        )
    return change


def put_product(transaction: Transaction, product: Product) -> Change:
    """Record `product` under its code, with the newest version of its temperature profile.

    Raises `Refusal` when the profile is unknown, or when the unit of measure changes although lots
    counted in the old one have arrived.
    """
    _refuse(product_fault(product))
    profile_id = _profile_id(transaction, product)
    known = store.measure(transaction, product.code)
    if known is not None and known.received and known.unit_of_measure != product.unit_of_measure:
        raise Refusal(
            f"product {product.code} is counted in {known.unit_of_measure} and lots of it arrived: "
            f"record a new product to count in {product.unit_of_measure}"
        )
    change = store.put_product(transaction, product, profile_id)
    if change != "unchanged":
        transaction.audit(
            product.actor,
            f"product {change}",
            subjects.product(product.code),
            name=product.name,
            unit_of_measure=product.unit_of_measure,
            profile=product.profile,
            profile_id=profile_id,
        )
    return change


def put_order(transaction: Transaction, order: PurchaseOrder) -> Change:
    """Record `order` under its code.

    Raises `Refusal` when it is incomplete, names an unknown supplier or product, or differs from the
    stored order although goods were received under that.
    """
    _refuse(order_fault(order))
    _refuse(_missing(transaction, order))
    if store.insert_order(transaction, order):
        return _audited(transaction, order, "created")
    order_id, stored = store.lock_order(transaction, order.code)
    if order.says_the_same_as(stored):
        return "unchanged"
    receipts = store.receipts(transaction, order_id)
    if receipts:
        raise Refusal(
            f"order {order.code} cannot be changed: goods were received under it "
            f"({', '.join(receipts)}); "
            "record the difference as a new order"
        )
    store.replace_order(transaction, order_id, order)
    return _audited(transaction, order, "changed")


def _profile_id(transaction: Transaction, product: Product) -> int:
    profiles = store.profiles(transaction)
    if product.profile not in profiles:
        known = ", ".join(sorted(profiles)) or "none"
        raise Refusal(
            f"product {product.code}: there is no approved temperature profile {product.profile!r} "
            f"(approved: {known}): "
            "approve it first (coldbind rules approve), or name an approved one"
        )
    return profiles[product.profile]


def _missing(transaction: Transaction, order: PurchaseOrder) -> str | None:
    if not store.supplier_exists(transaction, order.supplier):
        return f"order {order.code}: there is no supplier {order.supplier!r}: record the supplier first"
    missing = store.missing_products(transaction, [line.product for line in order.lines])
    if missing:
        return f"order {order.code}: there is no product {', '.join(missing)}: record the product first"
    return None


def _audited(transaction: Transaction, order: PurchaseOrder, change: Change) -> Change:
    lines = [
        {
            "line": line.line,
            "product": line.product,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            **_agreed(line),
        }
        for line in order.lines
    ]
    transaction.audit(
        order.actor,
        f"order {change}",
        subjects.order(order.code),
        supplier=order.supplier,
        ordered_on=order.ordered_on.isoformat(),
        currency=order.currency,
        lines=lines,
        **_terms(order.incoterm, order.named_place),
    )
    return change


def _terms(incoterm: str, named_place: str) -> dict[str, object]:
    return {"terms": f"{incoterm} {named_place}"} if incoterm else {}


def _agreed(line: OrderLine) -> dict[str, object]:
    agreed = {"lowest": line.lowest, "highest": line.highest}
    return {name: value for name, value in agreed.items() if value is not None}


def _refuse(fault: str | None) -> None:
    if fault is not None:
        raise Refusal(fault)

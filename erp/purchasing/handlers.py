"""Recording suppliers, products and purchase orders by code; saying the same twice is harmless."""

from collections.abc import Sequence

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
from kernel.events import ProfileAdopted
from kernel.refusal import Refusal
from storage.database import Transaction

_NAMED = 5
"""So many orders are named in a sentence."""


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
            **_told(
                claim_deadline_days=supplier.claim_deadline_days,
                payment_days=supplier.payment_days,
                contact=supplier.contact,
            ),
            **_terms(supplier.incoterm, supplier.named_place),
        )
    return change


def put_product(transaction: Transaction, product: Product) -> Change:
    """Record `product` under its code, with a version of its temperature profile.

    A product recorded anew keeps the version it has, unless another one is named. Raises `Refusal` when
    the profile is unknown, its GTIN that of another, or when the unit of measure changes although lots
    or orders are counted in the old one.
    """
    _refuse(product_fault(product))
    known = store.measure(transaction, product.code)
    profile_id = _profile_id(transaction, product, known)
    if known is not None and known.unit_of_measure != product.unit_of_measure:
        _refuse(_counted_already(transaction, product, known))
    same = store.product_with_gtin(transaction, product)
    if same is not None:
        raise Refusal(
            f"product {product.code}: GTIN {product.gtin} is that of {same}: give each its own"
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
            **_told(
                gtin=product.gtin,
                price=product.price,
                currency=product.currency,
                shelf_life_days=product.shelf_life_days,
            ),
        )
    if known is not None and known.profile_id != profile_id:
        adopted = ProfileAdopted(
            known.product_id, profile_id, known.profile_id, judge_again=False, actor=product.actor
        )
        transaction.publish(adopted)
    return change


def adopt_profile(
    transaction: Transaction,
    product: str,
    profile: str,
    version: int,
    *,
    judge_again: bool,
    actor: str,
) -> bool:
    """Let a product be judged by another profile version; False when it is already.

    Lots received before keep the version they were received under, unless they are to be judged again.
    Raises `Refusal` when the product or the version is unknown.
    """
    known = store.measure(transaction, product)
    if known is None:
        raise Refusal(f"there is no product {product!r}: record it first")
    profile_id = _version(store.profiles(transaction), product, profile, version)
    if profile_id == known.profile_id and not judge_again:
        return False
    store.point_to_profile(transaction, known.product_id, profile_id)
    transaction.audit(
        actor,
        "profile adopted",
        subjects.product(product),
        profile=profile,
        version=version,
        before=f"{known.profile} version {known.version}",
        judged_again=judge_again,
    )
    transaction.publish(
        ProfileAdopted(
            known.product_id, profile_id, known.profile_id, judge_again=judge_again, actor=actor
        )
    )
    return True


def put_order(transaction: Transaction, order: PurchaseOrder) -> Change:
    """Record `order` under its code.

    Raises `Refusal` when it is incomplete, names an unknown supplier or product, or differs from the
    stored order although goods were received or invoiced under that.
    """
    _refuse(order_fault(order))
    _refuse(_missing(transaction, order))
    if store.insert_order(transaction, order):
        return _audited(transaction, order, "created")
    order_id, stored = store.lock_order(transaction, order.code)
    if order.says_the_same_as(stored):
        return "unchanged"
    papers = store.papers(transaction, order_id)
    if papers:
        raise Refusal(
            f"order {order.code} cannot be changed: goods were received or invoiced under it "
            f"({', '.join(papers)}); "
            "record the difference as a new order"
        )
    store.replace_order(transaction, order_id, order)
    return _audited(transaction, order, "changed")


def _counted_already(transaction: Transaction, product: Product, known: store.Measure) -> str | None:
    """Why the product must stay counted as it is known: what would mean something else otherwise."""
    orders = [
        subjects.sales_order(one.code) if one.sale else subjects.order(one.code)
        for one in store.orders_for(transaction, known.product_id)
    ]
    arrived = ["lots of it arrived"] if known.received else []
    ordered = [f"it is ordered ({_first_of(orders)})"] if orders else []
    if not arrived and not ordered:
        return None
    return (
        f"product {product.code} is counted in {known.unit_of_measure} and "
        f"{' and '.join(arrived + ordered)}: record a new product to count in {product.unit_of_measure}"
    )


def _first_of(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _profile_id(transaction: Transaction, product: Product, known: store.Measure | None) -> int:
    name, _, version = product.profile.partition("@")
    stored = store.profiles(transaction)
    if version:
        if not version.isdecimal():
            raise Refusal(f"product {product.code}: {product.profile!r} is not NAME or NAME@VERSION")
        return _version(stored, product.code, name, int(version))
    if known is not None and known.profile == name:
        return known.profile_id
    newest = next((one for one in stored if one.name == name), None)
    return _version(stored, product.code, name, newest.version if newest else 1)


def _version(stored: Sequence[store.Profile], product: str, name: str, version: int) -> int:
    """The id of a stored profile version; `Refusal` says what is stored instead."""
    of_that_name = [one for one in stored if one.name == name]
    if not of_that_name:
        known = ", ".join(sorted({one.name for one in stored})) or "none"
        raise Refusal(
            f"product {product}: there is no approved temperature profile {name!r} "
            f"(approved: {known}): approve it first (coldbind rules approve), or name an approved one"
        )
    found = next((one.profile_id for one in of_that_name if one.version == version), None)
    if found is None:
        versions = ", ".join(str(one.version) for one in reversed(of_that_name))
        raise Refusal(
            f"product {product}: temperature profile {name} has no version {version} "
            f"(it has {versions}): coldbind rules draft records one, rules approve brings it into use"
        )
    return found


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
    return _told(
        lowest=line.lowest,
        highest=line.highest,
        max_age_days=line.max_age_days,
        min_remaining_days=line.min_remaining_days,
    )


def _told(**facts: object) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value is not None}


def _refuse(fault: str | None) -> None:
    if fault is not None:
        raise Refusal(fault)

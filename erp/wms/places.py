"""Use cases of places for goods: what may stand where, and from where a product is picked."""

from decimal import Decimal

from erp.quantities import storable
from erp.wms import store
from erp.wms.handlers import known_place
from kernel.refusal import Refusal
from storage.database import Transaction

KEEPS_APART = ("lot", "product")


def set_storage_place(
    transaction: Transaction,
    path: str,
    by: str,
    *,
    temperature_class: str | None,
    capacity: int | None,
    keeps_apart: str | None,
) -> bool:
    """Say what may stand at a place; False when exactly this was said before.

    `temperature_class` is the name of a profile and holds inside the place too; `capacity` counts
    units, and only a place with one is suggested.
    """
    place = known_place(transaction, path)
    known = store.classes(transaction)
    if temperature_class is not None and temperature_class not in known:
        raise Refusal(
            f"location {path}: {temperature_class!r} is no temperature class: {', '.join(known)}"
        )
    if capacity is not None and capacity <= 0:
        raise Refusal(f"location {path}: a capacity is a number of units above 0, not {capacity}")
    if keeps_apart is not None and keeps_apart not in KEEPS_APART:
        raise Refusal(f"location {path}: keep apart {' or '.join(KEEPS_APART)}, not {keeps_apart!r}")
    new = store.put_storage_place(
        transaction, place.location_id, temperature_class, capacity, keeps_apart
    )
    if new:
        transaction.audit(
            by,
            "storage place set",
            f"location {path}",
            temperature_class=temperature_class,
            capacity=capacity,
            keeps_apart=keeps_apart,
        )
    return new


def set_pick_face(
    transaction: Transaction, path: str, product: str, by: str, *, minimum: Decimal, fill_to: Decimal
) -> None:
    """A product is picked at a place, filled up to `fill_to` when less than `minimum` is left."""
    place = known_place(transaction, path)
    product_id = store.product_id(transaction, product)
    if product_id is None:
        raise Refusal(f"product {product!r} is not known: record it with coldbind apply")
    if not (storable(minimum) and storable(fill_to) and 0 < minimum <= fill_to):
        raise Refusal(
            f"pick face {path}: fill up to {fill_to} below {minimum}: "
            "write a minimum above 0, and at least that to fill up to"
        )
    store.put_pick_face(transaction, place.location_id, product_id, minimum, fill_to)
    transaction.audit(
        by, "pick face set", f"location {path}", product=product, minimum=minimum, fill_to=fill_to
    )

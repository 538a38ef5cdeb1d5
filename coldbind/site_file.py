"""A site in one YAML file: places, sensors, suppliers, products, orders; applying it twice is harmless.

locations: [{path: dc, name: Distribution centre, kind: site}]
sensors:   [{name: t-1, location: dc, since: 2026-01-01T00:00:00Z, max_gap: 15 min}]
suppliers: [{code: S1, name: Alpine Dairy, claim_deadline_days: 10}]
products:  [{code: P1, name: Vaccine, unit_of_measure: box, profile: medicines-2-8}]
orders:    [{code: PO-1, supplier: S1, ordered_on: 2026-01-01, currency: EUR,
lines: [{line: 1, product: P1, quantity: 100, unit_price: 4.20}]}]
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

import msgspec
import yaml

from erp.purchasing import handlers as purchasing
from erp.purchasing.core import OrderLine, Product, PurchaseOrder, Supplier
from ingest.handlers import SensorRegistration, register_sensor
from kernel.instants import instant, parse_moment
from kernel.lengths import parse_length
from kernel.refusal import Refusal
from kernel.yaml_text import load_yaml
from lotbinding import handlers as lotbinding
from storage.database import Transaction

_FIRST_YEAR, _LAST_YEAR = 1970, 2199


class LocationEntry(msgspec.Struct, forbid_unknown_fields=True):
    """A place in the tree of places."""

    path: str
    name: str
    kind: str


class SensorEntry(msgspec.Struct, forbid_unknown_fields=True):
    """A sensor and, when it hangs somewhere, where and since when."""

    name: str
    quantity: str = "temperature"
    max_gap: str = "15 min"
    model: str = ""
    location: str | None = None
    since: str | None = None


class SupplierEntry(msgspec.Struct, forbid_unknown_fields=True):
    """Who delivers."""

    code: str
    name: str
    claim_deadline_days: int = 14


class ProductEntry(msgspec.Struct, forbid_unknown_fields=True):
    """What is bought, and the temperature profile it is judged by."""

    code: str
    name: str
    unit_of_measure: str
    profile: str


class LineEntry(msgspec.Struct, forbid_unknown_fields=True):
    """One line of an order."""

    line: int
    product: str
    quantity: Decimal
    unit_price: Decimal


class OrderEntry(msgspec.Struct, forbid_unknown_fields=True):
    """A purchase order."""

    code: str
    supplier: str
    ordered_on: date
    currency: str
    lines: list[LineEntry]


class SiteFile(msgspec.Struct, forbid_unknown_fields=True):
    """Everything a site file may hold."""

    locations: list[LocationEntry] = []
    sensors: list[SensorEntry] = []
    suppliers: list[SupplierEntry] = []
    products: list[ProductEntry] = []
    orders: list[OrderEntry] = []


@dataclass(frozen=True, slots=True)
class Applied:
    """How many entries of each kind the file held."""

    locations: int
    sensors: int
    suppliers: int
    products: int
    orders: int


def read_site(text: str, where: str) -> SiteFile:
    """The site in YAML `text`; `Refusal` says where the fault is and what it is."""
    loaded = load_yaml(text, where, _ExactLoader)
    try:
        return msgspec.convert(loaded or {}, SiteFile, strict=False)
    except msgspec.ValidationError as error:
        raise Refusal(f"{where}: {error}") from error


def apply_site(transaction: Transaction, site: SiteFile, by: str) -> Applied:
    """Record everything in the file, in one transaction; what is known already stays as it is."""
    for location in sorted(site.locations, key=lambda entry: entry.path.count(".")):
        lotbinding.record_location(transaction, location.path, location.name, location.kind, by)
    for sensor in site.sensors:
        _sensor(transaction, sensor, by)
    for supplier in site.suppliers:
        entry = Supplier(supplier.code, supplier.name, supplier.claim_deadline_days, actor=by)
        purchasing.put_supplier(transaction, entry)
    for product in site.products:
        purchasing.put_product(
            transaction,
            Product(product.code, product.name, product.unit_of_measure, product.profile, actor=by),
        )
    for order in site.orders:
        lines = tuple(OrderLine(o.line, o.product, o.quantity, o.unit_price) for o in order.lines)
        purchasing.put_order(
            transaction,
            PurchaseOrder(
                order.code, order.supplier, order.ordered_on, order.currency, lines, actor=by
            ),
        )
    return Applied(
        len(site.locations),
        len(site.sensors),
        len(site.suppliers),
        len(site.products),
        len(site.orders),
    )


def parse_span(text: str, what: str) -> int:
    """A length of time such as 15 min, 2 h or 1 d in microseconds; `Refusal` names `what`."""
    try:
        return parse_length(text)
    except ValueError as error:
        raise Refusal(f"{what}: {error}") from error


def parse_time(text: str, what: str) -> int:
    """An ISO 8601 time with zone as an instant; `Refusal` names `what`."""
    try:
        parsed = parse_moment(text)
    except ValueError as error:
        raise Refusal(f"{what}: {error}") from error
    if not _FIRST_YEAR <= parsed.year <= _LAST_YEAR:
        raise Refusal(f"{what}: the year of {text} cannot be right")
    return instant(parsed)


def _sensor(transaction: Transaction, entry: SensorEntry, by: str) -> None:
    max_gap = parse_span(entry.max_gap, f"sensor {entry.name}, max_gap")
    register_sensor(
        transaction, SensorRegistration(entry.name, entry.quantity, max_gap, entry.model), by
    )
    if entry.location is None:
        return
    if entry.since is None:
        raise Refusal(f"sensor {entry.name}: since when does it hang at {entry.location}? add since")
    since = parse_time(entry.since, f"sensor {entry.name}, since")
    if not lotbinding.hangs_at(transaction, entry.name, entry.location, since):
        lotbinding.place_sensor(transaction, entry.name, entry.location, since, by)


class _ExactLoader(yaml.SafeLoader):
    """Numbers and times stay the text that was written, so that prices are exact."""


_ExactLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":bool", ":merge"))]
    for first, resolvers in cast(
        "dict[str, list[tuple[str, Any]]]", yaml.SafeLoader.yaml_implicit_resolvers
    ).items()
}

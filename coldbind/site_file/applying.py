"""Recording a site file by the use cases of the stages: all faults at once, all of it or nothing.

What is known already stays as it is. A place that could not be recorded is told once, not again for
everything that stands or hangs in it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from coldbind.site_file import entries
from coldbind.site_file.entries import (
    CalibrationEntry,
    HandlingUnitEntry,
    LocationEntry,
    PatternEntry,
    PlaceProfileEntry,
    PlacingEntry,
    SensorEntry,
    SensorLimitsEntry,
    SiteFile,
)
from coldbind.site_file.lengths_and_times import length_or_never, numbers, parse_span, parse_time
from coldbind.site_file.reading import refuse
from erp.purchasing import handlers as purchasing
from erp.purchasing.core import OrderLine, Product, PurchaseOrder, Supplier
from erp.sales import handlers as sales
from erp.sales.core import Customer
from ingest.handlers import SensorRegistration, register_sensor
from kernel.instants import instant
from kernel.refusal import Refusal
from lotbinding.handlers import calibration, placements, places, units
from lotbinding.handlers.calibration import Certificate
from lotbinding.handlers.placements import Hanging
from rules.faults import handlers as faults
from rules.patterns import handlers as patterns
from rules.patterns.core.patterns import Pattern
from rules.places import handlers as judged
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Applied:
    """How many entries of each kind the file held, and what they changed, a sentence each."""

    locations: int
    sensors: int
    suppliers: int
    products: int
    customers: int
    orders: int
    changes: tuple[str, ...]


@dataclass(slots=True)
class _Recorder:
    """One file being recorded: what it changed so far, and what could not be recorded."""

    transaction: Transaction
    by: str
    changes: list[str] = field(default_factory=list[str])
    faults: list[str] = field(default_factory=list[str])
    failed: set[str] = field(default_factory=set[str])

    def each(
        self,
        told: Iterable[Any],
        record: Callable[[Transaction, Any, str], str],
        name: Callable[[Any], str],
        needs: Callable[[Any], tuple[str | None, ...]] = lambda _: (),
    ) -> None:
        """Record entries; one that needs what failed fails with it, without another word."""
        for one in told:
            if any(need is not None and self._has_failed(need) for need in needs(one)):
                self.failed.add(name(one))
                continue
            try:
                change = record(self.transaction, one, self.by)
            except Refusal as fault:
                self.failed.add(name(one))
                self.faults.append(f"{one.written}: {fault}" if one.written else str(fault))
            else:
                self.changes += [change] if change else []

    def _has_failed(self, name: str) -> bool:
        kind, _, path = name.partition(" ")
        labels = path.split(".") if kind == "location" else [path]
        return any(
            f"{kind} {'.'.join(labels[:depth])}" in self.failed for depth in range(1, len(labels) + 1)
        )


def apply_site(transaction: Transaction, site: SiteFile, by: str) -> Applied:
    """Record everything in the file, in one transaction; `Refusal` tells every fault, a line each."""
    recorder = _Recorder(transaction, by)
    outer_first = sorted(site.locations, key=lambda entry: entry.path.count("."))
    recorder.each(outer_first, _location, _place_of_entry, _place_around)
    recorder.each(site.patterns, _pattern, lambda one: "", lambda one: (f"location {one.location}",))
    recorder.each(
        site.place_profiles, _place_profile, lambda one: "", lambda one: (f"location {one.location}",)
    )
    recorder.each(site.handling_units, _handling_unit, lambda one: f"unit {one.code}")
    recorder.each(site.sensors, _sensor, lambda one: f"sensor {one.name}")
    hung = [
        _placing_of(one) for one in site.sensors if one.location is not None and one.since is not None
    ]
    told = sorted([*hung, *site.placings], key=lambda one: parse_time(one.at, "at"))
    recorder.each(told, _placing, lambda one: f"placing of {one.sensor}", _needs_of_placing)
    recorder.each(
        site.calibrations, _calibration, lambda one: "", lambda one: (f"sensor {one.sensor}",)
    )
    recorder.each(
        site.sensor_limits, _sensor_limits, lambda one: "", lambda one: (f"sensor {one.sensor}",)
    )
    inner_first = [one for one in reversed(outer_first) if one.closed is not None]
    recorder.each(inner_first, _closing, _place_of_entry, lambda one: (_place_of_entry(one),))
    _purchasing(recorder, site)
    refuse(recorder.faults)
    return Applied(
        len(site.locations),
        len(site.sensors),
        len(site.suppliers),
        len(site.products),
        len(site.customers),
        len(site.orders),
        tuple(recorder.changes),
    )


def _purchasing(recorder: _Recorder, site: SiteFile) -> None:
    recorder.each(site.suppliers, _supplier, lambda one: f"supplier {one.code}")
    recorder.each(site.products, _product, lambda one: f"product {one.code}")
    recorder.each(site.customers, _customer, lambda one: f"customer {one.code}")
    recorder.each(
        site.orders,
        _order,
        lambda one: f"order {one.code}",
        lambda one: (
            f"supplier {one.supplier}",
            *(f"product {line.product}" for line in one.lines),
        ),
    )


def _place_of_entry(entry: LocationEntry) -> str:
    return f"location {entry.path}"


def _place_around(entry: LocationEntry) -> tuple[str | None, ...]:
    outer = entry.path.rpartition(".")[0]
    return (f"location {outer}" if outer else None,)


def _needs_of_placing(entry: PlacingEntry) -> tuple[str | None, ...]:
    return (
        f"sensor {entry.sensor}",
        f"location {entry.location}" if entry.location is not None else None,
        f"unit {entry.handling_unit}" if entry.handling_unit is not None else None,
    )


def _location(transaction: Transaction, entry: LocationEntry, by: str) -> str:
    return places.record_location(
        transaction, entry.path, entry.name, entry.kind, by, needed=entry.needed
    )


def _pattern(transaction: Transaction, entry: PatternEntry, by: str) -> str:
    where = f"location {entry.location}, {entry.kind}"
    longest = parse_span(entry.longest, f"{where}, longest")
    every = None if entry.every is None else parse_span(entry.every, f"{where}, every")
    told = Pattern(entry.kind, longest, float(entry.rise), every)
    new = patterns.tell_pattern(transaction, entry.location, told, by)
    return f"{where}: up to {entry.longest} and {entry.rise} K told" if new else ""


def _place_profile(transaction: Transaction, entry: PlaceProfileEntry, by: str) -> str:
    where = f"location {entry.location}, {entry.profile}"
    profile, at, version = entry.profile.partition("@")
    if at and not version.isdecimal():
        raise Refusal(f"{where}: it is not NAME or NAME@VERSION")
    told = judged.Pointing(
        entry.location,
        profile,
        int(version) if at else None,
        None if entry.since is None else parse_time(entry.since, f"{where}, since"),
        None if entry.until is None else parse_time(entry.until, f"{where}, until"),
    )
    return judged.record(transaction, told, instant(datetime.now(UTC)), by)


def _closing(transaction: Transaction, entry: LocationEntry, by: str) -> str:
    at = parse_time(entry.closed or "", f"location {entry.path}, closed")
    return places.close_location(transaction, entry.path, at, by)


def _handling_unit(transaction: Transaction, entry: HandlingUnitEntry, by: str) -> str:
    new = units.add_handling_unit(transaction, entry.code, entry.kind, by, entry.sscc)
    return f"handling unit {entry.code}: {entry.kind} added" if new else ""


def _sensor(transaction: Transaction, entry: SensorEntry, by: str) -> str:
    if entry.location is not None and entry.since is None:
        raise Refusal(f"sensor {entry.name}: since when does it hang at {entry.location}? add since")
    max_gap = parse_span(entry.max_gap, f"sensor {entry.name}, max_gap")
    told = SensorRegistration(entry.name, entry.quantity, max_gap, entry.model)
    new = register_sensor(transaction, told, by)
    return f"sensor {entry.name}: {entry.quantity} registered" if new else ""


def _sensor_limits(transaction: Transaction, entry: SensorLimitsEntry, by: str) -> str:
    told: dict[str, Any] = {
        name: float(value)
        for name in ("lowest", "highest", "max_step", "max_rate", "low")
        if (value := getattr(entry, name)) is not None
    }
    if entry.levels is not None:
        told["levels"] = entry.levels
    if entry.errors is not None:
        told["errors"] = numbers(entry.errors)
    if entry.stuck_after is not None:
        told["stuck_after"] = length_or_never(entry.stuck_after)
    if not told:
        raise Refusal(f"sensor {entry.sensor}: no limit is written")
    return faults.tell_limits(transaction, entry.sensor, entry.quantity, by, **told)


def _placing_of(entry: SensorEntry) -> PlacingEntry:
    return PlacingEntry(entry.name, entry.since or "", entry.location, None, entry.written)


def _placing(transaction: Transaction, entry: PlacingEntry, by: str) -> str:
    at = parse_time(entry.at, f"sensor {entry.sensor}, at")
    told = Hanging(entry.sensor, at, entry.location, entry.handling_unit)
    new = placements.hang(transaction, [told], by)
    return f"sensor {entry.sensor}: {told.words} from {entry.at}" if new else ""


def _calibration(transaction: Transaction, entry: CalibrationEntry, by: str) -> str:
    told = Certificate(
        entry.sensor, entry.calibrated_on, entry.offset_k, entry.due_on, entry.certificate
    )
    return calibration.calibrate(transaction, told, datetime.now(UTC).date(), by)


def _supplier(transaction: Transaction, entry: entries.SupplierEntry, by: str) -> str:
    told = Supplier(
        entry.code,
        entry.name,
        entry.claim_deadline_days,
        by,
        entry.incoterm.strip().upper(),
        entry.named_place,
        entry.payment_days,
        entry.contact,
    )
    return _news(f"supplier {entry.code}", purchasing.put_supplier(transaction, told))


def _product(transaction: Transaction, entry: entries.ProductEntry, by: str) -> str:
    told = Product(
        entry.code,
        entry.name,
        entry.unit_of_measure,
        entry.profile,
        by,
        entry.gtin,
        entry.price,
        entry.currency,
        entry.shelf_life_days,
    )
    return _news(f"product {entry.code}", purchasing.put_product(transaction, told))


def _customer(transaction: Transaction, entry: entries.CustomerEntry, by: str) -> str:
    told = Customer(
        entry.code,
        entry.name,
        entry.min_remaining_days,
        entry.lowest,
        entry.highest,
        entry.contact,
        by,
    )
    return _news(f"customer {entry.code}", sales.put_customer(transaction, told))


def _order(transaction: Transaction, entry: entries.OrderEntry, by: str) -> str:
    lines = tuple(
        OrderLine(
            one.line,
            one.product,
            one.quantity,
            one.unit_price,
            one.lowest,
            one.highest,
            one.max_age_days,
            one.min_remaining_days,
        )
        for one in entry.lines
    )
    told = PurchaseOrder(
        entry.code,
        entry.supplier,
        entry.ordered_on,
        entry.currency,
        lines,
        by,
        entry.incoterm.strip().upper(),
        entry.named_place,
    )
    return _news(f"order {entry.code}", purchasing.put_order(transaction, told))


def _news(what: str, change: str) -> str:
    return "" if change == "unchanged" else f"{what}: {change}"

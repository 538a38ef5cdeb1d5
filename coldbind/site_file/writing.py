"""A site as it is recorded, written as YAML or CSV: reading it back changes nothing."""

import csv
import io
import math
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from coldbind.site_file.csv_form import COLUMNS
from coldbind.site_file.entries import (
    CalibrationEntry,
    CustomerEntry,
    HandlingUnitEntry,
    LocationEntry,
    PatternEntry,
    PlaceProfileEntry,
    PlacingEntry,
    ProductEntry,
    SensorEntry,
    SensorLimitsEntry,
    SiteFile,
    SupplierEntry,
)
from coldbind.site_file.lengths_and_times import span_text
from erp.purchasing import registers
from erp.sales import store as sales
from kernel.instants import moment
from lotbinding.store import calibration, placements, places
from rules.faults import store as limits
from rules.patterns import store as patterns
from rules.places import store as judged
from storage.database import Transaction

_EXPORTED = (
    "locations",
    "patterns",
    "place_profiles",
    "handling_units",
    "sensors",
    "placings",
    "calibrations",
    "sensor_limits",
    "suppliers",
    "products",
    "customers",
)


def recorded_site(transaction: Transaction) -> SiteFile:
    """Places, their patterns, what judges them, sensors and what is told of these, master data."""
    return SiteFile(
        locations=[
            LocationEntry(
                one.path,
                one.name,
                one.kind,
                one.needed if one.needed > 1 else None,
                None if one.closed_at is None else _time(one.closed_at),
            )
            for one in places.all_locations(transaction)
        ],
        patterns=_patterns(transaction),
        place_profiles=_place_profiles(transaction),
        handling_units=[
            HandlingUnitEntry(one.code, one.kind, one.sscc) for one in placements.carriers(transaction)
        ],
        sensors=[
            SensorEntry(one.name, one.quantity, span_text(one.max_gap), one.model)
            for one in placements.sensors(transaction)
        ],
        placings=[
            PlacingEntry(one.sensor, _time(one.occurred_at), one.path, one.handling_unit)
            for one in placements.listed(transaction)
            if one.cancelled_at is None
        ],
        calibrations=[
            CalibrationEntry(one.sensor, one.calibrated_on, one.offset_k, one.due_on, one.certificate)
            for one in calibration.listed(transaction)
            if not one.replaced
        ],
        sensor_limits=[_limits(one) for one in limits.told(transaction)],
        suppliers=_suppliers(transaction),
        products=_products(transaction),
        customers=[
            CustomerEntry(
                one.code, one.name, one.min_remaining_days, one.lowest, one.highest, one.contact
            )
            for one in sales.customers(transaction)
        ],
    )


def _patterns(transaction: Transaction) -> list[PatternEntry]:
    return [
        PatternEntry(
            one.place,
            one.kind,
            span_text(one.longest),
            Decimal(repr(one.rise)),
            None if one.every is None else span_text(one.every),
        )
        for one in patterns.listed(transaction, None)
    ]


def _place_profiles(transaction: Transaction) -> list[PlaceProfileEntry]:
    """With the version of the profile: another site may have a newer one."""
    return [
        PlaceProfileEntry(
            one.place,
            f"{one.profile}@{one.version}",
            _time(one.since),
            None if one.until is None else _time(one.until),
        )
        for one in judged.pointings(transaction, None)
    ]


def _limits(one: limits.Told) -> SensorLimitsEntry:
    """All of its limits, because the catalog may change; what has no limit is not written."""
    told = one.limits
    return SensorLimitsEntry(
        one.sensor,
        one.quantity,
        _number(told.lowest),
        _number(told.highest),
        ", ".join(f"{value!r}" for value in told.errors) or None,
        _number(told.max_step),
        _number(told.max_rate),
        "never" if told.stuck_after is None else span_text(told.stuck_after),
        told.levels,
        None if told.low is None else _number(told.low),
    )


def _number(value: float) -> Decimal | None:
    return Decimal(repr(value)) if math.isfinite(value) else None


def _suppliers(transaction: Transaction) -> list[SupplierEntry]:
    return [
        SupplierEntry(
            one.code,
            one.name,
            one.claim_deadline_days,
            one.incoterm,
            one.named_place,
            one.payment_days,
            one.contact,
        )
        for one in registers.suppliers(transaction)
    ]


def _products(transaction: Transaction) -> list[ProductEntry]:
    """With the version of the profile: another site may have a newer one."""
    return [
        ProductEntry(
            one.code,
            one.name,
            one.unit_of_measure,
            f"{one.profile}@{one.profile_version}",
            one.gtin,
            one.price,
            one.currency,
            one.shelf_life_days,
        )
        for one in registers.products(transaction)
    ]


def yaml_of(site: SiteFile) -> str:
    """The site in one YAML text."""
    sections = {section: [_written(entry) for entry in getattr(site, section)] for section in _EXPORTED}
    told = {section: entries for section, entries in sections.items() if entries}
    if not told:
        return "# nothing is recorded yet\n"
    return yaml.dump(told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)


def csv_of(site: SiteFile) -> dict[str, str]:
    """The site in CSV texts, by the names of their files; what has no entries has no file."""
    return {
        f"{section}.csv": _table(section, getattr(site, section))
        for section in _EXPORTED
        if getattr(site, section)
    }


def _table(section: str, entries: list[Any]) -> str:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")  # then a lone one of the two is quoted too
    table.writerow(COLUMNS[section])
    for entry in entries:
        told = _written(entry)
        table.writerow([told.get(name, "") for name in COLUMNS[section]])
    return text.getvalue()


def _written(entry: Any) -> dict[str, object]:
    """The fields of an entry that say something."""
    values = {one.name: getattr(entry, one.name) for one in fields(entry) if one.name != "written"}
    return {name: _scalar(value) for name, value in values.items() if value not in {None, ""}}


def _scalar(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def _time(at: int) -> str:
    return moment(at).isoformat().replace("+00:00", "Z")


class _Dumper(yaml.SafeDumper):
    """Escapes what does not print: plain and single-quoted YAML would lose some line breaks."""


def _string(_: _Dumper, text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


_Dumper.add_representer(str, _string)

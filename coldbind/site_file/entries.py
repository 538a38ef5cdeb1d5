"""What a site file may hold; the fields are the names in YAML and the columns in CSV.

Every entry knows where it was written, so that a fault found while recording it still names its line.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LocationEntry:
    """A place in the tree of places; what is None stays as it is."""

    path: str
    name: str
    kind: str
    needed: int | None = None
    closed: str | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PatternEntry:
    """Short rises of a place that are daily work: at most `longest` long and `rise` kelvin high."""

    location: str
    kind: str
    longest: str
    rise: Decimal
    every: str | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PlaceProfileEntry:
    """A profile, or one version of it, judges a place itself from `since` on, `until` then."""

    location: str
    profile: str
    since: str | None = None
    until: str | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class HandlingUnitEntry:
    """A handling unit in which a sensor travelled."""

    code: str
    kind: str
    sscc: str | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SensorEntry:
    """One quantity of a sensor and, when it hangs somewhere, where and since when."""

    name: str
    quantity: str = "temperature"
    max_gap: str = "15 min"
    model: str = ""
    location: str | None = None
    since: str | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PlacingEntry:
    """At `at` a sensor was hung at a place, put into a handling unit, or (neither) taken down."""

    sensor: str
    at: str
    location: str | None = None
    handling_unit: str | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class CalibrationEntry:
    """A certificate of a sensor; `offset_k` is what it showed more than the reference."""

    sensor: str
    calibrated_on: date
    offset_k: Decimal
    due_on: date
    certificate: str
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SensorLimitsEntry:
    """What a sensor can show, as far as it differs from the catalog of models; `errors` are values."""

    sensor: str
    quantity: str = "temperature"
    lowest: Decimal | None = None
    highest: Decimal | None = None
    errors: str | None = None
    max_step: Decimal | None = None
    max_rate: Decimal | None = None
    stuck_after: str | None = None
    levels: int | None = None
    low: Decimal | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SupplierEntry:
    """Who delivers."""

    code: str
    name: str
    claim_deadline_days: int | None = None
    incoterm: str = ""
    named_place: str = ""
    payment_days: int | None = None
    contact: str | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """What is bought, and the temperature profile it is judged by."""

    code: str
    name: str
    unit_of_measure: str
    profile: str
    gtin: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    shelf_life_days: int | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """Who buys, and what they ask of the goods on the day of dispatch."""

    code: str
    name: str
    min_remaining_days: int
    lowest: Decimal | None = None
    highest: Decimal | None = None
    contact: str | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One line of an order."""

    line: int
    product: str
    quantity: Decimal
    unit_price: Decimal
    lowest: Decimal | None = None
    highest: Decimal | None = None
    max_age_days: int | None = None
    min_remaining_days: int | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """A purchase order."""

    code: str
    supplier: str
    ordered_on: date
    currency: str
    lines: list[LineEntry]
    incoterm: str = ""
    named_place: str = ""
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SiteFile:
    """Everything a site file may hold."""

    locations: list[LocationEntry] = field(default_factory=list[LocationEntry])
    patterns: list[PatternEntry] = field(default_factory=list[PatternEntry])
    place_profiles: list[PlaceProfileEntry] = field(default_factory=list[PlaceProfileEntry])
    handling_units: list[HandlingUnitEntry] = field(default_factory=list[HandlingUnitEntry])
    sensors: list[SensorEntry] = field(default_factory=list[SensorEntry])
    placings: list[PlacingEntry] = field(default_factory=list[PlacingEntry])
    calibrations: list[CalibrationEntry] = field(default_factory=list[CalibrationEntry])
    sensor_limits: list[SensorLimitsEntry] = field(default_factory=list[SensorLimitsEntry])
    suppliers: list[SupplierEntry] = field(default_factory=list[SupplierEntry])
    products: list[ProductEntry] = field(default_factory=list[ProductEntry])
    customers: list[CustomerEntry] = field(default_factory=list[CustomerEntry])
    orders: list[OrderEntry] = field(default_factory=list[OrderEntry])


def together(files: list[SiteFile]) -> SiteFile:
    """Several files as one, such as the CSV files of a site."""
    return SiteFile(
        *(
            [entry for file in files for entry in getattr(file, section)]
            for section in SiteFile.__dataclass_fields__
        )
    )

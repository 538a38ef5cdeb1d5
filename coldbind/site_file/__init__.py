"""A site as text: places, sensors, where they hung, their calibrations; suppliers, products, orders.

Read from YAML or CSV, recorded by the use cases of the stages, and written again as it was recorded.
Recording a file twice is harmless.
"""

from coldbind.site_file.applying import Applied, apply_site
from coldbind.site_file.entries import (
    CalibrationEntry,
    CustomerEntry,
    HandlingUnitEntry,
    LineEntry,
    LocationEntry,
    OrderEntry,
    PatternEntry,
    PlaceProfileEntry,
    PlacingEntry,
    ProductEntry,
    SensorEntry,
    SiteFile,
    SupplierEntry,
)
from coldbind.site_file.lengths_and_times import parse_span, parse_time
from coldbind.site_file.reading import read_site

__all__ = [
    "Applied",
    "CalibrationEntry",
    "CustomerEntry",
    "HandlingUnitEntry",
    "LineEntry",
    "LocationEntry",
    "OrderEntry",
    "PatternEntry",
    "PlaceProfileEntry",
    "PlacingEntry",
    "ProductEntry",
    "SensorEntry",
    "SiteFile",
    "SupplierEntry",
    "apply_site",
    "parse_span",
    "parse_time",
    "read_site",
]

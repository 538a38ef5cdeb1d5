"""Site files in CSV: one file a section, known by its columns; comma or semicolon, UTF-8."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

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
    SupplierEntry,
)
from coldbind.site_file.fields import Cell, Faults, Row
from kernel.refusal import Refusal

CSV_KINDS = {
    "locations": LocationEntry,
    "patterns": PatternEntry,
    "place_profiles": PlaceProfileEntry,
    "handling_units": HandlingUnitEntry,
    "sensors": SensorEntry,
    "placings": PlacingEntry,
    "calibrations": CalibrationEntry,
    "sensor_limits": SensorLimitsEntry,
    "suppliers": SupplierEntry,
    "products": ProductEntry,
    "customers": CustomerEntry,
}
"""The sections that have a form in CSV: all whose entries are one line each."""


def columns(kind: type[Any]) -> tuple[str, ...]:
    """The columns that entries of a kind have."""
    return tuple(one.name for one in fields(kind) if one.name != "written")


COLUMNS = {section: columns(kind) for section, kind in CSV_KINDS.items()}


def _needed(kind: type[Any]) -> set[str]:
    return {
        one.name
        for one in fields(kind)
        if one.name != "written" and one.default is MISSING and one.default_factory is MISSING
    }


def rows_of_csv(
    text: str, where: str, faults: Faults, kinds: Mapping[str, type[Any]] = CSV_KINDS
) -> dict[str, list[Row]]:
    """The entries of a CSV text, under the one of the `kinds` that its columns tell."""
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, list[str]())]
        section = _section(header, where, kinds)
        rows: list[Row] = []
        begins = reader.line_num + 1
        for values in reader:
            place, begins = f"{where}: line {begins}", reader.line_num + 1
            if not any(values):
                continue
            if len(values) != len(header):
                faults.append(f"{place}: it has {len(values)} columns, the first line {len(header)}")
                continue
            cells = zip(header, values, strict=True)
            rows.append(
                Row(
                    f"{place}: {section}",
                    {name: Cell(f"{place}: {section}", value or None) for name, value in cells},
                )
            )
    except csv.Error as error:
        raise Refusal(f"{where}: line {reader.line_num}: {error}") from error
    return {section: rows}


def _section(header: list[str], where: str, known: Mapping[str, type[Any]]) -> str:
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise Refusal(f"{where}: line 1: the column {twice[0]!r} is there twice")
    fitting = [
        section
        for section, kind in known.items()
        if _needed(kind) <= set(header) and set(header) <= set(columns(kind))
    ]
    if not fitting:
        kinds = "; ".join(f"{section}: {','.join(columns(kind))}" for section, kind in known.items())
        raise Refusal(f"{where}: line 1: these columns are of no kind of file: write {kinds}")
    return fitting[0]

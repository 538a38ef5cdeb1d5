"""Rows of the stores as people and programs read them: plain fields, and a CSV of such rows."""

import csv
import io
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from erp.wording import plain

Row = TypeVar("Row")


def told(row: Any) -> dict[str, Any]:
    """The fields of a dataclass by name: times in UTC as ISO 8601, decimals without needless zeros."""
    return {field.name: _plain(getattr(row, field.name)) for field in fields(row)}


def csv_of(kind: type[Row], rows: Iterable[Row]) -> str:
    """The rows, which are dataclasses of `kind`, below a line that names their fields."""
    text = io.StringIO()
    names = [field.name for field in fields(kind)]  # pyright: ignore[reportArgumentType] # dataclasses
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(told(row) for row in rows)
    return text.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return plain(value) if isinstance(value, Decimal) else value

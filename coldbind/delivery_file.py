"""A delivery or an announcement as CSV, a row a unit or line; a wrong row stops no other one."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from coldbind.site_file.csv_form import rows_of_csv
from coldbind.site_file.fields import Faults, entry
from erp.quantities import storable
from erp.receiving.deliveries import AnnouncedLine, DeliveredLot
from erp.wording import plain
from kernel.events import ArrivingUnit
from kernel.refusal import Refusal

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A pallet or case of a delivery; rows that say the same of their lot are units of one lot."""

    product: str
    quantity: Decimal
    unit: str = ""
    lot: str = ""
    supplier_lot: str = ""
    expires_on: date | None = None
    produced_on: date | None = None
    damaged: Decimal | None = None
    damage: str = ""
    line: int | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class AnnouncedRow:
    """A line of an announcement."""

    product: str
    quantity: Decimal
    supplier_lot: str = ""
    written: str = field(default="", compare=False)


def delivered_lots(path: Path) -> tuple[tuple[DeliveredLot, ...], Faults]:
    """The lots of a delivery in a CSV file, and a sentence for every row that cannot be recorded."""
    rows, faults = _rows(path, UnitRow, "delivery")
    alike: dict[tuple[object, ...], list[UnitRow]] = {}
    told: set[str] = set()
    for row in rows:
        fault = _row_fault(row, told)
        if fault is not None:
            faults.append(f"{row.written}: {fault}")
            continue
        told.add(row.unit)
        label = (row.lot, row.product, row.supplier_lot, row.expires_on, row.produced_on, row.line)
        alike.setdefault(label, []).append(row)
    return tuple(map(_lot, alike.values())), faults


def _row_fault(row: UnitRow, told: Set[str]) -> str | None:
    """What is wrong with a row in itself or beside the units `told` before it, or None."""
    damaged = row.damaged or Decimal(0)
    if row.unit and row.unit in told:
        return f"unit {row.unit} comes twice: give each unit its own code"
    if not (storable(row.quantity) and row.quantity > 0):
        return f"{row.quantity} is no quantity: give more than 0, with at most 6 decimals"
    if not (storable(damaged) and 0 <= damaged <= row.quantity):
        return f"{damaged} damaged of {plain(row.quantity)} cannot be: give 0 up to all of it"
    if (damaged == 0) != (not row.damage.strip()):
        return "say how much is damaged, and how"
    return None


def announced_lines(path: Path) -> tuple[AnnouncedLine, ...]:
    """The lines of an announcement in a CSV file; `Refusal` names every row that cannot be read."""
    rows, faults = _rows(path, AnnouncedRow, "announcement")
    if faults:
        raise Refusal("\n".join(faults))
    return tuple(
        AnnouncedLine(row.product, row.quantity, row.supplier_lot, row.written) for row in rows
    )


def _lot(rows: Sequence[UnitRow]) -> DeliveredLot:
    first = rows[0]
    words = dict.fromkeys(row.damage for row in rows if row.damage)
    units = tuple(ArrivingUnit(row.unit, row.quantity, row.damaged or Decimal(0)) for row in rows)
    return DeliveredLot(
        product=first.product,
        lot=first.lot,
        units=units,
        supplier_lot=first.supplier_lot,
        expires_on=first.expires_on,
        produced_on=first.produced_on,
        damaged=sum((unit.damaged for unit in units), Decimal(0)),
        damage=", ".join(words),
        line=first.line,
        written=first.written,
    )


def _rows(path: Path, kind: type[Entry], what: str) -> tuple[list[Entry], Faults]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Refusal(f"{path} cannot be read: it is not UTF-8 text") from error
    faults: Faults = []
    (rows,) = rows_of_csv(text, str(path), faults, {what: kind}).values()
    found = [one for row in rows if (one := entry(kind, row, faults)) is not None]
    return found, faults

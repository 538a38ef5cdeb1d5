"""From written text to typed entries: every fault is a value that says where it is and what to do.

YAML and CSV both come here as cells, text with its place, so that both are told the same faults.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from coldbind.site_file.entries import LineEntry
from coldbind.site_file.lengths_and_times import length_or_never, moment_of, numbers
from kernel.lengths import parse_length

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Cell:
    """What was written in one field: text, nothing, or (in YAML only) a list of entries; and where."""

    written: str
    text: str | None = None
    rows: Sequence["Row"] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one entry by name, and where it begins; `double` are written more than once."""

    written: str
    cells: Mapping[str, Cell]
    double: tuple[str, ...] = ()


Faults = list[str]
"""Sentences, each beginning with the file and the line it is about."""


def entry(kind: type[Entry], row: Row, faults: Faults) -> Entry | None:
    """The entry that `row` is; None when something is wrong with it, and `faults` says what."""
    known = {one.name: one for one in fields(kind) if one.name != "written"}  # type: ignore[arg-type]  # every kind here is a dataclass
    found: list[str] = []
    for name, cell in row.cells.items():
        if name not in known:
            found.append(f"{cell.written}: {name} is no field here: write {', '.join(known)}")
    found += [f"{row.written}: {name} is written twice" for name in row.double]
    values: dict[str, Any] = {"written": row.written}
    for name, one in known.items():
        cell = row.cells.get(name)
        if cell is None or (cell.text is None and cell.rows is None):
            if _required(one):
                found.append(f"{cell.written if cell else row.written}: {name} is missing")
            continue
        _convert(one, cell, values, found)
    faults += found
    return None if found else kind(**values)


def _required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _convert(one: Field[Any], cell: Cell, values: dict[str, Any], faults: Faults) -> None:
    if one.type == list[LineEntry]:
        if cell.rows is None:
            faults.append(f"{cell.written}: {one.name}: write a list")
            return
        lines = [entry(LineEntry, row, faults) for row in cell.rows]
        values[one.name] = [line for line in lines if line is not None]
        return
    if cell.text is None:
        faults.append(f"{cell.written}: {one.name}: write one value")
        return
    try:
        values[one.name] = _READERS[one.type](cell.text)
        if one.name in _CHECKS:
            _CHECKS[one.name](cell.text)
    except ValueError as error:
        faults.append(f"{cell.written}: {one.name}: {error}")


def _text(text: str) -> str:
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("it holds a character that cannot be stored")
    return text


def _number(text: str) -> int:
    if not text.strip().isascii() or not text.strip().removeprefix("-").isdigit():
        raise ValueError(f"{text!r} is not a whole number")
    number = int(text) if len(text) < 10 else 0  # noqa: PLR2004 - no field here needs ten digits
    if len(text) >= 10:  # noqa: PLR2004 - see above
        raise ValueError(f"{text} is too large")
    return number


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number such as 4.20") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not a day such as 2026-12-31") from None


_READERS: dict[Any, Callable[[str], object]] = {
    str: _text,
    str | None: _text,
    int: _number,
    int | None: _number,
    Decimal: _decimal,
    Decimal | None: _decimal,
    date: _day,
    date | None: _day,
}
_CHECKS: dict[str, Callable[[str], object]] = {
    "stuck_after": length_or_never,
    "errors": numbers,
    "max_gap": parse_length,
    "longest": parse_length,
    "every": parse_length,
    "since": moment_of,
    "until": moment_of,
    "at": moment_of,
    "closed": moment_of,
}
"""Fields whose text is kept as it was written, and must be a length or a time."""

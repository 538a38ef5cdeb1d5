"""Rows packed into PostgreSQL's binary COPY format, by NumPy alone.

As long as no column of a table is NULL every row has the same width, so a structured array is the
stream; a table where a column is NULL throughout has a fixed width too, and tables follow one another.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernel.instants import SECOND

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_POSTGRES_EPOCH = 946_684_800 * SECOND  # 2000-01-01T00:00:00Z


class Column(NamedTuple):
    """A column: its NumPy `kind`, such as '>i4', and its values; one for all rows, or None for NULL."""

    kind: str
    values: NDArray[np.generic] | int | None


class Table(NamedTuple):
    """`length` rows of `columns`."""

    length: int
    columns: tuple[Column, ...]


def series(values: NDArray[np.int32]) -> Column:
    """A column of type integer."""
    return Column(">i4", values)


def times(instants: NDArray[np.int64]) -> Column:
    """A column of type timestamptz from microseconds since 1970."""
    return Column(">i8", instants - _POSTGRES_EPOCH)


def numbers(values: NDArray[np.float64]) -> Column:
    """A column of type double precision."""
    return Column(">f8", values)


def pack(*tables: Table) -> memoryview:
    """The COPY stream with the rows of `tables`, which have the same columns."""
    layouts = [_layout(table.columns) for table in tables]
    size = sum(table.length * layout.itemsize for table, layout in zip(tables, layouts, strict=True))
    stream = np.empty(len(_SIGNATURE) + size + len(_END), np.uint8)
    stream[: len(_SIGNATURE)] = np.frombuffer(_SIGNATURE, np.uint8)
    at = len(_SIGNATURE)
    for table, layout in zip(tables, layouts, strict=True):
        end = at + table.length * layout.itemsize
        _fill(stream[at:end].view(layout), table.columns)
        at = end
    stream[at:] = np.frombuffer(_END, np.uint8)
    return stream.data


def _layout(columns: Sequence[Column]) -> np.dtype[np.void]:
    fields = [("fields", ">i2")]
    for number, column in enumerate(columns):
        fields.append((f"size{number}", ">i4"))
        if column.values is not None:
            fields.append((f"value{number}", column.kind))
    return np.dtype(fields)


def _fill(rows: NDArray[np.void], columns: Sequence[Column]) -> None:
    rows["fields"] = len(columns)
    for number, column in enumerate(columns):
        if column.values is None:
            rows[f"size{number}"] = -1
        else:
            rows[f"size{number}"] = np.dtype(column.kind).itemsize
            rows[f"value{number}"] = column.values

"""Rows of a binary COPY whose columns are of any width, such as bytes that hold a column of readings.

A row a stretch costs next to nothing where a row a reading costs microseconds. The format is
PostgreSQL's own (documentation, COPY, "Binary Format").
"""

from collections.abc import Iterator

_HEADER = 19


def rows_of(stream: bytes) -> Iterator[list[memoryview]]:
    """The fields of each row of a binary COPY stream; none of them is NULL."""
    view, at = memoryview(stream), _HEADER
    while (count := _number(view, at, 2)) >= 0:
        at += 2
        fields: list[memoryview] = []
        for _ in range(count):
            size = _number(view, at, 4)
            fields.append(view[at + 4 : at + 4 + size])
            at += 4 + size
        yield fields


def whole_number(field: memoryview) -> int:
    """An integer column."""
    return _number(field, 0, len(field))


def _number(view: memoryview, at: int, size: int) -> int:
    return int.from_bytes(view[at : at + size], "big", signed=True)

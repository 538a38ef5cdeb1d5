"""Binary COPY streams of fixed-width columns, read straight into a NumPy structured array.

The format is PostgreSQL's own (documentation, COPY, "Binary Format"): a header of 19 bytes, for each
row a field count and for each field its length and big-endian bytes, and a trailer of 2 bytes. Where
no column is NULL every row has the same width, so the whole stream is one array.
"""

import numpy as np
from numpy.typing import NDArray

from kernel.instants import SECOND

_HEADER = 19
_TRAILER = 2
POSTGRES_EPOCH = 946_684_800 * SECOND
"""2000-01-01T00:00:00Z, where PostgreSQL's timestamps begin, as an instant."""


def row_type(*columns: tuple[str, str]) -> np.dtype[np.void]:
    """The layout of one row: each column is (name, NumPy type such as '>i8'), none of them NULL."""
    fields: list[tuple[str, str]] = [("_fields", ">i2")]
    for name, kind in columns:
        fields += [(f"_{name}_size", ">i4"), (name, kind)]
    return np.dtype(fields)


def unpack(stream: bytes, row: np.dtype[np.void]) -> NDArray[np.void]:
    """The rows of a binary COPY stream whose layout is `row`; a view into the stream."""
    count, rest = divmod(len(stream) - _HEADER - _TRAILER, row.itemsize)
    if rest:
        raise ValueError(f"the stream does not hold rows of {row.itemsize} bytes: a column was NULL?")
    return np.frombuffer(stream, row, count, _HEADER)


def instants(column: NDArray[np.int64]) -> NDArray[np.int64]:
    """A timestamptz column as instants, microseconds since 1970."""
    return column.astype(np.int64) + POSTGRES_EPOCH

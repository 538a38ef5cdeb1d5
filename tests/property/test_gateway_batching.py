"""Batches hold every reading once, in order, and none is larger than allowed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.batching import BatchLimits, encoded_size, pack
from wire.columns import Columns, SeriesName
from wire.frame import decode_body, encode_body

Row = tuple[SeriesName, int, float]

names = st.builds(SeriesName, st.sampled_from("abcdé"), st.sampled_from("th"), st.just("Cel"))
rows = st.tuples(names, st.integers(-(2**40), 2**60), st.floats(allow_nan=False))


def columns_of(readings: list[Row]) -> Columns:
    table = tuple(dict.fromkeys(name for name, _, _ in readings))
    return Columns(
        table,
        np.array([table.index(name) for name, _, _ in readings], np.uint32),
        np.array([time for _, time, _ in readings], np.int64),
        np.array([value for _, _, value in readings], np.float64),
    )


def rows_of(columns: Columns) -> list[Row]:
    return [
        (columns.names[index], int(time), float(value))
        for index, time, value in zip(columns.index, columns.times, columns.values, strict=True)
    ]


@given(st.lists(st.lists(rows, max_size=6), max_size=12), st.integers(1, 8), st.integers(100, 400))
def test_packing_keeps_every_reading_in_order_within_the_limits(
    messages: list[list[Row]], most: int, size: int
) -> None:
    batches = pack([columns_of(message) for message in messages], BatchLimits(most, size))
    arrived = [row for batch in batches for row in rows_of(decode_body(encode_body(batch)))]
    assert arrived == [row for message in messages for row in message]
    for batch in batches:
        within = len(batch) <= most and encoded_size(batch) <= size
        assert within or rows_of(batch) in messages
        assert len(set(batch.names)) == len(batch.names)
        assert len(encode_body(batch)) <= encoded_size(batch)

"""Packing readings into batches: what fits, what is cut, what is sent at once."""

import numpy as np

from gateway.core.batching import NOTHING, BatchLimits, encoded_size, merge, pack
from wire.columns import Columns, SeriesName
from wire.frame import encode_body, encode_frame

ROOM = SeriesName("room-1", "temperature", "Cel")
DOOR = SeriesName("door-1", "temperature", "Cel")


def readings(*rows: tuple[SeriesName, int, float]) -> Columns:
    names = tuple(dict.fromkeys(name for name, _, _ in rows))
    return Columns(
        names,
        np.array([names.index(name) for name, _, _ in rows], np.uint32),
        np.array([time for _, time, _ in rows], np.int64),
        np.array([value for _, _, value in rows], np.float64),
    )


def rows_of(columns: Columns) -> list[tuple[SeriesName, int, float]]:
    return [
        (columns.names[index], int(time), float(value))
        for index, time, value in zip(columns.index, columns.times, columns.values, strict=True)
    ]


def test_messages_share_one_table_of_names() -> None:
    first = [(ROOM, 1, 4.0), (DOOR, 1, 6.0)]
    second = [(DOOR, 2, 6.5), (ROOM, 2, 4.5)]
    merged = merge([readings(*first), readings(*second)])
    assert merged.names == (ROOM, DOOR)
    assert rows_of(merged) == first + second


def test_a_batch_is_closed_before_the_message_that_would_overfill_it() -> None:
    messages = [readings((ROOM, time, 4.0), (ROOM, time + 1, 4.0)) for time in range(0, 10, 2)]
    batches = pack(messages, BatchLimits(readings=5))
    assert [len(batch) for batch in batches] == [4, 4, 2]


def test_many_long_names_close_a_batch_by_size() -> None:
    messages = [
        readings((SeriesName("s" * 500 + str(n), "temperature", "Cel"), 0, 1.0)) for n in range(9)
    ]
    batches = pack(messages, BatchLimits(readings=1000, size=2000))
    assert [len(batch) for batch in batches] == [3, 3, 3]


def test_a_message_larger_than_the_limits_stays_whole() -> None:
    large = readings(*((ROOM, time, 4.0) for time in range(10)))
    assert [len(batch) for batch in pack([large, large], BatchLimits(readings=5))] == [10, 10]


def test_messages_without_readings_make_no_batch() -> None:
    assert pack([NOTHING, NOTHING], BatchLimits()) == []


def test_the_encoded_size_is_never_underestimated() -> None:
    columns = readings((SeriesName("Kühlraum 1", "temperature", "Cel"), 2**50, 4.0), (DOOR, -1, 1e300))
    frame = encode_frame(2**61, 2**61, 2**61, encode_body(columns))
    assert len(frame) <= encoded_size(columns)

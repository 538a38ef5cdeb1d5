"""Thinning against a plain loop, and stretches against plain sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.stretches import Stretches
from gateway.core.thinning import thin
from wire.columns import Columns, SeriesName

Row = tuple[str, int, float]

rows = st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.integers(-3, 3).map(float))
batches = st.lists(st.lists(rows, max_size=8), min_size=1, max_size=6)
spans = st.tuples(st.integers(1, 40), st.integers(0, 12)).map(lambda one: (one[0], one[0] + one[1]))


def columns_of(readings: list[Row]) -> Columns:
    names = sorted({sensor for sensor, _, _ in readings})
    return Columns(
        tuple(SeriesName(name, "temperature", "Cel") for name in names),
        np.array([names.index(sensor) for sensor, _, _ in readings], np.uint32),
        np.array([time for _, time, _ in readings], np.int64),
        np.array([value for _, _, value in readings], np.float64),
    )


def rows_of(columns: Columns) -> list[Row]:
    return [
        (columns.names[int(index)].sensor, int(time), float(value))
        for index, time, value in zip(columns.index, columns.times, columns.values, strict=True)
    ]


def telling(readings: list[Row]) -> set[Row]:
    """The first, last, lowest and highest of each series, by plain comparison."""
    found: set[Row] = set()
    for sensor in {one[0] for one in readings}:
        own = [one for one in readings if one[0] == sensor]
        found |= {min(own, key=by_time), max(own, key=by_time)}
        found |= {min(own, key=by_value), max(own, key=by_value)}
    return found


def by_time(row: Row) -> tuple[int, float]:
    return row[1], row[2]


def by_value(row: Row) -> tuple[float, int]:
    return row[2], row[1]


@given(batches)
def test_what_is_left_is_the_first_last_lowest_and_highest_of_each_series(
    messages: list[list[Row]],
) -> None:
    left = rows_of(thin([columns_of(message) for message in messages]))
    everything = [row for message in messages for row in message]
    assert {*left} == telling(everything)
    assert len(left) <= 4 * len({sensor for sensor, _, _ in everything})


@given(batches, st.integers(1, 5))
def test_thinning_what_is_thinned_is_thinning_at_once(messages: list[list[Row]], cut: int) -> None:
    columns = [columns_of(message) for message in messages]
    parts = [part for part in (columns[:cut], columns[cut:]) if part]
    in_steps = thin([thin(part) for part in parts])
    assert {*rows_of(in_steps)} == {*rows_of(thin(columns))}


@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "pass_by"]), spans), max_size=30))
def test_stretches_are_the_set_of_their_numbers(story: list[tuple[str, tuple[int, int]]]) -> None:
    stretches, numbers = Stretches(), set[int]()
    for name, (first, last) in story:
        if name == "add":
            stretches.add((first, last))
            numbers |= {*range(first, last + 1)}
        elif name == "remove":
            stretches.remove((first, last))
            numbers -= {*range(first, last + 1)}
        else:
            stretches.pass_by(first)
            below = first
            while below in numbers:
                numbers.remove(below)
                below -= 1
        assert stretches.ranges == ranges(numbers)


def ranges(numbers: set[int]) -> list[tuple[int, int]]:
    lows = sorted(number for number in numbers if number - 1 not in numbers)
    highs = sorted(number for number in numbers if number + 1 not in numbers)
    return list(zip(lows, highs, strict=True))

"""Faulty readings at the very edge of what a sensor can show, and the rows that are kept of them."""

import numpy as np
import pytest

from kernel.instants import HOUR, MINUTE
from rules.faults.core.limits import Limits
from rules.faults.core.readings import Kind, classify, repetitions
from rules.faults.core.stretches import Difference, Stretch, difference, stretches

GAP = 20 * MINUTE
NONE, OUT, STUCK, SPIKE, JUMP, WAITS = Kind
STEPS = Limits(lowest=-10.0, highest=30.0, max_step=5.0, max_rate=1.0)
STILL = Limits(stuck_after=2 * HOUR, levels=3)
FINE = [0.25, 0.0, 0.25, 0.0, 0.125, 0.25] * 4
"""Two hours of a lively sensor at five minutes: up and down by exactly two steps of an eighth."""


def kinds(
    values: list[float], limits: Limits, every: int = 5 * MINUTE, *, newest: bool = True
) -> list[Kind]:
    times = every * np.arange(len(values), dtype=np.int64)
    found = classify(times, np.array(values, np.float64), limits, GAP, newest=newest)
    return [Kind(kind) for kind in found.tolist()]


def is_stuck(before: list[float], limits: Limits = STILL, lasts: int = 25) -> bool:
    """Whether the same value for so many readings is a fault after these."""
    found = kinds([*before, *[7.0] * lasts], limits)
    assert set(found[: len(before) + 1]) == {NONE}, "the first of a repetition counts"
    assert len(set(found[len(before) + 1 :])) == 1
    return found[-1] == STUCK


def test_the_ends_of_the_range_can_be_measured() -> None:
    limits = Limits(lowest=-10.0, highest=30.0)
    assert kinds([-10.1, -10.0, 30.0, 30.1], limits) == [OUT, NONE, NONE, OUT]


@pytest.mark.parametrize(
    ("values", "every", "found"),
    [
        ([5.0, 10.0, 5.0], MINUTE, [NONE, NONE, NONE]),  # exactly max_step
        ([5.0, 10.5, 5.0], MINUTE, [NONE, SPIKE, NONE]),
        ([0.0, 10.0, 0.0], 10 * MINUTE, [NONE, NONE, NONE]),  # exactly max_rate
        ([0.0, 10.5, 0.0], 10 * MINUTE, [NONE, SPIKE, NONE]),
        ([0.0, 21.0, 0.0], GAP, [NONE, SPIKE, NONE]),  # no gap yet
        ([0.0, 29.0, 0.0], GAP + 1, [NONE, NONE, NONE]),
        ([0.0, 15.0, 5.0], MINUTE, [NONE, SPIKE, NONE]),  # the neighbours just agree
        ([0.0, 15.0, 5.5, 5.5], MINUTE, [NONE, JUMP, NONE, NONE]),
        ([0.0], MINUTE, [NONE]),
        ([0.0, 15.0], MINUTE, [NONE, WAITS]),
        ([0.0, 15.0, 0.0, 15.0], MINUTE, [NONE, SPIKE, SPIKE, NONE]),
        ([], MINUTE, []),
        ([0.0, 0.0, 15.0, 0.5], MINUTE, [NONE, NONE, SPIKE, NONE]),
    ],
)
def test_steps(values: list[float], every: int, found: list[Kind]) -> None:
    assert kinds(values, STEPS, every) == found


def test_what_is_not_the_newest_waits_for_nothing() -> None:
    assert kinds([0.0, 15.0], STEPS, MINUTE, newest=False) == [NONE, NONE]


def test_a_repetition_is_a_fault_when_the_time_is_up() -> None:
    assert is_stuck(FINE, lasts=25)
    assert not is_stuck(FINE, lasts=24)


def test_a_repetition_goes_on_up_to_the_longest_gap() -> None:
    times = np.array([0, GAP, 2 * GAP + 1, 2 * GAP + 2], np.int64)
    assert repetitions(times, np.full(4, 7.0), GAP) == [(0, 1), (2, 3)]


def test_just_as_much_up_and_down_as_asked_is_alive() -> None:
    assert is_stuck(FINE)
    more = Limits(stuck_after=2 * HOUR, levels=4)
    assert not is_stuck(FINE, more)


def test_a_coarse_scale_may_rest() -> None:
    def scale(step: float) -> list[float]:
        return [0.0, step, 2 * step, step] * 6

    assert is_stuck(scale(0.15))
    assert not is_stuck(scale(0.16))


@pytest.mark.parametrize("quarter", range(4))
def test_every_quarter_before_must_be_alive(quarter: int) -> None:
    before = FINE.copy()
    before[6 * quarter : 6 * quarter + 6] = [0.125] * 6
    assert not is_stuck(before)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_trend_is_no_life(turn: int) -> None:
    assert not is_stuck([5.5 + turn * 0.125 * number for number in range(24)])


def test_no_levels_ask_for_no_life_and_one_for_some() -> None:
    still = [5.0]
    assert is_stuck(still, Limits(stuck_after=2 * HOUR, levels=0))
    assert not is_stuck(still, Limits(stuck_after=2 * HOUR, levels=1))
    assert is_stuck(FINE, Limits(stuck_after=2 * HOUR, levels=1))


def row(start: int, end: int, kind: Kind = SPIKE, value: float = 40.0) -> Stretch:
    return Stretch(start, end, kind, value, value)


def test_neighbours_with_the_same_fault_are_one_row_up_to_the_longest_gap() -> None:
    times = np.array([0, GAP, 2 * GAP + 1, 2 * GAP + 2], np.int64)
    values = np.array([40.0, 45.0, 41.0, 5.0])
    found = stretches(times, values, np.array([1, 1, 1, 0], np.int8), GAP)
    assert found == [Stretch(0, GAP, OUT, 40.0, 45.0), row(2 * GAP + 1, 2 * GAP + 1, OUT, 41.0)]


def test_what_stays_is_neither_gone_nor_put() -> None:
    same = row(0, 10)
    assert difference([same], [same]) == Difference([], [], [], [])


@pytest.mark.parametrize("fresh", [row(0, 20), row(10, 20), row(-5, 0), row(2, 3)])
def test_what_grew_or_shrank_is_not_told_again(fresh: Stretch) -> None:
    assert difference([row(0, 10)], [fresh]) == Difference([row(0, 10)], [fresh], [], [])


@pytest.mark.parametrize("fresh", [row(11, 20), row(-9, -1), row(0, 10, JUMP)])
def test_another_fault_is_told_and_the_old_one_withdrawn(fresh: Stretch) -> None:
    old = row(0, 10)
    assert difference([old], [fresh]) == Difference([old], [fresh], [fresh], [old])


def test_what_waits_for_the_next_reading_is_told_to_nobody() -> None:
    waits = row(0, 0, WAITS)
    assert difference([], [waits]) == Difference([], [waits], [], [])
    assert difference([waits], []) == Difference([waits], [], [], [])

"""Runs of a change, brought piece by piece; and windows before or after which there is nothing."""

import numpy as np
import pytest

from kernel.instants import FOREVER, MINUTE
from kernel.intervals import Span
from rules.core.profile import ABOVE, BELOW, Limit
from rules.core.replay import Replay
from rules.core.runs import Run, Window, runs, splice_all
from tests.judging import above, at, signal

HALF_HOUR, MAX_GAP = 30 * MINUTE, 20 * MINUTE
FALLING, RISING = Limit(BELOW, -6.0, HALF_HOUR), Limit(ABOVE, 6.0, HALF_HOUR)
MORNING = [5, 5, 5, 9, 14, 16, 16, 16, 12, 7, 4, 4, 4]
TOLD = [
    *((10 * number, float(value)) for number, value in enumerate(MORNING)),
    *((minute, float(minute % 70) / 3) for minute in range(170, 330, 10)),
]


def window(told: list[tuple[int, float]], *, start: bool = False, end: bool = False) -> Window:
    times = np.array([at(minute) for minute, _ in told], np.int64)
    return Window(times, np.array([value for _, value in told], np.float64), start, end)


@pytest.mark.parametrize("limit", [FALLING, RISING, above(10)])
def test_brought_in_two_pieces_the_runs_are_those_of_all(limit: Limit) -> None:
    whole = runs(window(TOLD), limit, MAX_GAP)
    assert len(whole) > 1
    for cut in range(1, len(TOLD)):
        stored = set(runs(window(TOLD[:cut]), limit, MAX_GAP))
        since = max(0, cut - 1 - limit.over // (10 * MINUTE) - 1)
        change = splice_all(sorted(stored), [window(TOLD[since:])], limit, MAX_GAP)
        kept = {run for run in stored if run.start not in change.removed}
        assert sorted({*kept, *change.added}) == whole, cut
        assert bool(change) == (sorted(stored) != whole)


def test_a_change_bends_when_either_end_of_its_line_passes_a_reading() -> None:
    """It rises by 10 degC from 10 to 20; so over 25 minutes by 10 from 20 to 35, and else by less."""
    told = [(0, 0.0), (10, 0.0), (20, 10.0), (30, 10.0), (40, 10.0), (50, 10.0)]
    steep = Limit(ABOVE, 18.0, 25 * MINUTE)  # 7.5 of 10 degC
    (run,) = runs(window(told), steep, MAX_GAP)
    assert (run.start, run.end, run.peak) == (at(25), at(37.5), 24.0)


def test_of_a_change_nothing_is_known_before_it_is_over() -> None:
    (steep,) = runs(window([(0, 0), (15, 9), (30, 18), (45, 18)]), RISING, MAX_GAP)
    assert (steep.start, steep.peak, steep.peak_at) == (at(30), 36.0, at(30))
    stored = [Run(at(-60), at(20), 9.0, at(-40))]
    change = splice_all(stored, [window([(0, 5), (15, 5), (29, 5)])], RISING, MAX_GAP)
    assert not change


@pytest.mark.parametrize("limit", [RISING, above(10)])
def test_before_an_open_start_and_behind_an_open_end_there_is_nothing(limit: Limit) -> None:
    before, after = Run(at(-90), at(-60), 20.0, at(-80)), Run(at(400), at(430), 20.0, at(410))
    quiet = [(0, 5.0), (10, 5.0), (20, 5.0), (30, 5.0), (40, 5.0)]
    stored = [before, after]
    assert not splice_all(stored, [window(quiet)], limit, MAX_GAP)
    assert splice_all(stored, [window(quiet, start=True)], limit, MAX_GAP).removed == [before.start]
    assert splice_all(stored, [window(quiet, end=True)], limit, MAX_GAP).removed == [after.start]
    assert window(quiet, start=True, end=True).reach == (0, FOREVER)


def test_told_again_to_where_it_meets_the_limit_a_run_stays_as_it_is() -> None:
    stored = [Run(at(0), at(20), 9.0, at(0))]
    assert not splice_all(stored, [window([(0, 9.0), (10, 8.5), (20, 8.0)])], above(8), MAX_GAP)


def test_what_lies_behind_a_window_that_ends_within_the_limit_is_a_run_of_its_own() -> None:
    stored = [Run(at(0), at(40), 9.0, at(30))]
    change = splice_all(stored, [window([(10, 8.5), (20, 7.5)])], above(8), MAX_GAP)
    assert [(run.start, run.end) for run in change.added] == [(at(0), at(15)), (at(20), at(40))]


def test_of_equal_peaks_the_earlier_counts_when_runs_are_joined() -> None:
    limit = above(8)
    stored = [Run(at(0), at(20), 10.0, at(10)), Run(at(20), at(40), 10.0, at(30))]
    change = splice_all(stored[:1], [window([(20, 9.0), (30, 10.0), (40, 9.0)])], limit, MAX_GAP)
    assert change.added == [Run(at(0), at(40), 10.0, at(10))]
    change = splice_all(stored[1:], [window([(0, 9.0), (10, 10.0), (20, 9.0)])], limit, MAX_GAP)
    assert change.added == [Run(at(0), at(40), 10.0, at(10))]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_replayed_in_pieces_the_runs_are_those_of_all(size: int) -> None:
    replay = Replay([FALLING, RISING, above(10)], MAX_GAP)
    for first in range(0, len(TOLD), size):
        replay.add(window(TOLD[first : first + size]))
    found = replay.signal()
    assert found is not None
    assert replay.readings == len(TOLD)
    for limit in (FALLING, RISING, above(10)):
        assert found.runs[limit] == runs(window(TOLD), limit, MAX_GAP)


def test_readings_that_come_again_are_passed_over() -> None:
    replay = Replay([FALLING, RISING, above(10)], MAX_GAP)
    for first in range(0, len(TOLD), 3):
        replay.add(window(TOLD[max(0, first - 4) : first + 3]))
    found = replay.signal()
    assert found is not None
    assert replay.readings == len(TOLD)
    assert found.runs[RISING] == runs(window(TOLD), RISING, MAX_GAP)


def test_monitored_for_less_than_a_change_takes_a_series_says_nothing_of_it() -> None:
    """Silent from 40 on, but for 20 minutes from 100 on."""
    known = signal([(0, 5), (20, 5), (40, 5), (100, 5), (120, 5)], [])
    assert known.stretches() == [Span(at(0), at(40)), Span(at(100), at(120))]
    assert known.stretches(20 * MINUTE) == [Span(at(20), at(40)), Span(at(120), at(120))]
    assert known.stretches(HALF_HOUR) == [Span(at(30), at(40))]

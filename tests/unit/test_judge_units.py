"""One unit's life through several places and sensors, computed by hand."""

import numpy as np

from kernel.intervals import Span
from rules.core.runs import Window, peak_inside
from rules.core.timeline import monitored
from rules.core.verdict import CONFORMING, EXCURSION, UNMONITORED, state, unmonitored
from tests.judging import (
    Told,
    above,
    at,
    below,
    cumulative,
    findings,
    immediate,
    signal,
    single,
    stay,
    told,
)

WARM = [(0, 9), (10, 9), (20, 9), (30, 9)]
GOOD = [(0, 5), (10, 5), (20, 5), (30, 5), (40, 5), (50, 5)]


class TestSeveralSensors:
    """Equally near sensors speak together, and the worst of them counts."""

    def test_one_warm_sensor_is_enough(self) -> None:
        found = findings(single(above(8), 30), [stay(0, None, 1, 2)], {1: GOOD, 2: WARM})
        assert told(found) == [Told(0, 30, 30, 30, 9)]
        assert found[0].series == (2,)

    def test_sensors_that_take_turns_make_one_episode(self) -> None:
        left = [(0, 9), (10, 9), (20, 7), (30, 7), (40, 7), (50, 7)]
        right = [(0, 7), (10, 9), (20, 9), (30, 9.5), (40, 6.5), (50, 7)]
        found = findings(single(above(8), 30), [stay(0, None, 1, 2)], {1: left, 2: right})
        assert told(found) == [Told(0, 30, 35, 35, 9.5)]
        assert found[0].series == (1, 2)

    def test_time_is_counted_once_when_both_are_warm(self) -> None:
        found = findings(cumulative(above(8), 30), [stay(0, None, 1, 2)], {1: WARM, 2: WARM})
        assert told(found) == [Told(0, 30, None, 30, 9)]

    def test_a_good_neighbour_ends_it_when_the_warm_one_falls_silent(self) -> None:
        found = findings(single(above(8), 10), [stay(0, None, 1, 2)], {1: WARM[:2], 2: GOOD})
        assert told(found) == [Told(0, 10, 10, 10, 9)]

    def test_a_silent_neighbour_says_nothing(self) -> None:
        found = findings(single(above(8), 10), [stay(0, None, 1, 2)], {1: WARM, 2: []})
        assert told(found) == [Told(0, 10, None, 30, 9)]


class TestMoving:
    """An episode follows the unit from place to place."""

    def test_warm_here_and_warm_there_is_one_episode(self) -> None:
        found = findings(single(above(8), 25), [stay(0, 15, 1), stay(15, None, 2)], {1: WARM, 2: WARM})
        assert told(found) == [Told(0, 25, None, 30, 9)]
        assert found[0].series == (1, 2)

    def test_a_good_place_ends_it(self) -> None:
        found = findings(single(above(8), 15), [stay(0, 15, 1), stay(15, None, 2)], {1: WARM, 2: GOOD})
        assert told(found) == [Told(0, 15, 15, 15, 9)]

    def test_a_place_without_sensors_leaves_it_open(self) -> None:
        left = [stay(0, 15, 1), stay(15, None)]
        assert told(findings(single(above(8), 10), left, {1: [*WARM, (40, 5), (50, 5)]})) == [
            Told(0, 10, None, 15, 9)
        ]

    def test_until_a_good_reading_is_seen_at_the_next_place(self) -> None:
        back = [stay(0, 15, 1), stay(15, 35), stay(35, None, 2)]
        assert told(findings(single(above(8), 10), back, {1: WARM, 2: GOOD})) == [
            Told(0, 10, 15, 15, 9)
        ]

    def test_unmonitored_time_between_two_warm_places_does_not_count(self) -> None:
        life = [stay(0, 10, 1), stay(10, 20), stay(20, None, 1)]
        assert told(findings(single(above(8), 20), life, {1: WARM})) == [Told(0, 30, None, 20, 9)]

    def test_a_unit_that_left_us_warm_stays_open(self) -> None:
        assert told(findings(single(above(8), 10), [stay(0, 15, 1)], {1: WARM})) == [
            Told(0, 10, None, 15, 9)
        ]

    def test_what_its_old_sensor_says_later_is_no_evidence_either(self) -> None:
        later = [*WARM, (100, 5)]
        assert told(findings(single(above(8), 10), [stay(0, 15, 1)], {1: later})) == [
            Told(0, 10, None, 15, 9)
        ]

    def test_a_freeze_in_one_place_and_warmth_in_the_other(self) -> None:
        cold = [(0, -1), (10, -1), (20, 5), (30, 5)]
        life = [stay(0, 5, 1), stay(5, None, 2)]
        assert told(findings(immediate(below(0)), life, {1: cold, 2: WARM})) == [Told(0, 0, 5, 5, -1)]


class TestPeak:
    """The peak of an excursion is what this unit felt, not what its room reached later."""

    def test_on_the_way_up_it_is_where_the_unit_left(self) -> None:
        """From 9 to 16 in 10 minutes: 12.5 after 5 of them."""
        window = Window(
            np.array([at(0), at(10), at(20)], np.int64), np.array([9.0, 16.0, 9.0], np.float64)
        )
        assert peak_inside(window, Span(at(0), at(5)), above(8)) == (12.5, at(5))
        assert peak_inside(window, Span(at(15), at(20)), above(8)) == (12.5, at(15))
        assert peak_inside(window, Span(at(5), at(15)), above(8)) == (16.0, at(10))

    def test_below_it_is_the_coldest(self) -> None:
        window = Window(np.array([at(0), at(10)], np.int64), np.array([1.0, -3.0], np.float64))
        assert peak_inside(window, Span(at(0), at(5)), below(2)) == (-1.0, at(5))


class TestState:
    """The standing of a unit in one word, and how long nobody watched it."""

    def test_time_without_signal_is_counted_until_the_last_monitored_instant(self) -> None:
        readings = [(0, 5), (10, 5), (60, 5), (70, 5)]
        felt = [stay(-30, 40, 1), stay(40, None, 1)]
        watched = monitored(felt, {1: signal(readings, [])})
        assert watched == [Span(at(0), at(10)), Span(at(60), at(70))]
        assert unmonitored(felt, watched) == at(80) - at(0)

    def test_words(self) -> None:
        watched = [Span(at(0), at(10))]
        broken = findings(single(above(8), 10), [stay(0, None, 1)], {1: WARM})
        assert state(broken, watched) == EXCURSION
        assert state([], watched) == CONFORMING
        assert state([], []) == UNMONITORED
        assert unmonitored([stay(0, None)], []) == 0

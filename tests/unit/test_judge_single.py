"""Single rules, computed by hand: one episode, straight lines, gaps that prove nothing."""

import pytest

from tests.judging import Told, above, below, single, verdict

WARM = [(0, 5), (10, 7), (20, 9), (30, 9), (40, 9), (50, 7), (60, 5)]
"""Beyond 8 from 15 (half-way from 7 to 9) to 45 (half-way back): 30 minutes."""


@pytest.mark.parametrize("tolerance", [1, 29.5, 30])
def test_beyond_for_the_tolerance_or_longer(tolerance: float) -> None:
    assert verdict(single(above(8), tolerance), WARM) == [Told(15, 15 + tolerance, 45, 30, 9)]


def test_a_moment_less_is_no_excursion() -> None:
    assert verdict(single(above(8), 30.001), WARM) == []


def test_on_the_limit_is_within_it() -> None:
    assert verdict(single(above(9), 1), WARM) == []
    assert verdict(single(above(8), 1), [(0, 8), (10, 8), (20, 8)]) == []


def test_cold_mirrors_warm() -> None:
    cold = [(0, 5), (10, 3), (20, 1), (30, 0), (40, 1), (50, 3)]
    assert verdict(single(below(2), 30), cold) == [Told(15, 45, 45, 30, 0)]


def test_two_episodes_are_judged_one_by_one() -> None:
    twice = [(0, 9), (10, 9), (20, 7), (30, 9), (40, 9), (50, 9), (60, 7)]
    assert verdict(single(above(8), 20), twice) == [Told(25, 45, 55, 30, 9)]
    assert verdict(single(above(8), 15), twice) == [
        Told(0, 15, 15, 15, 9),
        Told(25, 40, 55, 30, 9),
    ]


def test_it_is_open_while_no_reading_shows_the_end() -> None:
    rising = [(0, 5), (10, 9), (20, 9)]
    assert verdict(single(above(8), 10), rising) == [Told(7.5, 17.5, None, 12.5, 9)]


def test_it_ends_where_the_line_comes_back_to_the_limit() -> None:
    back = [(0, 9), (10, 9), (20, 5)]
    assert verdict(single(above(8), 10), back) == [Told(0, 10, 12.5, 12.5, 9)]


def test_a_touch_of_the_limit_ends_nothing_but_time_within_does() -> None:
    touched = [(0, 9), (10, 9), (20, 8), (30, 9), (40, 9), (50, 7)]
    assert verdict(single(above(8), 25), touched) == [Told(0, 25, 45, 45, 9)]
    within = [(0, 9), (10, 9), (20, 8), (30, 8), (40, 9), (50, 9), (60, 7)]
    assert verdict(single(above(8), 26), within) == []


class TestGaps:
    """Readings further apart than 20 minutes: nobody knows what was between them."""

    def test_a_gap_inside_an_episode_neither_counts_nor_ends_it(self) -> None:
        broken_off = [(0, 9), (10, 9), (60, 9), (70, 9), (80, 5)]
        assert verdict(single(above(8), 15), broken_off) == [Told(0, 65, 72.5, 22.5, 9)]
        assert verdict(single(above(8), 23), broken_off) == []

    def test_readings_exactly_the_longest_gap_apart_are_joined(self) -> None:
        apart = [(0, 9), (20, 9), (40, 5)]
        assert verdict(single(above(8), 20), apart) == [Told(0, 20, 25, 25, 9)]
        assert verdict(single(above(8), 20), apart, max_gap=19.9) == []

    def test_a_lone_good_reading_between_gaps_ends_it(self) -> None:
        refuted = [(0, 9), (10, 9), (40, 5), (70, 9), (80, 9)]
        assert verdict(single(above(8), 15), refuted) == []
        assert verdict(single(above(8), 10), refuted) == [
            Told(0, 10, 10, 10, 9),
            Told(70, 80, None, 10, 9),
        ]

    def test_a_lone_warm_reading_joins_without_adding_time(self) -> None:
        lone = [(0, 9), (10, 9), (40, 16), (70, 9), (80, 9)]
        assert verdict(single(above(8), 20), lone) == [Told(0, 80, None, 20, 16)]


class TestTheUnitsOwnTime:
    """Only what the unit felt counts."""

    def test_it_arrives_in_the_middle(self) -> None:
        assert verdict(single(above(8), 10), WARM, since=25) == [Told(25, 35, 45, 20, 9)]

    def test_it_leaves_in_the_middle(self) -> None:
        assert verdict(single(above(8), 10), WARM, until=30) == [Told(15, 25, None, 15, 9)]
        assert verdict(single(above(8), 16), WARM, until=30) == []

    def test_it_was_never_near(self) -> None:
        assert verdict(single(above(8), 1), WARM, since=100) == []
        assert verdict(single(above(8), 1), WARM, since=0, until=15) == []

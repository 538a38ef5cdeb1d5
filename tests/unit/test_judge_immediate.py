"""Immediate rules, computed by hand: one instant is enough."""

from tests.judging import Told, above, below, immediate, verdict


def test_the_first_instant_breaks_it() -> None:
    spike = [(0, 14), (10, 16), (20, 14)]
    assert verdict(immediate(above(15)), spike) == [Told(5, 5, 15, 10, 16)]


def test_every_episode_breaks_it_again() -> None:
    twice = [(0, 1), (10, -1), (20, 1), (30, 1), (40, -3), (50, 1)]
    assert verdict(immediate(below(0)), twice) == [
        Told(5, 5, 15, 10, -1),
        Told(32.5, 32.5, 47.5, 15, -3),
    ]


def test_touching_the_limit_does_not() -> None:
    assert verdict(immediate(below(0)), [(0, 1), (10, 0), (20, 1)]) == []


def test_a_lone_reading_between_two_gaps_is_enough() -> None:
    """It lasts no time, and it is open: nothing shows when it ended."""
    assert verdict(immediate(above(15)), [(0, 5), (30, 16)]) == [Told(30, 30, None, 0, 16)]
    assert verdict(immediate(above(15)), [(0, 5), (30, 16), (60, 5)]) == [Told(30, 30, 30, 0, 16)]


def test_a_lone_reading_on_the_edge_of_a_stay() -> None:
    """A stay includes its beginning and excludes its end, so one instant belongs to one place."""
    lone = [(30, 16.0)]
    assert verdict(immediate(above(15)), lone, since=30) == [Told(30, 30, None, 0, 16)]
    assert verdict(immediate(above(15)), lone, until=30) == []


def test_a_reading_of_the_first_instant() -> None:
    assert verdict(immediate(above(15)), [(0, 16), (10, 14)]) == [Told(0, 0, 5, 5, 16)]

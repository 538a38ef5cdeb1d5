"""A series is asked when it has been beside the goods for a while; drawn by hand."""

from kernel.instants import MINUTE
from rules.core.nearness import settled
from tests.judging import stay

DELAY = 20 * MINUTE


def test_each_series_waits_from_when_it_came_near() -> None:
    assert settled([stay(0, 60, 1), stay(60, 120, 1, 2)], DELAY) == [
        stay(0, 20),
        stay(20, 60, 1),
        stay(60, 80, 1),
        stay(80, 120, 1, 2),
    ]


def test_it_waits_across_neighbouring_stays() -> None:
    assert settled([stay(0, 10, 1), stay(10, 15, 1, 2), stay(15, None, 2, 1)], DELAY) == [
        stay(0, 10),
        stay(10, 15),
        stay(15, 20),
        stay(20, 30, 1),
        stay(30, None, 2, 1),
    ]


def test_away_for_a_moment_it_begins_anew() -> None:
    assert settled([stay(0, 60, 1), stay(61, 90, 1)], DELAY) == [
        stay(0, 20),
        stay(20, 60, 1),
        stay(61, 81),
        stay(81, 90, 1),
    ]
    assert settled([stay(0, 60, 1), stay(60, 70), stay(70, 90, 1)], DELAY) == [
        stay(0, 20),
        stay(20, 60, 1),
        stay(60, 70),
        stay(70, 90),
    ]


def test_without_a_delay_nothing_changes() -> None:
    stays = [stay(0, 60, 1), stay(60, 120, 1, 2)]
    assert settled(stays, 0) == stays
    assert settled([], DELAY) == []

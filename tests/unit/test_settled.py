"""A series is asked when it has been beside the goods for a while; drawn by hand."""

from kernel.instants import MINUTE
from rules.core.nearness import settled
from rules.core.profile import ABOVE, RATE, Limit, Rule
from tests.judging import at, findings, stay

DELAY = 20 * MINUTE


def test_each_series_waits_from_when_it_came_near() -> None:
    assert settled([stay(0, 60, 1), stay(60, 120, 1, 2)], DELAY) == [
        stay(0, 20),
        stay(20, 60, 1),
        stay(60, 80, 1),
        stay(80, 120, 1, 2),
    ]


def test_where_it_has_waited_long_enough_as_a_stay_begins_it_speaks_at_once() -> None:
    assert settled([stay(0, 20, 1), stay(20, 60, 1)], DELAY) == [stay(0, 20), stay(20, 60, 1)]


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


def test_of_a_change_all_of_it_must_have_been_beside_the_goods_for_so_long() -> None:
    """12 degC/h all the time; over half an hour, once the series has been near for the delay."""
    rising = [(minute, minute / 5) for minute in range(0, 121, 10)]
    faster = Limit(ABOVE, 10.0, over=30 * MINUTE)
    for delay, known_from in ((0, 50), (20, 70)):
        rule = Rule("rise", RATE, faster, 0, None, "major", ignore_first=delay * MINUTE)
        (found,) = findings(rule, [stay(20, None, 1)], {1: rising})
        assert found.breached_at == at(known_from)

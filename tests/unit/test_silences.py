"""Silences by hand: what breaks one, what is open, and when the clock alone decides."""

from dataclasses import replace

from kernel.instants import MINUTE
from rules.core.judge import judge
from rules.core.profile import SILENCE, Rule
from rules.core.silence import Silence, silences, sure_from, wakes_at
from tests.judging import above, at, signal, stay

EVERY_TEN = [(minute, 5.0) for minute in range(0, 61, 10)]
PATIENCES = [90 * MINUTE, 30 * MINUTE]


def test_a_unit_that_left_its_sensor_is_in_a_silence_without_end() -> None:
    signals = {1: signal(EVERY_TEN, [])}
    assert silences([stay(0, 40, 1), stay(40, None)], signals) == [Silence(at(40), None)]
    assert silences([stay(-5, 40, 1), stay(40, 50)], signals) == [
        Silence(at(-5), at(0)),
        Silence(at(40), at(50)),
    ]


def test_a_lone_reading_breaks_a_silence_where_the_unit_was() -> None:
    alone = {1: signal([(0, 5.0), (10, 5.0), (50, 5.0), (90, 5.0), (100, 5.0)], [])}
    assert silences([stay(0, 100, 1)], alone) == [Silence(at(10), at(50)), Silence(at(50), at(90))]
    assert silences([stay(0, 30, 1), stay(30, 70), stay(70, 100, 1)], alone) == [
        Silence(at(10), at(90))
    ]
    edge = [stay(0, 50, 1), stay(50, 100)]
    assert silences(edge, alone) == [Silence(at(10), at(100))], "at the end it is gone"
    edge = [stay(0, 50), stay(50, 90, 1)]
    assert silences(edge, alone) == [Silence(at(0), at(50)), Silence(at(50), at(90))], "it just came"


def test_the_clock_breaks_the_next_patience() -> None:
    life, signals = [stay(0, 60, 1), stay(60, None)], {1: signal(EVERY_TEN, [])}
    assert wakes_at(life, signals, PATIENCES, at(61)) == at(90)
    assert wakes_at(life, signals, PATIENCES, at(89)) == at(90)
    assert wakes_at(life, signals, PATIENCES, at(90)) == at(150), "that one is broken already"
    assert wakes_at(life, signals, PATIENCES, at(150)) is None
    assert wakes_at(life, signals, [], at(61)) is None


def test_it_does_not_wake_for_who_left_or_who_is_spoken_for() -> None:
    signals = {1: signal(EVERY_TEN, [])}
    assert wakes_at([], signals, PATIENCES, at(0)) is None
    assert wakes_at([stay(0, 30)], signals, PATIENCES, at(0)) is None
    assert wakes_at([stay(30, None, 1)], signals, PATIENCES, at(70)) is None
    assert wakes_at([stay(60, None, 2, 1)], signals, PATIENCES, at(70)) is None, "heard as it came"
    assert wakes_at([stay(61, None, 2, 1)], signals, PATIENCES, at(70)) == at(91), (
        "heard before it came"
    )


def test_the_last_of_several_silences_is_the_one_that_goes_on() -> None:
    life, signals = [stay(0, 60, 1), stay(60, None)], {1: signal([(30, 5.0), (40, 5.0)], [])}
    assert silences(life, signals) == [Silence(at(0), at(30)), Silence(at(40), None)]
    assert wakes_at(life, signals, PATIENCES, at(61)) == at(70)


def test_while_a_reading_may_come_that_was_near_enough_it_is_no_silence_yet() -> None:
    """Heard at 60, and what comes until 105 would show that the time between was monitored."""
    rule = Rule("silence", SILENCE, above(8), 30 * MINUTE, None, "major")
    signals = {1: replace(signal(EVERY_TEN, []), max_gap=45 * MINUTE)}
    life = [stay(0, 40, 2), stay(40, None, 1)]
    assert sure_from(life, signals) == at(105)
    assert sure_from(life, {1: signal(EVERY_TEN, [])}) == at(60), "any later reading comes too late"
    assert judge(life, signals, [rule], at(104)) == judge(life[:1], signals, [rule], at(104))
    (_, found) = judge(life, signals, [rule], at(105))
    assert (found.started_at, found.breached_at) == (at(60), at(90))
    came_later = [stay(0, 61), stay(61, None, 1)]
    assert wakes_at(came_later, signals, [120 * MINUTE], at(62)) == at(120)
    assert wakes_at(came_later, signals, [30 * MINUTE], at(104)) == at(105)


def test_a_silence_is_broken_at_its_patience_not_before() -> None:
    rule = Rule("silence", SILENCE, above(8), 30 * MINUTE, None, "major")
    life, signals = [stay(0, 60, 1), stay(60, None)], {1: signal(EVERY_TEN, [])}
    assert judge(life, signals, [rule], at(89)) == []
    (open_,) = judge(life, signals, [rule], at(90))
    assert (open_.started_at, open_.breached_at, open_.ended_at) == (at(60), at(90), None)
    assert (open_.observed_until, open_.measured, open_.series) == (at(90), 0.5, ())
    ended = [stay(0, 60, 1), stay(60, 90)]
    (whole,) = judge(ended, signals, [rule], at(70))
    assert (whole.breached_at, whole.ended_at) == (at(90), at(90))
    assert judge([stay(0, 60, 1), stay(60, 89)], signals, [rule], at(999)) == []


def test_a_short_silence_before_a_long_one_hides_nothing() -> None:
    rule = Rule("silence", SILENCE, above(8), 30 * MINUTE, None, "major")
    told = [(0, 5.0), (10, 5.0), (35, 5.0), (45, 5.0), (80, 5.0)]
    (found,) = judge([stay(0, 80, 1)], {1: signal(told, [])}, [rule], at(999))
    assert (found.started_at, found.breached_at, found.ended_at) == (at(45), at(75), at(80))

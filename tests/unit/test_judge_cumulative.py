"""Cumulative rules, computed by hand: the stability budget over a life, and over a trailing window."""

from dataclasses import replace

from kernel.instants import MINUTE
from rules.core.judge import judge
from rules.core.profile import Range
from tests.judging import Readings, Told, above, cumulative, signal, stay, told, verdict


def zigzag(*peaks: int, until: int) -> list[tuple[int, float]]:
    """7 degC every 10 minutes, 9 at the `peaks`: beyond 8 from 5 minutes before each to 5 after it."""
    return [(minute, 9 if minute in peaks else 7) for minute in range(0, until + 1, 10)]


class TestOverLife:
    """The time beyond the limit adds up as long as the unit lives."""

    def test_the_budget_is_used_up_in_the_third_peak(self) -> None:
        three = zigzag(10, 30, 50, until=60)
        assert verdict(cumulative(above(8), 25), three) == [Told(5, 50, 55, 30, 9)]
        assert verdict(cumulative(above(8), 30), three) == [Told(5, 55, 55, 30, 9)]
        assert verdict(cumulative(above(8), 31), three) == []

    def test_what_comes_after_the_breach_belongs_to_the_same_finding(self) -> None:
        four = zigzag(10, 30, 50, 200, until=210)
        assert verdict(cumulative(above(8), 25), four) == [Told(5, 50, 205, 40, 9)]

    def test_it_is_open_while_the_last_reading_is_beyond(self) -> None:
        rising = zigzag(10, 30, until=30)
        assert verdict(cumulative(above(8), 15), rising) == [Told(5, 30, None, 15, 9)]

    def test_gaps_add_nothing(self) -> None:
        silent = [(0, 9), (10, 9), (100, 9), (110, 9), (120, 7)]
        assert verdict(cumulative(above(8), 25), silent) == [Told(0, 115, 115, 25, 9)]
        assert verdict(cumulative(above(8), 26), silent) == []

    def test_only_the_own_stay_adds_up(self) -> None:
        three = zigzag(10, 30, 50, until=60)
        assert verdict(cumulative(above(8), 15), three, since=10) == [Told(10, 35, 55, 25, 9)]


class TestWithinAWindow:
    """20 minutes beyond the limit within any 40."""

    RULE = cumulative(above(8), 20, within=40)

    def test_peaks_close_together_break_it(self) -> None:
        """At 35 the window holds two peaks, from 65 on it loses more than it gains."""
        assert verdict(self.RULE, zigzag(10, 30, 50, until=120)) == [Told(5, 35, 55, 30, 9)]

    def test_peaks_far_apart_do_not(self) -> None:
        assert verdict(self.RULE, zigzag(10, 50, 90, until=120)) == []

    def test_two_pairs_far_apart_are_two_findings(self) -> None:
        assert verdict(self.RULE, zigzag(10, 30, 210, 230, until=300)) == [
            Told(5, 35, 35, 20, 9),
            Told(205, 235, 235, 20, 9),
        ]

    def test_the_window_slides_within_one_long_stretch(self) -> None:
        """Warm from 5 on: broken at 25, and what went before the window's first start counts too."""
        warm = [(0, 7.0), *((minute, 9.0) for minute in range(10, 101, 10)), (110, 7.0), (120, 7.0)]
        assert verdict(self.RULE, warm) == [Told(5, 25, 105, 100, 9)]

    def test_a_rule_that_needs_the_whole_window(self) -> None:
        whole = cumulative(above(8), 40, within=40)
        warm = [(0, 7.0), (10, 9.0), (20, 9.0), (30, 9.0), (40, 9.0), (50, 9.0), (60, 7.0)]
        assert verdict(whole, warm) == [Told(5, 45, 55, 50, 9)]
        assert verdict(whole, zigzag(10, 30, 50, until=60)) == []

    def test_what_leaves_the_window_does_not_count_towards_the_next_breach(self) -> None:
        """Warm from 0 to 30 and from 60 to 100: at 60 the window holds 10 minutes, and until 70 one
        minute leaves it for each that comes."""
        first = [(0, 9), (10, 9), (20, 9), (25, 9), (35, 7), (45, 7)]
        twice = [*first, (55, 7), (65, 9), (75, 9), (85, 9), (95, 9), (105, 7)]
        assert verdict(self.RULE, twice) == [Told(0, 20, 30, 30, 9), Told(60, 80, 100, 40, 9)]

    def test_only_the_last_finding_is_open_while_it_is_warm(self) -> None:
        still_warm = zigzag(10, 30, 210, 230, until=230)
        assert verdict(cumulative(above(8), 15, within=40), still_warm) == [
            Told(5, 30, 35, 20, 9),
            Told(205, 230, None, 15, 9),
        ]


class TestRanges:
    """A budget of 40 minutes from 8 to 15 degC, or 20 minutes from 15 to 25, or of both in part."""

    RULE = replace(
        cumulative(above(8), 40),
        ranges=(Range(above(8), above(15), 40 * MINUTE), Range(above(15), above(25), 20 * MINUTE)),
    )

    def judged(self, readings: Readings) -> list[Told]:
        signals = {1: signal(readings, self.RULE.lines)}
        return told(judge([stay(0, None, 1)], signals, [self.RULE]))

    def test_it_is_open_while_the_unit_is_in_a_range(self) -> None:
        """Half of it is used from 0 to 20, the other half from 80 to 90."""
        again_warm = [(0, 9), (10, 9), (20, 9), (50, 7), (80, 20), (90, 20), (100, 20)]
        assert self.judged(again_warm) == [Told(0, 90, None, 40, 20)]

    def test_it_is_over_when_the_unit_is_warmer_than_the_last_range(self) -> None:
        """At 155 it is 25 degC, after an hour of silence, and 30 at 160."""
        warm = [(0, 9), (10, 9), (20, 9), (50, 7), (80, 20), (90, 20)]
        left = [*warm, (150, 20), (160, 30), (170, 30)]
        assert self.judged(left) == [Told(0, 90, 155, 35, 30)]

    def test_warmer_than_the_last_range_and_back_in_it_is_open(self) -> None:
        back = [(0, 20), (10, 20), (20, 20), (30, 30), (40, 20), (50, 20)]
        assert self.judged(back) == [Told(0, 20, None, 40, 30)]

"""Freezing and thawing, computed by hand: frozen below 0 degC, thawed above 2."""

from kernel.intervals import Span
from rules.core.judge import Finding, judge
from rules.core.profile import FREEZE_THAW, Rule
from tests.judging import Readings, at, below, signal, stay

TWICE = [(0, 5), (10, -5), (20, -5), (30, 5), (40, -5), (50, 5), (60, -5)]
"""Frozen from 5 to 25, thawed from 27; frozen from 35 to 45, thawed from 47; frozen from 55 on."""


def thawed(times: int, *series: Readings) -> list[Finding]:
    """What a unit near all these series breaks, when that many cycles are too many."""
    rule = Rule("thawed", FREEZE_THAW, below(0), 0, None, "critical", thaw=2.0, times=times)
    near = stay(0, None, *range(1, len(series) + 1))
    return judge([near], {n: signal(one, rule.lines) for n, one in enumerate(series, 1)}, [rule])


def test_it_is_broken_when_the_goods_thaw_for_the_nth_time() -> None:
    for times, minute in ((1, 27), (2, 47)):
        (finding,) = thawed(times, TWICE)
        assert (finding.started_at, finding.breached_at) == (at(5), at(minute))
        assert finding.measured == 2, "as often as it happened, whatever the rule allows"
    assert thawed(3, TWICE) == []


def test_it_lasts_until_the_last_thaw_and_what_freezes_then_is_the_next() -> None:
    (finding,) = thawed(1, TWICE)
    assert finding.ended_at == finding.observed_until == at(47)
    assert finding.beyond == (Span(at(5), at(25)), Span(at(35), at(45)))


def test_frozen_by_one_sensor_and_thawed_by_another_from_one_instant_on_counts() -> None:
    """They hang in a truck's cold and warm corner; what was between them froze and thawed."""
    (finding,) = thawed(1, [(30, -5), (40, -5)], [(30, 5), (40, 5)])
    assert (finding.started_at, finding.breached_at, finding.ended_at) == (at(30), at(30), at(30))

"""Budgets as a profile writes them: ranges in order, and one sentence for what cannot be."""

from fractions import Fraction

import pytest

from kernel.instants import HOUR, MINUTE
from kernel.intervals import Span
from kernel.refusal import Refusal
from rules.core.budget import hundredths, spending, time_left
from rules.core.judge import judge
from rules.core.profile import ABOVE, BELOW, Limit, Range, Rule
from rules.profile_files import read_profile
from tests.judging import Readings, above, at, cumulative, immediate, signal, single, stay

PROFILE = """
name: p
version: 1
title: t
source: s
budget:
  - name: out of the fridge
    severity: major
    warn_at: 75 %
    source: report SR-12
    ranges: [RANGES]
"""
WARM = "{from: 8, to: 15, for: 24 h}"
HOT = "{from: 15, to: 25, for: 2 h}"


def budget(*ranges: str, text: str = PROFILE) -> Rule:
    (rule,) = read_profile(text.replace("RANGES", ", ".join(ranges)), "p.yaml").rules
    return rule


def test_ranges_are_kept_from_the_limit_outward() -> None:
    rule = budget(HOT, WARM)
    assert rule.ranges == (
        Range(Limit(ABOVE, 8.0), Limit(ABOVE, 15.0), 24 * HOUR),
        Range(Limit(ABOVE, 15.0), Limit(ABOVE, 25.0), 2 * HOUR),
    )
    assert (rule.kind, rule.limit, rule.window, rule.warn_at) == ("cumulative", above(8.0), None, 0.75)
    assert (rule.ignore_first, rule.times) == (0, 1)
    assert rule.lines == (above(8.0), above(15.0), above(25.0))
    cold = budget("{from: 2, to: 0, for: 12 h}", "{from: 0, for: 1 h}")
    assert cold.ranges == (
        Range(Limit(BELOW, 2.0), Limit(BELOW, 0.0), 12 * HOUR),
        Range(Limit(BELOW, 0.0), None, HOUR),
    )
    assert budget("{from: 2, side: below, for: 1 h}").ranges == (Range(Limit(BELOW, 2.0), None, HOUR),)


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        ([], "at least one range"),
        (["{from: 8, to: 15, for: 0 h}"], "immediate"),
        (["{from: 8, to: 8, for: 1 h}"], "to another one"),
        (["{from: 8, to: .inf, for: 1 h}"], "finite"),
        (["{from: 8, to: 15, for: long}"], "length of time"),
        ([WARM, "{from: 2, to: 0, for: 1 h}"], "two budgets"),
        (["{from: 8, to: 8, for: 1 h}", "{from: 2, to: 0, for: 1 h}"], "to another one"),
        ([WARM, "{from: 14, to: 20, for: 1 h}"], "from 8 degC and 14 degC overlap"),
        (["{from: 8, for: 1 h}", HOT], "overlap"),
        (["{from: 8, side: up, for: 1 h}"], "up"),
    ],
)
def test_what_cannot_be_is_refused(ranges: list[str], words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        budget(*ranges)
    assert "p.yaml" in str(refused.value)


@pytest.mark.parametrize("share", ["0 %", "100.1 %", "101 %", "most"])
def test_a_warning_is_at_a_share(share: str) -> None:
    with pytest.raises(Refusal, match="not a share"):
        budget(WARM, text=PROFILE.replace("75 %", share))


@pytest.mark.parametrize(("share", "found"), [("0.5 %", 0.005), ("1 %", 0.01), ("100 %", 1.0)])
def test_of_nearly_nothing_or_of_all(share: str, found: float) -> None:
    assert budget(WARM, text=PROFILE.replace("75 %", share)).warn_at == found


@pytest.mark.parametrize(("right", "wrong"), [("warn_at", "warm_at"), ("to: 15", "until: 15")])
def test_a_misspelt_word_is_refused(right: str, wrong: str) -> None:
    text = PROFILE.replace("RANGES", WARM)
    assert budget(text=text).warn_at == 0.75
    with pytest.raises(Refusal, match=wrong.partition(":")[0]):
        budget(text=text.replace(right, wrong))


def test_only_sums_over_the_life_are_budgets() -> None:
    assert cumulative(above(8.0), 60).budget == (Range(above(8.0), None, 60 * MINUTE),)
    for other in (cumulative(above(8.0), 60, 120), single(above(8.0), 60), immediate(above(8.0))):
        assert other.budget == ()


LIFE: Readings = [(0, 5), (10, 11), (20, 11), (30, 19), (40, 19), (50, 11), (60, 11), (70, 5)]
"""Warm from minute 5 to 65, hot from 25 to 45: 40 minutes in the one range, 20 in the other."""


def test_each_range_uses_the_budget_at_its_own_pace() -> None:
    rule = budget("{from: 8, to: 15, for: 80 min}", "{from: 15, for: 40 min}")
    felt, signals = [stay(0, None, 1)], {1: signal(LIFE, rule.lines)}
    found = spending(rule, felt, signals)
    assert found.spent == (40 * MINUTE, 20 * MINUTE)
    assert found.used == Fraction(40, 80) + Fraction(20, 40)
    assert found.reached(Fraction(1, 4)) == at(25), "20 of 80 minutes"
    assert found.reached(Fraction(3, 4)) == at(45), "and then 20 of 40"
    assert found.reached(Fraction(1)) == at(65)
    assert found.in_use(at(65)) == 0
    assert found.in_use(at(70)) is None
    (broken,) = judge(felt, signals, [rule])
    assert (broken.started_at, broken.breached_at, broken.ended_at) == (at(5), at(65), at(65))
    assert broken.worst.peak == 19
    assert time_left([20 * MINUTE, 0], [80 * MINUTE, 40 * MINUTE], 1) == 30 * MINUTE
    assert time_left([90 * MINUTE, 0], [80 * MINUTE, 40 * MINUTE], 1) == 0


def test_used_is_told_in_whole_hundredths() -> None:
    """A third of the one range's time and a third of the other's are 66.7 of 100."""
    allowed = [20 * MINUTE, 10 * MINUTE]
    assert hundredths([0, 0], allowed) == 0
    assert hundredths([20 * MINUTE // 3, 10 * MINUTE // 3], allowed) == 66
    assert hundredths([20 * MINUTE - 1, 0], allowed) == 99
    assert hundredths([10 * MINUTE, 5 * MINUTE], allowed) == 100


def test_beyond_the_farthest_range_nothing_is_used() -> None:
    rule = budget("{from: 8, to: 15, for: 10 min}")
    felt, signals = [stay(0, None, 1)], {1: signal(LIFE[:5], rule.lines)}
    found = spending(rule, felt, signals)
    assert found.spans == ((Span(at(5), at(25)),),)
    (broken,) = judge(felt, signals, [rule])
    assert (broken.breached_at, broken.ended_at) == (at(15), at(25)), "hotter is not in the range"
    assert found.in_use(at(40)) is None

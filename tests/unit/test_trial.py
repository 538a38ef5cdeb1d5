"""What counts as judged otherwise when two profiles look at one life."""

from dataclasses import replace

from kernel.instants import FOREVER, MINUTE
from kernel.intervals import Span
from rules.core.judge import Finding
from rules.core.profile import Rule
from rules.core.trial import Difference, compare
from tests.judging import above, at, below, single

PERIOD = Span(at(0), at(1000))
RULE = replace(single(above(8.0), 30), name="above 8")
COLD = replace(single(below(2.0), 30), name="below 2")


def found(rule: Rule, start: float, breach: float, end: float) -> Finding:
    span = Span(at(start), at(end))
    return Finding(rule, span.start, at(breach), span.end, span.end, (span,), ())


def test_the_same_is_no_difference() -> None:
    one = found(RULE, 10, 40, 60)
    assert not compare([one], [one], PERIOD)


def test_another_tolerance_changes_when_it_broke() -> None:
    stricter = replace(RULE, tolerance=20 * MINUTE)
    before, after = found(RULE, 10, 40, 60), found(stricter, 10, 30, 60)
    assert compare([before], [after], PERIOD) == Difference((), (), ((before, after),))


def test_a_renamed_rule_that_judges_alike_is_no_difference_unless_graver() -> None:
    renamed = found(replace(RULE, name="warm"), 10, 40, 60)
    assert not compare([found(RULE, 10, 40, 60)], [renamed], PERIOD)
    graver = replace(renamed, rule=replace(renamed.rule, severity="critical"))
    assert compare([found(RULE, 10, 40, 60)], [graver], PERIOD).changed


def test_a_lone_reading_that_both_find_is_the_same() -> None:
    alone = found(RULE, 10, 10, 10)
    assert not compare([alone], [alone], PERIOD)
    assert compare([alone], [found(RULE, 11, 11, 11)], PERIOD).gone == (alone,)


def test_what_only_one_finds() -> None:
    warm, cold = found(RULE, 10, 40, 60), found(COLD, 10, 40, 60)
    assert compare([warm], [cold], PERIOD) == Difference((cold,), (warm,), ())


def test_each_finding_has_one_twin_the_one_that_shares_most() -> None:
    long, early, late = found(RULE, 0, 30, 200), found(RULE, 0, 30, 50), found(RULE, 60, 90, 200)
    assert compare([long], [early, late], PERIOD) == Difference((early,), (), ((long, late),))


def test_the_period_decides_what_is_looked_at() -> None:
    early, late = found(RULE, 10, 40, 60), found(RULE, 500, 530, 560)
    assert compare([], [early, late], Span(at(60), at(500))).added == (early,)
    assert compare([], [early, late], Span(at(61), FOREVER)).added == (late,)

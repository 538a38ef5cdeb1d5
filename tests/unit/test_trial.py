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


def test_each_kind_of_difference_is_one() -> None:
    one, other = found(RULE, 10, 40, 60), found(RULE, 10, 30, 60)
    assert Difference((one,), (), ())
    assert Difference((), (one,), ())
    assert Difference((), (), ((one, other),))
    assert not Difference((), (), ())


def test_times_that_touch_may_be_one_event_a_moment_apart_they_are_two() -> None:
    before, touching = found(RULE, 10, 40, 60), found(RULE, 60, 90, 99)
    assert compare([before], [touching], PERIOD).changed == ((before, touching),)
    apart = replace(touching, started_at=at(60) + 1)
    assert compare([before], [apart], PERIOD) == Difference((apart,), (before,), ())


def test_of_twins_that_share_as_much_the_earlier_is_taken() -> None:
    long = found(RULE, 0, 30, 100)
    early, late = found(RULE, 10, 40, 50), found(RULE, 60, 90, 100)
    assert compare([long], [late, early], PERIOD) == Difference((late,), (), ((long, early),))


def test_what_changed_is_told_in_the_order_of_what_is() -> None:
    """By the new rule the second begins first."""
    first, second = found(RULE, 10, 40, 300), found(RULE, 20, 50, 60)
    was = {first: found(RULE, 25, 55, 300), second: found(RULE, 15, 45, 60)}
    changed = compare([second, first], list(was.values()), PERIOD).changed
    assert changed == tuple(was.items())


def test_degrees_are_one_measure_whatever_the_kind_and_their_change_is_another() -> None:
    life = replace(found(RULE, 10, 40, 60), rule=replace(RULE, name="budget", kind="cumulative"))
    assert not compare([found(RULE, 10, 40, 60)], [life], PERIOD)
    rise = replace(life, rule=replace(RULE, name="rise", kind="rate"))
    assert compare([found(RULE, 10, 40, 60)], [rise], PERIOD).added == (rise,)

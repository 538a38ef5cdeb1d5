"""n-of-m: where a place needs several sensors to agree, computed by hand."""

from dataclasses import replace

from tests.judging import Readings, above, findings, immediate, single, stay, told

WARM = [(minute, 12.0) for minute in range(0, 121, 10)]
GOOD = [(minute, 5.0) for minute in range(0, 121, 10)]


def voted(needed: int, *readings: Readings, minutes: float = 30) -> list[float]:
    """The minutes beyond of each finding, when so many sensors need to agree."""
    series = dict(enumerate(readings, 1))
    exposure = replace(stay(0, None, *series), needed=needed)
    return [one.beyond for one in told(findings(single(above(8), minutes), [exposure], series))]


def test_one_of_two_is_outvoted() -> None:
    assert voted(1, WARM, GOOD) == [120]
    assert voted(2, WARM, GOOD) == []
    assert voted(2, WARM, GOOD, WARM) == [120]
    assert voted(3, WARM, GOOD, WARM) == []


def test_of_fewer_than_needed_all_that_measure_must_agree() -> None:
    until_sixty = [one for one in GOOD if one[0] <= 60]
    assert voted(2, WARM, until_sixty) == [60]
    assert voted(2, WARM) == [120]
    assert voted(5, WARM, WARM) == [120]


def test_beyond_is_the_time_in_which_enough_are_beyond_together() -> None:
    early = [(0.0, 12.0), (20.0, 12.0), (40.0, 12.0), (40.0001, 5.0), (60.0, 5.0)]
    late = [(0.0, 5.0), (19.9999, 5.0), (20.0, 12.0), (40.0, 12.0), (60.0, 12.0)]
    (beyond,) = voted(2, early, late, minutes=10)
    assert round(beyond, 2) == 20


def test_a_lone_reading_counts_only_when_enough_agree_at_its_instant() -> None:
    lone = {1: [(50.0, 12.0)], 2: GOOD}
    rule = immediate(above(8))
    assert findings(rule, [replace(stay(0, None, 1, 2), needed=2)], lone) == []
    assert len(findings(rule, [replace(stay(0, None, 1, 2), needed=1)], lone)) == 1
    assert len(findings(rule, [replace(stay(0, None, 1), needed=2)], {1: [(50.0, 12.0)]})) == 1

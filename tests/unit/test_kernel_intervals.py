"""Spans against sets of minutes: what intersection, union and difference mean, point by point."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.intervals import Span, difference, intersection, total, union
from tests.examples import examples

spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda one: Span(one[0], one[0] + one[1])),
    max_size=8,
)
disjoint = spans.map(union)


def minutes(told: list[Span]) -> set[int]:
    return {minute for span in told for minute in range(span.start, span.end)}


def is_tidy(told: list[Span]) -> bool:
    """Sorted, with time between one span and the next, and none of them empty."""
    apart = all(one.end < other.start for one, other in pairwise(told))
    return apart and all(span.length > 0 for span in told)


@settings(max_examples=examples(200), deadline=None)
@given(told=spans)
def test_union_covers_the_same_minutes(told: list[Span]) -> None:
    merged = union(told)
    assert minutes(merged) == minutes(told)
    assert is_tidy(merged)
    assert total(merged) == len(minutes(told))


@settings(max_examples=examples(200), deadline=None)
@given(left=disjoint, right=disjoint)
def test_intersection_and_difference_are_those_of_sets(left: list[Span], right: list[Span]) -> None:
    assert minutes(intersection(left, right)) == minutes(left) & minutes(right)
    assert minutes(difference(left, right)) == minutes(left) - minutes(right)
    assert total(intersection(left, right)) + total(difference(left, right)) == total(left)
    assert intersection(left, right) == intersection(right, left)


def test_spans_that_only_touch_share_no_time() -> None:
    assert Span(0, 5).meet(Span(5, 9)) is None
    assert Span(0, 6).meet(Span(5, 9)) == Span(5, 6)
    assert union([Span(5, 9), Span(0, 5)]) == [Span(0, 9)]
    assert intersection([Span(0, 5)], [Span(5, 9)]) == []
    assert difference([Span(0, 5)], [Span(5, 9)]) == [Span(0, 5)]


def test_an_instant_has_no_length() -> None:
    assert Span(3, 3).length == 0
    assert Span(0, 5).meet(Span(3, 3)) is None
    assert total([]) == 0

"""Exposure equals what somebody would find who asked, minute by minute, which sensor was nearest."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.exposure import Exposure
from kernel.instants import FOREVER
from kernel.intervals import Span
from lotbinding.core.exposure import Cover, UnitStay, exposures
from tests.examples import examples

PLACES = ("dc", "dc.z1", "dc.z1.b1", "dc.z1.b10", "dc.z2", "dc.z2.b1", "dc2")
LAST = 40


@dataclass(frozen=True)
class Facts:
    """Where two units stood and where sensors hung, in minutes; None as an end is "until now"."""

    stays: list[tuple[int, str, int, int | None]]
    covers: list[tuple[int, str, int, int | None]]


@st.composite
def pieces(draw: st.DrawFn, number: int, most: int) -> list[tuple[int, str, int, int | None]]:
    """Up to `most` stretches of one thing, one after the other, with or without time between them."""
    cuts = sorted(draw(st.lists(st.integers(0, LAST), unique=True, max_size=2 * most)))
    found: list[tuple[int, str, int, int | None]] = []
    for i in range(len(cuts) - 1):
        if draw(st.booleans()):
            found.append((number, draw(st.sampled_from(PLACES)), cuts[i], cuts[i + 1]))
    if cuts and draw(st.booleans()):
        found.append((number, draw(st.sampled_from(PLACES)), cuts[-1], None))
    return found


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    stays = [piece for unit in (1, 2) for piece in draw(pieces(unit, 3))]
    covers = [piece for series in (11, 12, 13, 14) for piece in draw(pieces(series, 2))]
    return Facts(draw(st.permutations(stays)), draw(st.permutations(covers)))


def nearest(told: Facts, path: str, minute: int) -> tuple[int, ...]:
    """Climb from the unit's place to the root; the first place with a sensor there speaks."""
    while path:
        there = {
            series
            for series, where, since, until in told.covers
            if where == path and since <= minute and (until is None or minute < until)
        }
        if there:
            return tuple(sorted(there))
        path = path.rpartition(".")[0]
    return ()


def computed(told: Facts) -> list[Exposure]:
    ids = {path: number for number, path in enumerate(PLACES)}
    return exposures(
        [
            UnitStay(unit, ids[path], path, Span(since, FOREVER if until is None else until))
            for unit, path, since, until in told.stays
        ],
        [
            Cover(series, path, Span(since, FOREVER if until is None else until))
            for series, path, since, until in told.covers
        ],
    )


@settings(max_examples=examples(300), deadline=None)
@given(told=facts())
def test_every_minute_has_the_nearest_sensors(told: Facts) -> None:
    found = computed(told)
    asked: dict[tuple[int, int], tuple[str, tuple[int, ...]]] = {}
    for unit, path, since, until in told.stays:
        for minute in range(since, LAST + 5 if until is None else until):
            asked[unit, minute] = (path, nearest(told, path, minute))
    answered: dict[tuple[int, int], tuple[str, tuple[int, ...]]] = {}
    for exposure in found:
        for minute in range(exposure.span.start, min(exposure.span.end, LAST + 5)):
            assert (exposure.unit_id, minute) not in answered
            assert exposure.location_id is not None
            answered[exposure.unit_id, minute] = (PLACES[exposure.location_id], exposure.series)
    assert answered == asked


@settings(max_examples=examples(100), deadline=None)
@given(told=facts())
def test_exposures_are_in_order_whole_and_as_long_as_they_can_be(told: Facts) -> None:
    found = computed(told)
    assert found == sorted(found, key=lambda exposure: (exposure.unit_id, exposure.span))
    edges = {(unit, since) for unit, _, since, _ in told.stays}
    for before, after in pairwise(found):
        touching = before.unit_id == after.unit_id and before.span.end == after.span.start
        if touching and before.series == after.series:
            assert (after.unit_id, after.span.start) in edges, "one stay, cut in two for nothing"
    ends = {exposure.span.end for exposure in found}
    assert (FOREVER in ends) == any(until is None for *_, until in told.stays)


@settings(max_examples=examples(100), deadline=None)
@given(told=facts())
def test_the_order_in_which_facts_are_listed_is_irrelevant(told: Facts) -> None:
    assert computed(Facts(sorted(told.stays, key=str), told.covers[::-1])) == computed(told)

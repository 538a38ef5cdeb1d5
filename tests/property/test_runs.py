"""Runs and gaps: equal to brute force, and the same whatever the order in which readings came."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.intervals import Span
from rules.core.profile import ABOVE, BELOW, Limit
from rules.core.runs import Run, Window, gaps, peak_inside, runs, splice_all
from tests.examples import examples

MAX_GAP = 20
LIMITS = (Limit(ABOVE, 8.0), Limit(BELOW, 2.0), Limit(ABOVE, 15.0))
Readings = Sequence[tuple[int, float]]

values = st.sampled_from([-3.0, 0.0, 1.5, 2.0, 2.5, 5.0, 7.75, 8.0, 8.25, 9.0, 15.0, 16.0])
readings = st.lists(
    st.tuples(st.integers(0, 300), values), min_size=1, max_size=40, unique_by=lambda one: one[0]
).map(sorted)


def window(told: Readings) -> Window:
    return Window(
        np.array([time for time, _ in told], np.int64),
        np.array([value for _, value in told], np.float64),
    )


def beyond(limit: Limit, value: Fraction | float) -> bool:
    return value > limit.value if limit.side == ABOVE else value < limit.value


def crossing(one: tuple[int, float], other: tuple[int, float], limit: Limit) -> Fraction:
    (t0, v0), (t1, v1) = one, other
    return t0 + (t1 - t0) * (Fraction(limit.value) - Fraction(v0)) / (Fraction(v1) - Fraction(v0))


def by_hand(told: Readings, limit: Limit) -> list[tuple[Fraction, Fraction]]:
    """Walk along the line with a pencil: where it goes beyond the limit, where it comes back."""
    found: list[list[Fraction]] = []
    for i, (time, value) in enumerate(told):
        if not beyond(limit, value):
            continue
        before = told[i - 1] if i and time - told[i - 1][0] <= MAX_GAP else None
        after = told[i + 1] if i + 1 < len(told) and told[i + 1][0] - time <= MAX_GAP else None
        if before is None or not beyond(limit, before[1]):
            start = Fraction(time) if before is None else crossing(before, (time, value), limit)
            found.append([start, Fraction(time)])
        found[-1][1] = Fraction(time)
        if after is not None and not beyond(limit, after[1]):
            found[-1][1] = crossing((time, value), after, limit)
    return [(start, end) for start, end in found]


@settings(max_examples=examples(300), deadline=None)
@given(told=readings, limit=st.sampled_from(LIMITS))
def test_runs_are_what_a_pencil_finds(told: Readings, limit: Limit) -> None:
    found = runs(window(told), limit, MAX_GAP)
    expected = by_hand(told, limit)
    assert len(found) == len(expected)
    for run, (start, end) in zip(found, expected, strict=True):
        assert abs(run.start - start) <= Fraction(1, 2)
        assert abs(run.end - end) <= Fraction(1, 2)
        inside = [(time, value) for time, value in told if start <= time <= end]
        worst = max(inside, key=lambda one: (limit.excess(one[1]), -one[0]))
        assert (run.peak_at, run.peak) == worst
    assert gaps(window(told), MAX_GAP) == [
        Span(one, other) for (one, _), (other, _) in pairwise(told) if other - one > MAX_GAP
    ]


@dataclass
class Series:
    """One series as rules keep it: readings in the table, runs and gaps beside it.

    `bring` does what follow.py does with SQL: stretches that lie behind what is judged grow to the
    runs they touch, and a window reaches one reading further on both sides.
    """

    stored: dict[int, float] = field(default_factory=dict[int, float])
    runs: dict[Limit, list[Run]] = field(default_factory=lambda: {limit: [] for limit in LIMITS})
    gaps: set[Span] = field(default_factory=set[Span])
    last: int | None = None

    def bring(self, chunks: Sequence[Readings]) -> None:
        for chunk in chunks:
            self.stored.update(chunk)
        stretches = [self._widened(min(chunk)[0], max(chunk)[0]) for chunk in chunks]
        windows = [self._window(stretch) for stretch in stretches]
        for limit in LIMITS:
            touching = [
                run
                for run in self.runs[limit]
                if any(run.start <= w.span.end and run.end >= w.span.start for w in windows)
            ]
            change = splice_all(touching, windows, limit, MAX_GAP)
            kept = [run for run in self.runs[limit] if run.start not in set(change.removed)]
            assert {run.start for run in kept}.isdisjoint(run.start for run in change.added)
            self.runs[limit] = sorted([*kept, *change.added])
        closed = {
            gap
            for gap in self.gaps
            for w in windows
            if gap.start < w.span.end and gap.end > w.span.start
        }
        self.gaps = (self.gaps - closed) | {gap for w in windows for gap in gaps(w, MAX_GAP)}
        ends = [w.span.end for w in windows]
        self.last = max(ends if self.last is None else [*ends, self.last])

    def _widened(self, since: int, until: int) -> Span:
        if self.last is None or since > self.last:
            return Span(since, until)
        touched = [
            run
            for found in self.runs.values()
            for run in found
            if run.start <= until and run.end >= since
        ]
        return Span(
            min([since, *(run.start for run in touched)]), max([until, *(run.end for run in touched)])
        )

    def _window(self, stretch: Span) -> Window:
        times = sorted(self.stored)
        first = max((time for time in times if time < stretch.start), default=stretch.start)
        last = min((time for time in times if time > stretch.end), default=stretch.end)
        return window([(time, self.stored[time]) for time in times if first <= time <= last])


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[list[tuple[int, float]]]]:
    """Readings in the passes that brought them: each pass one or two chunks, in any order of time."""
    told = draw(st.permutations(draw(readings)))
    passes: list[list[list[tuple[int, float]]]] = []
    while told:
        chunks: list[list[tuple[int, float]]] = []
        for _ in range(draw(st.integers(1, 2))):
            size = draw(st.integers(1, max(1, len(told))))
            if told[:size]:
                chunks.append(list(told[:size]))
            told = told[size:]
        passes.append(chunks)
    return passes


@settings(max_examples=examples(300), deadline=None)
@given(passes=arrivals())
def test_windows_in_any_order_give_the_runs_of_all_readings_at_once(
    passes: list[list[list[tuple[int, float]]]],
) -> None:
    series = Series()
    for chunks in passes:
        series.bring(chunks)
        so_far = window(sorted(series.stored.items()))
        for limit in LIMITS:
            assert series.runs[limit] == runs(so_far, limit, MAX_GAP)
        assert sorted(series.gaps) == gaps(so_far, MAX_GAP)


@settings(max_examples=examples(100), deadline=None)
@given(passes=arrivals(), again=st.data())
def test_a_window_that_brings_nothing_new_changes_nothing(
    passes: list[list[list[tuple[int, float]]]], again: st.DataObject
) -> None:
    series = Series()
    for chunks in passes:
        series.bring(chunks)
    before = {limit: list(found) for limit, found in series.runs.items()}
    series.bring(again.draw(st.sampled_from(passes)))
    assert series.runs == before


@settings(max_examples=examples(150), deadline=None)
@given(told=readings, limit=st.sampled_from(LIMITS), data=st.data())
def test_the_peak_inside_a_stay_is_that_of_the_line_there(
    told: Readings, limit: Limit, data: st.DataObject
) -> None:
    found = [run for run in runs(window(told), limit, MAX_GAP) if run.end - run.start > 1]
    if not found:
        return
    run = data.draw(st.sampled_from(found))
    start = data.draw(st.integers(run.start, run.end - 1))
    end = data.draw(st.integers(start + 1, run.end))
    peak, peak_at = peak_inside(window(told), Span(start, end), limit)
    assert start <= peak_at <= end
    line = [value_of(told, Fraction(2 * start + i, 2)) for i in range(2 * (end - start) + 1)]
    worst = max(line) if limit.side == ABOVE else min(line)
    assert abs(Fraction(peak) - worst) < Fraction(1, 10**6)


def value_of(told: Readings, at: Fraction) -> Fraction:
    """Where the line through the readings stands at an instant."""
    for (t0, v0), (t1, v1) in pairwise(told):
        if t0 <= at <= t1:
            return Fraction(v0) + (Fraction(v1) - Fraction(v0)) * (at - t0) / (t1 - t0)
    return Fraction(told[0][1] if at < told[0][0] else told[-1][1])

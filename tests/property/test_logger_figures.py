"""Our figures of a logger against what the rules see in the same readings, and against plain loops."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.exposure import Exposure
from kernel.instants import MINUTE
from kernel.intervals import Span, total, union
from lotbinding.core.travels import Travel, accompanied
from lotbinding.loggers.core.figures import beyond, weights
from lotbinding.loggers.core.report import SINGLE, AlarmLimit
from rules.core.profile import Limit
from rules.core.runs import Window, runs
from tests.examples import examples

READINGS = st.lists(st.tuples(st.integers(1, 12), st.integers(-40, 160)), min_size=1, max_size=30)
"""(minutes since the one before, tenths of a degree)."""
HORIZON = 40


@given(READINGS, st.sampled_from(["above", "below"]), st.sampled_from([2.0, 8.0]))
@settings(max_examples=examples(100), deadline=None)
def test_time_beyond_a_limit_is_what_the_rules_see(
    steps: list[tuple[int, int]], side: str, limit: float
) -> None:
    times = [int(at) * MINUTE for at in np.cumsum([step for step, _ in steps])]
    values = [tenths / 10 for _, tenths in steps]
    max_gap = 10 * MINUTE
    found = beyond(times, values, AlarmLimit("1", side, SINGLE, limit, 0), max_gap)
    window = Window(np.array(times, np.int64), np.array(values, np.float64))
    seen = [Span(run.start, run.end) for run in runs(window, Limit(side, limit), max_gap)]
    assert [span for span in seen if span.length] == found
    monitored = sum(step for step in (b - a for a, b in pairwise(times)) if step <= max_gap)
    assert sum(weights(times, max_gap)) in {monitored, len(times)}
    assert total(union(found)) <= monitored


SPANS = st.tuples(st.integers(0, HORIZON), st.integers(1, HORIZON)).map(
    lambda pair: Span(pair[0], pair[0] + pair[1])
)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=5),
    st.lists(st.tuples(st.integers(1, 2), st.integers(7, 8), SPANS), max_size=4),
)
@settings(max_examples=examples(100), deadline=None)
def test_a_logger_is_nearest_wherever_it_was(
    stood: list[tuple[int, int]], travelled: list[tuple[int, int, Span]]
) -> None:
    """Minute by minute: the loggers that were there, else what stood near, else nothing."""
    exposures: list[Exposure] = []
    at = 5
    for length, place in stood:  # place 0: nowhere with us
        if length and place:
            exposures.append(Exposure(1, Span(at, at + length), place, (place,), needed=place))
        at += length
    travels = [Travel(unit, series, span) for unit, series, span in travelled]
    found = accompanied(exposures, travels)
    assert found == sorted(found, key=lambda one: (one.unit_id, one.span))
    for unit in (1, 2):
        mine = [one for one in found if one.unit_id == unit]
        for minute in range(2 * HORIZON):
            inside = [one for one in mine if one.span.start <= minute < one.span.end]
            told = [(one.location_id, one.series, one.needed) for one in inside]
            here = [
                one
                for one in exposures
                if one.unit_id == unit and one.span.start <= minute < one.span.end
            ]
            loggers = {
                one.series_id
                for one in travels
                if one.unit_id == unit and one.span.start <= minute < one.span.end
            }
            if loggers:
                place = here[0].location_id if here else None
                assert told == [(place, tuple(sorted(loggers)), 1)]
            else:
                assert told == [(one.location_id, one.series, one.needed) for one in here]

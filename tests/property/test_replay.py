"""A signal replayed window by window is the signal of all readings at once, however they are cut."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.instants import MINUTE
from kernel.intervals import Span
from rules.core.profile import ABOVE, BELOW, Limit
from rules.core.replay import Replay
from rules.core.runs import Window, gaps, runs
from rules.core.timeline import Signal
from tests.examples import examples
from tests.judging import at

MAX_GAP = 20 * MINUTE
LIMITS = (
    Limit(ABOVE, 8.0),
    Limit(ABOVE, 15.0),
    Limit(BELOW, 2.0),
    Limit(ABOVE, 12.0, over=30 * MINUTE),
    Limit(BELOW, -6.0, over=7 * MINUTE),
)
readings = st.lists(
    st.tuples(st.integers(0, 600), st.sampled_from([-1.0, 2.0, 5.0, 8.0, 8.5, 16.0])),
    max_size=60,
    unique_by=lambda pair: pair[0],
).map(sorted)
cuts = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3)), max_size=8)


def window(told: list[tuple[int, float]]) -> Window:
    return Window(
        np.array([at(minute) for minute, _ in told], np.int64),
        np.array([value for _, value in told], np.float64),
    )


@settings(max_examples=examples(150), deadline=None)
@given(readings, cuts)
def test_windows_that_overlap_or_not_make_one_signal(
    told: list[tuple[int, float]], cut: list[tuple[int, int]]
) -> None:
    replay = Replay(LIMITS, MAX_GAP)
    edges = sorted({min(place, len(told)) for place, _ in cut} | {0, len(told)})
    overlaps = dict(cut)
    for since, until in pairwise(edges):
        # a window begins with the reading before it, as the store hands it out, or with older ones
        replay.add(window(told[max(0, since - 1 - overlaps.get(since, 0)) : until]))
    found = replay.signal()
    if not told:
        assert found is None
        return
    whole = window(told)
    assert found == Signal(
        *Span(*whole.span),
        gaps(whole, MAX_GAP),
        {limit: runs(whole, limit, MAX_GAP) for limit in LIMITS},
    )

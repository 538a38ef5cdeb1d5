"""Examine what came of a series for faults of its sensor, before anybody judges by it.

Mostly what the due list says in short shows that nothing is wrong. Else the readings around are read
back, the faults there found anew, and whatever they change is followed again without the faulty ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from kernel.events import SensorFaultFound, SensorFaultWithdrawn
from kernel.intervals import Span
from rules.core.news import News
from rules.faults import store
from rules.faults.core.limits import Limits, limits_of
from rules.faults.core.readings import Kind, classify, lively, repetitions
from rules.faults.core.state import State, advance, goes_on, innocent
from rules.faults.core.stretches import Stretch, difference, stretches
from rules.faults.models import models
from storage.database import Transaction

Stretches = Sequence[tuple[int, Span]]


def examine(transaction: Transaction, found: Stretches, news: Mapping[int, News]) -> Stretches:
    """The stretches to follow after faults in and around those `found` are known.

    `news` tells of series in short what `found` brings of them, where that can be told.
    """
    series_ids = {series for series, _ in found}
    sensed = _with_limits(transaction, store.sensed(transaction, series_ids))
    states = store.states(transaction, series_ids)
    passed: dict[int, State] = {}
    lasting: dict[int, tuple[News, State]] = {}
    for series in series_ids & set(news) & set(states):
        told, state, (limits, max_gap) = news[series], states[series], sensed[series]
        if innocent(told, state, limits):
            passed[series] = advance(told, state)
        elif goes_on(told, state, limits, max_gap):
            lasting[series] = (told, state)
            passed[series] = advance(told, state)
    store.go_on(transaction, lasting)
    store.put_states(transaction, passed)
    followed: list[tuple[int, Span]] = []
    for series, group in groupby(sorted(found), key=lambda one: one[0]):
        if series in passed:
            followed += [] if series in lasting else group
            continue
        limits, max_gap = sensed[series]
        for span in _apart([span for _, span in group], max(2 * max_gap, limits.stuck_after or 0)):
            followed.append((series, _examine(transaction, series, span, limits, max_gap)))
    return followed


def _with_limits(
    transaction: Transaction, sensed: Mapping[int, store.Sensed]
) -> dict[int, tuple[Limits, int]]:
    """Limits and longest gap of each series; those that nobody told come from the catalog."""
    found: dict[int, tuple[Limits, int]] = {}
    for series, one in sensed.items():
        limits = one.limits
        if limits is None:
            limits = limits_of(models(), one.model, one.quantity)
            store.put_limits(transaction, series, limits, None)
        found[series] = (limits, one.max_gap)
    return found


def _apart(spans: Iterable[Span], context: int) -> list[Span]:
    """Spans whose surroundings overlap are examined as one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end + 4 * context:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _examine(transaction: Transaction, series: int, news: Span, limits: Limits, max_gap: int) -> Span:
    """Find the faults around `news` anew; the span that has to be followed because of it."""
    margin = max(2 * max_gap, limits.stuck_after or 0)
    span = Span(news.start - max_gap, news.end + margin)
    stored = store.touching(transaction, series, span)
    span = _hull(span, stored)
    if limits.stuck_after is not None:
        span = store.repetition_around(transaction, series, span)
        stored = store.touching(transaction, series, span)
        span = _hull(span, stored)
    read = store.raw(transaction, series, Span(span.start - margin, span.end + max_gap))
    if not len(read.times):
        return news
    kinds = classify(read.times, read.values, limits, max_gap, newest=not read.more_believable)
    inside = (read.times >= span.start) & (read.times <= span.end)
    fresh = stretches(read.times[inside], read.values[inside], kinds[inside], max_gap)
    how = difference(stored, fresh)
    store.change(transaction, series, how)
    _tell(transaction, series, how.found, how.withdrawn)
    if not read.more:
        store.put_states(transaction, {series: _state(read, limits, max_gap, kinds[-1])})
    changed = [Span(one.start, one.end) for one in (*how.gone, *how.put)]
    return _hull(news, changed)


def _hull(span: Span, others: Iterable[Span | Stretch]) -> Span:
    for other in others:
        span = Span(min(span.start, other.start), max(span.end, other.end))
    return span


def _state(read: store.Raw, limits: Limits, max_gap: int, kind: int) -> State:
    """What is to be kept of a series whose newest readings these are."""
    repeated = repetitions(read.times, read.values, max_gap)
    last = len(read.times) - 1
    first = repeated[-1][0] if repeated and repeated[-1][1] == last else last
    fine = limits.stuck_after is None or not lively(read.times, read.values, first, limits)
    value = float(read.values[-1])
    return State(int(read.times[-1]), None, value, value, int(read.times[first]), fine, Kind(int(kind)))


def _tell(
    transaction: Transaction, series: int, found: Sequence[Stretch], withdrawn: Sequence[Stretch]
) -> None:
    for one in found:
        transaction.publish(
            SensorFaultFound(series, one.kind.name.lower(), one.start, one.end, one.lowest, one.highest)
        )
    for one in withdrawn:
        transaction.publish(SensorFaultWithdrawn(series, one.kind.name.lower(), one.start, one.end))

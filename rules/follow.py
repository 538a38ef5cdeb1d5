"""Follow the signals: from new readings to the runs and gaps they change.

The common case, newer readings in range and without gaps, is decided for all series at once from what
the due list says of them, and no reading is looked at; where the list says nothing, the database sums
them up. What remains is read back and decided in a few vector operations; only where something is
beyond a limit, or was, is a series looked at by itself.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from kernel.instants import BEGINNING, HOUR
from kernel.intervals import Span
from rules import due_store, signal_store, store, watch_store
from rules.core.news import News, joined, slices
from rules.core.profile import ABOVE, Limit
from rules.core.runs import Change, Window, gaps, splice_all
from rules.faults.examination import examine
from rules.watch_store import Watched
from storage.database import Transaction

_NEAR = HOUR


def stretches_of(dues: Iterable[due_store.Due]) -> list[tuple[int, Span]]:
    """One stretch for due work that lies close together; far apart pieces stay apart."""
    found: list[tuple[int, Span]] = []
    ordered = sorted(dues, key=lambda due: (due.series_id, due.since))
    for series, group in groupby(ordered, key=lambda due: due.series_id):
        spans: list[Span] = []
        for due in group:
            if spans and due.since <= spans[-1].end + _NEAR:
                spans[-1] = Span(spans[-1].start, max(spans[-1].end, due.until))
            else:
                spans.append(Span(due.since, due.until))
        found += [(series, span) for span in spans]
    return found


def news_of(dues: Iterable[due_store.Due]) -> dict[int, list[News]]:
    """What is due of each series in short, in slices of time; only where all of it can be said so."""
    found: dict[int, list[News]] = {}
    ordered = sorted(dues, key=lambda due: (due.series_id, due.since))
    for series, group in groupby(ordered, key=lambda due: due.series_id):
        pieces = [due.news for due in group]
        told = [piece for piece in pieces if piece is not None]
        if len(told) == len(pieces) and (sliced := slices(told)):
            found[series] = sliced
    return found


def _whole(told: Collection[int], dues: Iterable[due_store.Due]) -> dict[int, Span]:
    """From the first to the last due reading of each series but those `told`."""
    found: dict[int, Span] = {}
    for due in dues:
        if due.series_id not in told:
            known = found.get(due.series_id, Span(due.since, due.until))
            found[due.series_id] = Span(min(known.start, due.since), max(known.end, due.until))
    return found


def follow(transaction: Transaction, dues: Sequence[due_store.Due]) -> list[tuple[int, Span]]:
    """Bring runs and gaps up to date with the readings that are due.

    Returns the stretches in which a unit may have felt something new: those that touch a run or a gap.
    """
    news = news_of(dues)
    untold = _whole(news, dues)
    if untold:
        news |= {one.series_id: [one] for one in due_store.news(transaction, untold)}
    passed = _pass_quiet(transaction, news)
    loud = [due for due in dues if due.until > passed.get(due.series_id, BEGINNING)]
    if not loud:
        return []
    rest = {
        series: [one for one in sliced if one.until > passed.get(series, BEGINNING)]
        for series, sliced in news.items()
    }
    in_short = {series: reduce(joined, sliced) for series, sliced in rest.items() if sliced}
    return _follow_closely(transaction, examine(transaction, stretches_of(loud), in_short))


def _pass_quiet(transaction: Transaction, news: Mapping[int, Sequence[News]]) -> dict[int, int]:
    """Mark as judged what changes no run and no gap: until when, for each series with such a slice."""
    passed: dict[int, int] = {}
    going = [list(reversed(sliced)) for sliced in news.values()]
    while going:
        turn = [left.pop() for left in going]
        quiet = due_store.pass_quiet_series(transaction, turn)
        passed |= {one.series_id: one.until for one in turn if one.series_id in quiet}
        going = [left for left in going if left and left[0].series_id in quiet]
    return passed


def _follow_closely(
    transaction: Transaction, stretches: Sequence[tuple[int, Span]]
) -> list[tuple[int, Span]]:
    """Read back what was measured in `stretches`, and write what it changes."""
    if not stretches:
        return []
    wide, late = store.widened(transaction, stretches)
    found = store.windows(transaction, wide)
    series_ids = {series for series, _ in found}
    lost = [(series, span) for series, span in stretches if series not in series_ids]
    if lost:
        signal_store.forget_signals(transaction, {series for series, _ in lost})
    if not found:
        return lost
    spans = [(series, window.reach) for series, window in found]
    max_gaps = store.max_gaps(transaction, series_ids)
    watches = watch_store.watches(transaction, series_ids)
    runs = store.runs_touching(transaction, spans)
    old_gaps = store.gaps_touching(transaction, spans)
    changing = {series for series in series_ids if any(one.limit.over for one in watches[series])}
    strange = _strange(found, _lines(watches, telling=False), max_gaps)
    suspects = strange | set(runs) | set(old_gaps) | changing
    run_changes: list[tuple[int, Limit, Change]] = []
    closed: set[tuple[int, Span]] = set()
    opened: set[tuple[int, Span]] = set()
    for series, group in groupby(found, key=lambda one: one[0]):
        if series not in suspects:
            continue
        parts = [window for _, window in group]
        for limit in (one.limit for one in watches[series]):
            stored = runs.get(series, {}).get(limit, [])
            change = splice_all(stored, parts, limit, max_gaps[series])
            if change:
                run_changes.append((series, limit, change))
        closed |= {(series, gap) for gap in old_gaps.get(series, [])}
        opened |= {(series, gap) for window in parts for gap in gaps(window, max_gaps[series])}
    store.change_runs(transaction, run_changes)
    store.change_gaps(transaction, sorted(closed - opened), sorted(opened - closed))
    signal_store.put_signals(transaction, found, [_range(changing, *one) for one in found])
    crossed = {(series, limit) for series, limit, _ in run_changes}
    crossed |= {(series, limit) for series, by_limit in runs.items() for limit in by_limit}
    telling = _strange(found, _lines(watches, telling=True), max_gaps) | set(old_gaps)
    telling |= {series for series in late & series_ids if any(one.averaged for one in watches[series])}
    telling |= {
        series
        for series in series_ids
        if any(one.tells and (series, one.limit) in crossed for one in watches[series])
    }
    told = [(series, window.span) for series, window in found if series in telling]
    return [*told, *lost]


def _range(changing: Collection[int], series: int, window: Window) -> tuple[float, float] | None:
    """The lowest and highest reading of a window, of a series whose change is watched."""
    if series not in changing:
        return None
    return float(window.values.min()), float(window.values.max())


def watch(transaction: Transaction, added: Sequence[tuple[int, Watched]]) -> None:
    """Let new lines matter for series, and find their runs in everything measured so far."""
    whole = store.whole_series(transaction, {series for series, _ in added})
    watch_store.add_watches(transaction, added)
    windows = dict(store.windows(transaction, whole))
    max_gaps = store.max_gaps(transaction, windows)
    changes = [
        (series, one.limit, splice_all([], [windows[series]], one.limit, max_gaps[series]))
        for series, one in added
        if series in windows
    ]
    store.change_runs(transaction, changes)


_Lines = Mapping[int, Sequence[Limit]]


def _lines(watches: Mapping[int, Sequence[Watched]], *, telling: bool) -> _Lines:
    """The watched lines of the temperature itself, all or those that matter by themselves."""
    return {
        series: [one.limit for one in found if not one.limit.over and (one.tells or not telling)]
        for series, found in watches.items()
    }


def _strange(
    found: Sequence[tuple[int, Window]], lines: _Lines, max_gaps: Mapping[int, int]
) -> set[int]:
    """Series with a reading beyond one of their lines, or with readings too far apart."""
    lengths = np.array([len(window.times) for _, window in found])
    values = np.concatenate([window.values for _, window in found])
    times = np.concatenate([window.times for _, window in found])
    highest, lowest, longest = (
        np.repeat(np.array(column), lengths)
        for column in zip(
            *(_bounds(lines[series], max_gaps[series]) for series, _ in found), strict=True
        )
    )
    strange: NDArray[np.bool_] = (values > highest) | (values < lowest)
    apart = np.diff(times) > longest[1:]
    apart[np.cumsum(lengths)[:-1] - 1] = False  # the step from one window to the next is no gap
    strange[1:] |= apart
    starts = np.r_[0, np.cumsum(lengths)[:-1]]
    hit = np.logical_or.reduceat(strange, starts)
    return {series for (series, _), one in zip(found, hit.tolist(), strict=True) if one}


def _bounds(limits: Sequence[Limit], max_gap: int) -> tuple[float, float, int]:
    highest = min((limit.value for limit in limits if limit.side == ABOVE), default=np.inf)
    lowest = max((limit.value for limit in limits if limit.side != ABOVE), default=-np.inf)
    return highest, lowest, max_gap

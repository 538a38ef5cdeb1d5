"""The signals that units are judged by: how far they reach, their runs and gaps, and their readings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kernel.intervals import Span, union
from rules import store
from rules.core.runs import Recording, Window
from rules.core.timeline import Signal
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")


@dataclass(frozen=True, slots=True)
class _Stretch:
    series_id: int
    start: int
    end: int


_PUT_SIGNALS = _SQL.command("put_signals")
_SIGNALS = _SQL.returning(_Stretch, "signals")


def put_signals(
    transaction: Transaction,
    stretches: Sequence[tuple[int, Span]],
    ranges: Sequence[tuple[float, float] | None],
) -> None:
    """Remember how far each series has been judged.

    `ranges` are the lowest and highest reading of a stretch where a change is watched.
    """
    transaction.run(
        _PUT_SIGNALS,
        **store.arrays(stretches),
        lowest=[None if one is None else one[0] for one in ranges],
        highest=[None if one is None else one[1] for one in ranges],
    )


def signals(transaction: Transaction, wanted: dict[int, Span]) -> dict[int, Signal]:
    """What is known of each series during its wanted span: runs and gaps that touch it."""
    stretches = list(wanted.items())
    runs = store.runs_touching(transaction, stretches)
    spans = {
        row.series_id: Span(row.start, row.end)
        for row in transaction.rows(_SIGNALS, series_ids=list(wanted))
    }
    gaps = store.gaps_touching(transaction, list(spans.items()))
    return {
        series: Signal(span.start, span.end, gaps.get(series, []), runs.get(series, {}))
        for series, span in spans.items()
    }


def with_recordings(
    transaction: Transaction, known: Mapping[int, Signal], wanted: Iterable[tuple[int, Span]]
) -> dict[int, Signal]:
    """The signals with the readings of the wanted stretches, as far as these are judged."""
    by_series: dict[int, list[Span]] = {}
    for series, span in wanted:
        if series in known:
            by_series.setdefault(series, []).append(span)
    if not by_series:
        return dict(known)
    stretches = [
        (series, Span(span.start, min(span.end, known[series].last)))
        for series, spans in by_series.items()
        for span in union(spans)
        if span.start < known[series].last
    ]
    gaps = store.max_gaps(transaction, by_series)
    read: dict[int, list[tuple[Span, Window]]] = {series: [] for series in by_series}
    for number, window in store.numbered_windows(transaction, stretches):
        series, span = stretches[number]
        read[series].append((span, window))
    return {
        series: replace(signal, recording=Recording(read[series], gaps[series]))
        if series in read
        else signal
        for series, signal in known.items()
    }

"""The signals that units are judged by: how far they reach, their runs and gaps, and their readings."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kernel.exposure import Exposure
from kernel.intervals import Span, union
from rules import store
from rules.core.judge import readings_to_look_at
from rules.core.profile import Rule
from rules.core.runs import Recording, Window
from rules.core.timeline import Signal
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")


@dataclass(frozen=True, slots=True)
class _Known:
    series_id: int
    start: int
    end: int
    max_gap: int


_PUT_SIGNALS = _SQL.command("put_signals")
_FORGET_SIGNALS = _SQL.command("forget_signals")
_SIGNALS = _SQL.returning(_Known, "signals")


def put_signals(
    transaction: Transaction,
    found: Sequence[tuple[int, Window]],
    ranges: Sequence[tuple[float, float] | None],
) -> None:
    """Remember how far the evidence of each series reaches.

    `ranges` are the lowest and highest reading of a window where a change is watched.
    """
    transaction.run(
        _PUT_SIGNALS,
        **store.arrays([(series, window.span) for series, window in found]),
        lowest=[None if one is None else one[0] for one in ranges],
        highest=[None if one is None else one[1] for one in ranges],
        first_known=[series for series, window in found if window.open_start],
        last_known=[series for series, window in found if window.open_end],
    )


def forget_signals(transaction: Transaction, series_ids: Collection[int]) -> None:
    """None of the readings of these series is evidence any more."""
    transaction.run(_FORGET_SIGNALS, series_ids=list(series_ids))


def signals(transaction: Transaction, wanted: dict[int, Span]) -> dict[int, Signal]:
    """What is known of each series during its wanted span: runs and gaps that touch it."""
    stretches = list(wanted.items())
    runs = store.runs_touching(transaction, stretches)
    known = {row.series_id: row for row in transaction.rows(_SIGNALS, series_ids=list(wanted))}
    spans = [(series, Span(row.start, row.end)) for series, row in known.items()]
    gaps = store.gaps_touching(transaction, spans)
    return {
        series: Signal(
            row.start,
            row.end,
            gaps.get(series, []),
            runs.get(series, {}),
            max_gap=row.max_gap,
        )
        for series, row in known.items()
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


def signals_for(
    transaction: Transaction,
    wanted: dict[int, Span],
    asked: Iterable[tuple[Sequence[Exposure], Sequence[Rule]]],
) -> dict[int, Signal]:
    """The wanted signals, with their readings where a rule that is asked takes a mean."""
    found = signals(transaction, wanted)
    looked_at = [one for felt, rules in asked for one in readings_to_look_at(felt, found, rules)]
    return with_recordings(transaction, found, looked_at)


def wanted(felt: Iterable[Sequence[Exposure]]) -> dict[int, Span]:
    """For each series the time in which anybody was exposed to it."""
    found: dict[int, Span] = {}
    for exposure in (exposure for exposures in felt for exposure in exposures):
        for series in exposure.series:
            before = found.get(series, exposure.span)
            found[series] = Span(
                min(before.start, exposure.span.start), max(before.end, exposure.span.end)
            )
    return found

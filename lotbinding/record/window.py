"""What units felt during a window of time, such as from arrival to acceptance, against given limits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kernel.intervals import Span
from lotbinding.record import store
from lotbinding.record.core.figures import Figures, RuleOfProfile, figures_of
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class FeltInWindow:
    """What one unit felt; temperatures degC, lengths and instants microseconds.

    `above` and `below` are the times beyond the asked limits (0 where none was asked), `monitored` the
    time with a signal; `lowest` and `highest` are None without any reading. `last_at` is the newest
    reading or the end of the window, whichever comes first.
    """

    readings: int
    monitored: int
    lowest: float | None
    highest: float | None
    below: int
    above: int
    last_at: int
    series: tuple[int, ...]
    sensors: tuple[str, ...]


def felt_between(
    transaction: Transaction,
    unit_ids: Collection[int],
    window: Span,
    lowest: float | None,
    highest: float | None,
) -> dict[int, FeltInWindow]:
    """What each unit felt during `window`, by binding, held against `lowest` and `highest` degC."""
    limits = [
        RuleOfProfile(side, "single", side, limit, 0, None)
        for side, limit in (("below", lowest), ("above", highest))
        if limit is not None
    ]
    found = store.felt(transaction, unit_ids, within=window)
    return {unit: _felt(unit, found, limits, window) for unit in unit_ids}


def _felt(unit: int, found: store.Felt, limits: Sequence[RuleOfProfile], window: Span) -> FeltInWindow:
    exposures = found.exposures[unit]
    figures = figures_of(exposures, found.readings, limits)
    heard = sorted({series for one in exposures for series in one.series if series in found.readings})
    last = [
        int(times[-1])
        for one in exposures
        for series in one.series
        if series in found.readings
        and len(times := found.readings[series].times[found.readings[series].inside(one.span)])
    ]
    return FeltInWindow(
        figures.readings,
        figures.monitored,
        figures.lowest,
        figures.highest,
        _beyond(figures, "below"),
        _beyond(figures, "above"),
        max(last, default=window.start),
        tuple(heard),
        tuple(sorted({found.series[series].rpartition("/")[0] for series in heard})),
    )


def _beyond(figures: Figures, side: str) -> int:
    return sum(one.length for one in figures.beyond if one.side == side)

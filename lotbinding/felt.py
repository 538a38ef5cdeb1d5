"""What the units of a lot felt: the readings of the series that spoke for them, ready to draw."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kernel.exposure import Exposure
from kernel.instants import BEGINNING, FOREVER, SECOND, moment
from kernel.intervals import Span
from kernel.quality import NO_EVIDENCE, Quality
from lotbinding.core.thinning import thin
from lotbinding.store.exposure import exposures_of
from lotbinding.store.readings import Measured, readings_of
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")
_SHORTEST_BUCKET = SECOND
_UNDER_WAY = "under way"
"""Where a unit is inside a handling unit of which no place is known yet."""
_WHY = {
    Quality.OUT_OF_RANGE: "out of range",
    Quality.STUCK: "stuck",
    Quality.SPIKE: "spike or jump",
}
"""What explains a reading that is no evidence."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A reading that a fault of its sensor explains: no evidence of anything, and `why`."""

    time: float
    value: float
    why: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch in which one nearest sensor spoke for a unit, or none (`sensor` is None).

    `times` are seconds since the epoch, `values` degC; None marks a gap in the readings. What is
    `doubted` is not among them.
    """

    location: str
    since: str
    until: str | None
    sensor: str | None
    times: list[float]
    values: list[float | None]
    doubted: list[Doubted]


@dataclass(frozen=True, slots=True)
class FeltByUnit:
    """The segments of one unit, in order of time; equally near sensors are segments side by side."""

    code: str
    segments: list[Segment]


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit of the lot's profile, to draw as a line."""

    rule: str
    side: str
    limit: float


@dataclass(frozen=True, slots=True)
class Felt:
    """The temperature that the units of a lot felt between `since` and `until` (ISO 8601, UTC)."""

    lot: str
    since: str | None
    until: str | None
    limits: list[LimitLine]
    units: list[FeltByUnit]


@dataclass(frozen=True, slots=True)
class _LotUnit:
    unit_id: int
    code: str


@dataclass(frozen=True, slots=True)
class _Series:
    series_id: int
    sensor: str
    max_gap: int


@dataclass(frozen=True, slots=True)
class _Place:
    location_id: int
    path: str


@dataclass(frozen=True, slots=True)
class _Trace:
    """The drawn readings of one series: gaps are rows whose value is NaN, `doubted` are no evidence."""

    sensor: str
    max_gap: int
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    doubted: Measured


_UNITS = _SQL.returning(_LotUnit, "units_of_lot")
_SERIES = _SQL.returning(_Series, "series_by_id")
_PLACES = _SQL.returning(_Place, "places_by_id")
_LIMITS = _SQL.returning(LimitLine, "limits_of_lot")


def felt_temperature(
    transaction: Transaction, lot: str, since: int | None, until: int | None, buckets: int
) -> Felt | None:
    """What the units of `lot` felt after `since` and up to `until` (instants), None when unknown.

    Each series is thinned to at most four readings in each of `buckets` equal stretches of time.
    """
    units = transaction.rows(_UNITS, lot=lot)
    if not units:
        return None
    window = Span(BEGINNING if since is None else since + 1, FOREVER if until is None else until + 1)
    exposures = [
        clipped
        for exposure in exposures_of(transaction, [unit.unit_id for unit in units])
        if (clipped := _clip(exposure, window)) is not None
    ]
    traces = _traces(transaction, exposures, buckets)
    place_ids = list({exposure.location_id for exposure in exposures} - {None})
    places: dict[int | None, str] = {
        p.location_id: p.path for p in transaction.rows(_PLACES, location_ids=place_ids)
    }
    places[None] = _UNDER_WAY
    by_unit: dict[int, list[Segment]] = {unit.unit_id: [] for unit in units}
    for exposure in exposures:
        by_unit[exposure.unit_id] += _segments(exposure, places[exposure.location_id], traces, window)
    return Felt(
        lot,
        _iso(window.start),
        _iso(window.end),
        transaction.rows(_LIMITS, lot=lot),
        [FeltByUnit(unit.code, by_unit[unit.unit_id]) for unit in units],
    )


def _clip(exposure: Exposure, window: Span) -> Exposure | None:
    span = exposure.span.meet(window)
    return span and replace(exposure, span=span)


def _traces(transaction: Transaction, exposures: list[Exposure], buckets: int) -> dict[int, _Trace]:
    """Each series once, however many units it spoke for."""
    spans: dict[int, Span] = {}
    for exposure in exposures:
        for series in exposure.series:
            before = spans.get(series, exposure.span)
            spans[series] = Span(
                min(before.start, exposure.span.start), max(before.end, exposure.span.end)
            )
    known = transaction.rows(_SERIES, series_ids=list(spans))
    stretches = [(one.series_id, spans[one.series_id]) for one in known]
    found = readings_of(transaction, stretches, qualities=True)
    return {
        series.series_id: _trace(series, measured, buckets)
        for series, measured in zip(known, found, strict=True)
    }


def _trace(series: _Series, measured: Measured, buckets: int) -> _Trace:
    length = int(measured.times[-1] - measured.times[0]) if len(measured.times) else 0
    bucket = max(length // max(buckets, 1), _SHORTEST_BUCKET)
    doubted = (measured.qualities & NO_EVIDENCE) != 0
    faulty = _rows(measured, np.flatnonzero(doubted))
    good = _rows(measured, np.flatnonzero(~doubted))
    times, values = good.times, good.values
    gaps = np.flatnonzero(np.diff(times) > series.max_gap)
    drawn = np.union1d(thin(times, values, bucket), np.r_[gaps, gaps + 1])
    gap_times = times[gaps] + 1
    all_times = np.r_[times[drawn], gap_times]
    all_values = np.r_[values[drawn], np.full(len(gap_times), np.nan)]
    order = np.argsort(all_times, kind="stable")
    shown = _rows(faulty, thin(faulty.times, faulty.values, bucket))
    return _Trace(series.sensor, series.max_gap, all_times[order], all_values[order], shown)


def _rows(measured: Measured, rows: NDArray[np.intp]) -> Measured:
    return Measured(measured.times[rows], measured.values[rows], measured.qualities[rows])


def _segments(exposure: Exposure, place: str, traces: dict[int, _Trace], window: Span) -> list[Segment]:
    since, until = _iso(exposure.span.start), _iso(exposure.span.end)
    assert since is not None, "a stay begins at a moment"
    if not exposure.series:
        return [Segment(place, since, until, None, [], [], [])]
    return [
        _segment(exposure, place, since, until, traces[series], window)
        for series in exposure.series
        if series in traces
    ]


def _segment(  # noqa: PLR0917 - the exposure and what is known about it
    exposure: Exposure, place: str, since: str, until: str | None, trace: _Trace, window: Span
) -> Segment:
    """A stretch with the readings in it; silence at a border of the stay begins or ends with None.

    A border of the asked `window` is none of the stay: what lies beyond it was not looked at.
    """
    low, high = np.searchsorted(trace.times, exposure.span)
    times: list[int] = trace.times[low:high].tolist()
    values = [None if np.isnan(value) else float(value) for value in trace.values[low:high]]
    start, end = exposure.span
    if start > window.start and (not times or times[0] - start > trace.max_gap):
        times, values = [start, *times], [None, *values]
    if end < window.end and times and end - times[-1] > trace.max_gap:
        times, values = [*times, end - 1], [*values, None]
    in_seconds = [time / SECOND for time in times]
    doubted = list(_doubted(trace.doubted, exposure.span))
    return Segment(place, since, until, trace.sensor, in_seconds, values, doubted)


def _doubted(measured: Measured, span: Span) -> Iterator[Doubted]:
    low, high = np.searchsorted(measured.times, span)
    for at in range(low, high):
        why = next(words for bit, words in _WHY.items() if measured.qualities[at] & bit)
        yield Doubted(int(measured.times[at]) / SECOND, float(measured.values[at]), why)


def _iso(at: int) -> str | None:
    if not BEGINNING < at < FOREVER:
        return None
    return moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")

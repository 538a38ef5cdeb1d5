"""The figures of many stretches of the same lines: what each piece comes to is computed once.

Units of a lot stood beside the same sensors, each from and until another minute. A stretch adds up what
its whole pieces come to, and what of the two pieces at its ends is inside.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kernel.exposure import Exposure
from kernel.intervals import Span
from kernel.stood import BeyondLimit, Felt
from lotbinding.record.core.figures import ABOVE, lengths_beyond, means, rates, unmonitored
from lotbinding.record.core.line import EMPTY, Line, Readings, line_during, lines_felt, value_at

Amount = TypeVar("Amount", np.int64, np.float64)
Limit = tuple[str, float]
"""A side ("above" or "below") and degC."""
_Spoke = tuple[tuple[int, ...], int]
"""Series that spoke together, and how many of them had to agree."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, and what it comes to up to each of its edges, from 0 on; as `_Sums` says."""

    line: Line
    monitored: NDArray[np.int64]
    warmth: NDArray[np.float64]
    rate: NDArray[np.float64]
    beyond: Mapping[Limit, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class _Sums:
    """What stretches of a line come to; `warmth` and `rate` are twice the integrals over time."""

    until: int | None
    monitored: int
    warmth: float
    rate: float
    beyond: Mapping[Limit, int]


class Lines:
    """The lines of series with `readings`, for all `exposures` to them, held against `limits`."""

    def __init__(
        self,
        readings: Mapping[int, Readings],
        exposures: Iterable[Exposure],
        limits: Collection[Limit],
        dh_r: float,
    ) -> None:
        self._readings = readings
        self._limits = limits
        self._dh_r = dh_r
        self._reach: dict[_Spoke, Exposure] = {}
        for one in exposures:
            known = self._reach.setdefault((one.series, one.needed), one)
            reach = Span(min(known.span.start, one.span.start), max(known.span.end, one.span.end))
            self._reach[one.series, one.needed] = replace(one, span=reach)
        self._worked_out: dict[_Spoke, tuple[_Line, _Line]] = {}

    def felt(self, exposures: Sequence[Exposure]) -> Felt:
        """What these exposures of one unit, or parts of them, come to together; in order of time."""
        warm: list[_Sums] = []
        cold: list[_Sums] = []
        for one in exposures:
            upper, lower = self._lines((one.series, one.needed))
            sums = self._during(upper, one.span)
            warm += sums
            cold += sums if lower is upper else self._during(lower, one.span)
        monitored = sum(one.monitored for one in warm)
        until = max((one.until for one in warm if one.until is not None), default=None)
        number, extremes = self._heard(exposures)
        mean, mkt = means(
            monitored, sum(one.warmth for one in warm), sum(one.rate for one in warm), self._dh_r
        )
        beyond = {
            (side, limit): sum(one.beyond[side, limit] for one in (warm if side == ABOVE else cold))
            for side, limit in self._limits
        }
        return Felt(
            number,
            min(extremes, default=None),
            max(extremes, default=None),
            mean,
            mkt,
            monitored,
            unmonitored(exposures, until, monitored),
            [BeyondLimit(*limit, length) for limit, length in beyond.items()],
        )

    def _lines(self, spoke: _Spoke) -> tuple[_Line, _Line]:
        """The lines that count against upper and lower limits, over all the time asked about.

        Where they are the same it is worked out once, against all limits.
        """
        if spoke not in self._worked_out:
            whole = self._reach[spoke]
            heard = [self._readings[one] for one in whole.series if one in self._readings]
            warm, cold = lines_felt(whole, [line_during(one, whole.span) for one in heard])
            upper = self._work_out(warm, self._limits)
            self._worked_out[spoke] = (
                upper,
                upper if cold is warm else self._work_out(cold, self._limits),
            )
        return self._worked_out[spoke]

    def _work_out(self, line: Line, limits: Iterable[Limit]) -> _Line:
        lengths = line.lengths
        return _Line(
            line,
            _up_to(lengths),
            _up_to(lengths * (line.first + line.last)),
            _up_to(lengths * (rates(line.first, self._dh_r) + rates(line.last, self._dh_r))),
            {limit: _up_to(lengths_beyond(line, *limit)) for limit in limits},
        )

    def _during(self, worked: _Line, span: Span) -> list[_Sums]:
        """What the whole pieces inside `span` come to, and what is inside of those that it cuts."""
        line = worked.line
        first = int(np.searchsorted(line.until, span.start, "right"))
        last = int(np.searchsorted(line.since, span.end, "left"))
        if first >= last:
            return [_sums(worked, 0, 0)]
        low = first + int(line.since[first] < span.start)
        high = max(low, last - int(line.until[last - 1] > span.end))
        cut = [*range(first, low), *range(high, last)]
        ends = self._work_out(_cut(line, cut, span), worked.beyond)
        return [_sums(worked, low, high), _sums(ends, 0, len(cut))]

    def _heard(self, exposures: Iterable[Exposure]) -> tuple[int, list[float]]:
        """How many readings there were, and the extremes of them and of the ends of each stretch."""
        number = 0
        extremes: list[float] = []
        for exposure in exposures:
            for one in (self._readings[s] for s in exposure.series if s in self._readings):
                values = one.values[one.inside(exposure.span)]
                number += len(values)
                if len(values):
                    extremes += [float(values.min()), float(values.max())]
                ends = (value_at(one, exposure.span.start), value_at(one, exposure.span.end))
                extremes += [value for value in ends if value is not None]
        return number, extremes


def _cut(line: Line, pieces: Sequence[int], span: Span) -> Line:
    """Those pieces of the line, as far as they are inside `span`."""
    if not pieces:
        return EMPTY
    whole = Line(line.since[pieces], line.until[pieces], line.first[pieces], line.last[pieces])
    since, until = np.maximum(whole.since, span.start), np.minimum(whole.until, span.end)
    slope = (whole.last - whole.first) / whole.lengths
    return Line(
        since,
        until,
        np.where(since > whole.since, whole.first + slope * (since - whole.since), whole.first),
        np.where(until < whole.until, whole.first + slope * (until - whole.since), whole.last),
    )


def _up_to(pieces: NDArray[Amount]) -> NDArray[Amount]:
    sums = np.zeros(len(pieces) + 1, pieces.dtype)
    np.cumsum(pieces, out=sums[1:])
    return sums


def _sums(worked: _Line, low: int, high: int) -> _Sums:
    """What the pieces from `low` up to, but without, `high` come to."""
    return _Sums(
        int(worked.line.until[high - 1]) if high > low else None,
        int(worked.monitored[high] - worked.monitored[low]),
        float(worked.warmth[high] - worked.warmth[low]),
        float(worked.rate[high] - worked.rate[low]),
        {limit: int(up_to[high] - up_to[low]) for limit, up_to in worked.beyond.items()},
    )

"""Silence: how long nobody knew what a unit felt, from the readings alone and by the clock.

Any reading breaks a silence, also a lone one between two gaps. One that lasts is broken by the clock,
so `now` is asked for; how far it went is written down when it has ended.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from kernel.exposure import Exposure
from kernel.instants import BEGINNING, FOREVER
from kernel.intervals import difference, union
from rules.core.timeline import Signal, monitored


class Silence(NamedTuple):
    """From `start` to `end` nothing was heard; `end` is None while that goes on."""

    start: int
    end: int | None


def silences(exposures: Sequence[Exposure], signals: Mapping[int, Signal]) -> list[Silence]:
    """The silences in the life of one unit, in order of time."""
    heard = sorted(set(_lone(exposures, signals)))
    found: list[Silence] = []
    life = union(exposure.span for exposure in exposures)
    for span in difference(life, monitored(exposures, signals)):
        inside = [at for at in heard if span.start < at < span.end]
        edges = [span.start, *inside, span.end]
        found += [Silence(a, b) for a, b in pairwise(edges)]
    return [one if one.end != FOREVER else Silence(one.start, None) for one in found]


def sure_from(exposures: Sequence[Exposure], signals: Mapping[int, Signal]) -> int:
    """From when on no reading of now can show any more that the silence that goes on is none."""
    near = exposures[-1].series if exposures else ()
    heard = [signals[series] for series in near if series in signals]
    return max((signal.last + signal.max_gap for signal in heard), default=BEGINNING)


def wakes_at(
    exposures: Sequence[Exposure], signals: Mapping[int, Signal], patiences: Sequence[int], now: int
) -> int | None:
    """When the clock alone will have broken the patience with a silence that goes on, if ever.

    None also while a series near the unit speaks: its silence is looked after for all units at once.
    """
    if not exposures or exposures[-1].span.end != FOREVER:
        return None
    here = exposures[-1]
    sure = sure_from(exposures, signals)
    if any(s in signals and signals[s].last >= here.span.start for s in here.series):
        return None
    last = silences(exposures, signals)[-1]
    ends = [max(last.start + patience, sure) for patience in patiences]
    ahead = [at for at in ends if at > now]
    return min(ahead, default=None)


def _lone(exposures: Sequence[Exposure], signals: Mapping[int, Signal]) -> Iterator[int]:
    for exposure in exposures:
        for series in exposure.series:
            for stretch in signals[series].stretches() if series in signals else ():
                if not stretch.length and exposure.span.start <= stretch.start < exposure.span.end:
                    yield stretch.start

"""The judges' loop: take what is due, follow the signals, judge the units, commit.

Any number of workers may run; each takes series and units that no other one has in hand.
"""

import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import structlog

from kernel.exposure import Exposure
from kernel.intervals import Span
from rules import due_store, excursion_store, watch_store
from rules.follow import follow, stretches_of
from rules.metrics import Judged, RulesMetrics
from rules.places import store as place_store
from rules.places.judging import ExposuresOfPlaces, judge_places
from rules.sweep import EVERY_S, sweep
from rules.verdicts import ExposuresOf, judge_units
from storage.database import Database, Transaction
from storage.errors import StorageError
from storage.notifications import Listener

UnitsNearSeries = Callable[[Transaction, Sequence[tuple[int, Span]], Collection[int] | None], set[int]]
"""Lot binding's answer to: which units (of all, or of these) stood near this series then?"""

_SERIES_A_PASS = 2_000
_UNITS_A_PASS = 2_000
_BREATH = 0.03
"""Seconds between two passes: what comes meanwhile is judged together, for the price of one."""
_IDLE = 1.0
_LONGEST_WAIT = 10.0

log = structlog.get_logger("rules")


def now() -> int:
    """The time on the wall, in microseconds since 1970."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class Binding:
    """What the judges ask lot binding."""

    exposures_of: ExposuresOf
    units_near_series: UnitsNearSeries
    exposures_of_places: ExposuresOfPlaces


class Judges:
    """Judges readings and movements as they come in."""

    def __init__(
        self,
        database: Database,
        binding: Binding,
        metrics: RulesMetrics | None = None,
        clock: Callable[[], int] = now,
    ) -> None:
        """`clock` tells the time, by which alone a silence that goes on can be noticed."""
        self._clock = clock
        self._database = database
        self._binding = binding
        self._metrics = metrics or RulesMetrics()

    def judge_once(self) -> int:
        """Judge what is due now, in one transaction; how many pieces of work there were."""
        begun = time.perf_counter()
        judged = self._database.attempt(self._pass)
        self._metrics.passed(judged, time.perf_counter() - begun)
        return judged.work

    def wake_once(self) -> int:
        """Put on the due list whom a silence may concern by now; how many units that are."""
        return self._database.attempt(self._wake)

    def sweep_once(self, now: int | None = None) -> bool:
        """Do what time alone makes due; False when another judge has it in hand."""
        return self._database.attempt(lambda transaction: sweep(transaction, now))

    def judge_all(self) -> None:
        """Judge until nothing is due, by the clock either."""
        self.wake_once()
        while self.judge_once():
            pass

    def run(self, stop: threading.Event, on_ready: Callable[[], None] | None = None) -> None:
        """Judge until `stop` is set; waits out a database that is away and recovers by itself."""
        listener = Listener(self._database.url, "coldbind_due")
        wait = 0.0
        swept = -math.inf
        if on_ready is not None:
            on_ready()
        try:
            while not stop.is_set():
                try:
                    if time.monotonic() >= swept + EVERY_S:
                        swept = time.monotonic()
                        self.wake_once()
                        self.sweep_once()
                    worked = self.judge_once()
                except StorageError as error:
                    if not wait:
                        self._metrics.outage()
                    wait = min(max(2 * wait, 0.25), _LONGEST_WAIT)
                    log.warning("judging waits", reason=str(error), again_in_s=wait)
                    stop.wait(wait)
                    continue
                if wait:
                    log.info("judging goes on")
                    wait = 0.0
                if worked:
                    stop.wait(_BREATH)
                else:
                    listener.wait(_IDLE)
        finally:
            listener.close()

    def _pass(self, transaction: Transaction) -> Judged:
        self._metrics.begin()
        claimed = due_store.claim_units(transaction, _UNITS_A_PASS)
        places = place_store.claim(transaction, _UNITS_A_PASS)
        dues = due_store.claim_series(transaction, _SERIES_A_PASS)
        stretches = stretches_of(dues)
        touched = follow(transaction, dues) if dues else []
        units = set(claimed)
        moved = {unit for unit, elsewhere in claimed.items() if elsewhere}
        if touched:
            units |= self._binding.units_near_series(transaction, touched, None)
        if stretches:
            newest = max(span.end for _, span in stretches)
            waiting = excursion_store.pending_units(transaction, newest) - units
            if waiting:
                units |= _touched(self._binding.exposures_of(transaction, waiting), stretches)
        found = judge_units(transaction, units, self._binding.exposures_of, dues, moved, self._clock())
        if found:
            log.debug("excursions found", excursions=found, units=len(units))
        work = len(claimed) + len(places) + len(dues)
        places |= {
            place: places.get(place, False)
            for place in place_store.with_news(transaction, touched, stretches)
        }
        judge_places(transaction, places, self._binding.exposures_of_places, self._clock())
        return Judged(work, len({due.series_id for due in dues}), len(units))

    def _wake(self, transaction: Transaction) -> int:
        at = self._clock()
        units = watch_store.claim_waking(transaction, at)
        silent = watch_store.newly_silent(transaction, at)
        place_store.add_due_where_silent(transaction, [series for series, _ in silent], at)
        if silent:
            units |= self._binding.units_near_series(transaction, silent, None)
        if units:
            due_store.add_due_units(transaction, sorted(units), moved=False)
        return len(units)


def _touched(exposures: Iterable[Exposure], stretches: Iterable[tuple[int, Span]]) -> set[int]:
    """The units that were exposed to one of these series while it measured.

    Asked of the few units that wait for news, not of the many series that have some.
    """
    spans: dict[int, list[Span]] = {}
    for series, span in stretches:
        spans.setdefault(series, []).append(span)
    return {
        exposure.unit_id
        for exposure in exposures
        for series in exposure.series
        for span in spans.get(series, ())
        if span.start < exposure.span.end and span.end >= exposure.span.start
    }

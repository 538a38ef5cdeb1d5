"""What the judges tell a Prometheus: passes, what was judged in them, what came out of it."""

import time
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram

from kernel.events import ExcursionFound, ExcursionWithdrawn
from kernel.instants import SECOND
from storage.database import Handlers, Transaction

_DURATIONS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_DELAYS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 86400)


@dataclass(frozen=True, slots=True)
class Judged:
    """What one pass judged: pieces of due `work`, in so many `series`, and for so many `units`."""

    work: int
    series: int
    units: int


class RulesMetrics:
    """The metrics of one worker, kept in `registry`; in one that nobody reads when not given.

    It hears of excursions inside a transaction, which may be tried again or fail; they count when the
    pass has committed.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        kept = registry or CollectorRegistry()
        self._sent: list[int | None] = []
        self._withdrawals = 0
        self._work_counters(kept)
        self._verdict_counters(kept)

    def _work_counters(self, kept: CollectorRegistry) -> None:
        self._passes = Counter(
            "coldbind_rules_passes", "Passes over the due list, also empty ones.", registry=kept
        )
        self._took = Histogram(
            "coldbind_rules_pass_seconds",
            "How long a pass with work took.",
            buckets=_DURATIONS,
            registry=kept,
        )
        self._outages = Counter(
            "coldbind_rules_database_outages", "Times the database could not be used.", registry=kept
        )
        self._work = Counter(
            "coldbind_rules_due_taken", "Pieces of work taken off the due list.", registry=kept
        )
        self._series = Counter("coldbind_rules_series_judged", "Series followed.", registry=kept)
        self._units = Counter("coldbind_rules_units_judged", "Units judged.", registry=kept)

    def _verdict_counters(self, kept: CollectorRegistry) -> None:
        self._found = Counter(
            "coldbind_rules_excursions_found", "Excursions newly found.", registry=kept
        )
        self._withdrawn = Counter(
            "coldbind_rules_excursions_withdrawn",
            "Excursions that later facts contradicted.",
            registry=kept,
        )
        self._delay = Histogram(
            "coldbind_rules_publish_to_hold_seconds",
            "From the sending of the reading that shows an excursion to the hold.",
            buckets=_DELAYS,
            registry=kept,
        )

    def handlers(self) -> Handlers:
        """What is to be wired so that excursions are heard of."""
        return {ExcursionFound: [self._hear_found], ExcursionWithdrawn: [self._hear_withdrawn]}

    def begin(self) -> None:
        """Forget what was heard in a transaction that did not commit."""
        self._sent.clear()
        self._withdrawals = 0

    def passed(self, judged: Judged, seconds: float) -> None:
        """Count a pass that has just committed."""
        now = time.time_ns() // 1000
        self._passes.inc()
        if judged.work:
            self._took.observe(seconds)
        self._work.inc(judged.work)
        self._series.inc(judged.series)
        self._units.inc(judged.units)
        self._found.inc(len(self._sent))
        self._withdrawn.inc(self._withdrawals)
        for sent_at in self._sent:
            if sent_at is not None:
                self._delay.observe(max(now - sent_at, 0) / SECOND)
        self.begin()

    def outage(self) -> None:
        """Count that the database began to be away."""
        self._outages.inc()

    def _hear_found(self, event: ExcursionFound, _: Transaction) -> None:
        self._sent.append(event.published_at)

    def _hear_withdrawn(self, _: ExcursionWithdrawn, __: Transaction) -> None:
        self._withdrawals += 1

"""What ingest tells a Prometheus: how much came, what became of it, and how long that took.

Everything is counted once a group, in vector operations where there is one reading after the other.
"""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from ingest.core.group import Group
from ingest.path import Committed
from ingest.subscription import Subscription
from kernel.instants import SECOND

LAGS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 86400)
_DURATIONS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_SIZES = (1, 10, 100, 500, 1_000, 2_500, 5_000, 10_000)


class Lags(Collector):
    """A histogram of seconds that takes many values at a time: one comparison a bound among them."""

    def __init__(self, name: str, text: str, registry: CollectorRegistry) -> None:
        self._name, self._text = name, text
        self._bounds = [round(bound * SECOND) for bound in LAGS]
        self._below = [0] * (len(LAGS) + 1)
        self._sum = 0
        registry.register(self)

    def observe(self, lags: NDArray[np.int64]) -> None:
        """Count `lags`, in microseconds; one below zero, from a clock that is ahead, counts as zero."""
        if not len(lags):
            return
        lags = np.maximum(lags, 0)
        least, most = int(lags.min()), int(lags.max())
        below = [
            int(np.count_nonzero(lags <= bound))
            if least <= bound < most
            else len(lags) * (bound >= most)
            for bound in self._bounds
        ]
        found = [before + now for before, now in zip(self._below, [*below, len(lags)], strict=True)]
        self._below, self._sum = found, self._sum + int(lags.sum())

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """The histogram as it is now."""
        names = [*(str(float(bound)) for bound in LAGS), "+Inf"]
        buckets = list(zip(names, map(float, self._below), strict=True))
        yield HistogramMetricFamily(self._name, self._text, buckets, self._sum / SECOND)


class IngestMetrics:
    """The metrics of one ingest, kept in `registry`; in one that nobody reads when not given."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        kept = registry or CollectorRegistry()
        self._transactions(kept)
        self._readings(kept)
        self._links(kept)

    def _transactions(self, kept: CollectorRegistry) -> None:
        self._messages = Counter(
            "coldbind_ingest_messages", "Messages that were stored or parked.", registry=kept
        )
        self._size = Histogram(
            "coldbind_ingest_group_messages",
            "Messages in a transaction.",
            buckets=_SIZES,
            registry=kept,
        )
        self._took = Histogram(
            "coldbind_ingest_transaction_seconds",
            "How long a transaction took, also one that failed.",
            buckets=_DURATIONS,
            registry=kept,
        )
        self._copied = Histogram(
            "coldbind_ingest_copy_seconds",
            "How long the COPY of a transaction's readings took.",
            buckets=_DURATIONS,
            registry=kept,
        )
        self._outages = Counter(
            "coldbind_ingest_database_outages", "Times the database could not store.", registry=kept
        )

    def _readings(self, kept: CollectorRegistry) -> None:
        self._stored = Counter(
            "coldbind_ingest_readings_stored", "Readings that were new to the database.", registry=kept
        )
        self._repeated = Counter(
            "coldbind_ingest_readings_repeated", "Readings that were there already.", registry=kept
        )
        self._late = Counter(
            "coldbind_ingest_readings_late", "Readings marked late, also repeated ones.", registry=kept
        )
        self._parked = Counter(
            "coldbind_ingest_parked_records", "Records parked, by reason.", ["code"], registry=kept
        )
        self._redelivered = Counter(
            "coldbind_ingest_batches_redelivered", "Batches that were stored already.", registry=kept
        )
        self._jumps = Counter(
            "coldbind_ingest_clock_jumps", "Jumps of gateways' clocks.", registry=kept
        )
        self._lag = Lags(
            "coldbind_ingest_lag_seconds", "From a reading's own time to its commit.", kept
        )
        self._publish_lag = Lags(
            "coldbind_ingest_publish_lag_seconds",
            "From the sending of a batch, by its gateway's clock, to its commit.",
            kept,
        )

    def _links(self, kept: CollectorRegistry) -> None:
        self._mailbox = Gauge(
            "coldbind_ingest_mailbox_bytes", "Memory of messages that wait to be stored.", registry=kept
        )
        self._connected = Gauge(
            "coldbind_ingest_broker_connected", "1 while the broker is there, else 0.", registry=kept
        )

    def watch(self, subscription: Subscription) -> None:
        """Ask `subscription` at each scrape how it is doing."""
        self._mailbox.set_function(lambda: subscription.mailbox.size)
        self._connected.set_function(lambda: subscription.connected)

    def outage(self) -> None:
        """Count that the database began to be away."""
        self._outages.inc()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Time the transaction inside."""
        with self._took.time():
            yield

    def committed(self, messages: int, done: Committed) -> None:
        """Count what a transaction with so many `messages` did, which has just committed."""
        tally, now = done.tally, time.time_ns() // 1000
        self._messages.inc(messages)
        self._size.observe(messages)
        self._stored.inc(done.stored)
        self._repeated.inc(tally.repeated)
        self._late.inc(tally.late)
        self._redelivered.inc(tally.redelivered)
        self._jumps.inc(tally.jumps)
        for code, records in tally.parked.items():
            self._parked.labels(code).inc(records)
        if tally.copy_s is not None:
            self._copied.observe(tally.copy_s)
            self._lag.observe(now - tally.times)
            told = tally.published_at[tally.published_at != Group.UNKNOWN]
            self._publish_lag.observe(now - told)

"""What the gateway tells a Prometheus: what devices sent, what is spooled, what was confirmed."""

import math
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from gateway.core.stretches import Stretches
from gateway.core.thinning import Group
from gateway.spool_file import statement
from gateway.store import Batch, Parcel, Spool

_DURATIONS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_MICROSECONDS = 1_000_000


class GatewayMetrics:
    """The metrics of one gateway, kept in `registry`; in one that nobody reads when not given."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self._kept = registry or CollectorRegistry()
        self._sent = Stretches()
        self._taken = self._counter("datagrams_received", "Datagrams taken in.")
        self._answered = self._counter("datagrams_answered", "Datagrams kept and answered.")
        self._turned_away = self._counter(
            "datagrams_turned_away", "Datagrams left unanswered because they came too fast."
        )
        self._unreadable = self._counter(
            "datagrams_unreadable", "Datagrams passed on as they came, to be parked."
        )
        self._readings = self._counter("readings_spooled", "Readings written into the spool.")
        self._batches = self._counter("batches_spooled", "Batches written into the spool.")
        self._published = self._counter("batches_published", "Batches sent, also again.")
        self._resent = self._counter("batches_resent", "Batches sent that had been sent before.")
        self._confirmed = self._counter("batches_confirmed", "Batches that the centre has stored.")
        self._thinned = self._counter("readings_thinned", "Readings that a full spool thinned away.")
        self._dropped = self._counter("readings_dropped", "Readings that a full spool dropped.")
        self._failures = self._counter("spool_failures", "Times the spool could not be written.")
        self._committed = Histogram(
            "coldbind_gateway_commit_seconds",
            "How long a commit of the spool took.",
            buckets=_DURATIONS,
            registry=self._kept,
        )
        self._connected = self._gauge("broker_connected", "1 while the broker is there, else 0.")

    def _counter(self, name: str, text: str) -> Counter:
        return Counter(f"coldbind_gateway_{name}", text, registry=self._kept)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"coldbind_gateway_{name}", text, registry=self._kept)

    def watch(self, spool: Spool) -> None:
        """Ask `spool` at each scrape how full it is."""
        told = (
            ("spool_batches", "Batches in the spool.", lambda: spool.waiting),
            ("spool_bytes", "Bytes of the spool in use.", lambda: spool.used),
            ("spool_limit_bytes", "Bytes the spool may use.", lambda: spool.limit),
            ("spool_oldest_age_seconds", "Age of its oldest batch.", lambda: oldest_age(spool.path)),
        )
        for name, text, ask in told:
            self._gauge(name, text).set_function(ask)

    def turned_away(self) -> None:
        """Count a datagram for which there was no room."""
        self._turned_away.inc()

    def taken(self, datagrams: int) -> None:
        """Count datagrams that came and had room."""
        self._taken.inc(datagrams)

    def answered(self, datagrams: int) -> None:
        """Count datagrams that are safe in the spool."""
        self._answered.inc(datagrams)

    def spooled(self, parcels: Sequence[Parcel], seconds: float) -> None:
        """Count a commit that put in `parcels`."""
        self._readings.inc(sum(parcel.readings for parcel in parcels))
        self._unreadable.inc(sum(not parcel.readings for parcel in parcels))
        self._batches.inc(len(parcels))
        self._committed.observe(seconds)

    def confirmed(self, batches: int) -> None:
        """Count batches that were deleted because the centre has them."""
        self._confirmed.inc(batches)

    def failed(self) -> None:
        """Count that the spool could not be written."""
        self._failures.inc()

    def given_up(self, group: Group, left: int) -> None:
        """Count what is lost where a batch with `left` readings stands for `group` now."""
        lost = sum(one.readings for one in group.members) - left
        (self._dropped if group.drop else self._thinned).inc(lost)

    def leaving(self, batches: Sequence[Batch]) -> None:
        """Count batches that are sent now."""
        before = self._sent.ranges
        again = sum(any(first <= one.seq <= last for first, last in before) for one in batches)
        self._published.inc(len(batches))
        self._resent.inc(again)
        for one in batches:
            self._sent.add((one.first, one.seq))

    def connected(self, *, now: bool) -> None:
        """Note whether the broker is there."""
        self._connected.set(now)


def oldest_age(path: Path) -> float:
    """Seconds since the oldest batch in the spool at `path` was taken in, 0 when it is empty.

    A connection of its own asks: those of the gateway each belong to another thread.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as reader:
            row = reader.execute(statement("oldest")).fetchone()
    except sqlite3.Error:  # nothing is known at this moment
        return math.nan
    return 0.0 if row is None else max(0.0, time.time() - row[0] / _MICROSECONDS)

"""What the database knows of the path: each gateway's numbers, what is parked, due and held.

It is asked at most every few seconds, however many scrape.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from itertools import groupby

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from erp.quality.store import count_open
from ingest.status import GatewayLink, Links, links
from storage.database import Database
from storage.errors import StorageError

_AT_MOST_EVERY = 10.0
_GATEWAY = ("site", "gateway")


class PathMetrics(Collector):
    """Asks `database` when it is scraped, `every` so many seconds at most."""

    def __init__(self, database: Database, every: float = _AT_MOST_EVERY) -> None:
        self._database = database
        self._every = every
        self._turn = threading.Lock()
        self._asked_at: float | None = None
        self._known: list[GaugeMetricFamily] = []

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: naming the metrics would ask the database before anybody scrapes."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Everything as it was when the database was last asked."""
        with self._turn:
            now = time.monotonic()
            if self._asked_at is None or now - self._asked_at >= self._every:
                self._known = self._ask()
                self._asked_at = now
            known = self._known
        yield from known

    def _ask(self) -> list[GaugeMetricFamily]:
        try:
            with self._database.transaction() as transaction:
                found, holds = links(transaction), count_open(transaction)
        except StorageError:  # being away is what the metric tells
            return [_database_up(0)]
        return [_database_up(1), *_of_gateways(found.gateways), *_of_work(found, holds)]


def _database_up(up: int) -> GaugeMetricFamily:
    return GaugeMetricFamily("coldbind_database_up", "1 while the database answers, else 0.", up)


def _of_work(found: Links, holds: int) -> Iterator[GaugeMetricFamily]:
    parked = GaugeMetricFamily(
        "coldbind_parked_records", "Records that wait in telemetry.parked.", labels=["code"]
    )
    for group in found.parked:
        parked.add_metric([group.code], group.records)
    yield parked
    yield GaugeMetricFamily("coldbind_due_work", "Pieces of work not yet judged.", found.due)
    yield GaugeMetricFamily("coldbind_open_holds", "Holds that nobody has released.", holds)


def _of_gateways(gateways: Iterable[GatewayLink]) -> list[GaugeMetricFamily]:
    """Missing and dropped numbers count over all epochs; the rest is about the current one."""
    missing = _family("missing_batches", "Numbers that newer ones overtook over a minute ago.")
    coming = _family("coming_batches", "Numbers below the highest that are probably on their way.")
    highest = _family("highest_batch", "The highest number stored of the current epoch.")
    last = _family("last_commit_timestamp_seconds", "When a batch was last stored.")
    offset = _family("clock_offset_seconds", "The centre's clock minus the gateway's.")
    thinned = _family("thinned_batches", "Batches that a full spool thinned.")
    dropped = _family("dropped_readings", "Readings that a full spool dropped.")
    for name, group in groupby(gateways, lambda link: (link.site, link.gateway)):
        epochs = list(group)
        current = max(epochs, key=lambda link: link.epoch)
        missing.add_metric(name, sum(link.missing for link in epochs))
        coming.add_metric(name, sum(link.coming for link in epochs))
        thinned.add_metric(name, sum(link.thinned for link in epochs))
        dropped.add_metric(name, sum(link.dropped_readings for link in epochs))
        highest.add_metric(name, current.highest)
        last.add_metric(name, current.last_commit_at.timestamp())
        if current.offset_s is not None:
            offset.add_metric(name, current.offset_s)
    return [missing, coming, highest, last, offset, thinned, dropped]


def _family(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"coldbind_link_{name}", text, labels=_GATEWAY)

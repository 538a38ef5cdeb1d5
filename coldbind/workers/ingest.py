"""Ingest: store what comes over the broker."""

import time

from coldbind.metrics import new_registry, served
from coldbind.settings import Settings
from coldbind.sources import decoders
from coldbind.tls import broker_tls
from coldbind.workers.ground import database_url, mqtt_url, ready, stop_signal, work
from ingest.metrics import IngestMetrics
from ingest.sealing import Sealer
from ingest.settings import IngestSettings
from ingest.worker import Ingest
from storage.database import Database


def ingest(settings: Settings) -> None:
    """Run until told to stop."""
    told = IngestSettings(
        mqtt_url(settings),
        client_id=settings.ingest_client_id,
        future_tolerance_s=settings.future_tolerance_s,
        late_after_s=settings.late_after_s,
        tls=broker_tls(settings),
        share=settings.ingest_share or "",
        ordered=settings.ingest_ordered,
        largest_payload=settings.max_payload_kb * 1024,
    )
    registry = new_registry("ingest")
    metrics = IngestMetrics(registry)
    with (
        served(registry, settings),
        Database(database_url(settings), application="coldbind ingest") as database,
        Database(database_url(settings), application="coldbind sealing", size=1) as beside,
    ):
        stop = stop_signal()
        Sealer(beside, stop, lambda: time.time_ns() // 1000).start()
        Ingest(database, told, decoders(settings), metrics).run(stop, ready)


if __name__ == "__main__":
    work("ingest", ingest)

"""Ingest: store what comes over the broker."""

from coldbind.settings import Settings
from coldbind.workers.ground import database_url, mqtt_url, ready, stop_signal, work
from ingest.settings import IngestSettings
from ingest.worker import Ingest
from storage.database import Database


def ingest(settings: Settings) -> None:
    """Run until told to stop."""
    told = IngestSettings(mqtt_url(settings), client_id=settings.ingest_client_id)
    with Database(database_url(settings), application="coldbind ingest") as database:
        Ingest(database, told).run(stop_signal(), ready)


if __name__ == "__main__":
    work("ingest", ingest)

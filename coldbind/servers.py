"""The servers everything runs on: the ones named by the settings, or embedded ones started here."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from coldbind.embedded_broker import EmbeddedBroker
from coldbind.settings import Settings, state_folder
from storage import administration
from storage.embedded import EmbeddedPostgres

DATABASE = "coldbind"


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the database and the broker are; both URLs hold passwords."""

    database_url: str = field(repr=False)
    mqtt_url: str = field(repr=False)


@contextmanager
def database_server(settings: Settings, name: str = DATABASE) -> Generator[str]:
    """The URL of the database, with an embedded server around it when none is named."""
    if settings.database_url is not None:
        yield settings.database_url.reveal()
        return
    folder = state_folder(settings).postgres
    with EmbeddedPostgres(folder, settings.postgres_binaries) as server:
        administration.create_database(server.url("postgres"), name)
        yield server.url(name)


@contextmanager
def broker_server(settings: Settings, folder: Path | None = None) -> Generator[str]:
    """The URL of the broker, with an embedded one around it when none is named."""
    if settings.mqtt_url is not None:
        yield settings.mqtt_url.reveal()
        return
    with EmbeddedBroker(folder or state_folder(settings).broker) as embedded:
        yield embedded.start()


@contextmanager
def servers(settings: Settings, name: str = DATABASE, broker: Path | None = None) -> Generator[Servers]:
    """Database and broker, the embedded ones ended again at the end."""
    with (
        database_server(settings, name) as database_url,
        broker_server(settings, broker) as mqtt_url,
    ):
        yield Servers(database_url, mqtt_url)


def told(settings: Settings, running: Servers) -> dict[str, str]:
    """The environment that tells a worker process about the running servers."""
    return {
        "COLDBIND_DATABASE_URL": running.database_url,
        "COLDBIND_MQTT_URL": running.mqtt_url,
        "COLDBIND_VAR": str(state_folder(settings).root),
    }

"""`coldbind doctor`: look at every link of the path and say what to do about what does not hold."""

from contextlib import ExitStack

from coldbind.doctor import broker, database, machine
from coldbind.doctor.check import Check
from coldbind.servers import broker_server, database_server
from coldbind.settings import Settings, state_folder, without_secrets
from storage.errors import StorageError

__all__ = ["Check", "examine"]


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which a reading passes the links."""
    checks = machine.examine(settings)
    with ExitStack() as running:
        try:
            checks += broker.examine(settings, running.enter_context(broker_server(settings)))
        except StorageError as error:
            checks.append(_not_started("broker", error))
        if not _has_database(settings):
            seen = "none is named and none was made on this machine: left out"
            return [*checks, Check("database", ok=True, answer=seen)]
        try:
            checks += database.examine(running.enter_context(database_server(settings)))
        except StorageError as error:
            checks.append(_not_started("database", error))
    return checks


def _not_started(what: str, error: StorageError) -> Check:
    return Check(what, ok=False, answer=without_secrets(str(error)))


def _has_database(settings: Settings) -> bool:
    """Whether there is one to look at: a machine that only runs a gateway has none."""
    if settings.database_url is not None or settings.mqtt_url is None:
        return True
    return (state_folder(settings).postgres / "password").exists()

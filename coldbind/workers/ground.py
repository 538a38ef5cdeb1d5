"""What every worker stands on: its settings, a way to say it is ready, a signal to stop."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from coldbind.logs import configure_logs, last_word
from coldbind.settings import Settings, SettingsError, read_settings
from storage.errors import StorageError

READY_FILE = "COLDBIND_READY_FILE"
"""A worker writes the address it listens on (or nothing) into this file once it is at work."""


def work(name: str, worker: Callable[[Settings], None], *faults: type[Exception]) -> None:
    """Run `worker` as the program `name`; the named faults end it with a sentence."""
    settings = Settings()
    configure_logs(settings, name)
    try:
        settings = read_settings()
        configure_logs(settings, name)
        worker(settings)
    except SettingsError as error:
        for sentence in error.sentences:
            last_word(settings, name, sentence)
        sys.exit(1)
    except (StorageError, ValueError, *faults) as error:
        last_word(settings, name, str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def database_url(settings: Settings) -> str:
    """Where the database is."""
    if settings.database_url is None:
        raise StorageError(
            "COLDBIND_DATABASE_URL is not set: name the database, or use coldbind run all"
        )
    return settings.database_url.reveal()


def mqtt_url(settings: Settings) -> str:
    """Where the broker is."""
    if settings.mqtt_url is None:
        raise StorageError("COLDBIND_MQTT_URL is not set: name the broker, or use coldbind run all")
    return settings.mqtt_url.reveal()


def ready(address: str = "") -> None:
    """Tell the supervisor, when there is one, that this worker is at work."""
    if named := os.environ.get(READY_FILE):
        partial = Path(named).with_suffix(".partial")
        partial.write_text(address, encoding="utf-8")
        partial.replace(named)


def stop_signal() -> threading.Event:
    """Set when somebody asks this process to end."""
    stop = threading.Event()

    def heard(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)
    return stop

"""What time alone makes due and no judge looks after: stages are told the time, the head is published.

It runs beside the judges, in a thread of its own, because a broker that does not answer must hold up
no verdict.
"""

import threading
from collections.abc import Callable

import structlog

from coldbind.published_heads import publish_daily
from coldbind.settings import Settings
from kernel.events import TimePassed
from kernel.refusal import Refusal
from storage.database import Database, Transaction
from storage.errors import StorageError

_PAUSE_S = 60.0
_WORK = "reminders"

_log = structlog.stdlib.get_logger("reminders")


class Reminders(threading.Thread):
    """Looks once a minute, until `stop` is set; waits out a database or a broker that is away."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        stop: threading.Event,
        clock: Callable[[], int],
    ) -> None:
        super().__init__(name="reminders", daemon=True)
        self._database = database
        self._settings = settings
        self._stopped = stop
        self._clock = clock

    def run(self) -> None:
        """Look until told to stop, and say once what it waits for."""
        away = ""
        while not self._stopped.is_set():
            try:
                self.look_once()
            except (StorageError, Refusal) as error:
                if str(error) != away:
                    _log.warning("reminding waits", reason=str(error), again_in_s=_PAUSE_S)
                away = str(error)
            else:
                away = ""
            self._stopped.wait(_PAUSE_S)

    def look_once(self) -> None:
        """Tell the time, then publish the head of the day; nothing while another worker does."""
        self._alone(lambda running: running.publish(TimePassed(self._clock())))
        self._alone(lambda running: publish_daily(running, self._settings, self._clock()))

    def _alone(self, work: Callable[[Transaction], object]) -> None:
        def once(running: Transaction) -> None:
            if running.alone(_WORK):
                work(running)

        self._database.attempt(once)

"""The people of a run: they tell what they did when its time has come, again until it is recorded."""

import threading
from collections.abc import Iterator

from coldbind.wiring import open_database
from storage.database import Database
from storage.errors import StorageError
from tests.chaos.clock import Clock
from tests.chaos.deeds import Deed, deeds, tell

_PAUSE_S = 0.25


class People:
    """Tell the deeds of `seed` to the database at `url`, in a thread of their own."""

    def __init__(self, seed: int, clock: Clock, url: str) -> None:
        self.told = 0
        self._seed = seed
        self._clock = clock
        self._url = url
        self._stop = threading.Event()
        self._refused = ""
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="people", daemon=True)

    def __enter__(self) -> "People":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def waiting(self, end: int) -> list[str]:
        """Whether deeds up to the step `end` are still to be told."""
        if self._failure is not None:
            raise self._failure
        missing = len(deeds(self._seed, end)) - self.told
        return [f"{missing} deeds are not recorded ({self._refused})"] if missing else []

    def _run(self) -> None:
        try:
            with open_database(self._url, "people", size=1) as database:
                for deed in self._due():
                    self._tell(database, deed)
        except BaseException as failure:
            self._failure = failure

    def _due(self) -> Iterator[Deed]:
        while not self._stop.is_set():
            end = self._clock.end
            yield from deeds(self._seed, self._clock.step)[self.told :]
            if end is None:
                self._stop.wait(_PAUSE_S)
            else:
                return

    def _tell(self, database: Database, deed: Deed) -> None:
        while not self._stop.is_set():
            try:
                with database.transaction() as transaction:
                    tell(transaction, deed)
            except StorageError as error:
                self._refused = str(error)
                self._stop.wait(_PAUSE_S)
            else:
                self.told += 1
                return

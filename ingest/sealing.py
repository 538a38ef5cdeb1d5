"""Sealing: the readings of a series and a day become one row, once the day is over.

A row a day is read in a hundredth of the time that its readings take, which lie where they came in. It
holds exactly what the table of readings holds: whoever changes a day gone by takes its seal away in the
same transaction, and it is sealed anew.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from kernel.instants import HOUR, moment
from storage.database import Database, Transaction
from storage.errors import StorageError
from storage.statement import Statements

LATE = 6 * HOUR
"""A reading older than this when it comes says that its day changed, as the table's triggers do."""
_OVER_AFTER = timedelta(hours=36)
"""A day is over so long after its end. What is neither late nor came by then would have come in a
transaction of 30 hours: so far may the clocks of ingest and database be apart, too."""
_DAYS_AT_ONCE = 60
"""As many as take a tenth of a second: so long may a late reading have to wait."""
_PAUSE_S = 60.0

_SQL = Statements("ingest")
_log = structlog.stdlib.get_logger("ingest")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A pass took `days` off the list, which had so many `readings`."""

    days: int
    readings: int


@dataclass(frozen=True, slots=True)
class Sealing:
    """So many days of series are `sealed`, and so many wait on the list, also those not yet over."""

    sealed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Differing:
    """A sealed `day` of a `series` (sensor/quantity) that does not hold its readings."""

    series: str
    day: str


@dataclass(frozen=True, slots=True)
class _Lock:
    ours: bool


_LOCK = _SQL.returning(_Lock, "lock_sealing")
_LIST = _SQL.command("list_days")
_SEAL = _SQL.returning(Sealed, "seal_days")
_FORGET = _SQL.command("forget_sealed_days")
_LIST_AGAIN = _SQL.command("list_all_days_again")
_DIFFERING = _SQL.returning(Differing, "sealed_days_that_differ")
_NOW = _SQL.returning(Sealing, "sealing_now")


def seal_some(transaction: Transaction, now: int, days: int = _DAYS_AT_ONCE) -> Sealed | None:
    """Seal up to `days` days that are over at the instant `now`; None when there was nothing to do.

    Nothing is done either while another one seals, or a day gone by is being changed.
    """
    if not transaction.one(_LOCK).ours:
        return None
    told = {"now": moment(now), "over_after": _OVER_AFTER}
    listed = transaction.run(_LIST, **told)
    sealed = transaction.one(_SEAL, **told, limit=days)
    return sealed if listed or sealed.days else None


def seal_all(database: Database, now: int, days: int = _DAYS_AT_ONCE) -> Sealed:
    """Seal everything that is over, some days a transaction."""
    whole = Sealed(0, 0)
    while (some := database.attempt(lambda running: seal_some(running, now, days))) is not None:
        whole = Sealed(whole.days + some.days, whole.readings + some.readings)
    return whole


def forget_seals(transaction: Transaction) -> bool:
    """Drop every sealed day, so that all are sealed anew; False when somebody else seals just now."""
    if not transaction.one(_LOCK).ours:
        return False
    transaction.run(_FORGET)
    transaction.run(_LIST_AGAIN)
    return True


def differing(transaction: Transaction) -> list[Differing]:
    """The first 20 sealed days that do not hold their readings: there should be none."""
    return transaction.rows(_DIFFERING)


def sealing(transaction: Transaction) -> Sealing:
    """How far the sealing is."""
    return transaction.one(_NOW)


class Sealer(threading.Thread):
    """Seals in the background of ingest, until `stop` is set; waits out a database that is away."""

    def __init__(self, database: Database, stop: threading.Event, clock: Callable[[], int]) -> None:
        super().__init__(name="sealer", daemon=True)
        self._database = database
        self._stopped = stop
        self._clock = clock

    def run(self) -> None:
        """Look once a minute, and go on at once while there is something to do."""
        away = False
        while not self._stopped.is_set():
            try:
                found = self._database.attempt(lambda running: seal_some(running, self._clock()))
            except StorageError as error:
                if not away:
                    _log.warning("sealing waits", reason=str(error), again_in_s=_PAUSE_S)
                away, found = True, None
            else:
                away = False
            self._stopped.wait(0 if found else _PAUSE_S)

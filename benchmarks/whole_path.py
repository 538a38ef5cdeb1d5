"""Frames through the whole path, published to judged, and what each process spent on them."""

import time
from dataclasses import dataclass

from benchmarks.accounts import Accounts
from benchmarks.frames import Gateway, Plan
from benchmarks.ground import Ground
from coldbind.supervisor import Workers
from rules.due_store import count_due
from storage.database import Database
from storage.processes import wait_until

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds from the first publication to the last confirmation, and until nothing was due any more.

    `cpu` are processor seconds by process.
    """

    stored: float
    judged: float
    cpu: dict[str, float]


class WholePath:
    """Sends frames as a gateway does; each run has an epoch of its own, so that numbers begin at 1."""

    def __init__(self, on: Ground, database: Database, running: Workers, publisher: Gateway) -> None:
        self._database = database
        self._publisher = publisher
        self._pids = {
            "publisher": publisher.pid,
            "broker": on.broker,
            "ingest": running.pid("ingest"),
            "rules": running.pid("rules"),
            "database": on.postgres,
        }

    def prepare(self, epoch: int, first: int, frames: int) -> None:
        """Have the frames from number `first` on made."""
        self._publisher.prepare(Plan(epoch, first, frames))

    def run(self, patience: float = PATIENCE) -> Run:
        """Send what was prepared; `TimeoutError` when it is not judged within `patience` seconds."""
        accounts = Accounts(self._pids)
        sent = self._publisher.publish()
        wait_until_judged(self._database, patience)
        judged = time.monotonic()
        return Run(sent.confirmed - sent.began, judged - sent.began, accounts.spent())


def wait_until_judged(database: Database, patience: float = PATIENCE) -> None:
    """Wait until nothing is due; `TimeoutError` when that takes too long."""

    def nothing_due() -> bool:
        with database.transaction() as transaction:
            return count_due(transaction) == 0

    if not wait_until(nothing_due, patience):
        raise TimeoutError(f"not everything was judged within {patience} s")

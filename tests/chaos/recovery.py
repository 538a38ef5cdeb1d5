"""How long a strike is felt: until both gateways' news is committed again and what was due is judged.

Asked of the database by a thread of its own, which waits through every outage.
"""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from tests.chaos.plan import GATEWAYS

_LOOK_EVERY_S = 0.1
_QUESTION = """
select array(select extract(epoch from max(last_commit_at))::float8 from telemetry.gateway_epoch
             group by gateway),
       (select min(due_id) from rules.due),
       (select last_value from rules.due_due_id_seq)
"""


@dataclass(slots=True)
class Wound:
    """A cycle whose strikes were over at `restored_at` (wall clock), no longer felt `healed` s later.

    `marked` is the newest due work at the first look after that.
    """

    cycle: int
    restored_at: float
    marked: int | None = None
    healed: float | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    committed: list[float] = field(default_factory=list[float])
    oldest_due: int | None = None
    newest_due: int = 0


class Recovery:
    """Watches until every wound has healed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._wounds: list[Wound] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recovery", daemon=True)

    def __enter__(self) -> "Recovery":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def restored(self, cycle: int) -> None:
        """Everything that was struck in `cycle` runs again from now on."""
        with self._lock:
            self._wounds.append(Wound(cycle, time.time()))

    def waiting(self) -> list[str]:
        """Cycles that are still felt."""
        with self._lock:
            return [f"cycle {one.cycle} has not healed" for one in self._wounds if one.healed is None]

    @property
    def longest(self) -> tuple[float, int]:
        """The longest recovery in seconds, and its cycle."""
        with self._lock:
            return max(((one.healed or 0.0, one.cycle) for one in self._wounds), default=(0.0, 0))

    def _run(self) -> None:
        while not self._stop.is_set():
            with suppress(psycopg.Error):
                self._watch()
            self._stop.wait(_LOOK_EVERY_S)

    def _watch(self) -> None:
        with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
            while not self._stop.wait(_LOOK_EVERY_S):
                row = connection.execute(_QUESTION).fetchone()
                assert row is not None, "it is one row of three questions"
                self._see(_Seen(*row))

    def _see(self, seen: _Seen) -> None:
        now = time.time()
        with self._lock:
            for wound in self._wounds:
                if wound.healed is None:
                    if wound.marked is None:
                        wound.marked = seen.newest_due
                    if _is_healed(wound, seen):
                        wound.healed = now - wound.restored_at


def _is_healed(wound: Wound, seen: _Seen) -> bool:
    fresh = sum(committed > wound.restored_at for committed in seen.committed)
    judged = seen.oldest_due is None or seen.oldest_due > (wound.marked or 0)
    return fresh == len(GATEWAYS) and judged

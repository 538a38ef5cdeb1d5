"""The trace with what was felt in each stay by the clock: 200 units, 90 days, a reading a minute.

Each unit was put away and moved in a minute of its own, so that no two have felt the same. The
product's own sealing went over the readings.
"""

import os
import statistics
import time
from collections.abc import Iterator

import psycopg

from benchmarks.accounts import Accounts
from benchmarks.figure import Figure, at_most, load
from benchmarks.ground import Ground, ground, product
from benchmarks.history import READINGS
from benchmarks.site import Room, furnish
from erp.trace.handlers import More, trace_lot
from ingest.sealing import seal_all
from kernel.instants import DAY, MINUTE, moment
from lotbinding.handlers.movements import Movement, record_movements
from lotbinding.record.stays import lot_stays_felt
from storage.database import Database

_ROOMS = 12
_DAYS = 90
_ASKED = 20


def measure(units: int = 200, days: int = _DAYS) -> Iterator[Figure]:
    """Measure the figure."""
    with ground() as on, product(on) as database:
        since = time.time_ns() // 1000 - days * DAY
        _world(on, database, since, units, days)
        _ = [_ask(database) for _ in range(2)]
        accounts = Accounts({"database": on.postgres, "client": os.getpid()})
        times = [_ask(database) for _ in range(_ASKED)]
        spent = accounts.spent()
        detail: dict[str, object] = {
            "units": units,
            "readings": on.number("select count(*) from telemetry.reading"),
            "p50_ms": round(statistics.median(times), 1),
            "load": load(),
            **{f"{name}_cpu_ms": round(s * 1000 / _ASKED, 1) for name, s in spent.items()},
        }
        p95 = round(statistics.quantiles(times, n=20)[-1], 1)
        yield at_most("trace.stats_p95_ms", p95, "ms", 300, detail)


def _ask(database: Database) -> float:
    began = time.monotonic()
    with database.transaction() as transaction:
        story = trace_lot(transaction, "LOT-BENCH", More(lot_stays_felt))
    assert story is not None
    assert '"mkt":' in story
    return (time.monotonic() - began) * 1000


def _world(on: Ground, database: Database, since: int, units: int, days: int) -> None:
    """Units that stood in one of twelve rooms for half of the time, and then in the next one."""
    rooms = [Room(f"room{n}", (f"sensor-{n}",), units // _ROOMS + 1) for n in range(_ROOMS)]
    furnish(database, rooms, since)
    moved = [
        Movement(
            f"LOT-BENCH/{number}",
            "transfer",
            f"site.room{(number // (units // _ROOMS + 1) + stay) % _ROOMS}",
            since + stay * days * DAY // 2 + number * MINUTE,
            "bench",
        )
        for number in range(1, units + 1)
        for stay in (0, 1)
    ]
    with database.transaction() as transaction:
        record_movements(transaction, moved)
    with psycopg.connect(on.database_url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(READINGS, {"minutes": days * DAY // MINUTE, "since": moment(since)})
    seal_all(database, time.time_ns() // 1000)
    on.execute("vacuum (analyze)")

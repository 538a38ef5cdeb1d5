"""The same facts without any trouble: readings and deeds in order of time, judged hour by hour.

The readings do not take the way by gateway and broker, nor ingest's short cut for what is in range:
they are written into the table and the judges have to read them. So the short cut is checked as well.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import psycopg

from coldbind.wiring import BINDING, open_database
from kernel.instants import moment
from rules.worker import Judges
from storage.database import Database
from tests.chaos.deeds import deeds, tell
from tests.chaos.truth import Readings
from tests.chaos.world import at

_STEPS_AT_ONCE = 30
_DUE = """
insert into rules.due (series_id, since, until)
select series_id, %s, %s from telemetry.series join telemetry.sensor using (sensor_id) where name = %s
"""
_COPY = "copy telemetry.reading (series_id, time, value) from stdin"


def play(url: str, seed: int, sent: Mapping[str, Readings], end: int) -> None:
    """Bring the database at `url` from the bare world to step `end`: what was sent, done and judged."""
    with open_database(url, "undisturbed") as database, psycopg.connect(url) as connection:
        judges = Judges(database, BINDING)
        series = _series(connection)
        done = -1
        for since, until in _hours(end):
            _tell(database, seed, done, until)
            done = until
            _measure(connection, series, _between(sent, at(since), at(until)))
            judges.judge_all()


def _hours(end: int) -> Iterator[tuple[int, int]]:
    return pairwise([*range(0, end, _STEPS_AT_ONCE), end])


def _tell(database: Database, seed: int, after: int, until: int) -> None:
    for deed in deeds(seed, until):
        if deed.told > after:
            with database.transaction() as transaction:
                tell(transaction, deed)


def _between(sent: Mapping[str, Readings], since: int, until: int) -> dict[str, Readings]:
    """The readings from `since` to before `until`, of the sensors that have some."""
    found: dict[str, Readings] = {}
    for sensor, (times, values) in sent.items():
        first, last = np.searchsorted(times, [since, until])
        if first < last:
            found[sensor] = (times[first:last], values[first:last])
    return found


def _series(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, int]:
    rows = connection.execute(
        "select name, series_id from telemetry.series join telemetry.sensor using (sensor_id)"
    )
    return {str(name): int(str(number)) for name, number in rows}


def _measure(
    connection: psycopg.Connection[tuple[object, ...]],
    series: Mapping[str, int],
    sent: Mapping[str, Readings],
) -> None:
    with connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            for sensor, (times, values) in sent.items():
                for time, value in zip(times.tolist(), values.tolist(), strict=True):
                    copy.write_row((series[sensor], moment(time), value))
        cursor.executemany(
            _DUE, [(moment(int(t[0])), moment(int(t[-1])), sensor) for sensor, (t, _) in sent.items()]
        )
    connection.commit()

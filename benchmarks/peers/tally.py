"""Where the readings of a lap end, and the count afterwards: how many are lost, how many doubled."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg

from benchmarks.peers.readings import Last
from kernel.instants import moment
from storage.processes import wait_until

PROBE = "probe"
"""The sensor that tells whether a peer is at work; its readings do not count."""
_STANDSTILL = 15.0

_PEER_TABLES: tuple[LiteralString, ...] = (
    "create schema if not exists peers",
    """create or replace view peers.coldbind as
       select sensor.name as sensor, reading.time as ts
       from telemetry.reading
       join telemetry.series using (series_id)
       join telemetry.sensor using (sensor_id)""",
    "drop table if exists peers.reading, public.pathway_reading",
    "create table peers.reading (sensor text not null, ts timestamptz not null, temp double precision)",
    "create index on peers.reading (sensor, ts)",
    """create table public.pathway_reading
       (sensor text, ts timestamptz, temp double precision, time bigint, diff bigint)""",
    "create index on public.pathway_reading (sensor, ts)",
    "truncate telemetry.reading",
    "checkpoint",
)
"""One index, as telemetry.reading has, but not unique, so that what is stored twice is seen."""


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the readings of a lap."""

    rows: int
    lost: int
    doubled: int


class Table:
    """One of the tables, seen from outside; to ask it costs little while it fills."""

    def __init__(self, url: str, name: LiteralString) -> None:
        self._url = url
        self._name: LiteralString = name

    def wait(self, last: Last, wanted: int) -> None:
        """Wait until the `last` readings and all `wanted` rows are there, or nothing moves any more."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("set enable_seqscan = off")  # a new table has no statistics yet
            ends = zip(last.sensors, map(moment, last.times), strict=True)
            if all(self._comes(connection, sensor, at) for sensor, at in ends):
                wait_until(lambda: self._rows(connection) >= wanted, _STANDSTILL)

    def probed(self) -> bool:
        """Whether a reading of the probe has come."""
        query = f"select exists (select from {self._name} where sensor = %s)"
        with psycopg.connect(self._url, autocommit=True) as connection:
            return bool(_one(connection, query, PROBE))

    def count(self, wanted: int) -> Count:
        """What is there of `wanted` readings."""
        query = f"select count(distinct (sensor, ts)) from {self._name} where sensor <> %s"
        with psycopg.connect(self._url, autocommit=True) as connection:
            rows, distinct = self._rows(connection), int(_one(connection, query, PROBE))
        return Count(rows, wanted - distinct, rows - distinct)

    def _comes(self, connection: psycopg.Connection, sensor: str, at: datetime) -> bool:
        """Wait for one reading; False when rows no longer come and it is not among them."""
        query = f"select exists (select from {self._name} where sensor = %s and ts = %s)"
        rows = -1
        while not wait_until(lambda: bool(_one(connection, query, sensor, at)), _STANDSTILL):
            before, rows = rows, self._rows(connection)
            if rows == before:
                return False
        return True

    def _rows(self, connection: psycopg.Connection) -> int:
        query = f"select count(*) from {self._name} where sensor <> %s"
        return int(_one(connection, query, PROBE))


def empty_tables(url: str) -> None:
    """The same start for everybody: empty tables, and no checkpoint that falls into a lap."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _PEER_TABLES:
            connection.execute(statement)


def _one(connection: psycopg.Connection, query: LiteralString, *values: object) -> int:
    found = connection.execute(query, values).fetchone()
    assert found is not None, "an aggregate always returns a row"
    return found[0]

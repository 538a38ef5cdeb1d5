"""A long past in the table of readings, made by the server itself, in the shape of live data.

Groups of all series with growing time, as ingest would have written them. The primary key is built
afterwards: fifty million rows take minutes instead of the better part of an hour.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import LiteralString, cast

import psycopg
from psycopg.rows import class_row
from psycopg.sql import SQL, Identifier

from benchmarks.frames import FRAME, SERIES, START, STEP
from kernel.instants import SECOND

_HANDS = 2
_AT_ONCE = 1_000_000
_KEY = """
    select conname as name, pg_get_constraintdef(oid) as definition
    from pg_constraint
    where conrelid = 'telemetry.reading'::regclass and contype = 'p'
"""
_WRITE = """
    insert into telemetry.reading (series_id, quality, time, value, received_at, gateway_at)
    select 1 + row %% %(series)s, 1, at, 3.5 + row * 7919 %% 300 / 100.0, at, at
    from generate_series(%(first)s::bigint, %(last)s::bigint) as row,
         lateral (select to_timestamp(%(start)s + row / %(series)s * %(step)s
                                      + row %% %(series)s * %(step)s / %(series)s) as at) as measured
"""
"""Every value lies within 2 to 8 degC. Between two readings of a series lies one step."""


@dataclass(frozen=True, slots=True)
class _Key:
    name: str
    definition: str


def fill(url: str, first: int, frames: int) -> None:
    """Put the readings of `frames` frames from number `first` on into the database at `url`."""
    begin, end = first * FRAME, (first + frames) * FRAME
    with psycopg.connect(url, autocommit=True) as connection:
        key = connection.cursor(row_factory=class_row(_Key)).execute(_KEY).fetchone()
        assert key is not None, "the table of readings has a primary key"
        name = Identifier(key.name)
        connection.execute(SQL("alter table telemetry.reading drop constraint {}").format(name))
        with ThreadPoolExecutor(_HANDS) as hands:
            parts = range(begin, end, _AT_ONCE)
            for part in [hands.submit(_write, url, at, min(at + _AT_ONCE, end)) for at in parts]:
                part.result()
        connection.execute("set maintenance_work_mem = '1GB'")
        rebuilt = SQL("alter table telemetry.reading add constraint {} {}")
        words = SQL(cast("LiteralString", key.definition))
        connection.execute(rebuilt.format(name, words))
        connection.execute("vacuum (analyze) telemetry.reading")


def _write(url: str, first: int, end: int) -> None:
    place: dict[str, float] = {
        "first": first,
        "last": end - 1,
        "series": SERIES,
        "start": START / SECOND,
        "step": STEP / SECOND,
    }
    with psycopg.connect(url) as connection:
        connection.execute("set local synchronous_commit = off")
        connection.execute(_WRITE, place)

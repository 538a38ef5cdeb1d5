"""A backlog drains at full speed, and live readings do not wait for it.

First devices send as fast as the gateway takes it, with everything at work and an empty spool: the
yardstick. Then the centre is down, the spool holds `BACKLOG` readings (a million if not given) in
batches as large as an outage leaves them, and 1 000 devices send a reading a second. The centre comes
back: how fast does the spool empty, and how long do the readings sent meanwhile take to their commit?
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
from psycopg.rows import class_row

from benchmarks.accounts import Accounts
from benchmarks.figure import Figure, at_least, at_most, load
from benchmarks.ground import GATEWAY, SITE, Ground, ground, product, workers
from benchmarks.site import Room, furnish
from benchmarks.whole_path import wait_until_judged
from firmware_sim.link import DeviceLink
from gateway.store import Parcel, Spool
from kernel.instants import SECOND
from storage.database import Database
from wire.columns import Columns, SeriesName
from wire.frame import encode_body
from wire.senml import Record, encode_senml_cbor

DRAIN_GOAL, LAG_GOAL = 1.0, 2000.0
_SENSORS, _DEVICES = 200, 1000
_TICKS = 50
_WINDOW = 2000
_PATIENCE = 600.0
_LAG = """
select percentile_disc(array[0.5, 0.99, 1.0]) within group (
           order by extract(epoch from pg_xact_commit_timestamp(reading.xmin) - reading.time) * 1000
       )::float8[] as committed,
       percentile_disc(array[0.5, 0.99]) within group (
           order by extract(epoch from reading.gateway_at - reading.time) * 1000
       )::float8[] as spooled,
       count(*) as readings
from telemetry.reading
join telemetry.series using (series_id)
join telemetry.sensor using (sensor_id)
where sensor.name like 'live-%%'
    and reading.time between to_timestamp(%(since)s) and to_timestamp(%(until)s)
"""


@dataclass(frozen=True, slots=True)
class Size:
    """`backlog` readings in batches of `a_batch`; the yardstick takes `datagrams` of 60 readings."""

    backlog: int = int(os.environ.get("BACKLOG", "1000000"))
    a_batch: int = int(os.environ.get("BACKLOG_BATCH", "1000"))
    datagrams: int = 6000
    devices: int = _DEVICES


@dataclass(frozen=True, slots=True)
class _Drain:
    """The centre was back at `began`, the backlog confirmed at `ended` (seconds since 1970)."""

    began: float
    ended: float
    cpu: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Lag:
    """Milliseconds from measurement to commit (p50, p99, most), and to the spool (p50, p99)."""

    committed: list[float]
    spooled: list[float]
    readings: int


def measure(size: Size | None = None) -> Iterator[Figure]:
    """Measure `path.backlog_drain` and `path.backlog_live_ms_p99`."""
    size = size or Size()
    detail: dict[str, object] = {"readings": size.backlog, "readings_a_batch": size.a_batch}
    detail["load_before"] = load()
    with ground() as on, product(on) as database:
        now = int(time.time()) * SECOND
        furnish(database, _rooms(size), now - 86400 * SECOND)
        usual = _full_speed(on, database, size, now - 86400 * SECOND)
        _fill(_spool_file(on), size, now - 43200 * SECOND)
        drain = _drain(on, size)
        stored = on.number("select count(*) from telemetry.reading")
        lag = _lag(on, drain)
    expected = size.backlog + size.datagrams * 60 + lag.readings
    assert stored >= expected, f"{stored} readings stored instead of {expected} or more"
    seconds = drain.ended - drain.began
    rate = size.backlog / seconds
    detail |= {
        "seconds": round(seconds, 1),
        "readings_a_s": round(rate),
        "empty_spool_readings_a_s": round(usual),
        "live_readings": lag.readings,
        "live_p50_ms": round(lag.committed[0], 1),
        "live_max_ms": round(lag.committed[2], 1),
        "live_until_spooled_p50_p99_ms": [round(ms, 1) for ms in lag.spooled],
        "cpu_share": {name: round(spent / seconds, 2) for name, spent in drain.cpu.items()},
        "load_after": load(),
    }
    ratio = round(rate / usual, 2)
    yield at_least("path.backlog_drain", ratio, "ratio", DRAIN_GOAL, detail)
    yield at_most("path.backlog_live_ms_p99", round(lag.committed[1], 1), "ms", LAG_GOAL, detail)


def _rooms(size: Size) -> list[Room]:
    live = tuple(f"live-{n:04}" for n in range(size.devices))
    return [
        Room("hall", tuple(name.sensor for name in _names()), units=5),
        Room("floor", live, units=5),
    ]


def _names() -> list[SeriesName]:
    return [SeriesName(f"room-{n:03}", "temperature", "Cel") for n in range(_SENSORS)]


def _spool_file(on: Ground) -> Path:
    return on.folder / "spool" / f"{SITE}-{GATEWAY}.sqlite"


def _full_speed(on: Ground, database: Database, size: Size, since: int) -> float:
    """Readings a second, from the device to the judged row, while nothing is in the way."""
    with workers(on, "gateway", "ingest", "rules") as running:
        address = running.wait_ready()["gateway"]
        began = time.monotonic()
        asyncio.run(_flood(address, size.datagrams, since))
        _until_empty(_spool_file(on))
        took = time.monotonic() - began
        wait_until_judged(database)
    return size.datagrams * 60 / took


async def _flood(address: str, datagrams: int, since: int) -> None:
    host, _, port = address.rpartition(":")
    names = [name.sensor for name in _names()]
    async with await DeviceLink.open(host, int(port)) as link:
        for number in range(datagrams):
            hour, device = divmod(number, _SENSORS)
            records = [
                Record(
                    names[device],
                    "temperature",
                    "Cel",
                    since + (hour * 60 + n) * SECOND,
                    5 + n / 100,
                )
                for n in range(60)
            ]
            await link.send(encode_senml_cbor(records), len(records))
        if not await link.drained(_PATIENCE):
            raise TimeoutError("the gateway did not take everything the devices sent")


def _fill(file: Path, size: Size, since: int) -> None:
    """What the gateway would have spooled during an outage: batches of `a_batch` readings."""
    names = tuple(_names())
    with closing(Spool(file, time.time_ns() // 1000)) as spool:
        for start in range(0, size.backlog, 100 * size.a_batch):
            begins = range(start, min(start + 100 * size.a_batch, size.backlog), size.a_batch)
            parcels = [_parcel(names, first, size, since) for first in begins]
            spool.commit(parcels, (), time.time_ns() // 1000)


def _parcel(names: tuple[SeriesName, ...], first: int, size: Size, since: int) -> Parcel:
    number = np.arange(first, min(first + size.a_batch, size.backlog))
    present, index = np.unique(number % _SENSORS, return_inverse=True)  # a batch names no others
    columns = Columns(
        tuple(names[int(sensor)] for sensor in present),
        np.asarray(index, np.uint32),
        (since + number // _SENSORS * SECOND + number % _SENSORS).astype(np.int64),
        5 + (number % 97) / 100,
    )
    return Parcel(encode_body(columns), len(number))


def _drain(on: Ground, size: Size) -> _Drain:
    with workers(on, "gateway", keep_spool=True) as edge:
        address = edge.wait_ready()["gateway"]
        return asyncio.run(_meanwhile_live(on, size, address, edge.pid("gateway")))


async def _meanwhile_live(on: Ground, size: Size, address: str, gateway: int) -> _Drain:
    over = asyncio.Event()
    live = asyncio.create_task(_live(address, size.devices, over))
    await asyncio.sleep(2)
    try:
        return await asyncio.to_thread(_come_back, on, size, gateway)
    finally:
        over.set()
        await live


def _come_back(on: Ground, size: Size, gateway: int) -> _Drain:
    """Start the centre and wait until the backlog is confirmed; live batches have higher numbers."""
    file = _spool_file(on)
    backlog = _last_number(file, size)
    with workers(on, "ingest", "rules", keep_spool=True) as centre:
        began = time.time()
        pids = {name: centre.pid(name) for name in ("ingest", "rules")}
        accounts = Accounts(pids | {"gateway": gateway, "broker": on.broker, "database": on.postgres})
        _until_empty(file, backlog)
        ended = time.time()
        cpu = accounts.spent()
        time.sleep(3)  # the last live readings get in, too
    return _Drain(began, ended, cpu)


async def _live(address: str, devices: int, over: asyncio.Event) -> None:
    """A reading a second of each device, spread over the second, until `over`."""
    host, _, port = address.rpartition(":")
    async with await DeviceLink.open(host, int(port), window=_WINDOW) as link:
        began, tick = time.monotonic(), 0
        while not over.is_set():
            await asyncio.sleep(max(0.0, began + tick / _TICKS - time.monotonic()))
            for device in range(tick % _TICKS, devices, _TICKS):
                at = time.time_ns() // 1_000_000 * 1000  # whole milliseconds
                record = Record(f"live-{device:04}", "temperature", "Cel", at, 5.0)
                await link.send(encode_senml_cbor([record]), 1)
            tick += 1
        await link.drained(_PATIENCE)


def _last_number(file: Path, size: Size) -> int:
    """The highest number among the batches of the backlog; they were numbered one after the other."""
    with closing(_reading(file)) as spool:
        (first,) = spool.execute("select min(seq) from batch").fetchone()
    return int(first) + -(-size.backlog // size.a_batch) - 1


def _until_empty(file: Path, upto: int = 2**62) -> None:
    """Wait until the centre has confirmed every batch up to this number."""
    deadline = time.monotonic() + _PATIENCE
    with closing(_reading(file)) as spool:
        while spool.execute("select 1 from batch where seq <= ? limit 1", [upto]).fetchone():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the spool was not drained within {_PATIENCE} s")
            time.sleep(0.05)


def _reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)


def _lag(on: Ground, drain: _Drain) -> _Lag:
    """How long the live readings of the drain took, of a short one those of two seconds."""
    told = {"since": drain.began, "until": max(drain.ended, drain.began + 2)}
    with psycopg.connect(on.database_url) as connection:
        found = connection.cursor(row_factory=class_row(_Lag)).execute(_LAG, told).fetchone()
    assert found is not None
    assert found.readings, "no live reading was stored"
    return found

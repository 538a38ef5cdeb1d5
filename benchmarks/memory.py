"""The most memory gateway and ingest take while they are given as much as they can take.

First devices send full datagrams as fast as the gateway confirms them; then a publisher floods ingest
with full batches, of which 256 are under way at any time. Peaks are the kernel's own (VmHWM).
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.accounts import peak_rss_mib
from benchmarks.figure import Figure, at_most, load
from benchmarks.frames import FRAME, SERIES, START, STEP, Plan, gateway, sensors
from benchmarks.ground import Ground, ground, product, workers
from benchmarks.site import Room, furnish
from firmware_sim.link import DeviceLink
from rules.due_store import count_due
from storage.database import Database
from storage.processes import wait_until
from wire.senml import Record, encode_senml_cbor

GATEWAY_GOAL, INGEST_GOAL = 60.0, 200.0
_READINGS_A_DATAGRAM = 60
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much is sent each way."""

    datagrams: int = 8000
    frames: int = 1000


def measure(size: Size | None = None) -> Iterator[Figure]:
    """Measure `path.rss_mb_gateway` and `path.rss_mb_ingest`."""
    size = size or Size()
    detail: dict[str, object] = {
        "readings_over_udp": size.datagrams * _READINGS_A_DATAGRAM,
        "readings_in_batches": size.frames * FRAME,
        "load_before": load(),
    }
    with ground() as on, product(on) as database:
        furnish(database, [Room("hall", tuple(sensors()), units=2)], START)
        with workers(on, "gateway", "ingest", "rules") as running:
            host, _, port = running.wait_ready()["gateway"].rpartition(":")
            began = time.monotonic()
            asyncio.run(_devices(host, int(port), size.datagrams))
            taken = time.monotonic() - began
            _settle(on, database, size.datagrams * _READINGS_A_DATAGRAM)
            with gateway(on.mqtt_url) as publisher:
                begins = _minutes(size) // 5 + 1
                publisher.prepare(Plan(epoch=1, first=begins, frames=size.frames))
                publisher.publish()
            peaks = {name: peak_rss_mib(running.pid(name)) for name in ("gateway", "ingest", "rules")}
        stored = on.number("select count(*) from telemetry.reading")
    expected = size.datagrams * _READINGS_A_DATAGRAM + size.frames * FRAME
    assert stored == expected, f"{stored} readings stored instead of {expected}"
    detail |= {
        "gateway_readings_a_s": round(size.datagrams * _READINGS_A_DATAGRAM / taken),
        "rules_mib": round(peaks["rules"], 1),
        "load_after": load(),
    }
    yield at_most("path.rss_mb_gateway", round(peaks["gateway"], 1), "MiB", GATEWAY_GOAL, detail)
    yield at_most("path.rss_mb_ingest", round(peaks["ingest"], 1), "MiB", INGEST_GOAL, detail)


def _minutes(size: Size) -> int:
    """How far the devices' readings reach, in minutes since `START`."""
    return (size.datagrams // SERIES + 1) * _READINGS_A_DATAGRAM


async def _devices(host: str, port: int, datagrams: int) -> None:
    """Each datagram is an hour of one sensor that was out of reach; no two are alike."""
    names = sensors()
    async with await DeviceLink.open(host, port) as link:
        for number in range(datagrams):
            hour, device = divmod(number, SERIES)
            first = START + hour * _READINGS_A_DATAGRAM * STEP
            records = [
                Record(names[device], "temperature", "Cel", first + minute * STEP, 5 + minute / 100)
                for minute in range(_READINGS_A_DATAGRAM)
            ]
            await link.send(encode_senml_cbor(records), len(records))
        if not await link.drained(_PATIENCE):
            raise TimeoutError("the gateway did not take everything the devices sent")


def _settle(on: Ground, database: Database, readings: int) -> None:
    """Wait until what the devices sent is stored and judged."""

    def settled() -> bool:
        with database.transaction() as transaction:
            due = count_due(transaction)
        return not due and on.number("select count(*) from telemetry.reading") == readings

    wait_until(settled, _PATIENCE)

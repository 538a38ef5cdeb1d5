"""From publication to the committed hold, while the whole path is busy with everybody else's readings.

Devices send once a second over UDP to the real gateway. 240 of them hang in a zone of their own beside
one stock unit, and each of these zones becomes too warm at a moment of its own. The delay is the commit
time of the hold, as PostgreSQL kept it, minus the time at which the gateway published the reading.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.accounts import Accounts
from benchmarks.figure import Figure, load
from benchmarks.ground import Ground, ground, product, workers
from benchmarks.site import Room, furnish
from coldbind.demo.ledger import hold_delays
from coldbind.supervisor import Workers
from firmware_sim.link import DeviceLink
from kernel.instants import SECOND
from rules.due_store import count_due
from storage.database import Database
from storage.processes import wait_until
from wire.senml import Record, encode_senml_cbor

GOAL = 250.0
_HALLS = 20
_UNITS_A_HALL = 5
_WINDOW = 1000
"""Datagrams under way at once: a thousand devices, each waiting for its own answer."""
_GOOD, _WARM = 5.0, 20.0
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Size:
    """`devices` with `probes` sensors each; `zones` of them become warm within `seconds`."""

    devices: int = 1000
    probes: int = 1
    zones: int = 240
    seconds: int = 60
    warm_up: int = 5
    warm_for: int = 10
    ticks: int = 100
    """Moments in a second at which devices send."""

    def sensor(self, device: int, probe: int) -> str:
        """A sensor's name."""
        return f"d{device:04}-{probe}"


def measure(sizes: Sequence[tuple[str, Size]] | None = None) -> Iterator[Figure]:
    """Measure `path.hold_ms_p99` at 1 000 readings a second and `path.hold_ms_p99_5k` at 5 000."""
    for name, size in sizes or (
        ("path.hold_ms_p99", Size()),
        ("path.hold_ms_p99_5k", Size(probes=5)),
    ):
        with ground() as on, product(on) as database:
            furnish(database, _rooms(size), time.time_ns() // 1000)
            with workers(on, "gateway", "ingest", "rules") as running:
                yield _measure(name, size, on, database, running)


def _rooms(size: Size) -> list[Room]:
    """A zone with one unit for each device that becomes warm; the others share halls full of goods."""
    sensors = [
        tuple(size.sensor(device, probe) for probe in range(size.probes))
        for device in range(size.devices)
    ]
    zones = [Room(f"zone{n}", sensors[n]) for n in range(size.zones)]
    others = sensors[size.zones :]
    halls = [
        Room(f"hall{n}", tuple(s for group in others[n::_HALLS] for s in group), _UNITS_A_HALL)
        for n in range(_HALLS)
    ]
    return zones + halls


def _measure(name: str, size: Size, on: Ground, database: Database, running: Workers) -> Figure:
    before = load()
    gateway = running.wait_ready()["gateway"]
    asyncio.run(_play(size, gateway, size.warm_up, excursions=False))
    _settle(database)
    pids = {name: running.pid(name) for name in ("gateway", "ingest", "rules")}
    accounts = Accounts(pids | {"broker": on.broker, "database": on.postgres})
    began = time.monotonic()
    sent = asyncio.run(_play(size, gateway, size.seconds + size.warm_for, excursions=True))
    took = time.monotonic() - began
    cpu = accounts.spent()
    delays, untold = _delays(database, size.zones)
    p50, p99 = np.percentile(delays, [50, 99])
    detail: dict[str, object] = {
        "holds": size.zones,
        "holds_without_delay": untold,
        "p50_ms": round(float(p50), 1),
        "p99_ms": round(float(p99), 1),
        "max_ms": round(max(delays), 1),
        "sensors": size.devices * size.probes,
        "readings_a_datagram": size.probes,
        "readings_a_s": round(sent / took),
        "units": size.zones + _HALLS * _UNITS_A_HALL,
        "cpu_share": {name: round(spent / took, 2) for name, spent in cpu.items()},
        "load_before": before,
        "load_after": load(),
    }
    value = round(float(p99), 1)
    return Figure(name, value, "ms", GOAL, value <= GOAL and not untold, detail)


async def _play(size: Size, gateway: str, seconds: int, *, excursions: bool) -> int:
    """Let the devices send for so long, each zone with its excursion or none; the readings sent."""
    starts = np.random.default_rng(1).uniform(0, size.seconds, size.zones if excursions else 0)
    host, _, port = gateway.rpartition(":")
    began = time.monotonic()
    async with await DeviceLink.open(host, int(port), window=_WINDOW) as link:
        for tick in range(seconds * size.ticks):
            elapsed = tick / size.ticks
            await asyncio.sleep(max(0.0, began + elapsed - time.monotonic()))
            for device in range(tick % size.ticks, size.devices, size.ticks):
                warm = device < len(starts) and 0 <= elapsed - starts[device] < size.warm_for
                await link.send(_datagram(size, device, warm=bool(warm)), size.probes)
        if not await link.drained(_PATIENCE):
            raise TimeoutError("the gateway did not take everything the devices sent")
        return link.sent.readings


def _datagram(size: Size, device: int, *, warm: bool) -> bytes:
    """What a device measures now: its first probe shows whether the zone is warm."""
    now = time.time_ns() // 1000
    at = now - now % (SECOND // 1000)
    values = [_WARM if warm and probe == 0 else _GOOD + probe / 10 for probe in range(size.probes)]
    return encode_senml_cbor(
        [
            Record(size.sensor(device, probe), "temperature", "Cel", at, value)
            for probe, value in enumerate(values)
        ]
    )


def _settle(database: Database) -> None:
    """Wait until everything that was sent is judged."""

    def nothing_due() -> bool:
        with database.transaction() as transaction:
            return count_due(transaction) == 0

    if not wait_until(nothing_due, 2 * _PATIENCE):
        raise TimeoutError(f"not everything was judged within {2 * _PATIENCE} s")


def _delays(database: Database, holds: int) -> tuple[list[float], int]:
    """The known delays, and how many holds do not say when their reading was published.

    A judge who is behind may find an excursion through a neighbouring reading, before the due work that
    tells when the reading was sent. Such a hold is no faster than the others, so it fails the figure.
    """

    def held() -> list[float | None]:
        with database.transaction() as transaction:
            return [hold.delay_ms for hold in hold_delays(transaction)]

    wait_until(lambda: len(held()) >= holds, 2 * _PATIENCE)
    _settle(database)
    found = held()
    assert len(found) == holds, f"{len(found)} holds instead of {holds}"
    delays = [delay for delay in found if delay is not None]
    return delays, len(found) - len(delays)

"""The link and the loop over it, against a real UDP socket that may lose, delay or not be there."""

import asyncio
import math
import socket
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from firmware_sim.core.packet import Measurement, Packet
from firmware_sim.core.replay import BadRecording
from firmware_sim.core.room import Room
from firmware_sim.core.scenario import Scenario
from firmware_sim.core.sensor import Sensor
from firmware_sim.core.simulation import Simulation
from firmware_sim.link import DeviceLink, LinkClosed
from firmware_sim.worker import datagrams, play, play_until, replay
from kernel.instants import DAY, HOUR, MINUTE, SECOND, instant, parse_moment
from wire.datagram import LARGEST_DATAGRAM, receipt
from wire.senml import Record, decode_senml_cbor

START = instant(parse_moment("2026-03-01T00:00:00Z"))
SCENARIO = Scenario(
    seed=1,
    start=START,
    rooms=(Room(name="cold"),),
    sensors=(Sensor(name="one", room="cold", battery_v=3.6), Sensor(name="two", room="cold")),
)


class Spool(asyncio.DatagramProtocol):
    """The gateway's end: keeps each copy, answers a datagram from its `lost_copies + 1`th copy on."""

    def __init__(self, lost_copies: int, answers: bool) -> None:
        self.copies: Counter[bytes] = Counter()
        self.lost_copies = lost_copies
        self.answers = answers
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] # a datagram endpoint hands over exactly this kind
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] # IPv4 addresses are pairs
        assert self._transport is not None
        self.copies[data] += 1
        if self.answers and self.copies[data] > self.lost_copies:
            self._transport.sendto(b"noise", addr)
            self._transport.sendto(receipt(data), addr)

    def records(self) -> set[Record]:
        found: set[Record] = set()
        for datagram in self.copies:
            columns = decode_senml_cbor(datagram, 0).columns
            for number, time, value in zip(
                columns.index.tolist(), columns.times.tolist(), columns.values.tolist(), strict=True
            ):
                sensor, quantity, unit = columns.names[int(number)]
                found.add(Record(sensor, quantity, unit, int(time), float(value)))
        return found


@asynccontextmanager
async def spool(
    lost_copies: int = 0, *, answers: bool = True, port: int = 0
) -> AsyncGenerator[tuple[Spool, int]]:
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Spool(lost_copies, answers), local_addr=("127.0.0.1", port)
    )
    try:
        yield protocol, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
        await asyncio.sleep(0)


def measured(packets: list[Packet]) -> set[Record]:
    return {
        Record(packet.device, quantity, unit, time, value)
        for packet in packets
        for quantity, unit, time, value in packet.records
    }


async def until(condition: Callable[[], bool]) -> None:
    """Poll until the condition holds; the deadline fails the test."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def test_lost_datagrams_are_sent_again_until_confirmed() -> None:
    async def story() -> None:
        async with (
            spool(lost_copies=1) as (gateway, port),
            await DeviceLink.open("127.0.0.1", port) as link,
        ):
            for number in range(20):
                await link.send(b"datagram %d" % number, 3)
            assert link.waiting == 20
            assert await link.drained(10)
            assert set(gateway.copies) == {b"datagram %d" % number for number in range(20)}
            assert (link.sent.datagrams, link.sent.readings) == (20, 60)
            assert link.sent.resent >= 20
            assert (link.sent.confirmed, link.waiting) == (20, 0)

    asyncio.run(story())


def test_a_gateway_that_is_not_there_yet_gets_everything_later() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as reserved:
        reserved.bind(("127.0.0.1", 0))
        port: int = reserved.getsockname()[1]

    async def story() -> None:
        async with await DeviceLink.open("127.0.0.1", port) as link:
            await link.send(b"early", 1)
            await link.send(b"bird", 1)
            assert not await link.drained(0.2)
            async with spool(port=port) as (gateway, _):
                assert await link.drained(10)
                assert set(gateway.copies) == {b"early", b"bird"}

    asyncio.run(story())


def test_a_full_window_holds_the_sender_back() -> None:
    async def story() -> None:
        async with (
            spool(answers=False) as (gateway, port),
            await DeviceLink.open("127.0.0.1", port, window=4) as link,
        ):
            sender = asyncio.create_task(_send_all(link, 10))
            await until(lambda: len(gateway.copies) == 4)
            await asyncio.sleep(0.05)
            assert (link.waiting, len(gateway.copies), sender.done()) == (4, 4, False)
            gateway.answers = True
            await sender
            assert await link.drained(10)
            assert link.sent.datagrams == len(gateway.copies) == 10

    asyncio.run(story())


async def _send_all(link: DeviceLink, count: int) -> None:
    for number in range(count):
        await link.send(b"%d" % number)


def test_the_same_datagram_under_way_counts_once() -> None:
    async def story() -> None:
        async with spool() as (_, port), await DeviceLink.open("127.0.0.1", port) as link:
            await link.send(b"same", 1)
            await link.send(b"same", 1)
            assert (link.sent.datagrams, link.sent.readings, link.waiting) == (1, 1, 1)
            assert await link.drained(10)

    asyncio.run(story())


def test_closing_wakes_who_waits_and_says_so() -> None:
    async def story() -> None:
        async with spool(answers=False) as (_, port):
            link = await DeviceLink.open("127.0.0.1", port, window=1)
            await link.send(b"first")
            waiting = asyncio.create_task(link.send(b"second"))
            draining = asyncio.create_task(link.drained())
            await asyncio.sleep(0)
            await link.close()
            with pytest.raises(LinkClosed, match="the link to the gateway is closed"):
                await waiting
            assert await draining is False
            with pytest.raises(LinkClosed):
                await link.send(b"third")
            await link.close()

    asyncio.run(story())


def test_a_datagram_that_is_too_long_is_refused() -> None:
    async def story() -> None:
        async with spool() as (_, port), await DeviceLink.open("127.0.0.1", port) as link:
            with pytest.raises(ValueError, match="1201 bytes is longer than 1200"):
                await link.send(b"x" * (LARGEST_DATAGRAM + 1))

    asyncio.run(story())


def test_packets_become_full_datagrams_of_one_device_each() -> None:
    packets = Simulation(SCENARIO).advance(START + DAY)
    made = list(datagrams(packets))
    found: set[Record] = set()
    for datagram, count in made:
        columns = decode_senml_cbor(datagram, 0).columns
        assert len(datagram) <= LARGEST_DATAGRAM
        assert len(columns) == count
        assert len({name.sensor for name in columns.names}) == 1
        for number, time, value in zip(
            columns.index.tolist(), columns.times.tolist(), columns.values.tolist(), strict=True
        ):
            sensor, quantity, unit = columns.names[int(number)]
            found.add(Record(sensor, quantity, unit, int(time), float(value)))
    assert found == measured(packets)
    assert sum(count for _, count in made) == 2 * 1441 + 25
    assert len(made) < 60


def test_no_packets_make_no_datagrams_and_a_giant_name_is_refused() -> None:
    assert list(datagrams([])) == []
    giant = Packet(START, "x" * LARGEST_DATAGRAM, (Measurement("temperature", "Cel", START, 1.0),))
    with pytest.raises(ValueError, match="does not fit into a datagram"):
        list(datagrams([giant]))


def test_a_single_pass_sends_what_is_due() -> None:
    async def story() -> None:
        async with spool() as (gateway, port), await DeviceLink.open("127.0.0.1", port) as link:
            simulation = Simulation(SCENARIO)
            assert await play_until(simulation, link, START + 10 * MINUTE) == 2 * 11 + 1
            assert await play_until(simulation, link, START + 10 * MINUTE) == 0
            assert await link.drained(10)
            assert gateway.records() == measured(Simulation(SCENARIO).advance(START + 10 * MINUTE))

    asyncio.run(story())


def test_a_play_as_fast_as_confirmed_arrives_whole() -> None:
    async def story() -> None:
        reached: list[int] = []
        async with (
            spool() as (gateway, port),
            await DeviceLink.open("127.0.0.1", port, window=8) as link,
        ):
            readings = await play(
                Simulation(SCENARIO), link, math.inf, START + 5 * HOUR, reached.append
            )
            assert await link.drained(10)
            assert gateway.records() == measured(Simulation(SCENARIO).advance(START + 5 * HOUR))
            assert readings == link.sent.readings == 2 * 301 + 6
        assert reached == sorted(reached)
        assert reached[-1] == START + 5 * HOUR
        assert len(reached) > 4

    asyncio.run(story())


def test_a_paced_play_takes_its_time_and_sends_the_same() -> None:
    async def story() -> None:
        async with spool() as (gateway, port), await DeviceLink.open("127.0.0.1", port) as link:
            loop = asyncio.get_running_loop()
            began = loop.time()
            await play(Simulation(SCENARIO), link, 600.0, START + 3 * MINUTE)
            assert loop.time() - began >= 0.29
            assert await link.drained(10)
            assert gateway.records() == measured(Simulation(SCENARIO).advance(START + 3 * MINUTE))

    asyncio.run(story())


@pytest.mark.parametrize("speed", [0.0, -1.0, math.nan])
def test_a_speed_that_goes_nowhere_is_refused(speed: float) -> None:
    async def story() -> None:
        async with spool() as (_, port), await DeviceLink.open("127.0.0.1", port) as link:
            with pytest.raises(ValueError, match="is not a positive number of simulated seconds"):
                await play(Simulation(SCENARIO), link, speed, START + HOUR)

    asyncio.run(story())


def test_a_recording_is_replayed_and_a_bad_one_sends_nothing(tmp_path: Path) -> None:
    path = tmp_path / "fridge.csv"

    async def story() -> None:
        async with spool() as (gateway, port), await DeviceLink.open("127.0.0.1", port) as link:
            path.write_text(
                "time,temp\n2020-01-01 00:00:00,40\n2020-01-09 00:00:01.5,x\n", encoding="utf-8"
            )
            with pytest.raises(BadRecording, match="line 3"):
                await replay(path, link, "fridge", column="temp", unit="F")
            assert link.sent.datagrams == 0
            path.write_text(
                "time,temp\n2020-01-01 00:00:00,40\n2020-01-09 00:00:01.5,41\n", encoding="utf-8"
            )
            assert await replay(path, link, "fridge", column="temp", unit="F", start=START) == 2
            assert await link.drained(10)
            later = START + 8 * DAY + 3 * SECOND // 2
            assert gateway.records() == {
                Record("fridge", "temperature", "degF", START, 40.0),
                Record("fridge", "temperature", "degF", later, 41.0),
            }

    asyncio.run(story())

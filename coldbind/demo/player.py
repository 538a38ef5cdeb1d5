"""Plays the demo's day: devices send in simulated time, people act between two readings.

What people do is committed before anything later is sent, so the story is the same at every speed.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence

from coldbind.demo.chapters import END, START, Chapter
from coldbind.demo.ledger import News, hold_delays, news, outcome, stored
from firmware_sim.core.packet import Packet
from firmware_sim.core.simulation import Simulation
from firmware_sim.link import DeviceLink
from firmware_sim.worker import datagrams
from kernel.instants import DAY, SECOND
from rules.due_store import count_due
from storage.database import Database
from wire.senml import Record, encode_senml_cbor

_TICK_S = 0.02
_NEWS_EVERY_S = 0.15
_PATIENCE_S = 60.0

Series = tuple[str, str]


class StoryStuck(RuntimeError):
    """Something the story waits for did not happen in time; the text says what."""


class Player:
    """One performance: `tell` hears of chapters, `report` of what the machine decided."""

    def __init__(
        self,
        database: Database,
        simulation: Simulation,
        *,
        speed: float,
        tell: Callable[[Chapter], None],
        report: Callable[[Sequence[News]], None],
    ) -> None:
        self._database = database
        self._simulation = simulation
        self._speed = speed
        self._tell = tell
        self._report = report
        self._last_record = 0
        self._looked = 0.0
        self._reached = START - 1
        self.sent: Counter[Series] = Counter()
        self.nonsense = 0

    @property
    def readings_sent(self) -> int:
        """Everything that left a device; a datagram that is no reading at all counts as one."""
        return sum(self.sent.values()) + self.nonsense

    async def play(self, host: str, port: int, chapters: Sequence[Chapter]) -> None:
        """Play to the end, and wait until everything sent is stored and judged."""
        async with await DeviceLink.open(host, port) as link:
            for chapter in chapters:
                await self._send_until(link, chapter.at)
                if chapter.after is not None:
                    await self._wait_for(self._is_held(chapter.after), f"the hold of {chapter.after}")
                self._tell(chapter)
                await asyncio.to_thread(self._act, chapter)
            await self._send_until(link, END)
            await self._send_nonsense(link)
            if not await link.drained(_PATIENCE_S):
                raise StoryStuck("the gateway did not take everything the devices sent")
        await self._wait_for(self._all_arrived, "the last readings to be stored")
        await self._wait_for(self._all_judged, "the last readings to be judged")
        await self._look(force=True)

    async def _send_until(self, link: DeviceLink, until: int) -> None:
        began, first = time.monotonic(), self._reached
        reached = first
        while reached < until:
            elapsed = (time.monotonic() - began) * self._speed * SECOND
            reached = min(until, max(reached + 1, int(first + elapsed)))
            packets = self._simulation.advance(reached)
            self._count(packets)
            for datagram, readings in datagrams(packets):
                await link.send(datagram, readings)
            await self._look()
            await asyncio.sleep(_TICK_S)
        self._reached = reached

    def _count(self, packets: Sequence[Packet]) -> None:
        for packet in packets:
            for quantity, *_ in packet.records:
                self.sent[packet.device, quantity] += 1

    async def _send_nonsense(self, link: DeviceLink) -> None:
        """What no path may stumble over: bytes that mean nothing, and a clock far ahead."""
        await link.send(b"\xffnot SenML\x00", 1)
        self.nonsense += 1
        future = Record("zone3-west", "temperature", "Cel", END + 40_000 * DAY, 4.5)
        await link.send(encode_senml_cbor([future]), 1)
        self.sent["zone3-west", "temperature"] += 1

    def _act(self, chapter: Chapter) -> None:
        for deed in chapter.deeds:
            with self._database.transaction() as transaction:
                deed(transaction)

    async def _look(self, *, force: bool = False) -> None:
        now = time.monotonic()
        if force or now - self._looked > _NEWS_EVERY_S:
            self._looked = now
            found = await asyncio.to_thread(self._news)
            if found:
                self._report(found)

    def _news(self) -> list[News]:
        with self._database.transaction() as transaction:
            found = news(transaction, self._last_record)
        self._last_record = found[-1].record_id if found else self._last_record
        return found

    async def _wait_for(self, happened: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not await asyncio.to_thread(happened):
            if time.monotonic() > deadline:
                raise StoryStuck(f"waited {_PATIENCE_S:.0f} s for {what}, in vain")
            await self._look()
            await asyncio.sleep(_TICK_S)

    def _is_held(self, unit: str) -> Callable[[], bool]:
        def held() -> bool:
            with self._database.transaction() as transaction:
                return any(hold.unit == unit for hold in hold_delays(transaction))

        return held

    def _all_arrived(self) -> bool:
        with self._database.transaction() as transaction:
            counts = stored(transaction)
            parked = outcome(transaction).readings_parked
        return sum(counts.values()) + parked >= self.readings_sent

    def _all_judged(self) -> bool:
        with self._database.transaction() as transaction:
            return count_due(transaction) == 0

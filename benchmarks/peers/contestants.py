"""Who runs: raw COPY, our path with batches and with single readings, and the peers.

Each starts its processes for a lap of its own and ends them, so that nobody idles on another's time.
"""

import time
from dataclasses import dataclass
from typing import LiteralString, Protocol

from benchmarks import raw_copy
from benchmarks.accounts import Accounts, peak_rss_mib
from benchmarks.frames import FRAME
from benchmarks.ground import SITE, workers
from benchmarks.peers.program import Program, running
from benchmarks.peers.readings import Batches, Singles, last
from benchmarks.peers.tally import Count, Table, empty_tables
from benchmarks.peers.track import Lap, Track
from benchmarks.whole_path import wait_until_judged

_OURS = f"coldbind/v1/{SITE}"
_COLDBIND = "peers.coldbind"


class Contestant(Protocol):
    """Runs laps of `frames` times 1 000 readings."""

    @property
    def name(self) -> str:
        """What its figures are called."""
        ...

    @property
    def frames(self) -> int:
        """The length of its laps."""
        ...

    def lap(self, track: Track, number: int, first: int) -> Lap:
        """Run lap `number` with the readings of the frames from `first` on."""
        ...


@dataclass(frozen=True, slots=True)
class Copy:
    """Binary COPY of the rows into telemetry.reading: nobody can be faster on this server."""

    frames: int
    name: str = "copy"

    def lap(self, track: Track, number: int, first: int) -> Lap:
        """COPY the rows of the batches, whichever lap it is."""
        rows = raw_copy.chunks(first, self.frames)
        empty_tables(track.on.database_url)
        accounts = Accounts({"database": track.on.postgres})
        seconds = raw_copy.copy_all(track.on.database_url, rows)
        spent = accounts.spent()
        wanted = self.frames * FRAME
        return Lap(wanted, seconds, spent, {}, Table(track.on.database_url, _COLDBIND).count(wanted))


@dataclass(frozen=True, slots=True)
class Ours:
    """Ingest and rules, from the broker to committed, bound and judged readings."""

    frames: int
    name: str
    batches: bool

    def lap(self, track: Track, number: int, first: int) -> Lap:
        """Publish, and wait until everything is stored and judged."""
        order = (
            Batches(_OURS, first, self.frames, epoch=number)
            if self.batches
            else Singles(_OURS, first, self.frames)
        )
        track.publisher.prepare(order)
        empty_tables(track.on.database_url)
        table, wanted = Table(track.on.database_url, _COLDBIND), self.frames * FRAME
        with workers(track.on, "ingest", "rules") as at_work:
            pids = {name: at_work.pid(name) for name in ("ingest", "rules")}
            accounts = track.accounts(pids)
            began = track.publisher.begin()
            table.wait(last(first, self.frames), wanted)
            wait_until_judged(track.database)
            seconds = time.monotonic() - began
            spent = accounts.spent()
            track.publisher.finish()
            rss = {name: peak_rss_mib(pid) for name, pid in pids.items()}
        parked = track.on.number("select count(*) from telemetry.parked")
        count = table.count(wanted)
        assert (count, parked) == (Count(wanted, 0, 0), 0), f"{count}, {parked} parked"
        return Lap(wanted, seconds, spent, rss, count)


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that fills a table of its own with one reading a message.

    `keeps` tells whether it acknowledges only what is committed, so that a kill loses nothing.
    """

    frames: int
    program: Program
    table: LiteralString
    keeps: bool

    @property
    def name(self) -> str:
        """The program's."""
        return self.program.name

    def lap(self, track: Track, number: int, first: int) -> Lap:
        """Publish once the program stores what it is sent, and wait until the last reading is there."""
        prefix = f"peers/{self.name}/{number}"
        track.publisher.prepare(Singles(prefix, first, self.frames))
        empty_tables(track.on.database_url)
        table, wanted = Table(track.on.database_url, self.table), self.frames * FRAME
        with running(self.program, track.on, prefix) as child:
            child.wait_until_it_stores(table)
            accounts = track.accounts({"consumer": child.pid})
            began = track.publisher.begin()
            table.wait(last(first, self.frames), wanted)
            seconds = time.monotonic() - began
            spent = accounts.spent()
            track.publisher.finish()
            rss = {"consumer": peak_rss_mib(child.pid)}
        return Lap(wanted, seconds, spent, rss, table.count(wanted))


@dataclass(frozen=True, slots=True)
class BareLine:
    """Our line to the broker, receiving and acknowledging and nothing else."""

    frames: int
    program: Program
    name: str = "receive"

    def lap(self, track: Track, number: int, first: int) -> Lap:
        """Publish, and wait until it has taken everything in."""
        prefix, wanted = f"peers/{self.name}/{number}", self.frames * FRAME
        track.publisher.prepare(Singles(prefix, first, self.frames))
        with running(self.program, track.on, prefix, str(wanted)) as child:
            child.wait_for("READY")
            accounts = track.accounts({"consumer": child.pid})
            began = track.publisher.begin()
            taken, ended = child.wait_for("DONE").split()
            spent = accounts.spent()
            track.publisher.finish()
            rss = {"consumer": peak_rss_mib(child.pid)}
        count = Count(int(taken), wanted - int(taken), 0)
        return Lap(wanted, float(ended) - began, spent, rss, count)

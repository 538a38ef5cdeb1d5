"""A real recording through the whole path, device to verdict, against a calculation with plain loops.

The room of a 20 to 25 degC store, hourly in degF for eleven months with gaps up to a week, holds ten
units that come and go. What the workers stored must be what the loops below find in the file itself.
"""

import asyncio
import csv
import math
import os
import secrets
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from coldbind.install import install
from coldbind.site_file import apply_site, read_site
from coldbind.supervisor import Workers
from coldbind.wiring import open_database
from erp.receiving import handlers as receiving
from erp.receiving.core import Arrival, Decision
from firmware_sim.link import DeviceLink
from firmware_sim.worker import replay
from kernel.events import ArrivingUnit
from kernel.instants import instant
from lotbinding.handlers.movements import Movement, record_movement
from storage.database import Database
from tests.commands import ROOT, coldbind

SHARED = Path(os.environ.get("COLDBIND_SHARED_DATA", str(ROOT.parent / "shared" / "data")))
RECORDING = SHARED / "nab_ambient.csv"
PATIENCE = 60

pytestmark = pytest.mark.skipif(
    not RECORDING.is_file(),
    reason=f"the recording is not there: {RECORDING} (COLDBIND_SHARED_DATA names its folder)",
)

MAX_GAP = 90 * 60.0
DAY = 86_400.0
RULES = (
    ("above 25 degC", "single", 25.0, +1, DAY),
    ("below 20 degC", "single", 20.0, -1, DAY),
    ("24 h above 30 degC in life", "cumulative", 30.0, +1, DAY),
    ("above 40 degC", "immediate", 40.0, +1, 0.0),
    ("below 15 degC", "immediate", 15.0, -1, 0.0),
)
"""The profile controlled-room-temperature, version 1: name, kind, limit, side, tolerance in seconds."""

SITE = """
locations:
  - {path: store, name: Store, kind: site}
  - {path: store.dock, name: Dock, kind: dock_door}
  - {path: store.room, name: Room, kind: room}
  - {path: store.room.shelf, name: Shelf, kind: bin}
sensors:
  - {name: room-t, location: store.room, since: 2013-07-01T00:00:00Z, max_gap: 90 min}
suppliers: [{code: S, name: Supplier}]
products: [{code: P, name: Tablets, unit_of_measure: box, profile: controlled-room-temperature@1}]
orders:
  - code: PO
    supplier: S
    ordered_on: 2013-06-01
    currency: EUR
    lines: [{line: 1, product: P, quantity: 10, unit_price: 1}]
"""

Readings = list[tuple[float, float]]


@dataclass(frozen=True)
class Told:
    """An excursion in seconds since 1970; `end` None while it is open."""

    rule: str
    start: float
    breach: float
    end: float | None
    beyond: float


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ARRIVED = day("2013-07-03")
STAYS: dict[str, tuple[datetime, datetime | None]] = {
    "U0": (day("2013-07-04"), None),
    "U1": (day("2013-07-04T00:30"), None),
    "U2": (day("2013-08-01T12:17"), day("2013-11-20T08:08")),
    "U3": (day("2013-09-01"), day("2014-03-01")),
    "U4": (day("2013-12-01T06:45"), None),
    "U5": (day("2013-12-24T18:20"), day("2013-12-26T09:00")),
    "U6": (day("2014-01-15T03:33"), None),
    "U7": (day("2014-04-01"), day("2014-05-20T17:50")),
    "U8": (day("2014-05-28T14:30"), None),
    "U9": (day("2014-06-30"), None),
}
"""Unit to when it came into the room and when it was dispatched; before, it stood at the dock."""


def readings() -> Readings:
    """The file as it is: seconds since 1970 and degC, by time. No time occurs twice (see the test)."""
    with RECORDING.open(encoding="utf-8", newline="") as file:
        return sorted(
            (day(row["timestamp"]).timestamp(), (float(row["value"]) - 32) * 5 / 9)
            for row in csv.DictReader(file)
        )


def pieces(told: Readings, since: float, until: float, limit: float, side: int) -> list[Any]:
    """(from, until, beyond?) of every line between neighbours, cut where it meets the limit."""
    found: list[tuple[float, float, bool]] = []
    for i in range(len(told) - 1):
        (t0, v0), (t1, v1) = told[i], told[i + 1]
        if t1 - t0 > MAX_GAP:
            continue
        e0, e1 = (v0 - limit) * side, (v1 - limit) * side
        cut = t0 + (t1 - t0) * e0 / (e0 - e1) if (e0 > 0) != (e1 > 0) else t1
        for start, end, beyond in ((t0, cut, e0 > 0), (cut, t1, e1 > 0)):
            start, end = max(start, since), min(end, until)  # noqa: PLW2901 - cut to the stay
            if start < end:
                found.append((start, end, beyond))
    for i, (at, value) in enumerate(told):
        first = i == 0 or at - told[i - 1][0] > MAX_GAP
        last = i == len(told) - 1 or told[i + 1][0] - at > MAX_GAP
        if first and last and since <= at < until:
            found.append((at, at, (value - limit) * side > 0))
    return sorted(found)


def seconds_beyond(told: Readings, limit: float, side: int) -> float:
    return sum(
        end - start for start, end, beyond in pieces(told, -math.inf, math.inf, limit, side) if beyond
    )


def excursions(told: Readings, since: float, until: float) -> list[Told]:
    """What a unit that stood in the room from `since` to `until` went through."""
    found: list[Told] = []
    for rule, kind, limit, side, tolerance in RULES:
        episodes: list[list[tuple[float, float]]] = []
        running = False
        for start, end, beyond in pieces(told, since, until, limit, side):
            if beyond and not running:
                episodes.append([])
            if beyond:
                episodes[-1].append((start, end))
            running = beyond
        if kind == "cumulative" and episodes:
            episodes = [[part for episode in episodes for part in episode]]
        for number, episode in enumerate(episodes):
            left = tolerance
            for start, end in episode:
                if end - start >= left:
                    over = not running or number < len(episodes) - 1
                    found.append(
                        Told(
                            rule,
                            episode[0][0],
                            start + left,
                            episode[-1][1] if over else None,
                            sum(b - a for a, b in episode),
                        )
                    )
                    break
                left -= end - start
    return found


@contextmanager
def path(database_url: str, broker_url: str, folder: Path) -> Generator[str]:
    """Gateway, ingest and rules as processes; the gateway's address."""
    name = f"nab-{secrets.token_hex(4)}"
    told = {
        "COLDBIND_DATABASE_URL": database_url,
        "COLDBIND_MQTT_URL": broker_url,
        "COLDBIND_VAR": str(folder),
        "COLDBIND_SITE": name,
        "COLDBIND_INGEST_CLIENT_ID": name,
        "COLDBIND_UDP_PORT": "0",
    }
    with Workers(("gateway", "ingest", "rules"), folder / "run", told) as workers:
        yield workers.wait_ready()["gateway"]


def prepare(database: Database) -> None:
    with database.transaction() as transaction:
        apply_site(transaction, read_site(SITE, "this test"), "test")


def receive(database: Database) -> None:
    """Ten units arrive, come into the room and leave it again."""
    units = tuple(ArrivingUnit(code, Decimal(1)) for code in STAYS)
    at = instant(ARRIVED)
    with database.transaction() as transaction:
        receiving.arrive(
            transaction,
            Arrival("GR", "PO", 1, "store.dock", at, "LOT", "", date(2016, 1, 1), units, "test"),
        )
        receiving.decide(transaction, Decision("GR", "accepted", at, "test"))
    for code, (since, until) in STAYS.items():
        moves = [Movement(code, "put_away", "store.room.shelf", instant(since), "test")]
        if until is not None:
            moves.append(Movement(code, "dispatch", None, instant(until), "test"))
        for move in moves:
            with database.transaction() as transaction:
                record_movement(transaction, move)


def wait_until_judged(connection: psycopg.Connection[Any], expected: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        row = connection.execute(
            "select (select count(*) from telemetry.reading),"
            " (select count(*) from rules.due) + (select count(*) from rules.due_unit)"
        ).fetchone()
        if row == (expected, 0):
            return
        assert time.monotonic() < deadline, f"readings stored and work due: {row}"
        time.sleep(0.1)


def stored_excursions(connection: psycopg.Connection[Any], unit: str) -> list[Told]:
    rows = connection.execute(
        "select r.name, extract(epoch from e.started_at)::float8,"
        " extract(epoch from e.breached_at)::float8, extract(epoch from e.ended_at)::float8,"
        " (select sum(extract(epoch from upper(p) - lower(p)))::float8 from unnest(e.beyond) p)"
        " from rules.excursion e"
        " join rules.rule r using (rule_id) join binding.stock_unit u using (unit_id)"
        " where u.code = %s and e.superseded_at is null",
        [unit],
    )
    return [Told(*row) for row in rows]


def assert_equal_to_the_loops(connection: psycopg.Connection[Any]) -> None:
    told = readings()
    for unit, (since, until) in STAYS.items():
        ends = math.inf if until is None else until.timestamp()
        expected = sorted(excursions(told, since.timestamp(), ends), key=lambda e: (e.rule, e.start))
        found = sorted(stored_excursions(connection, unit), key=lambda e: (e.rule, e.start))
        assert [e.rule for e in found] == [e.rule for e in expected], unit
        for one, other in zip(found, expected, strict=True):
            assert one.start == pytest.approx(other.start, abs=1), unit
            assert one.breach == pytest.approx(other.breach, abs=1), unit
            assert (one.end is None) == (other.end is None), unit
            assert one.end is None or one.end == pytest.approx(other.end, abs=1), unit
            assert one.beyond == pytest.approx(other.beyond, rel=0.001), unit
    assert_same_time_out_of_range(connection, told)


def assert_same_time_out_of_range(connection: psycopg.Connection[Any], told: Readings) -> None:
    rows = connection.execute(
        "select side, limit_value, sum(extract(epoch from ended_at - started_at))::float8"
        " from rules.run group by side, limit_value"
    ).fetchall()
    found = {(side, limit): seconds for side, limit, seconds in rows}
    expected = {
        ("above" if side > 0 else "below", limit): seconds_beyond(told, limit, side)
        for _, _, limit, side, _ in RULES
    }
    for which, seconds in expected.items():
        assert found.get(which, 0.0) == pytest.approx(seconds, rel=0.001), which
    out = [("above", 25.0), ("below", 20.0)]
    assert sum(found[one] for one in out) == pytest.approx(sum(expected[one] for one in out), rel=0.001)


def some_are_broken_and_some_not(told: Sequence[Told]) -> bool:
    return {"below 20 degC", "below 15 degC"} <= {one.rule for one in told}


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    install(database_url)
    with open_database(database_url, "test") as database:
        prepare(database)
        yield database


def test_no_time_occurs_twice_in_the_recording() -> None:
    told = readings()
    assert len({at for at, _ in told}) == len(told) > 7000
    assert some_are_broken_and_some_not(excursions(told, -math.inf, math.inf))


def test_played_by_the_command_while_the_units_are_there(
    database: Database, broker_url: str, server_folder: Path
) -> None:
    receive(database)
    with path(database.url, broker_url, server_folder) as gateway:
        arguments = ("--sensor", "room-t", "--unit", "F", "--speed", "1e9", "--gateway", gateway)
        played = coldbind("sim", "replay", str(RECORDING), *arguments, told={})
        assert played.code == 0, played.err
        assert f"{len(readings())} readings sent, all confirmed" in played.out
        with psycopg.connect(database.url, autocommit=True) as connection:
            wait_until_judged(connection, len(readings()))
            assert_equal_to_the_loops(connection)
            parked = connection.execute("select count(*) from telemetry.parked").fetchone()
            assert parked == (0,)


def test_played_first_and_the_units_entered_afterwards(
    database: Database, broker_url: str, server_folder: Path
) -> None:
    with path(database.url, broker_url, server_folder) as gateway:
        host, _, port = gateway.rpartition(":")
        assert asyncio.run(_replayed(host, int(port))) == len(readings())
        with psycopg.connect(database.url, autocommit=True) as connection:
            wait_until_judged(connection, len(readings()))
            receive(database)
            wait_until_judged(connection, len(readings()))
            assert_equal_to_the_loops(connection)


async def _replayed(host: str, port: int) -> int:
    async with await DeviceLink.open(host, port) as link:
        sent = await replay(RECORDING, link, "room-t", column="value", unit="F")
        assert await link.drained(timedelta(seconds=PATIENCE).total_seconds())
    return sent

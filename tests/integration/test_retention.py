"""What is old is dropped, and never what somebody needs."""

from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from coldbind.felt_by import units_that_felt
from coldbind.wiring import HANDLERS
from erp.claims import handlers, integrity, legal_holds
from erp.claims.handlers import Told
from erp.recall import handlers as recall
from erp.recall.core import Handle
from erp.recall.handlers import Opening
from ingest import retention
from kernel.events import BindingChanged
from kernel.refusal import Refusal
from lotbinding.handlers.movements import Movement, record_movement
from storage.database import Database
from tests.commands import coldbind
from tests.erp_world import World, after, order, prepare
from tests.ledger_books import ask

NOW = datetime(2026, 9, 1, tzinfo=UTC)
READINGS = "select count(*) from telemetry.reading"


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    """A claimed delivery with readings of months before and of the claim itself."""
    prepare(database_url)
    with Database(database_url, {**HANDLERS, BindingChanged: []}) as database:
        order(database)
        world = World(database_url, database)
        world.arrive()
        world.read(1, 10, [9.0, 11.5, 13.2, 12.0])
        world.read(2, 10, [5.0, 5.0])
        world.read(1, -60 * 24 * 40, [4.0, 4.0, 4.0])
        world.found(10, 55)
        with database.transaction() as run:
            retention.keep(run, "readings", 100, "five batches of records", "carla")
        yield world


def drop(world: World, until: datetime | None = None, *, dry: bool = False) -> int:
    with world.database.transaction() as run:
        (one,) = retention.drop(run, NOW, "carla", until=until, dry=dry)
    return one.records


def settle(world: World) -> None:
    """The claim is closed and the goods have left."""
    with world.database.transaction() as run:
        handlers.close(run, "CLM-GR-1", Told("carla", after(600), "we withdraw it"))
        for unit in ("LOT-A/0001", "LOT-A/0002"):
            record_movement(run, Movement(unit, "dispatch", None, after(700), "ben"))


def test_an_open_claim_and_goods_with_us_keep_their_time(world: World) -> None:
    with pytest.raises(
        Refusal, match="claim CLM-GR-1 is open; lot LOT-A is still with us; --until 2026-03-01"
    ):
        drop(world)
    assert ask(world.url, READINGS) == [(9,)]
    assert drop(world, datetime(2026, 3, 1, tzinfo=UTC), dry=True) == 3
    assert drop(world, datetime(2026, 3, 1, tzinfo=UTC)) == 3
    assert ask(world.url, READINGS) == [(6,)]


def test_readings_under_claim_are_never_dropped(world: World) -> None:
    settle(world)
    assert drop(world, dry=True) == 5
    assert drop(world) == 5
    assert ask(world.url, READINGS) == [(4,)], "those that were evidence"
    with world.database.transaction() as run:
        assert integrity.faults(run) == []
    assert world.actions("retention readings") == ["retention set", "records dropped"]
    assert drop(world) == 0


def test_a_hold_on_records(world: World) -> None:
    settle(world)
    with world.database.transaction() as run:
        number = legal_holds.place(
            run, "recall", "case 7", datetime(2026, 1, 1, tzinfo=UTC).date(), "carla"
        )
    with pytest.raises(Refusal, match=f"recall hold {number}: case 7"):
        drop(world)
    with world.database.transaction() as run:
        assert [one.words for one in legal_holds.open_holds(run)] == ["case 7"]
        legal_holds.release(run, number, "the case is closed", "carla")
        with pytest.raises(Refusal, match="no open records hold"):
            legal_holds.release(run, number, "again", "carla")
    assert drop(world) == 5


def test_an_open_recall_holds_its_records_until_it_is_closed(world: World, server_folder: Path) -> None:
    settle(world)
    with world.database.transaction() as run:
        for code, mock in (("M-1", True), ("RC-1", False)):
            told = Opening(code, Handle("lot", "LOT-A"), "glass", "quinn", mock)
            recall.open_recall(run, told, units_that_felt)
    with pytest.raises(Refusal, match="recall hold 1: recall RC-1: glass; --until 2026-03-01"):
        drop(world)
    commands = {"COLDBIND_DATABASE_URL": world.url, "COLDBIND_VAR": str(server_folder)}
    release = ("retention", "release", "1", "--reason", "in the way")
    coldbind(*release, told=commands).refused("is of recall RC-1, which is open")
    with pytest.raises(psycopg.Error, match="it ends when that is closed"):
        ask(
            world.url,
            "update erp.legal_hold set released_at = now(), released_by = 'x', released_why = 'x'"
            " returning 1",
        )
    with world.database.transaction() as run:
        recall.close(run, "RC-1", "quinn", "nothing was found")
        assert legal_holds.open_holds(run) == []
    assert ask(world.url, "select released_by, released_why from erp.legal_hold") == [
        ("quinn", "recall RC-1: nothing was found")
    ]
    assert drop(world) == 5


def test_parked_records_that_ended_are_dropped(world: World) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute(
            "insert into telemetry.parked (topic, code, reason, records, format, payload, received_at,"
            " last_received_at, digest)"
            " select 'a/' || n, 'undecodable', 'r', 1, 'raw', b, now(), now(), sha256(b)"
            " from generate_series(1, 3) n, lateral (select n::text::bytea) as told (b)"
        )
        connection.execute(
            "update telemetry.parked set resolved_at = '2026-01-01', resolved_by = 'x',"
            " resolution = 'discarded', note = 'old' where topic <> 'a/3'"
        )
    with world.database.transaction() as run:
        retention.keep(run, "readings", None, "for ever", "carla")
        retention.keep(run, "parked", 30, "seen", "carla")
        retention.keep(run, "thinned", 30, "seen", "carla")
        retention.keep(run, "clock_jumps", 30, "seen", "carla")
    with world.database.transaction() as run:
        dropped = {one.kind: one.records for one in retention.drop(run, NOW, "carla")}
    assert dropped == {"clock_jumps": 0, "parked": 2, "thinned": 0}
    assert ask(world.url, "select topic from telemetry.parked") == [("a/3",)]


def test_the_commands(world: World, server_folder: Path) -> None:
    told = {"COLDBIND_DATABASE_URL": world.url, "COLDBIND_VAR": str(server_folder)}

    def run(*arguments: str) -> str:
        return coldbind("retention", *arguments, told=told).out

    assert run("show").splitlines()[:2] == ["readings: 100 days", "parked: for ever"]
    assert run("set", "readings", "forever", "--reason", "x") == "readings: kept for ever\n"
    assert run("set", "readings", "forever", "--reason", "x") == "readings: kept for ever, as before\n"
    coldbind("retention", "set", "claims", "9", "--reason", "x", told=told).refused("no retention")
    coldbind("retention", "set", "parked", "x", "--reason", "x", told=told).refused("no number")
    assert run("run") == "every kind is kept for ever\n"
    assert run("hold", "the case of 2026", "--since", "2026-01-01").endswith(
        "since 2026-01-01 is dropped\n"
    )
    assert "the case of 2026" in run("holds")
    assert run("release", "1", "--reason", "over") == "records hold 1: released\n"
    assert run("holds") == "no records are held\n"

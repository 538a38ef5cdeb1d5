"""A superuser alters what must not be altered: each thing is found and named."""

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from erp.claims import handlers
from erp.claims.handlers import Told
from kernel.events import ExcursionEnded
from storage.audit_guard import Head
from tests.commands import Answer, coldbind
from tests.erp_world import World, after
from tests.ledger_books import ask
from tests.tampering import faults, warm_delivery

Command = Callable[..., Answer]


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    with warm_delivery(database_url) as world:
        yield world


@pytest.fixture
def command(world: World, server_folder: Path) -> Command:
    told = {"COLDBIND_DATABASE_URL": world.url, "COLDBIND_VAR": str(server_folder)}
    return lambda *arguments: coldbind(*map(str, arguments), told=told)


def tamper(world: World, table: LiteralString, trigger: LiteralString, change: LiteralString) -> None:
    """As the owner of the table, who leaves no trace but the change."""
    with psycopg.connect(world.url) as connection:
        connection.execute(f"alter table {table} disable trigger {trigger}")
        connection.execute(change)
        connection.execute("set constraints all immediate")
        connection.execute(f"alter table {table} enable always trigger {trigger}")


def test_nothing_is_wrong_at_first(world: World, command: Command) -> None:
    assert faults(world) == []
    assert command("audit", "verify").out.startswith("the chain holds: ")


def test_an_altered_audit_record(world: World) -> None:
    tamper(
        world,
        "audit.record",
        "record_is_append_only",
        "update audit.record set actor = 'nobody' where record_id = 5",
    )
    assert faults(world) == ["record 5 its content does not match its hash"]


def test_a_removed_audit_record(world: World) -> None:
    tamper(
        world, "audit.record", "record_is_append_only", "delete from audit.record where record_id = 5"
    )
    found = faults(world)
    assert found[0] == "record 6 records 5 to 5 are missing"


def test_an_altered_reading_under_claim(world: World, command: Command) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute("update telemetry.reading set value = 7.9 where value = 13.2")
    assert faults(world) == [
        "reading of dock1-t1 at 2026-03-01T08:12:00.000000Z, under claim: it was 13.2, and is 7.9 now"
    ]
    with psycopg.connect(world.url) as connection:
        connection.execute("delete from telemetry.reading where value = 7.9")
    assert faults(world)[0].endswith("it was 13.2, and is gone")
    answer = command("audit", "verify")
    assert (answer.code, "and is gone" in answer.out) == (1, True)


def test_a_kept_reading_altered_with_the_archive(world: World) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute("update telemetry.reading set value = 7.9 where value = 13.2")
    tamper(
        world,
        "erp.kept_reading",
        "kept_is_append_only",
        "update erp.kept_reading set value = 7.9 where value = 13.2",
    )
    evidence = "claim CLM-GR-1, unit LOT-A/0001, excursion 1: its evidence has"
    assert faults(world) == [f"{evidence} other kept readings than its digest tells"]
    tamper(
        world,
        "erp.claim_evidence",
        "changes_are_audited",
        "update erp.claim_evidence set digest ="
        " decode(erp.kept_digest(series_id, since, until), 'hex')",
    )
    assert faults(world) == [f"{evidence} another digest than the audit chain kept"]


def test_a_late_reading_is_no_tampering(world: World) -> None:
    world.read(1, 20, [12.5])
    ((unit,),) = ask(world.url, "select unit_id from rules.excursion")
    world.publish(ExcursionEnded(1, unit))
    assert faults(world) == []
    assert ask(world.url, "select count(*) from erp.kept_reading") == [(5,)]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("update erp.journal_line set amount = 2 * amount where entry_id = 1", "was altered"),
        ("delete from erp.journal_line where entry_id = 1", "was altered"),
    ],
)
def test_an_altered_journal_line(world: World, change: LiteralString, fault: str) -> None:
    tamper(world, "erp.journal_line", "line_is_append_only", change)
    (found,) = faults(world)
    assert found.startswith(f"journal entry 1 (receipt) {fault}, audit record ")


def test_an_inserted_and_a_removed_entry(world: World) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute(
            "insert into erp.journal_entry (kind, occurred_at, booked_on, recorded_by, currency)"
            " values ('cost', now(), now()::date + 1, 'ghost', 'EUR')"
        )
        connection.execute(
            "insert into erp.journal_line select max(entry_id), line, account, amount"
            " from erp.journal_entry,"
            " (values (1, '5110', 5), (2, '2200', -5)) l (line, account, amount)"
            " group by line, account, amount"
        )
    (found,) = faults(world)
    assert "(cost) was inserted past the ledger; its lines are 5110 5, 2200 -5" in found


def test_a_trigger_that_was_taken_away_is_told(world: World) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute("alter table audit.record disable trigger record_is_append_only")
        connection.execute("drop trigger line_is_append_only on erp.journal_line")
    assert set(faults(world)) == {
        "the trigger record_is_append_only on audit.record is not in force",
        "the trigger line_is_append_only on erp.journal_line is not in force",
    }


def test_triggers_fire_for_the_owner_and_in_replica_mode(world: World) -> None:
    tries = (
        "update audit.record set actor = 'x'",
        "delete from audit.record",
        "truncate audit.record",
        "update audit.head set record_id = record_id - 1",
        "update erp.kept_reading set value = 0",
    )
    for statement in tries:
        with psycopg.connect(world.url) as connection:
            connection.execute("set session_replication_role = replica")
            with pytest.raises(psycopg.Error, match=r"append-only|only goes forward"):
                connection.execute(statement)


def test_a_rewritten_chain_is_found_by_a_published_head(
    world: World, command: Command, server_folder: Path
) -> None:
    file = server_folder / "heads.jsonl"
    told = json.loads(command("audit", "head", "--out", file).out)
    assert command("audit", "verify", "--against", file).out.endswith("as 1 published heads say\n")
    with world.database.transaction() as run:
        handlers.submit(run, "CLM-GR-1", Told("carla", after(100)))
    assert command("audit", "verify", "--against", file).code == 0
    with psycopg.connect(world.url) as connection:
        for table in ("audit.record", "audit.head"):
            connection.execute(f"alter table {table} disable trigger all".encode())
        connection.execute(
            """
            do $$
            declare
                one audit.record;
                before bytea := '';
            begin
                update audit.record set actor = 'nobody' where record_id = 4;
                for one in select * from audit.record order by record_id loop
                    update audit.record
                        set previous_hash = before,
                            hash = audit.link(
                                before, record_id, recorded_at, actor, action, subject, record.detail)
                        where record_id = one.record_id
                        returning hash into before;
                end loop;
                update audit.head set hash = before;
            end
            $$
            """
        )
        for table, trigger in (
            ("audit.record", "record_is_append_only"),
            ("audit.head", "head_stays"),
            ("audit.head", "head_goes_forward"),
        ):
            connection.execute(f"alter table {table} enable always trigger {trigger}".encode())
    assert command("audit", "verify").code == 0, "by itself the chain cannot know"
    answer = command("audit", "verify", "--against", file)
    assert answer.code == 1
    assert f"record {told['record_id']} is not the record whose hash was published" in answer.out
    with world.database.transaction() as run:
        (missing,) = run.contradicted_heads([Head(10**6, "ab")])
    assert missing.fault == "was published and is missing"
    command("audit", "verify", "--against", server_folder / "none").refused("cannot be read")


def test_every_changed_row_says_before_and_after_whoever_changed_it(
    world: World, command: Command
) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute("update erp.supplier set name = 'Acme Ltd' where code = 'ACME'")
        connection.execute("update erp.supplier set name = name")
    rows = ask(
        world.url,
        "select actor, action, before::text, after::text from audit.told"
        " where subject = 'erp.supplier 1'",
    )
    role = ask(world.url, "select session_user")[0][0]
    assert rows == [
        (
            f"database role {role}",
            "row changed",
            '{"name": "Acme Biologics"}',
            '{"name": "Acme Ltd"}',
        )
    ]
    decided = ask(
        world.url,
        "select actor, after::jsonb ->> 'decision' from audit.told"
        " where subject = 'erp.goods_receipt 1' and action = 'row changed'",
    )
    assert decided == [("anna", "accepted")]
    log = json.loads(command("audit", "log", "--subject", "receipt GR-1", "--json").out)
    told = {one["action"]: one for one in log}
    assert {"delivery arrived", "delivery accepted"} <= set(told)
    assert told["delivery accepted"]["occurred_at"] == "2026-03-01T09:00:00Z"
    assert "before " in command("audit", "log", "--last", "200").out

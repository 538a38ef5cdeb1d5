"""A superuser alters a row that proves something: it is found, named, and told with what it was."""

import re
from collections.abc import Generator
from datetime import date
from decimal import Decimal
from typing import LiteralString

import pytest

from coldbind.signing import sign_and_act
from erp.claims import answering, drafting, handlers, settling
from erp.claims.drafting import Attachment, Letter
from erp.claims.handlers import Told
from erp.claims.settling import Credit
from erp.ledger import books
from erp.people import handlers as people
from erp.people.handlers import Pen
from erp.quality import dispositions
from erp.quality.core import Decision
from tests.erp_world import World, after
from tests.tampering import as_superuser, faults, warm_delivery

PASSWORD = "a long enough phrase"


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    with warm_delivery(database_url) as world:
        _decide_and_settle(world)
        yield world


def _decide_and_settle(world: World) -> None:
    """An account, a signed decision, a letter, a paper, a credit note, and a closed month."""
    with world.database.transaction() as run:
        people.add_account(run, "anna", "Anna Berg", PASSWORD, "root")
    (hold,) = world.ask("select hold_id from erp.hold")
    number, decision = int(str(hold["hold_id"])), Decision("reject", "damaged", "warm for an hour")
    sign_and_act(
        world.database,
        Pen("anna", PASSWORD, "decision", "warm for an hour"),
        lambda run: dispositions.document(run, number, decision),
        lambda run, signed: dispositions.decide(run, number, decision, signed, four_eyes=False),
    )
    told = Told("carla", after(100), "half of it", "MAIL-1")
    with world.database.transaction() as run:
        drafting.write(run, "CLM-GR-1", Letter("out", "Acme", "Please make it good."), told)
        drafting.attach(run, "CLM-GR-1", Attachment("seal.txt", b"broken", "the seal"), "carla")
        handlers.submit(run, "CLM-GR-1", told)
        answering.answer(run, "CLM-GR-1", Decimal(600), told)
        settling.credit(run, Credit("CN-1", "CLM-GR-1", date(2026, 3, 9), Decimal(600), "carla"))
        books.close_period(run, "2026-02", date(2026, 3, 9), "carla")


@pytest.mark.parametrize(
    ("change", "row", "words"),
    [
        (
            "update erp.signature set reason = 'cold for an hour'",
            "erp.signature 1",
            'reason was "warm for an hour" and is "cold for an hour"',
        ),
        (
            "update erp.disposition set state = 'withdrawn', effective_at = null, withdrawal_id = 1",
            "erp.disposition 1",
            "effective_at was ",
        ),
        (
            "update erp.claim_letter set body = 'Never mind.'",
            "erp.claim_letter 1",
            'body was "Please make it good." and is "Never mind."',
        ),
        (
            "update erp.claim_attachment set content = 'whole'",
            "erp.claim_attachment 1",
            "content was ",
        ),
        (
            "update erp.credit_note set amount = 60",
            "erp.credit_note 1",
            "amount was 600.00 and is 60",
        ),
        (
            "update erp.claim_event set recorded_by = 'ghost' where after = 'part_accepted'",
            "erp.claim_event 2",
            'recorded_by was "carla" and is "ghost"',
        ),
        (
            "update erp.claim_line set amount = 1",
            "erp.claim_line 1",
            "amount was 1246.84 and is 1",
        ),
        (
            "update erp.claim set accepted = 60",
            "erp.claim 1",
            "accepted was 600.00 and is 60",
        ),
        (
            "update erp.purchase_order_line set unit_price = 99 where line = 1",
            "erp.purchase_order_line 1/1",
            "unit_price was 12.345000 and is 99.000000",
        ),
        (
            "update erp.goods_receipt set decided_by = 'ghost'",
            "erp.goods_receipt 1",
            'decided_by was "anna" and is "ghost"',
        ),
        (
            "update erp.account set password_hash = '$argon2id$ghost'",
            "erp.account 1",
            'password_hash was "sha256:',
        ),
    ],
)
def test_an_altered_row(world: World, change: LiteralString, row: str, words: str) -> None:
    assert faults(world) == []
    as_superuser(world, change)
    (found,) = faults(world)
    told, _, differs = found.partition(" has what it was: ")
    assert re.fullmatch(rf"{row} was altered, audit record \d+", told)
    assert differs.startswith(words)


def test_removed_rows(world: World) -> None:
    as_superuser(
        world,
        "delete from erp.signature",
        "delete from erp.period_close",
    )
    found = [re.sub(r"record \d+", "record N", one) for one in faults(world)]
    rows = ("erp.period_close 2026-02-28", "erp.signature 1")
    assert found == [f"{row} was removed, audit record N has what it was" for row in rows]


def test_an_inserted_row(world: World) -> None:
    as_superuser(
        world,
        "insert into erp.signature (account_id, full_name, meaning, reason, subject, content, digest)"
        " select account_id, full_name, meaning, reason, 'hold 9', content, digest from erp.signature",
    )
    assert faults(world) == ["erp.signature 2 was inserted past the audit chain"]


def test_what_psql_changes_with_the_triggers_in_force_is_on_record(world: World) -> None:
    world.ask("update erp.purchase_order_line set unit_price = 13 where line = 1")
    assert faults(world) == [], "it is no secret: the chain says who did it"
    (told,) = world.ask(
        "select actor, before::text, after::text from audit.told"
        " where subject = 'erp.purchase_order_line 1/1' and action = 'row changed'"
    )
    assert str(told["actor"]).startswith("database role ")
    assert (told["before"], told["after"]) == (
        '{"unit_price": 12.345000}',
        '{"unit_price": 13.000000}',
    )

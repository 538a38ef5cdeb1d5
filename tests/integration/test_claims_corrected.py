"""Credit notes and answers that were recorded wrongly are taken back, and the books with them."""

from collections.abc import Generator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import psycopg
import pytest

from coldbind.wiring import HANDLERS
from erp.claims import answering, handlers, reports, settling
from erp.claims.handlers import Told
from erp.claims.settling import Credit
from erp.claims.store import Claim
from erp.ledger import books
from erp.ledger.core import chart
from kernel.events import BindingChanged
from kernel.refusal import Refusal
from storage.database import Database
from tests.erp_world import World, after, order, prepare
from tests.ledger_books import ask, balances, unbalanced

CODE = "CLM-GR-1"
ALL = Decimal("1246.84")


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    """A sent claim over 1246.84 EUR of a delivery that is not decided."""
    prepare(database_url)
    with Database(database_url, {**HANDLERS, BindingChanged: []}) as database:
        order(database)
        sent = World(database_url, database)
        sent.arrive()
        sent.found(10, 55)
        with database.transaction() as run:
            handlers.submit(run, CODE, told(100))
        yield sent
        assert unbalanced(database_url) == []
        with database.transaction() as run:
            assert books.check(run) == []


def told(minutes: float, why: str = "") -> Told:
    return Told("carla", after(minutes), why)


def note(code: str, amount: str) -> Credit:
    return Credit(code, CODE, date(2026, 3, 10), Decimal(amount), "carla")


def answered(world: World, amount: Decimal | str, why: str = "a part of it") -> str:
    with world.database.transaction() as run:
        return answering.answer(run, CODE, Decimal(amount), told(200, why))


def credited(world: World, code: str, amount: str) -> str:
    with world.database.transaction() as run:
        return settling.credit(run, note(code, amount))


def seen(world: World) -> Claim:
    with world.database.transaction() as run:
        return reports.whole(run, CODE).claim


def taken_back(world: World, code: str, why: str = "misread") -> str:
    with world.database.transaction() as run:
        return settling.cancel_credit(run, CODE, code, told(300, why))


def test_a_credit_note_is_taken_back_and_its_claim_is_open_again(world: World) -> None:
    answered(world, ALL)
    assert credited(world, "CN-1", "1246.84") == "full"
    with pytest.raises(Refusal, match="--reason"):
        taken_back(world, "CN-1", " ")
    with pytest.raises(Refusal, match="has no credit note 'CN-9'"):
        taken_back(world, "CN-9")
    assert taken_back(world, "CN-1") == "accepted"
    assert balances(world.url) == {chart.CLAIMS: ALL, chart.RECOVERED: -ALL}
    with pytest.raises(Refusal, match="was taken back by carla: misread"):
        taken_back(world, "CN-1")
    with world.database.transaction() as run:
        (recovered,) = reports.recovery(run)
        assert (recovered.accepted, recovered.credited) == (ALL, 0)
        whole = reports.whole(run, CODE)
    assert [(one.cancelled_by, one.cancelled_why) for one in whole.credit_notes] == [
        ("carla", "misread")
    ]
    assert [(one.before, one.after, one.why) for one in whole.events[-1:]] == [
        ("credited", "accepted", "misread")
    ]
    assert world.actions(f"claim {CODE}")[-2:] == ["credit note cancelled", "claim accepted"]
    assert credited(world, "CN-1", "246.84") == "part", "its number is free again"
    assert balances(world.url)[chart.PAYABLE] == Decimal("246.84")


def test_what_another_credit_note_covers_is_not_owed_again(world: World) -> None:
    answered(world, "900", "a third was yours")
    assert credited(world, "CN-1", "600") == "part"
    assert credited(world, "CN-2", "400") == "over"
    # 500 of the 900 are to come now: CN-2, of which 100 were more than agreed, settles 400
    assert taken_back(world, "CN-1") == "part_accepted"
    assert balances(world.url) == {
        chart.CLAIMS: Decimal(500),
        chart.PAYABLE: Decimal(400),
        chart.RECOVERED: Decimal(-900),
    }
    assert credited(world, "CN-3", "900") == "over"
    assert taken_back(world, "CN-2") == "credited", "nothing of it is open without that one"
    assert balances(world.url) == {chart.PAYABLE: Decimal(900), chart.RECOVERED: Decimal(-900)}


def test_a_closed_claim_is_open_again_with_what_was_given_up(world: World) -> None:
    answered(world, "900", "a third was yours")
    credited(world, "CN-1", "600")
    with world.database.transaction() as run:
        handlers.close(run, CODE, told(250, "they are insolvent"))
    assert balances(world.url) == {chart.PAYABLE: Decimal(600), chart.RECOVERED: Decimal(-600)}
    assert taken_back(world, "CN-1") == "part_accepted"
    assert balances(world.url) == {chart.CLAIMS: Decimal(900), chart.RECOVERED: Decimal(-900)}
    assert answered(world, "700", "we misread 900") == "part_accepted"
    assert balances(world.url) == {chart.CLAIMS: Decimal(700), chart.RECOVERED: Decimal(-700)}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_credited_and_taken_back_the_books_say_what_is_open(
    world: World, seed: int
) -> None:
    chance = Random(seed)
    answered(world, "900")
    standing: dict[str, Decimal] = {}
    for number in range(25):
        roll, is_open = chance.random(), seen(world).state == "part_accepted"
        if is_open and (not standing or roll < 0.5):
            code = f"CN-{number}"
            standing[code] = Decimal(chance.randint(1, 60000)) / 100
            credited(world, code, str(standing[code]))
        elif is_open and roll < 0.7:
            with world.database.transaction() as run:
                handlers.close(run, CODE, told(250, "no more comes"))
        else:
            code = chance.choice(sorted(standing))
            del standing[code]
            taken_back(world, code)
        claim = seen(world)
        came = sum(standing.values(), Decimal(0))
        left = max(Decimal(900) - came, Decimal(0)) if claim.state != "closed" else Decimal(0)
        assert claim.credited == came
        assert claim.state in ({"part_accepted"} if left else {"credited", "closed"})
        found = balances(world.url)
        assert found.get(chart.CLAIMS, 0) == left
        assert found.get(chart.PAYABLE, 0) == came
        assert found.get(chart.RECOVERED, 0) == -(came + left)


def test_a_credit_note_stays_as_it_is(world: World) -> None:
    answered(world, ALL)
    credited(world, "CN-1", "1246.84")
    for change in (
        "amount = 1",
        "amount = 1, cancelled_by = 'x', cancelled_at = now(), cancelled_why = 'x'",
    ):
        with (
            psycopg.connect(world.url) as connection,
            pytest.raises(psycopg.errors.RaiseException, match="CN-1 stays as it is"),
        ):
            connection.execute(f"update erp.credit_note set {change}".encode())
    taken_back(world, "CN-1")
    with (
        psycopg.connect(world.url) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="taken back once"),
    ):
        connection.execute("update erp.credit_note set cancelled_why = 'another reason'")
    with world.database.transaction() as run:
        assert run.altered_rows() == []
        assert run.missing_audit_guards() == []


def test_an_answer_recorded_wrongly_is_told_again_while_nothing_came(world: World) -> None:
    assert answered(world, ALL) == "accepted"
    with pytest.raises(Refusal, match="answered so already"):
        answered(world, ALL)
    with pytest.raises(Refusal, match="write in --reason"):
        answered(world, "900", "")
    assert answered(world, "900", "the last line was misread") == "part_accepted"
    assert balances(world.url) == {chart.CLAIMS: Decimal(900), chart.RECOVERED: Decimal(-900)}
    assert answered(world, "800", "and once more") == "part_accepted"
    assert answered(world, "0", "it was another claim") == "rejected"
    assert balances(world.url) == {}
    assert answered(world, "900", "no, this one") == "part_accepted"
    with world.database.transaction() as run:
        (recovered,) = reports.recovery(run)
    assert (recovered.accepted_claims, recovered.rejected_claims) == (1, 0)
    credited(world, "CN-1", "100")
    with pytest.raises(Refusal, match=r"100\.00 EUR came for it: the answer stands"):
        answered(world, ALL, "they meant all")
    taken_back(world, "CN-1")
    assert answered(world, ALL, "they meant all") == "accepted"
    credited(world, "CN-1", "1246.84")
    with pytest.raises(Refusal, match="is credited, its answer stands"):
        answered(world, "900", "no")
    with world.database.transaction() as run, pytest.raises(Refusal, match=r"may follow is closed$"):
        answering.dispute(run, CODE, told(400, "no"))


def test_after_a_dispute_no_less_is_accepted_than_came(world: World) -> None:
    answered(world, "900", "a third was yours")
    credited(world, "CN-1", "600")
    with world.database.transaction() as run:
        answering.dispute(run, CODE, told(260, "it was all theirs"))
    with pytest.raises(Refusal, match=r"600\.00 EUR came for it already"):
        answered(world, "0", "nothing at all")
    assert answered(world, ALL) == "accepted"


def test_looking_at_a_claim_waits_for_nobody(world: World) -> None:
    with psycopg.connect(world.url) as busy:
        busy.execute("select from erp.claim for update")
        with world.database.transaction() as run:
            assert reports.whole(run, CODE).claim.total == ALL
    with world.database.transaction() as run:
        reports.whole(run, CODE)
        free = ask(world.url, "select code from erp.claim for update skip locked")
    assert free == [(CODE,)]


def test_a_note_of_another_claim_is_not_taken_back_under_this_one(world: World) -> None:
    answered(world, ALL)
    credited(world, "CN-1", "100")
    world.found(10, 55, "LOT-A/0002")
    with (
        world.database.transaction() as run,
        pytest.raises(Refusal, match=f"claim {CODE}-2 has no credit note 'CN-1'"),
    ):
        settling.cancel_credit(run, f"{CODE}-2", "CN-1", told(300, "misread"))
    with world.database.transaction() as run, pytest.raises(Refusal, match="recorded already"):
        settling.credit(run, replace(note("CN-1", "100"), amount=Decimal(99)))

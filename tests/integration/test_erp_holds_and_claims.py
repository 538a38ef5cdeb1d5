"""An excursion holds the unit, and custody decides whether the supplier hears of it."""

import hashlib
import struct
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import psycopg
import pytest

from erp.receiving.core import Verdict
from kernel.events import ArrivingUnit, CustodySplit, ExcursionFound, ExcursionWithdrawn
from kernel.instants import instant, moment
from storage import audit
from storage.database import Database, Transaction
from tests.erp_world import WIRING, World, order, prepare, second_lot

HELD = (
    "select unit.code, released_at"
    " from erp.hold join binding.stock_unit unit using (unit_id) order by 1"
)
SPLITS = (
    "select supplier_seconds / 60 as theirs, own_seconds / 60 as ours"
    " from erp.hold_excursion order by excursion_id"
)
LINES = (
    "select claim.code as claim, unit.code as unit, line.amount, line.deficiency"
    " from erp.claim_line line"
    " join erp.claim using (claim_id) join binding.stock_unit unit using (unit_id) order by unit.code"
)
EVIDENCE = (
    "select excursion_id, series_id, readings, lowest, highest, encode(digest, 'hex') as digest,"
    " withdrawn_at is not null as withdrawn, withdrawn_why as why"
    " from erp.claim_evidence order by excursion_id, series_id"
)


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    """LOT-A with two units on GR-1, arrived and not decided."""
    prepare(database_url)
    with Database(database_url, WIRING) as database:
        order(database)
        arrived = World(database_url, database)
        arrived.arrive()
        yield arrived


CUSTODY: list[tuple[Verdict | None, float, float, float]] = [
    ("accepted", 60, 45.0, 0.0),
    ("accepted", 30, 20.0, 25.0),
    ("accepted_with_reservation", 30, 20.0, 25.0),
    ("accepted", 10, 0.0, 45.0),
    ("accepted", 5, 0.0, 45.0),
    ("refused", 5, 45.0, 0.0),
    (None, 0, 45.0, 0.0),
]
"""Decision, when, and the minutes of an excursion from 10 to 55 in their custody and in ours."""


@pytest.mark.parametrize("late", [False, True], ids=["told before", "told after the excursion"])
def test_custody_splits_the_time_and_decides_who_pays(world: World, late: bool) -> None:
    for number, (decision, minutes, theirs, ours) in enumerate(CUSTODY):
        receipt, lot = f"GR-X{number}", f"LOT-X{number}"
        units = (ArrivingUnit(f"{lot}/0001", Decimal(1)),)
        world.arrive(second_lot(receipt=receipt, lot=lot, units=units))
        if decision is not None and not late:
            world.decide(decision, minutes, receipt)
        found = world.found(10, 55, units[0].code)
        if decision is not None and late:
            world.decide(decision, minutes, receipt)
        told = world.ask(SPLITS)[number]
        assert told == {"theirs": theirs, "ours": ours}, (decision, minutes)
        claimed = {row["excursion_id"] for row in world.ask(EVIDENCE) if not row["withdrawn"]}
        assert (found.excursion_id in claimed) == (theirs > 0), (decision, minutes)
    assert len(world.ask(HELD)) == len(CUSTODY)


def test_a_late_acceptance_before_the_excursion_takes_the_evidence_back(world: World) -> None:
    world.found(10, 55)
    world.decide("accepted", 5)
    (evidence,) = world.ask(EVIDENCE)
    assert evidence["why"] == "it was after acceptance at 2026-03-01 08:05 UTC"
    (line,) = world.ask(LINES)
    assert line["deficiency"] == f"no evidence stands any more: {evidence['why']}"
    assert world.actions("unit LOT-A/0001")[-2:] == ["hold placed", "custody settled"]
    assert world.actions("claim CLM-GR-1")[-1] == "claim evidence withdrawn"


def test_a_late_acceptance_during_the_excursion_rewords_the_claim(world: World) -> None:
    world.found(10, 55)
    assert "not accepted yet" in str(world.ask(LINES)[0]["deficiency"])
    world.decide("accepted", 30)
    assert world.ask(LINES)[0]["deficiency"] == (
        "above 8 degC for 45 min (tolerance 30 min), peak 13.2 degC at 2026-03-01 08:10 UTC, "
        "20 min in the supplier's custody: no delivery terms agreed, accepted at 2026-03-01 08:30 UTC; "
        "25 min in our custody: accepted at 2026-03-01 08:30 UTC"
    )
    assert world.actions("claim CLM-GR-1")[-1] == "claim evidence reworded"


def test_a_hold_remembers_when_the_reading_was_sent(world: World) -> None:
    found = world.found(10, 55)
    assert found.published_at is not None
    (hold,) = world.ask("select cause, published_at, placed_at > published_at as later from erp.hold")
    assert hold == {"cause": "excursion", "published_at": moment(found.published_at), "later": True}


def test_a_notice_is_audited_and_holds_nothing(world: World) -> None:
    world.publish(world.excursion(10, 25, rule="warmish", peak=7.4))
    assert world.ask(HELD) == []
    assert world.actions("unit LOT-A/0001")[-1] == "excursion noticed"


def test_two_excursions_share_one_hold_and_one_amount(world: World) -> None:
    first = world.found(10, 55)
    second = world.excursion(20, 30, rule="too hot", peak=16.0)
    world.publish(second)
    assert len(world.ask(HELD)) == 1
    assert world.actions("unit LOT-A/0001")[-2:] == ["hold placed", "excursion joined hold"]
    (line,) = world.ask(LINES)
    assert line["amount"] == Decimal("1246.84")
    above, hot = str(line["deficiency"]).split("; ")
    assert above.startswith("above 8 degC for 45 min (tolerance 30 min), peak 13.2 degC")
    assert hot.startswith("too hot: above 15 degC for 10 min (no tolerance), peak 16 degC")
    assert [row["excursion_id"] for row in world.ask(EVIDENCE)] == [
        first.excursion_id,
        second.excursion_id,
    ]


def test_a_delivery_has_one_claim_with_exact_cents(world: World) -> None:
    world.arrive(second_lot())
    for unit in ("LOT-A/0001", "LOT-A/0002", "LOT-B/0001"):
        world.found(10, 55, unit)
    assert [(row["claim"], row["unit"], str(row["amount"])) for row in world.ask(LINES)] == [
        ("CLM-GR-1", "LOT-A/0001", "1246.84"),  # 101 x 12.345 = 1246.845, to the even cent
        ("CLM-GR-1", "LOT-A/0002", "623.42"),  # 50.5 x 12.345 = 623.4225
        ("CLM-GR-1", "LOT-B/0001", "297.00"),
    ]
    assert world.ask("select code, state, currency, due_on from erp.claim") == [
        {"code": "CLM-GR-1", "state": "draft", "currency": "EUR", "due_on": date(2026, 3, 8)}
    ]
    assert world.actions("claim CLM-GR-1").count("claim drafted") == 1


def test_the_digest_can_be_computed_again_from_the_readings(world: World) -> None:
    told = world.read(1, 9, [7.9, 8.1, 9.25, 13.2, 8.4])
    found = world.excursion(10, 13, series=(1, 2))
    world.publish(found)
    inside = told[1:]
    packed = b"".join(struct.pack(">qd", instant(time), value) for time, value in inside)
    first, second = world.ask(EVIDENCE)
    assert (first["readings"], first["lowest"], first["highest"]) == (4, 8.1, 13.2)
    assert first["digest"] == hashlib.sha256(packed).hexdigest()
    assert (second["readings"], second["lowest"], second["highest"]) == (0, None, None)
    assert second["digest"] == hashlib.sha256(b"").hexdigest()


def test_an_isolated_freezing_reading_has_no_length_and_is_claimed_all_the_same(world: World) -> None:
    world.publish(world.excursion(10, 10, rule="too hot", peak=15.5))
    assert world.ask(SPLITS) == [{"theirs": 0.0, "ours": 0.0}]
    assert len(world.ask(LINES)) == 1


def test_a_withdrawn_excursion_releases_nothing_and_marks_its_evidence(world: World) -> None:
    first, second = world.found(10, 55), world.excursion(20, 30, rule="too hot", peak=16.0)
    world.publish(second)
    world.publish(ExcursionWithdrawn(first.excursion_id, first.unit_id, "the unit was elsewhere"))
    assert world.ask(HELD) == [{"code": "LOT-A/0001", "released_at": None}]
    assert [(row["withdrawn"], row["why"]) for row in world.ask(EVIDENCE)] == [
        (True, "the unit was elsewhere"),
        (False, None),
    ]
    (line,) = world.ask(LINES)
    assert str(line["deficiency"]).startswith("too hot")
    assert line["amount"] == Decimal("1246.84")
    assert world.ask("select withdrawn_why from erp.hold_excursion order by excursion_id") == [
        {"withdrawn_why": "the unit was elsewhere"},
        {"withdrawn_why": None},
    ]


def test_an_excursion_found_again_in_another_form_joins_the_same_hold_and_line(world: World) -> None:
    first = world.found(10, 55)
    world.publish(ExcursionWithdrawn(first.excursion_id, first.unit_id, "late readings"))
    again = world.found(12, 50)
    assert len(world.ask(HELD)) == 1
    (line,) = world.ask(LINES)
    assert str(line["deficiency"]).startswith("above 8 degC for 38 min")
    assert [row["excursion_id"] for row in world.ask(EVIDENCE) if not row["withdrawn"]] == [
        again.excursion_id
    ]


def test_hearing_the_same_events_twice_changes_nothing(world: World) -> None:
    found = world.found(10, 55)
    withdrawn = ExcursionWithdrawn(found.excursion_id, found.unit_id, "late readings")
    before = world.actions()
    world.publish(found)
    assert world.actions() == before
    world.publish(withdrawn)
    before = world.actions()
    world.publish(withdrawn, found)
    assert world.actions() == before


def test_withdrawing_what_held_nothing_is_silent(world: World) -> None:
    noticed = world.excursion(10, 25, rule="warmish")
    world.publish(noticed)
    before = world.actions()
    world.publish(ExcursionWithdrawn(noticed.excursion_id, noticed.unit_id, "late readings"))
    assert world.actions() == before


def test_every_step_is_audited_and_the_chain_holds(world: World) -> None:
    found = world.found(10, 55)
    world.publish(ExcursionWithdrawn(found.excursion_id, found.unit_id, "late readings"))
    assert world.actions("claim CLM-GR-1") == [
        "claim drafted",
        "claim line added",
        "claim evidence added",
        "claim evidence withdrawn",
    ]
    assert world.actions("unit LOT-A/0001")[-2:] == ["hold placed", "excursion withdrawn"]
    with psycopg.connect(world.url) as connection:
        assert audit.verify(connection) == []


def test_a_failure_in_finance_leaves_no_hold_and_no_record(world: World) -> None:
    def fail(_: CustodySplit, transaction: Transaction) -> None:
        raise RuntimeError("the ledger is closed")

    found = world.excursion(10, 55)
    before = world.actions()
    wiring = {**WIRING, CustodySplit: [*WIRING[CustodySplit], fail]}
    with (
        Database(world.url, wiring) as database,
        pytest.raises(RuntimeError, match="the ledger is closed"),
        database.transaction() as transaction,
    ):
        transaction.publish(found)
    assert world.ask(HELD) == world.ask(LINES) == world.ask("select code from erp.claim") == []
    assert world.actions() == before
    world.publish(found)
    assert len(world.ask(HELD)) == 1


def test_units_found_at_the_same_time_meet_in_one_claim(world: World) -> None:
    found = [world.excursion(10, 55, unit) for unit in ("LOT-A/0001", "LOT-A/0002")]
    together = Barrier(2)

    def judge(event: ExcursionFound) -> None:
        with world.database.transaction() as transaction:
            together.wait(10)
            transaction.publish(event)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(judge, found))
    assert [row["unit"] for row in world.ask(LINES)] == ["LOT-A/0001", "LOT-A/0002"]
    assert len(world.ask("select claim_id from erp.claim")) == 1


def test_a_decision_and_an_excursion_at_the_same_time_agree_on_custody(world: World) -> None:
    found = world.excursion(10, 55)
    together = Barrier(2)

    def judge() -> None:
        together.wait(10)
        world.publish(found)

    def decide() -> None:
        together.wait(10)
        world.decide("accepted", 5)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(judge), pool.submit(decide)]:
            done.result()
    assert world.ask(SPLITS) == [{"theirs": 0.0, "ours": 45.0}]
    assert all(row["withdrawn"] for row in world.ask(EVIDENCE))

"""The supplier dispute as a story, to the cent; and that a sent claim never changes in silence."""

from collections.abc import Generator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import psycopg
import pytest

from coldbind.wiring import HANDLERS
from erp.claims import answering, drafting, handlers, reports, settling
from erp.claims.core import STEPS
from erp.claims.drafting import Attachment, Charge, HandLine, Letter
from erp.claims.handlers import Told
from erp.claims.settling import Credit
from erp.ledger import books, costs, invoices
from erp.ledger.core import chart
from erp.ledger.core.invoice import Invoice, InvoiceLine
from erp.ledger.costs import Cost
from erp.purchasing import handlers as purchasing
from erp.purchasing.core import OrderLine
from kernel.events import ArrivingUnit, BindingChanged, ExcursionEnded, ExcursionWithdrawn
from kernel.refusal import Refusal
from lotbinding.handlers.placements import place_sensor
from lotbinding.handlers.units import Count, count
from storage.database import Database
from tests.erp_world import ORDER, World, after, order, prepare, second_lot
from tests.ledger_books import ask, balances, unbalanced

CODE = "CLM-GR-1"


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    """LOT-A with two units on GR-1, arrived and not decided; all is wired but the rules."""
    prepare(database_url)
    with Database(database_url, {**HANDLERS, BindingChanged: []}) as database:
        order(database)
        arrived = World(database_url, database)
        arrived.arrive()
        yield arrived
        assert unbalanced(database_url) == []


def told(minutes: float, why: str = "", by: str = "carla") -> Told:
    return Told(by, after(minutes), why)


def state(world: World, code: str = CODE) -> str:
    return ask(world.url, "select state from erp.claim where code = %s", code)[0][0]


def test_the_supplier_dispute(world: World) -> None:
    world.found(10, 55)
    world.decide("accepted_with_reservation", 30)
    assert balances(world.url) == {
        chart.INVENTORY: Decimal("623.42"),
        chart.HELD: Decimal("1246.84"),
        chart.NOT_INVOICED: Decimal("-1870.26"),
    }

    with world.database.transaction() as run:
        told_invoice = Invoice(
            "R-1",
            "PO-1",
            date(2026, 3, 2),
            "EUR",
            (InvoiceLine(1, Decimal("151.5"), Decimal("12.345"), Decimal("1870.27")),),
            Decimal(0),
            "carla",
        )
        assert invoices.record(run, told_invoice).state == "matched"
        costs.incur(run, Cost("destruction", Decimal("88.00"), "EUR", after(600), "D-4", "ben", CODE))
        count(run, Count("LOT-A/0001", "write_off", Decimal(101), after(600), "ben", "D-4"))
        drafting.charge(run, CODE, Charge("freight", Decimal("45.50"), "carrying it back"), told(610))
    # 101 x 12.345 = 1246.845 -> 1246.84; with 88.00 and 45.50: 1380.34
    with world.database.transaction() as run:
        assert handlers.submit(run, CODE, told(1440)).total == Decimal("1380.34")
        assert chart.CLAIMS not in balances(world.url)
        handlers.acknowledge(run, CODE, told(2880))
        with pytest.raises(Refusal, match="supplier's reason"):
            answering.answer(run, CODE, Decimal("900"), told(4320))
        why = "no freight; a third of the time was yours"
        assert answering.answer(run, CODE, Decimal("900.00"), told(4320, why)) == "part_accepted"
    found = balances(world.url)
    assert found[chart.CLAIMS] == Decimal("900.00")
    assert found[chart.RECOVERED] == Decimal("-900.00")

    with world.database.transaction() as run:
        first = Credit("CN-1", CODE, date(2026, 3, 10), Decimal("600.00"), "carla")
        assert settling.credit(run, first) == "part"
        assert settling.credit(run, first) == "part"
        with pytest.raises(Refusal, match="recorded already"):
            settling.credit(run, replace(first, amount=Decimal("601.00")))
    assert state(world) == "part_accepted"
    with world.database.transaction() as run:
        (age,) = reports.ages(run, date(2026, 3, 20))
        assert (age.supplier, age.amounts) == ("ACME", (Decimal("300.00"), 0, 0, 0))
        assert (
            settling.credit(run, Credit("CN-2", CODE, date(2026, 3, 12), Decimal(300), "carla"))
            == "full"
        )
        (recovered,) = reports.recovery(run)
    assert state(world) == "credited"
    assert (recovered.claimed, recovered.credited) == (Decimal("1380.34"), Decimal("900.00"))
    assert recovered.rate == Decimal("65.2")

    # written off 1246.84, destruction 88.00, recovered 900.00: 434.84 are lost
    loss = balances(world.url)
    lost = (chart.WRITTEN_OFF, chart.DESTRUCTION, chart.RECOVERED)
    assert [loss[one] for one in lost] == [Decimal("1246.84"), Decimal("88.00"), Decimal("-900.00")]
    assert sum(loss[one] for one in lost) == Decimal("434.84")
    assert loss == {
        chart.INVENTORY: Decimal("623.42"),
        chart.PAYABLE: Decimal("-970.27"),  # 1870.27 less 900.00 credited
        chart.ACCRUED: Decimal("-88.00"),
        chart.WRITTEN_OFF: Decimal("1246.84"),
        chart.DESTRUCTION: Decimal("88.00"),
        chart.RECOVERED: Decimal("-900.00"),
        chart.ROUNDING: Decimal("0.01"),
    }
    with world.database.transaction() as run:
        handlers.close(run, CODE, told(30000, "settled"))
        assert books.check(run) == []
    assert world.actions(f"claim {CODE}")[-5:] == [
        "claim part accepted",
        "credit note recorded",
        "credit note recorded",
        "claim credited",
        "claim closed",
    ]


def test_what_does_not_come_is_given_up_when_the_claim_is_closed(world: World) -> None:
    world.found(10, 55)
    with world.database.transaction() as run:
        handlers.submit(run, CODE, told(100))
        answering.answer(run, CODE, Decimal("1246.84"), told(200))
        settling.credit(run, Credit("CN-1", CODE, date(2026, 3, 10), Decimal("1000.00"), "carla"))
        handlers.close(run, CODE, told(300, "they are insolvent"))
    found = balances(world.url)
    assert chart.CLAIMS not in found
    assert found[chart.RECOVERED] == Decimal("-1000.00")


def test_a_credit_over_what_was_agreed(world: World) -> None:
    world.found(10, 55)
    with world.database.transaction() as run:
        with pytest.raises(Refusal, match="record what the supplier accepted first"):
            settling.credit(run, Credit("CN-1", CODE, date(2026, 3, 10), Decimal(9), "carla"))
        handlers.submit(run, CODE, told(100))
        answering.answer(run, CODE, Decimal("1246.84"), told(200))
        over = Credit("CN-1", CODE, date(2026, 3, 10), Decimal("1250.00"), "carla")
        assert settling.credit(run, over) == "over"
    found = balances(world.url)
    assert chart.CLAIMS not in found
    assert found[chart.RECOVERED] == Decimal("-1250.00")
    assert found[chart.PAYABLE] == Decimal("1250.00")


def test_goods_in_place_of_money(world: World) -> None:
    world.found(10, 55)
    world.decide("accepted", 30)
    again = replace(
        ORDER, code="PO-2", lines=(OrderLine(1, "VAX-10", Decimal(101), Decimal("12.345")),)
    )
    with world.database.transaction() as run:
        handlers.submit(run, CODE, told(100))
        answering.answer(run, CODE, Decimal("1246.84"), told(200))
        purchasing.put_order(run, again)
        for wrong in ("PO-1", "PO-9"):
            with pytest.raises(Refusal, match="no other order"):
                settling.replace_goods(run, CODE, wrong, "carla")
        settling.replace_goods(run, CODE, "PO-2", "carla")
    units = second_lot().units
    came = second_lot(
        receipt="GR-2",
        order="PO-2",
        line=1,
        lot="LOT-R",
        units=(replace(units[0], quantity=Decimal(101)),),
    )
    world.arrive(came)
    assert state(world) == "accepted"
    world.decide("accepted", 4000, "GR-2")
    assert state(world) == "replaced"
    found = balances(world.url)
    assert chart.CLAIMS not in found
    assert found[chart.NOT_INVOICED] == Decimal("-1870.26"), "the first delivery only"
    with world.database.transaction() as run:
        (recovered,) = reports.recovery(run)
    assert (recovered.replaced, recovered.rate) == (Decimal("1246.84"), Decimal("100.0"))
    line = InvoiceLine(1, Decimal(101), Decimal("12.345"), Decimal("1246.84"))
    for_nothing = Invoice("R-2", "PO-2", date(2026, 3, 9), "EUR", (line,), Decimal(0), "carla")
    with world.database.transaction() as run:
        done = invoices.record(run, for_nothing)
        assert [(one.kind, one.amount) for one in done.variances] == [
            ("replacement", Decimal("1246.84"))
        ]
        assert done.state == "blocked"


def test_a_sent_claim_is_flagged_and_never_altered(world: World) -> None:
    found = world.found(10, 55)
    with world.database.transaction() as run:
        handlers.submit(run, CODE, told(100))
    before = (
        ask(world.url, "select * from erp.claim_line"),
        ask(world.url, "select * from erp.claim_evidence"),
    )
    world.publish(ExcursionEnded(found.excursion_id, found.unit_id))
    with world.database.transaction() as run:
        assert reports.whole(run, CODE).changes == []
    world.publish(world.excursion(20, 30, rule="too hot", peak=16.0))
    world.publish(ExcursionWithdrawn(found.excursion_id, found.unit_id, "the sensor hung elsewhere"))
    world.decide("accepted", 30)
    after_ = (
        ask(world.url, "select * from erp.claim_line"),
        ask(world.url, "select * from erp.claim_evidence"),
    )
    assert after_ == before
    with world.database.transaction() as run:
        words = [one.words for one in reports.whole(run, CODE).changes]
        with pytest.raises(Refusal, match="something became known"):
            handlers.close(run, CODE, told(200, "enough"))
    assert words[0].startswith("unit LOT-A/0001: too hot, from 2026-03-01 08:20 UTC")
    assert (
        "unit LOT-A/0001, excursion from 2026-03-01 08:10 UTC: withdrawn, the sensor hung elsewhere"
        in words
    )
    with world.database.transaction() as run:
        assert handlers.see_changes(run, CODE, "carla", "we withdraw it") == len(words)
        handlers.close(run, CODE, told(200, "withdrawn"))


def test_other_units_of_a_delivery_whose_claim_was_sent_get_a_draft_of_their_own(world: World) -> None:
    world.found(10, 55)
    with world.database.transaction() as run:
        handlers.submit(run, CODE, told(100))
    world.found(10, 55, "LOT-A/0002")
    with world.database.transaction() as run:
        assert [(one.code, one.state) for one in reports.listed(run)] == [
            (CODE, "submitted"),
            (f"{CODE}-2", "draft"),
        ]


def test_a_claim_by_hand_joins_the_draft_and_claims_no_goods_twice(world: World) -> None:
    with world.database.transaction() as run:
        lines = (HandLine("LOT-A/0002", Decimal("0.5"), "two boxes wet"),)
        assert drafting.open_claim(run, "GR-1", lines, "anna") == CODE
        with pytest.raises(Refusal, match="claimed already, under CLM-GR-1"):
            drafting.open_claim(run, "GR-1", lines, "anna")
        with pytest.raises(Refusal, match="no unit"):
            drafting.open_claim(run, "GR-1", (HandLine("X", None, "wet"),), "anna")
        with pytest.raises(Refusal, match="no receipt"):
            drafting.open_claim(run, "GR-9", lines, "anna")
    world.found(10, 55)
    with world.database.transaction() as run:
        whole = reports.whole(run, CODE)
        assert [(one.unit, one.amount) for one in whole.lines] == [
            ("LOT-A/0001", Decimal("1246.84")),
            ("LOT-A/0002", Decimal("6.17")),
        ]
        drafting.strike(run, CODE, "LOT-A/0002", "it was only dew", "anna")
        drafting.write(run, CODE, Letter("out", "Ms Berg", "we hold two pallets"), told(60))
        photo = Attachment("door.jpg", b"\xff\xd8", "the truck's door")
        assert len(drafting.attach(run, CODE, photo, "anna")) == 64
        with pytest.raises(Refusal, match="attach one of"):
            drafting.attach(run, CODE, replace(photo, name="door.exe"), "anna")
        assert handlers.submit(run, CODE, told(100)).total == Decimal("1246.84")
        with pytest.raises(Refusal, match="was sent"):
            drafting.strike(run, CODE, "LOT-A/0001", "no", "anna")


def test_goods_of_a_refused_delivery_are_not_claimed(world: World) -> None:
    world.found(10, 55)
    world.decide("refused", 60)
    with (
        world.database.transaction() as run,
        pytest.raises(Refusal, match="GR-1 was refused, nothing is owed for its goods"),
    ):
        handlers.submit(run, CODE, told(100))
    by_hand = (HandLine("LOT-A/0002", None, "wet"),)
    with world.database.transaction() as run, pytest.raises(Refusal, match="was refused"):
        drafting.open_claim(run, "GR-1", by_hand, "carla")
    with world.database.transaction() as run:
        drafting.strike(run, CODE, "LOT-A/0001", "the delivery was refused", "carla")
        drafting.charge(run, CODE, Charge("freight", Decimal(40), "carried back"), told(110))
        handlers.submit(run, CODE, told(120))
    assert state(world) == "submitted"
    assert balances(world.url) == {}


def test_the_amount_follows_what_is_agreed(world: World) -> None:
    world.found(10, 55)
    with world.database.transaction() as run:
        terms = drafting.agreed_terms(run, "ACME")
        agreed = replace(terms, price_share=Decimal("62.5"), freight=False)
        assert drafting.put_terms(run, agreed, "carla")
        assert not drafting.put_terms(run, agreed, "carla")
        with pytest.raises(Refusal, match="did not agree to bear freight"):
            drafting.charge(run, CODE, Charge("freight", Decimal(9), "truck"), told(50))
        # 37.5 % of 1246.84 are 467.565, to the even cent 467.56
        assert handlers.submit(run, CODE, told(100)).total == Decimal("779.28")


def test_what_is_due(world: World) -> None:
    world.found(10, 55)
    with world.database.transaction() as run:
        (one,) = reports.due(run, date(2026, 3, 5), 7)
        assert (one.duty, one.on, one.days) == ("send", date(2026, 3, 8), 3)
        assert reports.due(run, date(2026, 3, 5), 2) == []
        handlers.submit(run, CODE, told(100))
        (one,) = reports.due(run, date(2026, 3, 20), 7)
        assert (one.duty, one.on, one.days) == ("answer", date(2026, 3, 15), -5)


def test_the_states_in_code_are_the_states_in_the_database(world: World) -> None:
    rows = ask(world.url, "select before, after from erp.state_change where machine = 'claim'")
    assert set(rows) == {(one, other) for one, others in STEPS.items() for other in others}
    world.found(10, 55)
    with (
        psycopg.connect(world.url) as connection,
        pytest.raises(psycopg.Error, match="cannot go from draft"),
    ):
        connection.execute("update erp.claim set state = 'credited', accepted = 1")
    with psycopg.connect(world.url) as connection, pytest.raises(psycopg.Error, match="accepted_has"):
        connection.execute("update erp.claim set accepted = 1")
    with (
        world.database.transaction() as run,
        pytest.raises(Refusal, match="what may follow is closed, submitted"),
    ):
        handlers.acknowledge(run, CODE, told(10))


def score(world: World) -> reports.Score:
    with world.database.transaction() as run:
        (score,) = reports.scorecard(run, date(2026, 3, 1), date(2026, 3, 31))
    return score


def test_a_scorecard(world: World) -> None:
    world.found(10, 55)
    world.arrive(second_lot(receipt="GR-2"))
    with world.database.transaction() as run:
        drafting.promise(run, "PO-1", date(2026, 2, 28), "carla")
        handlers.submit(run, CODE, told(100))
        assert reports.scorecard(run, date(2026, 4, 1), date(2026, 4, 30)) == []
    found = score(world)
    assert (found.deliveries, found.promised, found.on_time, found.refused) == (2, 2, 0, 0)
    assert (found.claims, found.claims_accepted) == (1, 0)


def test_what_nobody_measured_is_not_in_temperature(world: World) -> None:
    world.found(10, 55)
    world.arrive(second_lot(receipt="GR-2"))
    world.decide("accepted", 60, "GR-2")
    world.arrive(second_lot(receipt="GR-3", lot="LOT-C", units=(ArrivingUnit("C/1", Decimal(3)),)))
    with world.database.transaction() as run:
        place_sensor(run, "dock1-t1", "dc1.dock1", after(62), "dora")
    world.read(1, 65, [5.0, 5.2, 5.1])
    found = score(world)
    assert (found.deliveries, found.measured, found.in_temperature) == (3, 1, 0), "GR-1 was warm"
    world.decide("accepted", 70, "GR-3")
    found = score(world)
    assert (found.measured, found.in_temperature) == (2, 1), "GR-3 was measured, GR-2 never"
    world.ask(
        "with drafted as (insert into rules.profile (name, version, title, source)"
        " values ('watched', 1, 'Watched', 'a test') returning profile_id)"
        " insert into rules.rule (profile_id, name, kind, side, limit_value, tolerance, severity)"
        " select profile_id, 'no signal', 'silence', 'above', 0.02, '0', 'major' from drafted"
    )
    world.excursion(61, 64, "C/1", rule="no signal")
    found = score(world)
    assert (found.measured, found.in_temperature) == (1, 0), "its signal was lost"


def test_what_was_agreed_for_receiving_counts_on_the_scorecard(world: World) -> None:
    world.ask(
        "insert into erp.flag (receipt_id, kind, words, numbers) values (1, 'too_warm', 'warm', '{}')"
    )
    found = score(world)
    assert (found.measured, found.in_temperature) == (1, 0)
    world.ask("update erp.flag set withdrawn_at = now(), withdrawn_why = 'another sensor' where true")
    assert score(world).measured == 0

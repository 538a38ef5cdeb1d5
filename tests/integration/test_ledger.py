"""The books follow the goods on a real database: each posting checked to the cent, by hand."""

from collections.abc import Generator
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest

from erp.ledger import books, invoices
from erp.ledger.core import chart
from erp.ledger.core.invoice import Invoice, InvoiceLine
from kernel.refusal import Refusal
from lotbinding.handlers.corrections import cancel
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.units import Count, Split, count, split
from storage.database import Database
from storage.errors import StorageError
from tests.erp_world import World, after, order, prepare, second_lot
from tests.ledger_books import BOOKED, ask, balances, unbalanced

A, B = Decimal("1246.84"), Decimal("623.42")
"""LOT-A/0001: 101 x 12.345 = 1246.845, to the even cent; LOT-A/0002: 50.5 x 12.345 = 623.4225."""


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    """LOT-A with two units on GR-1, arrived and not decided, and the books wired."""
    prepare(database_url)
    with Database(database_url, BOOKED) as database:
        order(database)
        arrived = World(database_url, database)
        arrived.arrive()
        yield arrived
        assert unbalanced(database_url) == []
        with database.transaction() as transaction:
            assert books.check(transaction) == []


def move(world: World, unit: str, minutes: float, place: str | None, kind: str = "transfer") -> None:
    with world.database.transaction() as transaction:
        assert record_movement(transaction, Movement(unit, kind, place, after(minutes), "ben"))


def counted(world: World, unit: str, minutes: float, quantity: str, kind: str = "adjust") -> None:
    with world.database.transaction() as transaction:
        count(transaction, Count(unit, kind, Decimal(quantity), after(minutes), "ben"))


def invoice(
    world: World, *lines: InvoiceLine, code: str = "R-1", charges: str = "0"
) -> invoices.Recorded:
    told = Invoice(code, "PO-1", date(2026, 3, 2), "EUR", lines, Decimal(charges), "carla")
    with world.database.transaction() as transaction:
        return invoices.record(transaction, told)


def line(number: int, quantity: str, price: str, amount: str) -> InvoiceLine:
    return InvoiceLine(number, Decimal(quantity), Decimal(price), Decimal(amount))


def test_goods_are_in_the_books_from_acceptance_on(world: World) -> None:
    assert balances(world.url) == {}
    world.decide("accepted", 30)
    assert balances(world.url) == {chart.INVENTORY: A + B, chart.NOT_INVOICED: -(A + B)}
    ((at, booked),) = ask(world.url, "select distinct occurred_at, booked_on from erp.journal_entry")
    assert at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert booked == date(2026, 3, 1)


def test_refused_goods_never_are(world: World) -> None:
    world.decide("refused", 30)
    assert balances(world.url) == {}


def test_a_hold_reclassifies_and_so_does_one_from_before_acceptance(world: World) -> None:
    world.found(10, 55)
    world.decide("accepted", 30)
    assert balances(world.url) == {
        chart.INVENTORY: B,
        chart.HELD: A,
        chart.NOT_INVOICED: -(A + B),
    }
    world.found(60, 100, "LOT-A/0002")
    assert balances(world.url) == {chart.HELD: A + B, chart.NOT_INVOICED: -(A + B)}


def test_dispatch_return_and_a_cancelled_dispatch(world: World) -> None:
    world.decide("accepted", 30)
    move(world, "LOT-A/0001", 100, None, "dispatch")
    assert balances(world.url)[chart.SOLD] == A
    move(world, "LOT-A/0001", 200, "dc1.zone1", "return")
    assert balances(world.url) == {chart.INVENTORY: A + B, chart.NOT_INVOICED: -(A + B)}
    move(world, "LOT-A/0002", 300, None, "dispatch")
    assert balances(world.url)[chart.SOLD] == B
    ((number,),) = ask(world.url, "select max(movement_id) from binding.movement")
    with world.database.transaction() as transaction:
        cancel(transaction, [number], "ben", "it was another pallet")
    assert chart.SOLD not in balances(world.url)
    words = ask(world.url, "select kind, words from erp.journal_entry order by entry_id")
    assert words[-2:] == [("dispatch", ""), ("dispatch", "corrected")]


def test_a_split_keeps_the_worth_and_its_cents(world: World) -> None:
    world.decide("accepted", 30)
    with world.database.transaction() as transaction:
        split(transaction, Split("LOT-A/0001", "PART", Decimal("50.5"), after(60), "ben"))
    # 50.5 x 12.345 = 623.4225 twice is 1246.84: nothing is left over
    assert balances(world.url) == {chart.INVENTORY: A + B, chart.NOT_INVOICED: -(A + B)}
    with world.database.transaction() as transaction:
        split(transaction, Split("PART", "CRUMB", Decimal("0.1"), after(70), "ben"))
    # 0.1 x 12.345 = 1.2345 -> 1.23; 50.4 x 12.345 = 622.188 -> 622.19; together 623.42
    assert balances(world.url)[chart.INVENTORY] == A + B
    with world.database.transaction() as transaction:
        split(transaction, Split("PART", "GRAIN", Decimal("0.01"), after(80), "ben"))
    # 0.01 x 12.345 = 0.12; 50.39 x 12.345 = 622.06455 -> 622.06; a cent less than before
    found = balances(world.url)
    assert found[chart.INVENTORY] == A + B - Decimal("0.01")
    assert found[chart.ROUNDING] == Decimal("0.01")


def test_counts_and_losses_answer_for_what_they_took(world: World) -> None:
    world.decide("accepted", 30)
    counted(world, "LOT-A/0001", 60, "100")
    counted(world, "LOT-A/0001", 70, "40", "write_off")
    # 101 -> 100 -> 60: 1246.84 -> 1234.50 -> 740.70
    found = balances(world.url)
    assert found[chart.COUNTED] == Decimal("12.34")
    assert found[chart.WRITTEN_OFF] == Decimal("493.80")
    assert found[chart.INVENTORY] == Decimal("740.70") + B


def test_a_late_fact_changes_what_was_worth_when(world: World) -> None:
    world.decide("accepted", 30)
    move(world, "LOT-A/0001", 300, None, "dispatch")
    counted(world, "LOT-A/0001", 100, "100")
    found = balances(world.url)
    assert found[chart.SOLD] == Decimal("1234.50")
    assert found[chart.COUNTED] == Decimal("12.34")
    at_two_hours = balances(world.url, datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert at_two_hours[chart.INVENTORY] == Decimal("1234.50") + B


def test_an_invoice_that_matches_clears_what_was_received(world: World) -> None:
    world.decide("accepted", 30)
    # 151.5 x 12.345 = 1870.2675 -> 1870.27; the two units came to 1870.26
    done = invoice(world, line(1, "151.5", "12.345", "1870.27"))
    assert (done.state, done.variances) == ("matched", ())
    assert balances(world.url) == {
        chart.INVENTORY: A + B,
        chart.PAYABLE: Decimal("-1870.27"),
        chart.ROUNDING: Decimal("0.01"),
    }
    assert invoice(world, line(1, "151.5", "12.345", "1870.27")).new is False
    with pytest.raises(Refusal, match="other contents"):
        invoice(world, line(1, "151.5", "12.345", "1870.20"))


def test_an_invoice_before_the_goods_waits_for_them(world: World) -> None:
    done = invoice(world, line(1, "151.5", "12.345", "1870.27"))
    assert [one.kind for one in done.variances] == ["not_accepted"]
    assert done.state == "blocked"
    world.decide("accepted", 30)
    found = balances(world.url)
    assert chart.NOT_INVOICED not in found
    assert found[chart.ROUNDING] == Decimal("0.01")
    with world.database.transaction() as transaction:
        row, left = invoices.match(transaction, "ACME", "R-1")
    assert (row.state, left) == ("matched", []), "by itself"
    assert world.actions("invoice ACME R-1") == ["invoice recorded", "invoice matched"]


def test_variances_are_told_posted_and_approved_by_somebody_else(world: World) -> None:
    world.decide("accepted", 30)
    done = invoice(world, line(1, "160", "13", "2081"), charges="25.50")
    told = [(one.kind, one.order_line, one.amount) for one in done.variances]
    # 160 x 13 = 2080, 160 x 12.345 = 1975.20; 8.5 x 12.345 = 104.9325 were not accepted
    assert told == [
        ("price", 1, Decimal("104.80")),
        ("arithmetic", 1, Decimal("1.00")),
        ("not_accepted", 1, Decimal("104.93")),
        ("charges", 0, Decimal("25.50")),
    ]
    found = balances(world.url)
    assert found[chart.PRICE_VARIANCE] == Decimal("105.80")
    assert found[chart.FREIGHT] == Decimal("25.50")
    assert found[chart.PAYABLE] == Decimal("-2106.50")
    assert found[chart.NOT_INVOICED] == Decimal("1975.20") - A - B
    with world.database.transaction() as transaction:
        with pytest.raises(Refusal, match="somebody else"):
            invoices.approve(transaction, "ACME", "R-1", "agreed by phone", "carla")
        assert invoices.approve(transaction, "ACME", "R-1", "agreed by phone", "dora")
        assert not invoices.approve(transaction, "ACME", "R-1", "agreed by phone", "dora")


def test_a_later_invoice_counts_against_itself(world: World) -> None:
    world.decide("accepted", 30)
    assert invoice(world, line(1, "151.5", "12.345", "1870.27")).state == "matched"
    twice = invoice(world, line(1, "1.5", "12.345", "18.52"), code="R-2")
    assert [one.kind for one in twice.variances] == ["not_accepted"]
    with world.database.transaction() as transaction:
        assert invoices.match(transaction, "ACME", "R-1")[1] == []
        assert len(invoices.match(transaction, "ACME", "R-2")[1]) == 1


def test_a_blocked_invoice_matches_when_the_one_before_it_is_taken_back(world: World) -> None:
    world.decide("accepted", 30)
    invoice(world, line(1, "151.5", "12.345", "1870.27"))
    invoice(world, line(1, "1.5", "12.345", "18.52"), code="R-2")
    invoice(world, line(1, "1.5", "13", "19.50"), code="R-3")
    with world.database.transaction() as transaction:
        invoices.cancel(transaction, "ACME", "R-1", "sent twice", after(5000), "carla")
        assert [(one.code, one.state) for one in invoices.invoices(transaction)] == [
            ("R-3", "blocked"),
            ("R-2", "matched"),
            ("R-1", "cancelled"),
        ]


def test_looking_at_an_invoice_waits_for_nobody(world: World) -> None:
    invoice(world, line(1, "151.5", "12.345", "1870.27"))
    with psycopg.connect(world.url) as busy:
        busy.execute("select from erp.purchase_order for update")
        with world.database.transaction() as transaction:
            assert len(invoices.match(transaction, "ACME", "R-1")[1]) == 1


def test_an_invoice_recorded_wrongly_is_taken_back_and_told_anew(world: World) -> None:
    world.decide("accepted", 30)
    invoice(world, line(1, "151.5", "13", "1969.50"), code="R-1", charges="3")

    def cancel(why: str = "the price was read wrongly") -> None:
        with world.database.transaction() as transaction:
            invoices.cancel(transaction, "ACME", "R-1", why, after(5000), "carla")

    with pytest.raises(Refusal, match="--reason"):
        cancel(" ")
    cancel()
    # All of it is back, and so is the cent that had been taken off when all that came was invoiced.
    assert balances(world.url) == {chart.INVENTORY: A + B, chart.NOT_INVOICED: -(A + B)}
    with pytest.raises(Refusal, match="was taken back by carla"):
        cancel()
    with world.database.transaction() as transaction:
        row, variances = invoices.match(transaction, "ACME", "R-1")
        assert (row.state, row.cancelled_why, variances) == (
            "cancelled",
            "the price was read wrongly",
            [],
        )
        with pytest.raises(Refusal, match="was taken back"):
            invoices.approve(transaction, "ACME", "R-1", "agreed", "dora")
    anew = invoice(world, line(1, "151.5", "12.345", "1870.27"))
    assert (anew.state, anew.new) == ("matched", True)
    assert balances(world.url)[chart.PAYABLE] == Decimal("-1870.27")
    assert chart.PRICE_VARIANCE not in balances(world.url)
    with world.database.transaction() as transaction:
        assert [one.state for one in invoices.invoices(transaction)] == ["matched", "cancelled"]


def test_books_that_a_superuser_made_to_disagree_are_told(world: World) -> None:
    world.decide("accepted", 30)
    invoice(world, line(1, "151.5", "12.345", "1870.27"))
    with psycopg.connect(world.url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update erp.supplier_invoice set total = 1870.28")
    with world.database.snapshot() as looking:
        assert books.check(looking) == [
            "invoice R-1 of supplier ACME: the books have 1870.27 EUR, it says 1870.28"
        ]
    with psycopg.connect(world.url) as connection:
        connection.execute("update erp.supplier_invoice set total = 1870.27")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (line(3, "1", "1", "1"), "has no line 3"),
        (line(1, "0", "1", "1"), "quantity above 0"),
        (line(1, "1", "1", "1.001"), "finer than the smallest coin"),
        (line(1, "1", "0", "0"), "asks for nothing"),
    ],
)
def test_an_impossible_invoice_is_refused(world: World, told: InvoiceLine, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        invoice(world, told)


def test_a_late_fact_of_a_closed_month_is_booked_in_the_open_one(world: World) -> None:
    world.decide("accepted", 30)
    with world.database.transaction() as transaction:
        assert books.close_period(transaction, "2026-03", date(2026, 4, 2), "carla") == date(
            2026, 3, 31
        )
    counted(world, "LOT-A/0001", 60, "100")
    rows = ask(
        world.url,
        "select occurred_at, booked_on from erp.journal_entry where kind = 'count_difference'",
    )
    assert rows == [(datetime(2026, 3, 1, 9, tzinfo=UTC), date(2026, 4, 1))]
    with world.database.transaction() as transaction:
        march = books.valuation(transaction, date(2026, 3, 31))
        by_fact = books.valuation(transaction, date(2026, 3, 31), by_fact=True)
        april = books.valuation(transaction, date(2026, 4, 1))
    assert [one.free for one in (*march, *by_fact, *april)] == [
        A + B,
        Decimal("1234.50") + B,
        Decimal("1234.50") + B,
    ]
    for period, words in (
        ("2026-03", "closed through"),
        ("2026-02", "closed through"),
        ("x", "no period"),
    ):
        with world.database.transaction() as transaction, pytest.raises(Refusal, match=words):
            books.close_period(transaction, period, date(2026, 4, 2), "carla")
    with world.database.transaction() as transaction, pytest.raises(Refusal, match="is not over"):
        books.close_period(transaction, "2026-04", date(2026, 4, 30), "carla")


def test_the_database_refuses_what_is_not_accounting(world: World) -> None:
    world.decide("accepted", 30)
    tries = (
        "update erp.journal_line set amount = amount * 2",
        "delete from erp.journal_entry",
        "truncate erp.journal_line",
        "update erp.period_close set closed_through = '2020-01-01'",
    )
    for statement in tries:
        with (
            psycopg.connect(world.url) as connection,
            pytest.raises(psycopg.Error, match="append-only"),
        ):
            connection.execute(statement)
    one_sided = (
        "insert into erp.journal_line (entry_id, line, account, amount)"
        " select max(entry_id), 9, '1200', 5 from erp.journal_entry"
    )
    connection = psycopg.connect(world.url)
    connection.execute(one_sided)
    with pytest.raises(psycopg.Error, match="does not balance: 3 lines, 5"):
        connection.commit()
    connection.close()


def test_the_chart_in_code_is_the_chart_in_the_database(world: World) -> None:
    assert ask(world.url, "select account, name, kind from erp.ledger_account order by 1") == [
        tuple(one) for one in chart.CHART
    ]


def test_two_lots_are_valued_apart(world: World) -> None:
    world.arrive(second_lot())
    world.decide("accepted", 30)
    world.found(40, 90, "LOT-B/0001")
    with world.database.transaction() as transaction:
        found = books.valuation(transaction, date(2030, 1, 1))
        total = books.trial_balance(transaction, date(2030, 1, 1))
    assert [(one.lot, one.free, one.held) for one in found] == [
        ("LOT-A", A + B, 0),
        ("LOT-B", 0, Decimal("297.00")),
    ]
    assert sum(one.balance for one in total) == 0


def test_storage_errors_are_not_swallowed_at_the_end(world: World) -> None:
    def fails(_: object, units: object) -> None:
        raise StorageError(f"no books for {units!r}")

    with pytest.raises(StorageError, match="no books"), world.database.transaction() as transaction:
        transaction.before_commit(fails, [1])

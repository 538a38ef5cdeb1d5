"""Random lives of many lots, told in any order to a real database: the books say what stands there.

The oracle reads the recorded facts and adds up in plain loops, at every instant anything happened.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import get_args

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp.ledger import books, invoices
from erp.ledger.core.invoice import Invoice, InvoiceLine
from erp.receiving import handlers as receiving
from erp.receiving.core import Decision, Verdict
from kernel.events import ArrivingUnit, HoldsChanged
from kernel.money import Money
from kernel.refusal import Refusal
from lotbinding.handlers.corrections import Correction, cancel, correct
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.units import Count, Split, add_handling_unit, count, split
from storage.database import Database, Transaction
from tests.erp_world import ARRIVAL, ORDER, after, order, prepare
from tests.examples import examples
from tests.ledger_books import BOOKED, ask, unbalanced

_FACTS = """
    select unit.unit_id, line.unit_price,
        case when receipt.decision like 'accepted%%' then receipt.decided_at end,
        array(select row(c.occurred_at, c.delta)::text from binding.quantity_change c
              where c.unit_id = unit.unit_id
                and not exists (select from binding.cancellation x where x.movement_id = c.movement_id))
    from binding.stock_unit unit
    join erp.lot lot using (lot_id)
    join erp.goods_receipt receipt using (receipt_id)
    join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
"""


class Life:
    """One lot whose story is told by dice, under names of its own."""

    def __init__(self, database: Database, name: str, dice: random.Random) -> None:
        self.database, self.name, self.dice = database, name, dice
        self.units = [f"{name}/{number}" for number in range(dice.randint(1, 3))]
        self.pallet = f"{name}-pallet"

    def arrive(self) -> None:
        quantity = self.dice.choice(("101", "50.5", "3", "0.7"))
        arrival = replace(
            ARRIVAL,
            receipt=f"GR-{self.name}",
            lot=self.name,
            line=self.dice.choice((1, 2)),
            units=tuple(ArrivingUnit(unit, Decimal(quantity)) for unit in self.units),
        )
        self._do(lambda transaction: receiving.arrive(transaction, arrival))
        self._do(lambda transaction: add_handling_unit(transaction, self.pallet, "pallet", "ben"))

    def step(self) -> None:
        """Tell something, possible or not: what is refused leaves nothing."""
        kinds = (
            self.move,
            self.move,
            self.pack,
            self.split,
            self.count,
            self.hold,
            self.undo,
            self.decide,
        )
        try:
            self.dice.choice((*kinds, self.invoice))()
        except Refusal:
            return

    def decide(self) -> None:
        verdict: Verdict = self.dice.choices(get_args(Verdict), (6, 2, 1))[0]
        words = "" if verdict == "accepted" else "one box open"
        told = Decision(f"GR-{self.name}", verdict, after(self.dice.randint(0, 90)), "anna", words)
        self._do(lambda transaction: receiving.decide(transaction, told))

    def move(self) -> None:
        kind = self.dice.choice(("dispatch", "return", "transfer"))
        place = None if kind == "dispatch" else self.dice.choice(("dc1.zone1", "dc1.dock1"))
        told = Movement(self.dice.choice((*self.units, self.pallet)), kind, place, self._when(), "ben")
        self._do(lambda transaction: record_movement(transaction, told))

    def pack(self) -> None:
        into = self.dice.choice((self.pallet, None))
        kind = "pack" if into else "unpack"
        told = Movement(self.dice.choice(self.units), kind, None, self._when(), "ben", into=into)
        self._do(lambda transaction: record_movement(transaction, told))

    def split(self) -> None:
        child = f"{self.name}/{len(self.units)}"
        quantity = Decimal(self.dice.choice(("0.1", "0.01", "1", "25.25")))
        told = Split(self.dice.choice(self.units), child, quantity, self._when(), "ben")
        self._do(lambda transaction: split(transaction, told))
        self.units.append(child)

    def count(self) -> None:
        kind = self.dice.choice(("adjust", "write_off"))
        quantity = Decimal(self.dice.choice(("0", "0.5", "2", "60", "100.001")))
        told = Count(self.dice.choice(self.units), kind, quantity, self._when(), "ben")
        self._do(lambda transaction: count(transaction, told))

    def hold(self) -> None:
        """As quality does it, but at a time of the dice's choice."""
        unit = self.dice.choice(self.units)
        placed = datetime(2026, 3, 1, 8, tzinfo=UTC) + timedelta(minutes=self.dice.randint(0, 300))
        released = (
            placed + timedelta(minutes=self.dice.randint(0, 90)) if self.dice.random() < 0.7 else None
        )
        with psycopg.connect(self.database.url) as connection:
            connection.execute("alter table erp.hold disable trigger hold_ends_by_decision")
            row = connection.execute(
                "insert into erp.hold (unit_id, cause, placed_at, released_at, released_by)"
                " select unit_id, 'damage', %s, %s, %s from binding.stock_unit where code = %s"
                " on conflict do nothing returning unit_id",
                (placed, released, "dora" if released else None, unit),
            ).fetchone()
            connection.execute("alter table erp.hold enable always trigger hold_ends_by_decision")
        if row is not None:
            self._do(lambda transaction: transaction.publish(HoldsChanged((row[0],))))

    def undo(self) -> None:
        """Cancel or correct a movement that was told."""
        rows = ask(
            self.database.url,
            "select movement_id from binding.movement join binding.stock_unit using (unit_id)"
            " where code like %s order by 1",
            f"{self.name}/%",
        )
        (number,) = self.dice.choice(rows)
        if self.dice.random() < 0.5:
            self._do(lambda transaction: cancel(transaction, [number], "ben", "mistaken"))
        else:
            told = Correction(number, occurred_at=self._when())
            self._do(lambda transaction: correct(transaction, [told], "ben", "mistaken"))

    def invoice(self) -> None:
        ordered = self.dice.choice(ORDER.lines)
        quantity = Decimal(self.dice.choice(("3", "101", "0.7")))
        amount = Money(ordered.unit_price, "EUR").times(quantity).amount
        line = InvoiceLine(ordered.line, quantity, ordered.unit_price, amount)
        code = f"R-{self.name}-{self.dice.randint(0, 99)}"
        told = Invoice(code, "PO-1", ORDER.ordered_on, "EUR", (line,), Decimal(0), "carla")
        self._do(lambda transaction: invoices.record(transaction, told))

    def _when(self) -> int:
        return after(self.dice.randint(1, 300))

    def _do(self, work: Callable[[Transaction], object]) -> None:
        with self.database.transaction() as transaction:
            work(transaction)


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    prepare(database_url)
    with Database(database_url, BOOKED) as database:
        order(database)
        yield database


_EXAMPLES = iter(range(10**9))


@settings(
    max_examples=examples(5),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_the_books_say_what_stands_there(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    lives = [Life(database, f"L{next(_EXAMPLES)}", dice) for _ in range(3)]
    for life in lives:
        life.arrive()
    for _ in range(36):
        dice.choice(lives).step()
    assert unbalanced(database.url) == []
    with database.transaction() as transaction:
        assert books.check(transaction) == []
    _stock_equals_the_books(database.url)
    _replayed_journal_equals_the_balances(database)


def _stock_equals_the_books(url: str) -> None:
    posted: dict[int, list[tuple[datetime, Decimal, bool]]] = defaultdict(list)
    for unit, at, amount, held in ask(
        url,
        "select unit_id, occurred_at, amount, account = '1210' from erp.journal_line"
        " join erp.journal_entry using (entry_id) where account in ('1200', '1210')",
    ):
        posted[unit].append((at, amount, held))
    stays, holds = _spans(url, "stay"), _spans(url, "hold")
    for unit, price, accepted, changes in ask(url, _FACTS):
        told = [_change(text) for text in changes]
        instants = {at for at, _ in told} | {at for at, _, _ in posted[unit]}
        instants |= {end for span in (*stays[unit], *holds[unit]) for end in span if end is not None}
        for at in sorted(instants | ({accepted} if accepted else set())):
            quantity = sum((delta for when, delta in told if when <= at), Decimal(0))
            ours = accepted is not None and accepted <= at and _covered(stays[unit], at)
            worth = (
                (price * quantity).quantize(Decimal("0.01"), ROUND_HALF_EVEN) if ours else Decimal(0)
            )
            held = _covered(holds[unit], at)
            said = [
                sum(
                    (amount for when, amount, blocked in posted[unit] if when <= at and blocked == one),
                    Decimal(0),
                )
                for one in (False, True)
            ]
            assert said == ([Decimal(0), worth] if held else [worth, Decimal(0)]), (unit, at)


def _replayed_journal_equals_the_balances(database: Database) -> None:
    replayed: dict[str, Decimal] = defaultdict(Decimal)
    lines = "select account, amount from erp.journal_line order by entry_id, line"
    for account, amount in ask(database.url, lines):
        replayed[account] += amount
    with database.transaction() as transaction:
        found = books.trial_balance(transaction, date.max)
    assert {one.account: one.balance for one in found if one.balance} == {
        account: amount for account, amount in replayed.items() if amount
    }
    assert sum(replayed.values()) == 0


def _spans(url: str, table: str) -> dict[int, list[tuple[datetime, datetime | None]]]:
    query = {
        "stay": "select unit_id, lower(during), upper(during) from binding.stay",
        "hold": "select unit_id, placed_at, released_at from erp.hold",
    }
    found: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    with psycopg.connect(url) as connection:
        for unit, since, until in connection.execute(query[table].encode()).fetchall():
            found[unit].append((since, until))
    return found


def _covered(spans: list[tuple[datetime, datetime | None]], at: datetime) -> bool:
    return any(since <= at and (until is None or at < until) for since, until in spans)


def _change(text: str) -> tuple[datetime, Decimal]:
    at, delta = text.strip("()").split(",")
    return datetime.fromisoformat(at.strip('"')), Decimal(delta)

"""The books of random units, held against an oracle that looks at every minute by itself."""

import random
from decimal import ROUND_HALF_EVEN, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from erp.ledger.core import chart
from erp.ledger.core.stock import Books, Change, Departure, UnitFacts, books, difference
from kernel.instants import FOREVER
from kernel.intervals import Span
from tests.examples import examples

LAST = 40
PRICES = ("12.345", "0.333333", "7", "1.2", "0.004", "0")


def random_unit(dice: random.Random) -> UnitFacts:
    """A life in whole minutes: received or split off, moved out and back, counted, held."""
    born = dice.randint(0, 10)
    times = sorted(dice.sample(range(born + 1, LAST), dice.randint(0, 8)))
    quantity = Decimal(dice.choice(("1", "101", "50.5", "0.25", "3")))
    reason = dice.choice(("received", "split_from"))
    changes = [Change(born, quantity, reason)]
    stays: list[Span] = []
    departures: list[Departure] = []
    since: int | None = born
    for at in times:
        what = dice.choice(("adjusted", "written_off", "split_off", "leave", "come", "move"))
        if what == "leave" and since is not None:
            stays.append(Span(since, at))
            departures.append(Departure(at, dice.choice(("dispatch", "return_to_supplier"))))
            since = None
        elif what == "come" and since is None:
            since = at
        elif what in {"adjusted", "written_off", "split_off"}:
            sign = dice.choice((1, -1)) if what == "adjusted" else -1
            delta = sign * (quantity / dice.choice((1, 2, 4)) if quantity else Decimal(1))
            if quantity + delta >= 0 and delta:
                quantity += delta
                changes.append(Change(at, delta, what))
    if since is not None:
        stays.append(Span(since, FOREVER))
    holds = [
        Span(start, start + dice.randint(1, 15))
        for start in dice.sample(range(LAST), dice.randint(0, 3))
    ]
    if holds and dice.random() < 0.3:
        holds.append(Span(holds[0].start, FOREVER))
    accepted = dice.choice((born, born, born + 2, dice.randint(born, LAST), None))
    price = Decimal(dice.choice(PRICES))
    return UnitFacts(
        price,
        dice.choice(("EUR", "JPY", "KWD")),
        accepted,
        tuple(changes),
        tuple(stays),
        tuple(holds),
        tuple(departures),
    )


def worth(unit: UnitFacts, quantity: Decimal) -> Decimal:
    """Written out here, not asked of the code."""
    places = {"EUR": 2, "JPY": 0, "KWD": 3}[unit.currency]
    return (unit.unit_price * quantity).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def looked_at(unit: UnitFacts, minute: int) -> dict[str, Decimal]:
    """Where the worth of the unit is at a minute, from the facts alone."""
    if unit.accepted_at is None or minute < unit.accepted_at:
        return {}
    held = sum((c.delta for c in unit.changes if c.at <= minute), Decimal(0))
    here = any(s.start <= minute < s.end for s in unit.stays)
    if not here or not worth(unit, held):
        return {}
    blocked = any(h.start <= minute < h.end for h in unit.holds)
    return {chart.HELD if blocked else chart.INVENTORY: worth(unit, held)}


def balance(told: Books, account: str, minute: int | None = None) -> Decimal:
    return sum(
        (
            lines.get(account, Decimal(0))
            for fact, lines in told.items()
            if minute is None or fact.at <= minute
        ),
        Decimal(0),
    )


@settings(max_examples=examples(400), deadline=None)
@given(st.integers(0, 2**32))
def test_stock_in_the_books_is_what_stands_there_at_every_minute(seed: int) -> None:
    unit = random_unit(random.Random(seed))
    told = books(unit)
    for minute in range(LAST + 20):
        in_books = {one: balance(told, one, minute) for one in chart.STOCK}
        assert {one: amount for one, amount in in_books.items() if amount} == looked_at(unit, minute)
    for fact, lines in told.items():
        assert sum(lines.values()) == 0, fact
        assert all(lines.values()), fact


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, 2**32))
def test_every_reason_answers_for_what_it_took(seed: int) -> None:
    unit = random_unit(random.Random(seed))
    told = books(unit)
    if unit.accepted_at is None:
        assert told == {}
        return
    before = sum((c.delta for c in unit.changes if c.at <= unit.accepted_at), Decimal(0))
    expected = {chart.NOT_INVOICED: -worth(unit, before)}
    quantity = before
    by_account = {"adjusted": chart.COUNTED, "written_off": chart.WRITTEN_OFF}
    for change in sorted(unit.changes, key=lambda one: one.at):
        if change.at <= unit.accepted_at:
            continue
        step = worth(unit, quantity + change.delta) - worth(unit, quantity)
        quantity += change.delta
        account = (
            chart.NOT_INVOICED
            if change.reason == "received"
            else by_account.get(change.reason, chart.ROUNDING)
        )
        expected[account] = expected.get(account, Decimal(0)) - step
    for account in (chart.NOT_INVOICED, chart.COUNTED, chart.WRITTEN_OFF, chart.ROUNDING):
        assert balance(told, account) == expected.get(account, Decimal(0)), account


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, 2**32))
def test_differences_posted_in_any_order_of_knowledge_end_in_the_same_books(seed: int) -> None:
    dice = random.Random(seed)
    posted: Books = {}
    for _ in range(3):
        wanted = books(random_unit(dice))
        for fact, lines in difference(wanted, posted).items():
            assert sum(lines.values()) == 0, fact
            for account, amount in lines.items():
                there = posted.setdefault(fact, {})
                there[account] = there.get(account, Decimal(0)) + amount
        left = {
            fact: {account: amount for account, amount in lines.items() if amount}
            for fact, lines in posted.items()
        }
        posted = {fact: lines for fact, lines in left.items() if lines}
        assert posted == wanted
        assert difference(wanted, posted) == {}

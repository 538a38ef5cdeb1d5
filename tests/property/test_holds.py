"""Random sequences of holds, decisions, excursions and movements: nothing is let go without signatures.

The oracle keeps, for every unit, the causes it must be held for, in plain sets: only a decision that
was signed, by two people where that is asked for, takes one away.
"""

import random
from collections import Counter
from collections.abc import Callable, Generator
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coldbind.signing import sign_and_act
from erp.ledger import books
from erp.people import handlers as people
from erp.people.handlers import Pen
from erp.quality import disposition_store, dispositions, holds
from erp.quality.core import CAUSES, Decision, Kind
from kernel.events import ExcursionWithdrawn, HoldsChanged, StockChanged
from kernel.instants import MINUTE
from kernel.refusal import Refusal
from lotbinding.handlers.units import Split, split
from storage.database import Transaction
from tests.erp_world import after
from tests.examples import examples
from tests.ledger_books import ask, unbalanced
from tests.stocked import Stocked, stocked

PASSWORD = "a long enough phrase"
PEOPLE = ("anna", "bert")
_EXAMPLES = iter(range(10**9))


class Floor:
    """One lot of two units, and the causes that each of its units must be held for."""

    def __init__(self, centre: Stocked, dice: random.Random) -> None:
        self.centre, self.dice = centre, dice
        self.lot = f"L{next(_EXAMPLES)}"
        self.units = [f"{self.lot}/1", f"{self.lot}/2"]
        centre.receive(self.lot, [(unit, 50) for unit in self.units], bin_="dc1.zone1.a")
        self.causes: dict[str, set[str]] = {unit: set() for unit in self.units}
        self.proposed: dict[int, tuple[str, str, Decision, str]] = {}
        self.happened: Counter[str] = Counter()

    def step(self, number: int) -> None:
        """Do something, possible or not: what is refused changes nothing."""
        acts = (self.place, self.decide, self.decide, self.approve, self.machine, self.divide)
        act = self.dice.choice(acts)
        try:
            act(number)
        except Refusal:
            self.happened["refused"] += 1

    def place(self, _: int) -> None:
        unit, cause = self.dice.choice(self.units), self.dice.choice(CAUSES)
        self._do(lambda running: holds.place(running, [unit], cause, "seen", "carl"))
        self.causes[unit].add(cause)

    def decide(self, number: int) -> None:
        hold, unit, cause = self._any_hold()
        kind: Kind = self.dice.choice(get_args(Kind))
        child = f"{self.lot}/p{number}" if kind == "partial_release" else ""
        part = Decimal(self.dice.choice(("1", "2.5", "60"))) if child else None
        grade = "feed" if kind == "downgrade" else ""
        decision = Decision(kind, "other", "judged", part, child, grade)
        by, four_eyes = self.dice.choice(PEOPLE), self.dice.random() < 0.5
        done = sign_and_act(
            self.centre.database,
            Pen(by, PASSWORD if self.dice.random() < 0.8 else "wrong", "decision", "judged"),
            lambda running: dispositions.document(running, hold, decision),
            lambda running, signed: dispositions.decide(
                running, hold, decision, signed, four_eyes=four_eyes
            ),
        )
        assert done.effective is not four_eyes
        if four_eyes:
            self.proposed[done.disposition_id] = (unit, cause, decision, by)
        else:
            self._took_effect(unit, cause, decision)

    def approve(self, _: int) -> None:
        if not self.proposed:
            return
        number = self.dice.choice(sorted(self.proposed))
        unit, cause, decision, first = self.proposed[number]
        by = self.dice.choice(PEOPLE)
        sign_and_act(
            self.centre.database,
            Pen(by, PASSWORD, "approval", "judged too"),
            lambda running: dispositions.document_of(running, number),
            lambda running, signed: dispositions.approve(running, number, signed),
        )
        assert by != first
        del self.proposed[number]
        self._took_effect(unit, cause, decision)

    def machine(self, number: int) -> None:
        """What the machine does by itself: it finds, withdraws and follows, and never releases."""
        unit = self.dice.choice(self.units)
        found = self.centre.excursion(100 + number * 10, 105 + number * 10, unit)
        self.centre.publish(found)
        self.causes[unit].add("excursion")
        if self.dice.random() < 0.5:
            self.centre.publish(ExcursionWithdrawn(found.excursion_id, found.unit_id, "late truth"))
        self.centre.publish(HoldsChanged((found.unit_id,)), StockChanged((found.unit_id,)))
        self.happened["machine"] += 1

    def divide(self, number: int) -> None:
        unit, child = self.dice.choice(self.units), f"{self.lot}/s{number}"
        told = Split(unit, child, Decimal(3), after(50) + number * MINUTE // 10, "carl")
        self._do(lambda running: split(running, told))
        self._born(unit, child)

    def _took_effect(self, unit: str, cause: str, decision: Decision) -> None:
        self.happened[decision.kind] += 1
        match decision.kind:
            case "reject":
                pass
            case "partial_release":
                self._born(unit, decision.child)
                self.causes[decision.child].discard(cause)
            case "destroy" | "return_to_supplier":
                self.causes[unit].clear()
            case "release" | "downgrade":
                self.causes[unit].discard(cause)

    def _born(self, unit: str, child: str) -> None:
        self.units.append(child)
        self.causes[child] = set(self.causes[unit])

    def _any_hold(self) -> tuple[int, str, str]:
        with self.centre.database.transaction() as transaction:
            found = disposition_store.holds(transaction, lot=self.lot, ended=self.dice.random() < 0.2)
        if not found:
            raise Refusal("nothing is held")
        one = self.dice.choice(found)
        return one.hold_id, one.unit, one.cause

    def _do(self, work: Callable[[Transaction], object]) -> None:
        with self.centre.database.transaction() as transaction:
            work(transaction)


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    with stocked(database_url) as centre:
        with centre.database.transaction() as transaction:
            for login in PEOPLE:
                people.add_account(transaction, login, login.title(), PASSWORD, "root")
        yield centre


_UNSIGNED = """
    select hold.hold_id from erp.hold
    left join erp.disposition decided using (disposition_id)
    left join erp.signature one using (signature_id)
    left join erp.signature two on two.signature_id = decided.second_id
    where hold.released_at is not null
        and (one.signature_id is null or decided.state <> 'effective'
             or decided.two_people and (two.account_id is null or two.account_id = one.account_id))
"""


@settings(
    max_examples=examples(2),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_nothing_is_let_go_without_signatures(centre: Stocked, seed: int) -> None:
    floor = Floor(centre, random.Random(seed))
    for number in range(25):
        _unlock(centre)
        floor.step(number)
    with centre.database.transaction() as transaction:
        found = disposition_store.holds(transaction, lot=floor.lot)
        assert books.check(transaction) == []
        assert transaction.verify_audit()[1] == []
    held = {(one.unit, one.cause) for one in found}
    assert held == {(unit, cause) for unit, causes in floor.causes.items() for cause in causes}
    for unit, (_, _, reserved, stopped) in centre.in_stock().items():
        if unit in floor.causes:
            assert (reserved, stopped) == (0, bool(floor.causes[unit])), unit
    assert ask(centre.url, _UNSIGNED) == []
    assert unbalanced(centre.url) == []


def _unlock(centre: Stocked) -> None:
    """Wrong passwords lock an account for a while; the dice do not wait."""
    centre.ask("update erp.account set failures = 0, locked_until = null where failures > 0")

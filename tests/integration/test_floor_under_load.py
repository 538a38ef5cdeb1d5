"""Pickers, receivers, movers and holds on the same lots at once: nothing is promised twice.

Every thread is a person with a transaction of their own. What may come back is a refusal in words; a
collision is tried again below, and never reaches them.
"""

import random
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from coldbind.conditions import conditions_of
from erp.fulfilment import handlers as sales
from erp.fulfilment import shipping, store
from erp.fulfilment.allocation import allocate_orders
from erp.fulfilment.handlers import NewOrder, OrderedLine
from erp.fulfilment.picking import Pick, pick
from kernel.events import HoldOrdered
from kernel.refusal import Refusal
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.units import Count
from lotbinding.handlers.units import count as count_unit
from storage.database import Transaction
from tests.erp_world import after
from tests.examples import examples
from tests.stocked import Stocked, stocked

TODAY = date(2026, 3, 1)
PEOPLE = 16
BINS = ("dc1.zone1.a", "dc1.zone1.b", "dc1.zone1.c", "dc1.stage")
PROJECTED = "select * from erp.stock_as_told order by unit_id"
PROJECTION = (
    "select unit_id, lot_id, product_id, expires_on, received_at, location_id, handling_unit_id, since,"
    " quantity, held from erp.stock order by unit_id"
)
WRONG = """
select 'more promised than there is' as fault, stock.unit_id from erp.stock
where reserved <> coalesce((select sum(quantity) from erp.reservation r
                            where r.unit_id = stock.unit_id and r.state = 'reserved'), 0)
                + coalesce((select sum(quantity) from erp.pick p
                            where p.unit_id = stock.unit_id and p.state = 'picked'), 0)
    or reserved > quantity
union all
select 'a held unit is promised', unit_id from erp.reservation
join erp.hold using (unit_id) where state = 'reserved' and released_at is null
union all
select 'a held unit is picked', unit_id from erp.pick
join erp.hold using (unit_id) where state = 'picked' and released_at is null
union all
select 'a line got more than it wants', line.sales_order_id from erp.sales_order_line line
where line.quantity < coalesce((select sum(quantity) from erp.reservation r
                                where (r.sales_order_id, r.line) = (line.sales_order_id, line.line)
                                    and r.state = 'reserved'), 0)
                    + coalesce((select sum(quantity) from erp.pick p
                                where (p.sales_order_id, p.line) = (line.sales_order_id, line.line)
                                    and p.state <> 'put_back'), 0)
union all
select 'a pick is not what the unit holds', pick.unit_id from erp.pick
join erp.stock using (unit_id) where pick.state = 'picked' and pick.quantity > stock.quantity
"""


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    with stocked(database_url) as centre:
        centre.customer("C1")
        for lot in range(4):
            centre.receive(
                f"L{lot}",
                [(f"L{lot}/{unit}", 40) for unit in range(6)],
                expires=date(2026, 9, 1 + lot),
                minute=lot,
                bin_=BINS[lot % 3],
            )
        yield centre


class Floor:
    """People who do what people do, each thing in a transaction of its own."""

    def __init__(self, centre: Stocked, seed: int) -> None:
        self.centre = centre
        self.seed = seed
        self.minute = count(100)
        self.number = count(1)

    def work(self, person: int, times: int) -> Counter[str]:
        """One person; how often each thing was done, or refused in words."""
        dice = random.Random(self.seed * 1000 + person)
        deeds = (self.sell, self.sell, self.take, self.take, self.take, self.move, self.receive)
        done: Counter[str] = Counter()
        for _ in range(times):
            deed = dice.choice((*deeds, self.hold, self.count, self.ship))
            try:
                deed(dice)
            except Refusal:
                done[f"{deed.__name__} refused"] += 1
            else:
                done[deed.__name__] += 1
        return done

    def once(self, work: Callable[[Transaction], object]) -> None:
        self.centre.database.attempt(work)

    def at(self) -> int:
        """An instant that no other deed has."""
        return after(next(self.minute))

    def units(self) -> list[str]:
        rows = self.centre.ask("select code from erp.stock join binding.stock_unit using (unit_id)")
        return sorted(str(row["code"]) for row in rows)

    def sell(self, dice: random.Random) -> None:
        code = f"SO-{next(self.number)}"
        lines = (OrderedLine(1, "VAX-10", Decimal(dice.randint(1, 30))),)
        order = NewOrder(code, "C1", TODAY, TODAY, lines)
        self.once(lambda transaction: sales.put_order(transaction, order, "sue"))
        self.once(lambda transaction: allocate_orders(transaction, [code], TODAY, "sue"))

    def take(self, dice: random.Random) -> None:
        with self.centre.database.transaction() as transaction:
            walk = store.pick_list(transaction)
        if walk:
            one = dice.choice(walk[:20])
            told = Pick(one.order, one.line, one.unit, "dc1.stage", self.at(), "paul")
            self.once(lambda transaction: pick(transaction, told))

    def move(self, dice: random.Random) -> None:
        told = Movement(dice.choice(self.units()), "transfer", dice.choice(BINS), self.at(), "mo")
        self.once(lambda transaction: record_movement(transaction, told))

    def receive(self, dice: random.Random) -> None:
        lot = f"N{next(self.number)}"
        minute = next(self.minute)
        expires = date(2026, 8, dice.randint(1, 28))
        self.centre.receive(lot, [(f"{lot}/1", 30), (f"{lot}/2", 30)], minute=minute, expires=expires)

    def hold(self, dice: random.Random) -> None:
        chosen = dice.sample(self.units(), 2)
        rows = self.centre.ask(
            "select unit_id from binding.stock_unit where code = any(%(codes)s)", codes=chosen
        )
        ids = [int(str(row["unit_id"])) for row in rows]
        dice.shuffle(ids)
        event = HoldOrdered(tuple(ids), "inspection", "a test", "quinn")
        self.once(lambda transaction: transaction.publish(event))

    def count(self, dice: random.Random) -> None:
        told = Count(
            dice.choice(self.units()), "adjust", Decimal(dice.randint(5, 45)), self.at(), "carl"
        )
        self.once(lambda transaction: count_unit(transaction, told))

    def ship(self, _: random.Random) -> None:
        code = f"SH-{next(self.number)}"
        rows = self.centre.ask(
            "select code from erp.pick join binding.stock_unit using (unit_id)"
            " where state = 'picked' and shipment_id is null limit 2"
        )
        goods = [str(row["code"]) for row in rows]
        if not goods:
            return
        self.once(lambda transaction: shipping.open_shipment(transaction, code, "C1", "sue"))
        self.once(lambda transaction: shipping.load(transaction, code, goods, self.at(), "paul"))
        at = self.at()
        self.once(lambda transaction: shipping.dispatch(transaction, code, at, "paul", conditions_of))


def play(centre: Stocked, times: int) -> Counter[str]:
    floor = Floor(centre, times)
    with ThreadPoolExecutor(PEOPLE) as people:
        shifts = [people.submit(floor.work, person, times) for person in range(PEOPLE)]
        done = sum((shift.result() for shift in shifts), Counter[str]())
    assert centre.ask(WRONG) == []
    assert centre.ask(PROJECTION) == centre.ask(PROJECTED)
    return done


def test_sixteen_people_promise_nothing_twice(centre: Stocked) -> None:
    done = play(centre, 6)
    assert sum(done.values()) == PEOPLE * 6
    assert done["sell"] > 5


@pytest.mark.thorough
@pytest.mark.timeout(3600)
def test_thousands_of_deeds_promise_nothing_twice(centre: Stocked) -> None:
    """2 500 in CI; `COLDBIND_EXAMPLES=4` plays 10 000, a quarter of an hour on two busy cores."""
    each = examples(157)
    done = play(centre, each)
    assert sum(done.values()) == PEOPLE * each
    for deed in ("sell", "take", "move", "receive", "hold", "count", "ship"):
        assert done[deed] > each / 8, done

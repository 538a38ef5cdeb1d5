"""The questions about goods by the clock: trace, recall, a lot of many orders, allocation."""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from benchmarks.accounts import Accounts
from benchmarks.figure import Figure, at_most, load
from benchmarks.goods_world import LOT_OF_MANY, MANY, Size, build, size_wanted
from benchmarks.ground import ground, product
from coldbind.felt_by import units_that_felt
from erp.fulfilment.allocation import allocate_orders
from erp.fulfilment.handlers import NewOrder, OrderedLine, put_order
from erp.recall.core import Handle
from erp.recall.handlers import find
from erp.trace.handlers import trace_lot
from storage.database import Database, Transaction

_LINES = 50


def measure(size: Size | None = None) -> Iterator[Figure]:
    """Measure the figures of trace, recall and allocation."""
    size = size or size_wanted()
    with ground() as on, product(on) as database:
        detail = build(on, size)
        lots = (size.dispatched + size.in_stock) // size.lot_of
        dice = random.Random(7)
        asked = [f"LOT-{dice.randint(2, lots)}" for _ in range(size.asked)]
        gone = [f"LOT-{dice.randint(2, size.dispatched // size.lot_of - 1)}" for _ in range(size.asked)]

        clock = _Clock(database, on.postgres)

        def figure(name: str, found: _Times, goal: float, **more: object) -> Figure:
            p95 = round(statistics.quantiles(found.wall, n=20)[-1], 1)
            told = {"p50_ms": round(statistics.median(found.wall), 1), "load": load()}
            return at_most(name, p95, "ms", goal, detail | told | found.cpu | more)

        yield figure("trace.lot_p95_ms", clock.asked(asked, _trace), 50, units_a_lot=size.lot_of)
        many = [LOT_OF_MANY] * 12
        yield figure("trace.lot_of_many_orders_ms", clock.asked(many, _trace), 300, orders=MANY)
        yield figure("trace.recall_lot_p95_ms", clock.asked(gone, _recall), 100)
        yield figure("trace.recall_of_many_orders_ms", clock.asked(many, _recall), 100, orders=MANY)
        yield figure("trace.allocate_50_lines_ms", clock.allocations(size, dice), 50)


@dataclass(frozen=True, slots=True)
class _Times:
    """Milliseconds of each question, and of processor time for one, by process."""

    wall: list[float]
    cpu: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Clock:
    database: Database
    postgres: int

    def asked(self, lots: list[str], ask: Callable[[Transaction, str], None]) -> _Times:
        """The time of each question, after every one was asked once."""
        _ = [_ms(self._ask(ask, lot)) for lot in lots]
        return self._timed([self._ask(ask, lot) for lot in lots])

    def allocations(self, size: Size, dice: random.Random) -> _Times:
        """The time of promising 50 lines of as many products, commit and audit record included."""
        today = datetime.now(UTC).date()
        codes = [f"SO-BENCH-{number}" for number in range(size.asked // 2)]
        for code in codes:
            products = dice.sample(range(1, size.products + 1), _LINES)
            lines = [
                OrderedLine(line, f"B{one}", Decimal(dice.randint(1, 40)))
                for line, one in enumerate(products, 1)
            ]
            order = NewOrder(code, "C1", today, today + timedelta(days=2), lines)
            with self.database.transaction() as transaction:
                put_order(transaction, order, "bench")
        return self._timed([self._allocate(code, today) for code in codes])

    def _timed(self, works: list[Callable[[], None]]) -> _Times:
        accounts = Accounts({"database": self.postgres, "client": os.getpid()})
        wall = [_ms(work) for work in works]
        spent = accounts.spent()
        return _Times(
            wall, {f"{name}_cpu_ms": round(s * 1000 / len(wall), 1) for name, s in spent.items()}
        )

    def _ask(self, ask: Callable[[Transaction, str], None], lot: str) -> Callable[[], None]:
        def work() -> None:
            with self.database.transaction() as transaction:
                ask(transaction, lot)

        return work

    def _allocate(self, code: str, today: date) -> Callable[[], None]:
        def work() -> None:
            missing = self.database.attempt(
                lambda transaction: allocate_orders(transaction, [code], today, "bench")
            )
            assert not missing, f"there is stock for all: {missing[:3]}"

        return work


def _ms(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return (time.monotonic() - began) * 1000


def _trace(transaction: Transaction, lot: str) -> None:
    story = trace_lot(transaction, lot)
    assert story is not None, f"there is a lot {lot}"


def _recall(transaction: Transaction, lot: str) -> None:
    scope = find(transaction, Handle("lot", lot), units_that_felt)
    assert scope.forward, f"somebody got lot {lot}"

"""The questions about goods by the clock: trace, recall, a lot of many orders, allocation."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

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

        def figure(name: str, times: list[float], goal: float, **more: object) -> Figure:
            p95 = round(statistics.quantiles(times, n=20)[-1], 1)
            told = {"p50_ms": round(statistics.median(times), 1), "load": load()}
            return at_most(name, p95, "ms", goal, detail | told | more)

        yield figure("trace.lot_p95_ms", _timed(database, asked, _trace), 50, units_a_lot=size.lot_of)
        many = [LOT_OF_MANY] * 12
        yield figure("trace.lot_of_many_orders_ms", _timed(database, many, _trace), 300, orders=MANY)
        yield figure("trace.recall_lot_p95_ms", _timed(database, gone, _recall), 100)
        yield figure(
            "trace.recall_of_many_orders_ms", _timed(database, many, _recall), 100, orders=MANY
        )
        yield figure("trace.allocate_50_lines_ms", list(_allocations(database, size, dice)), 50)


def _timed(
    database: Database, asked: list[str], ask: Callable[[Transaction, str], None]
) -> list[float]:
    """Milliseconds of each question, after every one was asked once."""
    times: list[float] = []
    for lot in [*asked, *asked]:
        began = time.monotonic()
        with database.transaction() as transaction:
            ask(transaction, lot)
        times.append((time.monotonic() - began) * 1000)
    return times[len(asked) :]


def _trace(transaction: Transaction, lot: str) -> None:
    story = trace_lot(transaction, lot)
    assert story is not None, f"there is a lot {lot}"


def _recall(transaction: Transaction, lot: str) -> None:
    scope = find(transaction, Handle("lot", lot), units_that_felt)
    assert scope.forward, f"somebody got lot {lot}"


def _allocations(database: Database, size: Size, dice: random.Random) -> Iterator[float]:
    """Milliseconds of promising 50 lines of as many products, commit and audit record included."""
    today = datetime.now(UTC).date()
    for number in range(size.asked // 2):
        code = f"SO-BENCH-{number}"
        products = dice.sample(range(1, size.products + 1), _LINES)
        lines = [
            OrderedLine(line, f"B{one}", Decimal(dice.randint(1, 40)))
            for line, one in enumerate(products, 1)
        ]
        order = NewOrder(code, "C1", today, today + timedelta(days=2), lines)
        with database.transaction() as transaction:
            put_order(transaction, order, "bench")
        began = time.monotonic()
        missing = database.attempt(
            lambda transaction, code=code: allocate_orders(transaction, [code], today, "bench")
        )
        yield (time.monotonic() - began) * 1000
        assert not missing, f"there is stock for all: {missing[:3]}"

"""Orders, promises and picks on a real database: first expired first out, nothing outlives a hold."""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import psycopg
import pytest

from erp.fulfilment import handlers as sales
from erp.fulfilment import store
from erp.fulfilment.allocation import Shortage, allocate_orders, release_orders, release_wave
from erp.fulfilment.handlers import NewOrder, OrderedLine
from erp.fulfilment.picking import Pick, Picked, pick
from kernel.refusal import Refusal
from lotbinding.handlers.units import Count, count
from tests.erp_world import after
from tests.stocked import Stocked, stocked

TODAY = date(2026, 3, 1)


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    """Three lots of VAX-10, the one received last expires first."""
    with stocked(database_url) as centre:
        centre.ask(
            "insert into erp.customer (code, name, min_remaining_days) values ('C1', 'Clinic', 30)"
        )
        centre.receive("LATE", [("L1", 10)], expires=date(2027, 6, 30), bin_="dc1.zone1.a")
        centre.receive(
            "SOON", [("S1", 6), ("S2", 6)], expires=date(2026, 9, 30), minute=5, bin_="dc1.zone1.b"
        )
        centre.receive("NOW", [("N1", 50)], expires=date(2026, 3, 20), minute=10, bin_="dc1.zone1.c")
        yield centre


def order(centre: Stocked, code: str, quantity: int, **more: int) -> None:
    told = NewOrder(
        code, "C1", TODAY, date(2026, 3, 3), (OrderedLine(1, "VAX-10", Decimal(quantity)),), **more
    )
    with centre.database.transaction() as transaction:
        assert sales.put_order(transaction, told, "sue")


def allocate(centre: Stocked, *codes: str) -> list[Shortage]:
    return centre.database.attempt(
        lambda transaction: allocate_orders(transaction, codes, TODAY, "sue")
    )


def picked(centre: Stocked, unit: str, minute: float, **more: Any) -> Picked:
    """Pick for line 1 of SO-1; `more` are fields of the pick."""
    told = Pick("SO-1", 1, unit, "dc1.stage", after(minute), "paul", **more)
    return centre.database.attempt(lambda transaction: pick(transaction, told))


def promised(centre: Stocked, code: str = "SO-1") -> list[tuple[str, int]]:
    with centre.database.transaction() as transaction:
        return [(one.unit, int(one.quantity)) for one in store.pick_list(transaction, code)]


def test_stock_is_promised_first_expiring_first_and_never_with_too_short_a_life(
    centre: Stocked,
) -> None:
    order(centre, "SO-1", 14)
    assert allocate(centre, "SO-1") == []
    assert sorted(promised(centre)) == [("L1", 2), ("S1", 6), ("S2", 6)], "NOW expires before 30 days"
    assert allocate(centre, "SO-1") == [], "told again it changes nothing"
    order(centre, "SO-2", 10)
    assert allocate(centre, "SO-2") == [Shortage("SO-2", 1, "VAX-10", Decimal(2))]
    order(centre, "SO-3", 3, minimum_life_days=0)
    assert allocate(centre, "SO-3") == []
    assert promised(centre, "SO-3") == [("N1", 3)]


def test_no_promise_survives_a_hold_and_the_order_is_served_from_elsewhere(centre: Stocked) -> None:
    order(centre, "SO-1", 8)
    allocate(centre, "SO-1")
    picked(centre, "S1", 60)
    centre.hold("S2")
    centre.hold("S1")
    assert promised(centre) == []
    (row,) = centre.ask("select state, why from erp.pick")
    assert row == {"state": "put_back", "why": "held: excursion"}
    assert centre.actions("unit S2")[-2:] == ["promise ended", "task added"]
    assert allocate(centre, "SO-1") == []
    assert promised(centre) == [("L1", 8)]
    with pytest.raises(Refusal, match="it is held"):
        picked(centre, "S2", 70, quantity=Decimal(1), reason="I want it")


def test_a_pick_of_the_promised_unit_is_in_order_and_split_off(centre: Stocked) -> None:
    order(centre, "SO-1", 8)
    allocate(centre, "SO-1")
    first = picked(centre, "S1", 60, client_id="p-1")
    again = picked(centre, "S1", 60, client_id="p-1")
    second = picked(centre, "S2", 61, as_unit="S2a")
    assert (first.unit, first.quantity, first.in_order) == ("S1", 6, True)
    assert (again.pick_id, again.recorded) == (first.pick_id, False)
    assert (second.unit, second.quantity, second.in_order) == ("S2a", 2, True)
    stock = centre.in_stock()
    assert stock["S2a"][:3] == ("dc1.stage", Decimal(2), Decimal(2))
    assert stock["S2"][:3] == ("dc1.zone1.b", Decimal(4), Decimal(0))
    with pytest.raises(Refusal, match="all it wants is picked already"):
        picked(centre, "S2", 62)


def test_another_lot_needs_a_reason_and_the_rotation_record_tells_what_came_first(
    centre: Stocked,
) -> None:
    order(centre, "SO-1", 8)
    allocate(centre, "SO-1")
    with pytest.raises(Refusal, match="another lot is promised to it: write in --reason"):
        picked(centre, "L1", 60, quantity=Decimal(3))
    done = picked(centre, "L1", 60, quantity=Decimal(3), reason="S1 stands behind a broken rack")
    assert (done.in_order, done.first) == (False, "S1")
    with centre.database.transaction() as transaction:
        (row,) = store.picks(transaction, out_of_order=True)
    assert (row.lot, row.first_lot, row.first_expires_on) == ("LATE", "SOON", date(2026, 9, 30))
    assert row.reason == "S1 stands behind a broken rack"
    assert sum(much for _, much in promised(centre)) == 5, "the promise of three is given free"
    with pytest.raises(Refusal, match="last day of use is 2026-03-20"):
        picked(centre, "N1", 61, quantity=Decimal(1), reason="it is nearer")
    with pytest.raises(Refusal, match="wants 5 more, not 6"):
        picked(centre, "S1", 62, quantity=Decimal(6))


def test_the_record_stays_what_was_known_then(centre: Stocked) -> None:
    order(centre, "SO-1", 6)
    allocate(centre, "SO-1")
    centre.receive("OLDER", [("O1", 5)], expires=date(2026, 8, 1), minute=30, bin_="dc1.zone1.a")
    later = picked(centre, "S1", 60)
    assert (later.in_order, later.first) == (False, "O1"), "promised before the other one came"
    centre.hold("O1")
    with centre.database.transaction() as transaction:
        (row,) = store.picks(transaction)
    assert (row.in_order, row.first_unit, row.reason) == (
        False,
        "O1",
        "promised before the other one came",
    )


def test_promises_end_when_the_goods_are_not_there(centre: Stocked) -> None:
    order(centre, "SO-1", 12)
    allocate(centre, "SO-1")
    centre.move("S1", None, 60, "dispatch")
    with centre.database.transaction() as transaction:
        count(transaction, Count("S2", "adjust", Decimal(4), after(61), "carl"))
    assert promised(centre) == []
    reasons = centre.ask("select why from erp.reservation where state = 'released' order by unit_id")
    assert [row["why"] for row in reasons] == [
        "the goods are not with us any more",
        "the unit holds less than was promised",
    ]


def test_an_order_is_cancelled_and_its_goods_are_free_again(centre: Stocked) -> None:
    order(centre, "SO-1", 8)
    allocate(centre, "SO-1")
    with centre.database.transaction() as transaction:
        assert release_orders(transaction, "SO-1", "sue", "the clinic called") == 2
    allocate(centre, "SO-1")
    with centre.database.transaction() as transaction:
        sales.cancel_order(transaction, "SO-1", "sue", "the clinic called again")
    assert all(row[2] == 0 for row in centre.in_stock().values())
    with centre.database.transaction() as transaction, pytest.raises(Refusal, match="is cancelled"):
        allocate_orders(transaction, ["SO-1"], TODAY, "sue")
    assert len(centre.ask("select 1 from erp.reservation where state = 'released'")) == 4


def test_a_wave_is_picked_together(centre: Stocked) -> None:
    for code in ("SO-1", "SO-2"):
        order(centre, code, 7)
    with centre.database.transaction() as transaction:
        sales.add_to_wave(transaction, "W1", ["SO-1", "SO-2"], "sue")
        assert release_wave(transaction, "W1", TODAY, "sue") == []
        walk = store.pick_list(transaction, wave="W1")
    assert [(one.order, one.unit, int(one.quantity)) for one in walk] == [
        ("SO-2", "L1", 2),
        ("SO-1", "S1", 6),
        ("SO-1", "S2", 1),
        ("SO-2", "S2", 5),
    ]
    with centre.database.transaction() as transaction, pytest.raises(Refusal, match="W1 is released"):
        sales.add_to_wave(transaction, "W1", ["SO-1"], "sue")
    for code, end, state in (
        ("SO-1", sales.cancel_order, "released"),
        ("SO-2", sales.close_order, "done"),
    ):
        with centre.database.transaction() as transaction:
            end(transaction, code, "sue", "nobody wants it")
        assert centre.ask("select state from erp.wave") == [{"state": state}]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((), "at least one line"),
        ((OrderedLine(1, "NONE", Decimal(1)),), "product 'NONE' is not known"),
        ((OrderedLine(1, "VAX-10", Decimal(0)),), "0 cannot be ordered"),
        ((OrderedLine(1, "VAX-10", Decimal(1)), OrderedLine(1, "VAX-20", Decimal(1))), "same number"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_is_refused(
    centre: Stocked, lines: Sequence[OrderedLine], why: str
) -> None:
    told = NewOrder("SO-9", "C1", TODAY, TODAY, lines)
    with centre.database.transaction() as transaction, pytest.raises(Refusal, match=why):
        sales.put_order(transaction, told, "sue")


def test_the_database_itself_lets_nothing_be_promised_twice(centre: Stocked) -> None:
    order(centre, "SO-1", 6)
    allocate(centre, "SO-1")
    with pytest.raises(psycopg.errors.CheckViolation, match="stock_never_promised_twice"):
        centre.ask("update erp.reservation set quantity = 7")
    centre.hold("S2")
    with pytest.raises(psycopg.errors.CheckViolation, match="stock_held_is_not_promised"):
        centre.ask(
            "insert into erp.reservation (sales_order_id, line, unit_id, quantity, reserved_by)"
            " select 1, 1, unit_id, 5, 'x' from binding.stock_unit where code = 'S2'"
        )
    centre.ask("update erp.reservation set state = 'released', ended_at = now(), why = 'x'")
    with pytest.raises(psycopg.errors.RaiseException, match="cannot go from released to reserved"):
        centre.ask("update erp.reservation set state = 'reserved', ended_at = null")


def test_orders_at_the_same_time_share_what_there_is(centre: Stocked) -> None:
    codes = [f"SO-{number}" for number in range(8)]
    for code in codes:
        order(centre, code, 4)
    start = Barrier(len(codes))

    def one(code: str) -> None:
        start.wait()
        allocate(centre, code)

    with ThreadPoolExecutor(len(codes)) as pool:
        list(pool.map(one, codes))
    (row,) = centre.ask("select sum(quantity) as total, count(*) as n from erp.reservation")
    assert row["total"] == 22, "all there is that lives long enough"
    assert all(row[2] == row[1] for code, row in centre.in_stock().items() if code != "N1")


def test_goods_for_whoever_needs_less_life_come_in_order_however_many_there_are(
    centre: Stocked,
) -> None:
    months = [date(2026 + n // 12, n % 12 + 1, 28) for n in range(4, 24)]
    for number, expires in enumerate(months):
        centre.receive(
            f"X{number:02}", [(f"X{number:02}/1", 10)], expires=expires, minute=20 + number, line=2
        )
    for code, quantity, days in (("FAR", 20, 360), ("NEAR", 90, 0)):
        lines = (OrderedLine(1, "VAX-20", Decimal(quantity)),)
        told = NewOrder(code, "C1", TODAY, date(2026, 3, 3), lines, minimum_life_days=days)
        with centre.database.transaction() as transaction:
            sales.put_order(transaction, told, "sue")
    assert allocate(centre, "FAR", "NEAR") == []
    assert sorted(promised(centre, "NEAR")) == [(f"X{number:02}/1", 10) for number in range(9)]
    far = next(number for number, day in enumerate(months) if (day - date(2026, 3, 3)).days >= 360)
    assert far > 8, "beyond what is looked at first"
    assert sorted(promised(centre, "FAR")) == [(f"X{far + n:02}/1", 10) for n in range(2)]

"""Goods are claimed once, however often their unit is split, and under the unit they were in then."""

from collections.abc import Generator
from decimal import Decimal

import pytest

from kernel.instants import MINUTE
from lotbinding.handlers import units
from tests.warehouse import START, Warehouse, warehouse


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        house.receive("U1")
        house.hang("spare-t", "dc.dock", 0)
        yield house


def split(house: Warehouse, unit: str, child: str, quantity: str, minute: float) -> None:
    told = units.Split(unit, child, Decimal(quantity), START + round(minute * MINUTE), "test")
    with house.database.transaction() as transaction:
        units.split(transaction, told)
    house.judges.judge_all()


def warm(house: Warehouse, since: int, until: int) -> None:
    """The dock is at 20 degC from minute `since` to `until`, and at 5 before and after."""
    house.measure(
        "spare-t", [(m, 20 if since <= m <= until else 5) for m in range(since - 10, until + 11, 5)]
    )
    house.judges.judge_all()


def claimed(house: Warehouse) -> dict[str, Decimal]:
    return dict(
        house.ask(
            "select code, line.quantity from erp.claim_line line"
            " join binding.stock_unit using (unit_id)"
        )
    )


def test_a_split_after_the_breach_adds_no_line(house: Warehouse) -> None:
    warm(house, 20, 90)
    assert claimed(house) == {"U1": 1}
    split(house, "U1", "U2", "0.4", 200)
    assert house.excursions("U2"), "the child inherits the history, and is held"
    assert house.ask("select count(*) from erp.hold") == [(2,)]
    assert claimed(house) == {"U1": 1}


def test_a_split_before_the_breach_makes_two_lines_of_the_whole(house: Warehouse) -> None:
    split(house, "U1", "U2", "0.4", 5)
    warm(house, 20, 90)
    assert claimed(house) == {"U1": Decimal("0.6"), "U2": Decimal("0.4")}


@pytest.mark.parametrize("late", [False, True])
def test_broken_again_after_the_split_nothing_is_claimed_twice(house: Warehouse, late: bool) -> None:
    if late:
        split(house, "U1", "U2", "0.4", 200)
        warm(house, 300, 390)
        warm(house, 20, 90)
    else:
        warm(house, 20, 90)
        split(house, "U1", "U2", "0.4", 200)
        warm(house, 300, 390)
    assert sum(claimed(house).values()) == 1

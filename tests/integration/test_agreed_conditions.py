"""What an order line agrees for receiving is judged from arrival to acceptance, and can be claimed."""

from collections.abc import Generator
from decimal import Decimal
from typing import Any

import pytest

from erp.purchasing import handlers as purchasing
from erp.purchasing.core import OrderLine
from erp.receiving import handlers as receiving
from erp.receiving.core import Arrival, Decision, Verdict
from kernel.events import ArrivingUnit
from kernel.instants import MINUTE
from lotbinding.handlers.placements import place_sensor
from tests.erp_world import ORDER
from tests.warehouse import START, Warehouse, warehouse

FLAGS = (
    "select kind, unit.code, words, numbers, withdrawn_why from erp.flag"
    " left join binding.stock_unit unit using (unit_id) order by flag_id"
)
LINES = (
    "select claim.code, unit.code, line.amount, line.deficiency from erp.claim_line line"
    " join erp.claim using (claim_id) join binding.stock_unit unit using (unit_id) order by 1, 2"
)


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        yield house


def arrive(house: Warehouse, lowest: str | None, highest: str | None, incoterm: str = "") -> None:
    """LOT-P with U1 and U2 at the dock at minute 0, its line with a range agreed for receiving."""
    low, high = (None if text is None else Decimal(text) for text in (lowest, highest))
    line = OrderLine(1, "P", Decimal(2), Decimal("1.20"), low, high)
    place = "Lyon" if incoterm else ""
    told = (ORDER.ordered_on, "EUR", (line,), "test", incoterm, place)
    units = tuple(ArrivingUnit(unit, Decimal(1)) for unit in ("U1", "U2"))
    with house.database.transaction() as transaction:
        purchasing.put_order(transaction, type(ORDER)("PO-P", "S", *told))
        receiving.arrive(
            transaction, Arrival("GR-P", "PO-P", 1, "dc.dock", START, "LOT-P", "", None, units, "test")
        )


def decide(house: Warehouse, minute: int, decision: Verdict = "accepted") -> None:
    words = "" if decision == "accepted" else "too warm"
    told = Decision("GR-P", decision, START + minute * MINUTE, "anna", words)
    with house.database.transaction() as transaction:
        receiving.decide(transaction, told)


def dock_is(house: Warehouse, *readings: tuple[float, float]) -> None:
    house.hang("spare-t", "dc.dock", -60)
    house.measure("spare-t", readings)


def standing(house: Warehouse) -> list[tuple[Any, ...]]:
    return [row for row in house.ask(FLAGS) if row[4] is None]


def test_too_warm_at_the_dock_is_flagged_with_its_numbers_and_claimed_though_the_profile_holds(
    house: Warehouse,
) -> None:
    arrive(house, "2", "5")
    dock_is(house, (-10, 4), (0, 4), (10, 6), (20, 6), (30, 4), (40, 7.5))
    decide(house, 35)
    assert [(row[0], row[1]) for row in standing(house)] == [("too_warm", "U1"), ("too_warm", "U2")]
    words, numbers = standing(house)[0][2:4]
    # By hand: 5 degC is crossed at 5, 25 and 30 + 10 / 3.5 min.
    assert words == (
        "unit U1: 22 min 9 s above the agreed 5 degC, peak 6 degC, between arrival at "
        "2026-03-02 08:00 UTC and acceptance at 2026-03-02 08:35 UTC "
        "(order PO-P line 1, told by spare-t)"
    )
    assert numbers["beyond_seconds"] == pytest.approx((20 + 5 - 10 / 3.5) * 60, abs=0.001)
    assert (numbers["agreed"], numbers["peak"], numbers["readings"]) == (5, 6, 4)
    assert [(row[0], row[1], row[2], row[3]) for row in house.ask(LINES)] == [
        ("CLM-GR-P", "U1", Decimal("1.20"), words),
        ("CLM-GR-P", "U2", Decimal("1.20"), words.replace("U1", "U2")),
    ]
    assert house.ask("select readings, lowest, highest from erp.claim_flag") == [(4, 4, 6), (4, 4, 6)]
    assert house.ask("select count(*) from erp.hold") == [(0,)]


def test_what_happens_after_acceptance_or_within_the_range_is_no_flag(house: Warehouse) -> None:
    arrive(house, "2", "5")
    dock_is(house, (-20, 7), (-10, 4), (0, 4), (10, 5), (20, 2), (30, 4), (45, 7.5))
    decide(house, 30)
    assert house.ask(FLAGS) == []
    assert house.ask(LINES) == []


def test_too_cold_and_bought_where_the_carrier_has_it_is_claimed_from_the_carrier(
    house: Warehouse,
) -> None:
    arrive(house, "4", None, "FCA")
    dock_is(house, (0, 4), (10, 3), (20, 5))
    decide(house, 20, "refused")
    (kind, _, words, *_), _ = standing(house)
    assert kind == "too_cold"
    assert "below the agreed 4 degC, peak 3 degC" in words
    assert "and refusal at 2026-03-02 08:20 UTC" in words
    assert [row[0] for row in house.ask(LINES)] == ["CLM-GR-P-CARRIER", "CLM-GR-P-CARRIER"]


def test_a_dock_that_measured_nothing_is_told_and_not_assumed_good(house: Warehouse) -> None:
    arrive(house, "2", "5")
    decide(house, 30)
    assert [row[0] for row in standing(house)] == ["unmeasured", "unmeasured"]
    assert "nothing measured between arrival" in standing(house)[0][2]
    assert house.ask(LINES) == []
    house.hang("spare-t", "dc.dock", 0)
    house.measure("spare-t", [(0, 6), (10, 6), (20, 6), (30, 6)])
    house.move("U1", 40, "dc.cold.bin")
    assert [row[0] for row in standing(house)] == ["too_warm", "too_warm"]
    assert len(house.ask(LINES)) == 2


def test_a_sensor_that_hung_elsewhere_takes_flag_and_evidence_back(house: Warehouse) -> None:
    arrive(house, None, "5")
    dock_is(house, (0, 9), (10, 9), (20, 4), (30, 4))
    decide(house, 30)
    assert [row[0] for row in standing(house)] == ["too_warm", "too_warm"]
    with house.database.transaction() as transaction:
        place_sensor(transaction, "spare-t", "dc.cold", START - 1 * MINUTE, "test")
    house.move("U1", 40, "dc.cold.bin")
    assert {row[0] for row in standing(house)} <= {"unmeasured"}
    assert {row[3] for row in house.ask(LINES)} == {
        "no evidence stands any more: what is known now was within what is agreed"
    }

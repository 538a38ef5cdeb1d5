"""Places, placements and movements on a real database: facts that come late, twice, or contradict."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import pytest

from kernel.instants import FOREVER, MINUTE
from kernel.refusal import Refusal
from tests.warehouse import START, Warehouse, warehouse


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        house.receive("U1", "U2")
        yield house


def test_movements_may_be_entered_in_any_order(house: Warehouse) -> None:
    house.move("U1", 90, "dc.cold.bin")
    house.move("U1", 30, "dc.warm")
    house.move("U1", 120, None)
    house.move("U1", 60, "dc.warm.bin")
    house.move("U2", 60, "dc.cold")
    assert house.stays("U1") == [
        (0, 30, "dc.dock"),
        (30, 60, "dc.warm"),
        (60, 90, "dc.warm.bin"),
        (90, 120, "dc.cold.bin"),
    ]
    assert house.stays("U2") == [(0, 60, "dc.dock"), (60, None, "dc.cold")]


def test_a_unit_may_leave_and_come_back(house: Warehouse) -> None:
    house.move("U1", 30, None)
    house.move("U1", 90, "dc.cold")
    assert house.stays("U1") == [(0, 30, "dc.dock"), (90, None, "dc.cold")]
    assert [exposure.series for exposure in house.exposures("U1")] == [(), (2,)]


def test_a_scan_sent_twice_is_recorded_once(house: Warehouse) -> None:
    assert house.move("U1", 30, "dc.warm", "scan-1") is True
    recorded = house.ask("select count(*) from audit.record")
    assert house.move("U1", 30, "dc.warm", "scan-1") is False
    assert house.ask("select count(*) from audit.record") == recorded
    assert house.stays("U1") == [(0, 30, "dc.dock"), (30, None, "dc.warm")]
    with ThreadPoolExecutor(4) as hands:
        scans = [hands.submit(house.move, "U2", 30, "dc.warm", "scan-2") for _ in range(4)]
        assert sorted(scan.result() for scan in scans) == [False, False, False, True]


def test_contradictions_are_refused_and_change_nothing(house: Warehouse) -> None:
    house.move("U1", 30, "dc.warm", "scan-1")
    before = house.ask("select count(*), (select count(*) from audit.record) from binding.movement")
    for minute, unit, place, client_id, words in (
        (30, "U1", "dc.cold", "scan-1", "client id 'scan-1' was already used for another movement"),
        (40, "U1", "dc.warm", "scan-1", "already used for another movement"),
        (30, "U2", "dc.warm", "scan-1", "already used for another movement"),
        (30, "U1", "dc.cold", None, "another movement at 2026-03-02 08:30:00 UTC is recorded already"),
        (-1, "U1", "dc.cold", None, "it arrived at 2026-03-02 08:00:00 UTC"),
        (50, "U3", "dc.cold", None, "unit 'U3' is not known"),
        (50, "U1", "dc.cellar", None, "location 'dc.cellar' is not known"),
    ):
        with pytest.raises(Refusal, match=words):
            house.move(unit, minute, place, client_id)
    after = house.ask("select count(*), (select count(*) from audit.record) from binding.movement")
    assert after == before
    assert house.stays("U1") == [(0, 30, "dc.dock"), (30, None, "dc.warm")]


def test_a_sensor_is_exchanged_without_a_gap(house: Warehouse) -> None:
    house.move("U1", 0.5, "dc.warm.bin")
    house.move("U2", 0.5, "dc.cold.bin")
    house.judges.judge_all()
    house.hang("spare-t", "dc.warm", 60)
    assert house.due_units() == ["U1"]
    house.hang("warm-t", "dc.cold.bin", 60)
    assert house.due_units() == ["U1", "U2"]
    at = START + 60 * MINUTE
    dock, before, after = house.exposures("U1")
    assert (dock.series, before.series, after.series) == ((), (1,), (3,))
    assert (before.span.end, after.span.start, after.span.end) == (at, at, FOREVER)
    assert [exposure.series for exposure in house.exposures("U2")] == [(), (2,), (1,)]
    with pytest.raises(Refusal, match="sensor warm-t: another placing at 2026-03-02 09:00:00 UTC"):
        house.hang("warm-t", "dc.warm", 60)
    assert [exposure.series for exposure in house.exposures("U1")] == [(), (1,), (3,)]


def test_a_late_movement_moves_the_verdict(house: Warehouse) -> None:
    """Warm from 40 to 120; U1 was said to be there, and it was U2."""
    house.measure("warm-t", [(minute, 5 if minute < 40 else 12) for minute in range(0, 121, 5)])
    house.measure("cold-t", [(minute, 5) for minute in range(0, 121, 5)])
    house.move("U1", 10, "dc.warm.bin")
    house.move("U2", 10, "dc.cold.bin")
    house.judges.judge_all()
    assert [rule for rule, *_ in house.excursions("U1")] == ["above 8 degC"]
    assert house.excursions("U2") == []
    house.move("U1", 20, "dc.cold")
    house.move("U2", 20, "dc.warm")
    house.judges.judge_all()
    assert house.excursions("U1") == []
    ((rule, start, breach, end, peak),) = house.excursions("U2")
    assert (rule, end, peak) == ("above 8 degC", None, 12)
    assert start == pytest.approx(35 + 5 * 3 / 7, abs=1e-6)
    assert breach == pytest.approx(start + 30, abs=1e-6)
    ((why,),) = house.ask("select superseded_why from rules.excursion where superseded_at is not null")
    assert "the unit was elsewhere" in why


def test_a_dispatch_told_late_says_that_the_unit_was_gone(house: Warehouse) -> None:
    """It was beside the sensor when it began, and not until it ended."""
    house.measure("warm-t", [(0, 4), (20, 4), (40, 12), (60, 12), (80, 12), (100, 12)])
    house.move("U1", 10, "dc.warm")
    house.judges.judge_all()
    house.move("U1", 90, None)
    house.judges.judge_all()
    ((why,),) = house.ask("select superseded_why from rules.excursion where superseded_at is not null")
    assert why.endswith("the unit was elsewhere: it was not with us at the time")
    assert [rule for rule, *_ in house.excursions("U1")] == ["above 8 degC"]


def test_the_peak_is_what_the_unit_itself_felt(house: Warehouse) -> None:
    """The room reaches 20 at minute 100; the unit left at 80, when the line stood at 16."""
    house.measure("warm-t", [(0, 4), (20, 4), (40, 8), (60, 12), (80, 16), (100, 20), (120, 4)])
    house.move("U1", 10, "dc.warm")
    house.move("U1", 78, "dc.cold")
    house.move("U2", 10, "dc.warm")
    house.judges.judge_all()
    peaks = {rule: peak for rule, _, _, _, peak in house.excursions("U1")}
    assert peaks == {"above 8 degC": pytest.approx(15.6), "above 15 degC": pytest.approx(15.6)}
    assert {peak for *_, peak in house.excursions("U2")} == {20}


def test_a_unit_that_leaves_warm_stays_open(house: Warehouse) -> None:
    house.measure("warm-t", [(minute, 12) for minute in range(0, 61, 5)])
    house.move("U1", 0.5, "dc.warm")
    house.move("U1", 50, "dc.dock")
    house.judges.judge_all()
    ((_, _, _, end, _),) = house.excursions("U1")
    assert end is None
    house.measure("cold-t", [(minute, 5) for minute in range(0, 121, 5)])
    house.move("U1", 90, "dc.cold")
    house.judges.judge_all()
    ((_, _, _, end, _),) = house.excursions("U1")
    assert end == 50

"""Places and placements on a real database: told late, swapped, corrected, closed."""

from collections.abc import Generator
from datetime import date
from decimal import Decimal

import pytest

from kernel.events import BindingChanged
from kernel.instants import MINUTE
from kernel.refusal import Refusal
from lotbinding.handlers import calibration, placements, places
from lotbinding.handlers.calibration import Certificate
from lotbinding.handlers.placements import Correction, Hanging
from lotbinding.handlers.units import add_handling_unit
from lotbinding.store import exposure
from lotbinding.store import placements as recorded
from lotbinding.store.calibration import calibration_at, listed
from storage.database import Database, Transaction
from tests.warehouse import START, Warehouse, warehouse


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        house.receive("U1", "U2")
        house.move("U1", 1, "dc.warm.bin")
        house.move("U2", 1, "dc.cold.bin")
        house.judges.judge_all()
        yield house


def at(minute: float) -> int:
    return START + round(minute * MINUTE)


def series(house: Warehouse, unit: str) -> list[tuple[int, ...]]:
    return [one.series for one in house.exposures(unit)]


def take_down(house: Warehouse, sensor: str, minute: float) -> None:
    with house.database.transaction() as transaction:
        placements.hang(transaction, [Hanging(sensor, at(minute))], "test")


def swap(house: Warehouse, old: str, new: str, minute: float) -> str:
    with house.database.transaction() as transaction:
        return placements.swap(transaction, old, new, at(minute), "test")


def numbers(house: Warehouse, sensor: str) -> list[int]:
    with house.database.transaction() as transaction:
        return [one.placing_id for one in placements.history(transaction, sensor)]


def test_a_swap_leaves_no_gap_and_changes_one_place_only(house: Warehouse) -> None:
    assert swap(house, "warm-t", "spare-t", 60) == "dc.warm"
    dock, before, after = house.exposures("U1")
    assert (dock.series, before.series, after.series) == ((), (1,), (3,))
    assert before.span.end == after.span.start == at(60)
    assert house.due_units() == ["U1"]
    with pytest.raises(Refusal, match="sensor warm-t hangs nowhere at 2026-03-02 09:00:00 UTC"):
        swap(house, "warm-t", "cold-t", 60)
    with pytest.raises(Refusal, match="sensor cold-t hangs elsewhere at 2026-03-02 09:30:00 UTC"):
        swap(house, "spare-t", "cold-t", 90)
    assert swap(house, "spare-t", "warm-t", 90) == "dc.warm"
    assert series(house, "U1") == [(), (1,), (3,), (1,)]


def test_a_sensor_comes_back_at_the_instant_it_was_taken_down(house: Warehouse) -> None:
    take_down(house, "warm-t", 60)
    assert swap(house, "cold-t", "warm-t", 60) == "dc.cold"
    assert series(house, "U1") == [(), (1,), ()]
    assert series(house, "U2") == [(), (2,), (1,)]


def test_a_placing_told_late_moves_the_verdict(house: Warehouse) -> None:
    """Warm-t was in the cold zone from minute 20 on, and what it measured was not felt by U1."""
    house.measure("warm-t", [(minute, 12) for minute in range(0, 121, 5)])
    house.judges.judge_all()
    assert [rule for rule, *_ in house.excursions("U1")] == ["above 8 degC"]
    known = now(house)
    house.hang("warm-t", "dc.cold.bin", 20)
    assert house.due_units() == ["U1", "U2"]
    house.judges.judge_all()
    assert house.excursions("U1") == []
    assert [rule for rule, *_ in house.excursions("U2")] == ["above 8 degC"]
    ((unit,),) = house.ask("select unit_id from binding.stock_unit where code = 'U1'")
    with house.database.transaction() as transaction:
        then = exposure.exposures_of(transaction, [unit], known)
    assert [one.series for one in then] == [(), (1,)]
    assert series(house, "U1") == [(), (1,), ()]


def now(house: Warehouse) -> int:
    ((known,),) = house.ask("select micros(clock_timestamp())")
    return int(known)


def test_a_placing_is_corrected_and_cancelled(house: Warehouse) -> None:
    house.hang("spare-t", "dc.warm.bin", 30)
    (wrong,) = numbers(house, "spare-t")
    with house.database.transaction() as transaction:
        how = Correction(wrong, "dc.cold.bin", None, at(40))
        right = placements.correct_placing(transaction, how, "anna", "the other zone")
    assert (series(house, "U1"), series(house, "U2")) == ([(), (1,)], [(), (2,), (3,)])
    with house.database.transaction() as transaction:
        placements.cancel_placing(transaction, right, "anna", "never hung")
        told = placements.history(transaction, "spare-t")
    assert series(house, "U2") == [(), (2,)]
    assert [(one.path, one.replaced_by, one.cancelled_why) for one in told] == [
        ("dc.warm.bin", right, "the other zone"),
        ("dc.cold.bin", None, "never hung"),
    ]
    for number, reason, words in (
        (right, "again", f"placing {right} is cancelled already"),
        (99, "again", "placing 99 is not known"),
        (right, " ", "needs its reason"),
    ):
        with house.database.transaction() as transaction, pytest.raises(Refusal, match=words):
            placements.cancel_placing(transaction, number, "anna", reason)


def test_a_sensor_in_a_box_goes_where_the_box_goes(house: Warehouse) -> None:
    with house.database.transaction() as transaction:
        add_handling_unit(transaction, "BOX", "box", "test")
        placements.hang(transaction, [Hanging("spare-t", at(10), handling_unit="BOX")], "test")
    with house.database.transaction() as transaction:
        (one,) = recorded.sensors(transaction, "spare-t")
        assert (one.path, one.handling_unit, one.since) == (None, "BOX", at(10))
    for hanging, words in (
        (Hanging("spare-t", at(20), handling_unit="U1"), "U1 is a stock unit"),
        (Hanging("spare-t", at(20), "dc.warm", "BOX"), "a place or a handling unit, not both"),
        (Hanging("spare-t", at(10), "dc.warm"), "another placing at 2026-03-02 08:10:00 UTC"),
        (Hanging("nope", at(10)), "'nope' is not registered"),
    ):
        with house.database.transaction() as transaction, pytest.raises(Refusal, match=words):
            placements.hang(transaction, [hanging], "test")
    take_down(house, "cold-t", 15)
    assert swap(house, "spare-t", "cold-t", 30) == "inside BOX"


def test_how_many_must_agree_is_judged_again(house: Warehouse) -> None:
    house.hang("spare-t", "dc.warm", -60)
    house.measure("warm-t", [(minute, 12) for minute in range(0, 121, 5)])
    house.measure("spare-t", [(minute, 5) for minute in range(0, 121, 5)])
    house.judges.judge_all()
    assert [rule for rule, *_ in house.excursions("U1")] == ["above 8 degC"]
    known = now(house)
    with house.database.transaction() as transaction:
        told = places.record_location(
            transaction, "dc.warm", "Zone that gets warm", "zone", "anna", needed=2
        )
    assert told == "location dc.warm: needed 2 instead of 1"
    assert house.due_units() == ["U1"]
    house.judges.judge_all()
    assert house.excursions("U1") == []
    ((unit,),) = house.ask("select unit_id from binding.stock_unit where code = 'U1'")
    with house.database.transaction() as transaction:
        then = exposure.exposures_of(transaction, [unit], known)
        today = exposure.exposures_of(transaction, [unit])
    assert ([one.needed for one in then], [one.needed for one in today]) == ([1, 1], [1, 2])


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("dc.hall.site", "site", "a site does not stand inside a zone: put it at the top"),
        ("dc.dock.b1", "bin", "a bin does not stand inside a dock_door"),
        ("zone9", "zone", "a zone does not stand at the top: put it inside a site"),
        ("dc.warm.bin", "aisle", None),
        ("dc.warm", "dock_door", "location dc.warm.bin: a bin does not stand inside a dock_door"),
        ("truck", "vehicle", None),
        ("dc.nowhere.x", "bin", "location 'dc.nowhere' is not known"),
    ],
)
def test_places_stand_where_they_can(house: Warehouse, path: str, kind: str, words: str | None) -> None:
    if words is None:
        with house.database.transaction() as transaction:
            assert places.record_location(transaction, path, "Name", kind, "test")
            assert not places.record_location(transaction, path, "Name", kind, "test")
        return
    if path.startswith("dc.hall"):
        add(house, "dc.hall", "zone")
    with house.database.transaction() as transaction, pytest.raises(Refusal, match=words):
        places.record_location(transaction, path, "Name", kind, "test")


def add(house: Warehouse, path: str, kind: str) -> None:
    with house.database.transaction() as transaction:
        places.record_location(transaction, path, path, kind, "test")


def test_a_closed_place_takes_nothing_more(house: Warehouse) -> None:
    add(house, "dc.old", "zone")
    add(house, "dc.old.bin", "bin")
    house.hang("spare-t", "dc.old.bin", 10)
    with house.database.transaction() as transaction:
        with pytest.raises(Refusal, match="U1 stand there"):
            places.close_location(transaction, "dc.warm", at(60), "test")
        with pytest.raises(Refusal, match="sensor spare-t hangs there"):
            places.close_location(transaction, "dc.old", at(60), "test")
    take_down(house, "spare-t", 30)
    with house.database.transaction() as transaction:
        assert places.close_location(transaction, "dc.old", at(60), "test").startswith(
            "location dc.old"
        )
        assert places.close_location(transaction, "dc.old", at(60), "test") == ""
    with pytest.raises(Refusal, match=r"location dc\.old\.bin is closed since 2026-03-02 09:00:00 UTC"):
        house.move("U1", 61, "dc.old.bin")
    with pytest.raises(Refusal, match=r"location dc\.old is closed"):
        house.hang("warm-t", "dc.old", 60)
    with pytest.raises(Refusal, match=r"would hang at dc\.old\.bin after that closed"):
        house.hang("warm-t", "dc.old.bin", 50)
    (_, down) = numbers(house, "spare-t")
    with house.database.transaction() as transaction, pytest.raises(Refusal, match="after that closed"):
        placements.cancel_placing(transaction, down, "test", "still there")
    with house.database.transaction() as transaction:
        with pytest.raises(Refusal, match=r"dc\.old around it is closed"):
            places.reopen_location(transaction, "dc.old.bin", "test")
        places.reopen_location(transaction, "dc.old", "test")
    assert house.move("U1", 61, "dc.old.bin")


def test_a_place_gets_another_label_and_keeps_its_past(house: Warehouse) -> None:
    with house.database.transaction() as transaction:
        assert places.rename_location(transaction, "dc.warm", "east", "test") == "dc.east"
        with pytest.raises(Refusal, match=r"there is a place dc\.cold already"):
            places.rename_location(transaction, "dc.east", "cold", "test")
        with pytest.raises(Refusal, match=r"'a\.b' is no label"):
            places.rename_location(transaction, "dc.east", "a.b", "test")
    assert house.stays("U1") == [(0, 1, "dc.dock"), (1, None, "dc.east.bin")]
    assert series(house, "U1") == [(), (1,)]


def test_only_the_time_that_differs_is_judged_again(database_url: str) -> None:
    heard: list[tuple[int, ...]] = []

    def hear(event: BindingChanged, _: Transaction) -> None:
        heard.append(event.unit_ids)

    with warehouse(database_url) as house:
        house.receive("U1", "U2")
        house.move("U1", 10, "dc.warm")
        house.move("U1", 50, "dc.dock")
        with Database(database_url, {BindingChanged: [hear]}) as database:
            for sensor, place, minute in (
                ("spare-t", "dc.warm", 60),  # U1 was gone
                ("spare-t", "dc.warm", 60),  # nothing new
                ("warm-t", "dc.warm", 30),  # there already
                ("spare-t", "dc.warm.bin", 20),  # told late; nobody in the bin
                ("spare-t", "dc.warm", 40),  # told late; U1 was there
            ):
                with database.transaction() as transaction:
                    placements.place_sensor(transaction, sensor, place, at(minute), "test")
    assert heard == [(), (), (), (), (1,)]


def test_calibrations_are_kept_and_the_newest_counts(house: Warehouse) -> None:
    def told(day: str, offset: str, due: str = "2027-01-01") -> str:
        certificate = Certificate(
            "warm-t", date.fromisoformat(day), Decimal(offset), date.fromisoformat(due), f"C-{day}"
        )
        with house.database.transaction() as transaction:
            return calibration.calibrate(transaction, certificate, date(2026, 6, 1), "anna")

    assert told("2026-03-01", "0.2") == "sensor warm-t: calibrated on 2026-03-01, due 2027-01-01"
    assert told("2026-03-01", "0.20") == ""
    known = now(house)
    assert told("2026-03-01", "-0.2").endswith("(corrected)")
    told("2026-01-01", "0.1", "2026-03-01")
    with house.database.transaction() as transaction:
        valid = calibration_at(transaction, "warm-t", START)
        assert valid is not None
        assert (valid.offset_k, valid.certificate) == (Decimal("-0.2"), "C-2026-03-01")
        before = calibration_at(transaction, "warm-t", START, known)
        assert before is not None
        assert before.offset_k == Decimal("0.2")
        assert calibration_at(transaction, "warm-t", START - 200 * 1440 * MINUTE) is None
        assert [one.replaced for one in listed(transaction, "warm-t")] == [False, True, False]
        assert [one.overdue(date(2026, 3, 2)) for one in listed(transaction, "warm-t")][-1]
    for day, offset, due, words in (
        ("2026-07-01", "0", "2027-01-01", "has not come yet"),
        ("2026-02-01", "0", "2026-02-01", "due on 2026-02-01"),
        ("2026-02-01", "NaN", "2027-01-01", "is no offset"),
        ("2026-02-01", "200", "2027-01-01", "is no offset"),
        ("2026-02-01", "0.00001", "2027-01-01", "at most 4 decimals"),
    ):
        with pytest.raises(Refusal, match=words):
            told(day, offset, due)
    ((chain,),) = house.ask("select count(*) from audit.record where action = 'sensor calibrated'")
    assert chain == 3

"""Faulty readings on a real database: no evidence, kept as facts, shown with bits, told in words."""

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from coldbind.wiring import BINDING, open_database
from kernel.events import SensorFaultFound, SensorFaultWithdrawn
from kernel.instants import MINUTE
from kernel.quality import Quality
from lotbinding.record.history import lot_history
from lotbinding.record.statistics import lot_statistics
from rules.faults.handlers import limits_now, tell_limits
from rules.worker import Judges
from storage.database import Handlers, Transaction
from tests.commands import coldbind
from tests.warehouse import START, Warehouse, warehouse


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        house.receive("U1")
        house.move("U1", 1, "dc.cold")
        yield house


@dataclass
class Ears:
    """What was told of sensors' faults."""

    found: list[tuple[str, float, float]] = field(default_factory=list[tuple[str, float, float]])
    withdrawn: list[str] = field(default_factory=list[str])

    def judge(self, house: Warehouse) -> None:
        heard: Handlers = {SensorFaultFound: [self._found], SensorFaultWithdrawn: [self._withdrawn]}
        with open_database(house.database.url, "test", listening=heard) as database:
            Judges(database, BINDING).judge_all()

    def _found(self, event: SensorFaultFound, _: Transaction) -> None:
        start, end = ((at - START) / MINUTE for at in (event.started_at, event.ended_at))
        self.found.append((event.kind, start, end))

    def _withdrawn(self, event: SensorFaultWithdrawn, _: Transaction) -> None:
        self.withdrawn.append(event.kind)


def faults(house: Warehouse) -> list[tuple[Any, ...]]:
    return house.ask("select kind, lowest, highest from rules.sensor_fault order by started_at")


def test_a_spike_below_zero_freezes_nothing(house: Warehouse) -> None:
    house.measure("cold-t", [(m, 4.0 if m != 30 else -40.0) for m in range(0, 61, 3)])
    ears = Ears()
    ears.judge(house)
    assert faults(house) == [("spike", -40.0, -40.0)]
    assert ears.found == [("spike", 30, 30)]
    assert house.excursions("U1") == []
    with house.database.transaction() as transaction:
        readings = lot_history(transaction, unit="U1")
        (one,) = lot_statistics(transaction, unit="U1").units
    assert readings[readings["value"] == -40.0]["quality"].tolist() == [int(Quality.SPIKE)]
    assert set(readings[readings["value"] == 4.0]["quality"]) == {0}
    assert one.figures.lowest == 4.0


def test_a_jump_is_judged_when_the_next_reading_bears_it_out(house: Warehouse) -> None:
    house.measure("cold-t", [(0, 4.0), (5, 4.0), (6, -40.0)])
    house.judges.judge_all()
    assert faults(house) == [("unconfirmed", -40.0, -40.0)]
    assert house.excursions("U1") == []
    house.measure("cold-t", [(7, -41.0)])
    house.judges.judge_all()
    assert faults(house) == []
    assert {rule for rule, *_ in house.excursions("U1")} == {"frozen"}


def test_a_step_of_fifteen_kelvin_within_a_second_is_judged_at_once(house: Warehouse) -> None:
    house.measure("cold-t", [(5 + m / 60, 5.0) for m in range(60)])
    house.judges.judge_all()
    house.measure("cold-t", [(6, 20.0)])
    house.judges.judge_all()
    assert faults(house) == []
    assert "above 15 degC" in {rule for rule, *_ in house.excursions("U1")}


def test_an_error_code_leaves_the_unit_unmonitored(house: Warehouse) -> None:
    with house.database.transaction() as transaction:
        tell_limits(transaction, "cold-t", "temperature", "test", errors=(85.0,), highest=125.0)
    house.measure("cold-t", [(m, 4.0 if m < 30 or m > 80 else 85.0) for m in range(0, 121, 10)])
    ears = Ears()
    ears.judge(house)
    assert faults(house) == [("out_of_range", 85.0, 85.0)]
    assert ears.found == [("out_of_range", 30, 80)]
    ((gap,),) = house.ask("select (extract(epoch from ended_at - started_at) / 60)::int from rules.gap")
    assert gap == 70
    assert house.excursions("U1") == []


def lively(since: int, until: int) -> list[tuple[float, float]]:
    """A compressor that cycles: down from 5.0 degC and up again, a reading a minute."""
    return [(m, round(4.0 + abs(m % 20 - 10) / 10, 1)) for m in range(since, until)]


def test_a_stuck_sensor_takes_its_excursion_back(house: Warehouse) -> None:
    house.measure("cold-t", [*lively(0, 300), (300, 8.4), *((m, 8.6) for m in range(301, 400))])
    house.judges.judge_all()
    assert {rule for rule, *_ in house.excursions("U1")} == {"above 8 degC"}
    ears = Ears()
    for start in range(400, 560, 20):
        house.measure("cold-t", [(m, 8.6) for m in range(start, start + 20)])
        ears.judge(house)
    assert ears.found == [("stuck", 302, 559)]
    assert house.excursions("U1") == []
    assert house.ask("select count(*) from erp.hold where released_at is null") == [(1,)]
    house.measure("cold-t", [(560, 4.2), (561, 4.1)])
    ears.judge(house)
    ((gap,),) = house.ask("select (extract(epoch from ended_at - started_at) / 60)::int from rules.gap")
    assert gap == 560 - 301


def test_a_coarse_sensor_may_rest(house: Warehouse) -> None:
    coarse = [(m, float(round(2 * (4.0 + abs(m % 20 - 10) / 5)) / 2)) for m in range(300)]
    house.measure("cold-t", [*coarse, *((m, 4.5) for m in range(300, 900))])
    house.judges.judge_all()
    assert faults(house) == []
    with house.database.transaction() as transaction:
        tell_limits(transaction, "cold-t", "temperature", "test", levels=0)
    house.judges.judge_all()
    assert faults(house) == [("stuck", 4.5, 4.5)]
    with house.database.transaction() as transaction:
        assert tell_limits(transaction, "cold-t", "temperature", "test")
    ears = Ears()
    ears.judge(house)
    assert faults(house) == []
    assert ears.withdrawn == ["stuck"]


def test_a_late_reading_takes_a_fault_back(house: Warehouse) -> None:
    house.measure("cold-t", [(4, 4.0), (5, 30.0), (6, 4.0)])
    ears = Ears()
    ears.judge(house)
    assert faults(house) == [("spike", 30.0, 30.0)]
    house.measure("cold-t", [(5.5, 29.0)])
    ears.judge(house)
    assert faults(house) == [("unconfirmed", 4.0, 4.0)]
    assert ears.withdrawn == ["spike"]
    assert "above 15 degC" in {rule for rule, *_ in house.excursions("U1")}


def test_a_model_of_the_catalog_has_its_own_limits(house: Warehouse) -> None:
    with house.database.transaction() as transaction:
        assert limits_now(transaction, "cold-t", "temperature").errors == ()
    told = {"COLDBIND_DATABASE_URL": house.database.url}
    assert coldbind("sensor", "add", "probe", "--model", "Maxim DS18B20", told=told).code == 0
    with house.database.transaction() as transaction:
        assert limits_now(transaction, "probe", "temperature").errors == (85.0, -127.0)


def test_readings_after_the_day_a_calibration_was_due_say_so(house: Warehouse) -> None:
    told = {"COLDBIND_DATABASE_URL": house.database.url}
    calibrate = ("sensor", "calibrate", "cold-t", "--offset", "0.1", "--certificate", "C")
    assert coldbind(*calibrate, "--on", "2025-03-01", "--due", "2026-03-01", told=told).code == 0
    assert coldbind(*calibrate, "--on", "2026-03-03", "--due", "2027-03-01", told=told).code == 0
    house.measure("cold-t", [(m, 4.0) for m in range(5, 1441, 5)])
    house.judges.judge_all()
    with house.database.transaction() as transaction:
        readings = lot_history(transaction, unit="U1")
    overdue = readings[readings["time"] < "2026-03-03"]
    assert set(overdue["quality"]) == {int(Quality.CALIBRATION_OVERDUE)}
    assert set(readings[readings["time"] >= "2026-03-03"]["quality"]) == {0}


def test_the_commands_list_faults_and_change_limits(house: Warehouse) -> None:
    told = {"COLDBIND_DATABASE_URL": house.database.url}
    house.measure("cold-t", [(4, 4.0), (5, 30.0), (6, 4.0)])
    house.judges.judge_all()
    assert "far from the readings before and after" in coldbind("sensor", "faults", told=told).out
    (one,) = json.loads(coldbind("sensor", "faults", "cold-t", "--json", told=told).out)
    assert (one["sensor"], one["kind"], one["lowest"]) == ("cold-t", "spike", 30.0)
    assert "no faults" in coldbind("sensor", "faults", "warm-t", told=told).out
    shown = coldbind(
        "sensor", "limits", "cold-t", "--max-step", "40", "--stuck-after", "never", told=told
    )
    assert "steps of more than 40" in shown.out
    house.judges.judge_all()
    assert faults(house) == []
    limits = json.loads(coldbind("sensor", "limits", "cold-t", "--json", told=told).out)
    assert (limits["max_step"], limits["stuck_after_s"]) == (40.0, None)
    for wrong, sentence in (
        (("faults", "nobody"), "sensor nobody is not registered"),
        (("limits", "nobody"), "sensor nobody is not registered"),
        (("limits", "cold-t", "--quantity", "humidity"), "does not measure humidity"),
        (("limits", "cold-t", "--lowest", "200"), "the lowest value must be below"),
        (("limits", "cold-t", "--reset", "--levels", "1"), "leave the others out"),
    ):
        coldbind("sensor", *wrong, told=told).refused(sentence)
    less = coldbind("sensor", "faults", "--limit", "-1", told=told)
    assert (less.code, "'--limit': Input should be greater than or equal to 1" in less.err) == (2, True)


def test_a_site_file_has_limits_and_reads_back_as_it_was(house: Warehouse, tmp_path: Path) -> None:
    told = {"COLDBIND_DATABASE_URL": house.database.url}
    site = tmp_path / "site.yaml"
    site.write_text(
        'sensor_limits:\n  - {sensor: cold-t, highest: 60.5, errors: "85, -127", stuck_after: 2 h}\n'
        "  - {sensor: warm-t, stuck_after: never, levels: 3}\n"
    )
    assert "2 changes recorded" in coldbind("site", "import", str(site), told=told).out
    with house.database.transaction() as transaction:
        limits = limits_now(transaction, "cold-t", "temperature")
        assert limits_now(transaction, "warm-t", "temperature").stuck_after is None
    assert (limits.highest, limits.errors, limits.stuck_after) == (60.5, (85.0, -127.0), 120 * MINUTE)
    whole = tmp_path / "whole.yaml"
    assert coldbind("site", "export", "--out", str(whole), told=told).code == 0
    assert "nothing to change" in coldbind("site", "import", str(whole), told=told).out
    site.write_text('sensor_limits:\n  - {sensor: cold-t, errors: "85; 7"}\n')
    coldbind("site", "import", str(site), told=told).refused("line 2", "is not a number such as 85.0")
    site.write_text("sensor_limits:\n  - {sensor: cold-t}\n")
    coldbind("site", "import", str(site), told=told).refused("no limit is written")

"""The temperature record of a lot on a real database: as a frame, in figures, as files, over HTTP."""

import io
import json
import zipfile
from collections.abc import Generator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import psycopg
import pytest

from kernel.instants import MINUTE, instant, moment
from kernel.refusal import Refusal
from lotbinding.handlers.units import Split, split
from lotbinding.record import history as record
from lotbinding.record.core.figures import Figures
from lotbinding.record.export import Form, exported
from lotbinding.record.history import History, lot_history
from lotbinding.record.statistics import UnknownGoods, lot_statistics
from tests.commands import coldbind
from tests.console_server import serving
from tests.warehouse import START, Warehouse, warehouse

COLUMNS = ["time", "unit", "location", "series", "value", "quality", "limits"]


def told(house: Warehouse) -> None:
    """U1 stands cold, then an hour in the warm zone; U2 stays cold. Half of U1 is split off as U3."""
    house.receive("U1", "U2")
    house.measure("cold-t", [(minute, 5.0) for minute in range(0, 481, 10)])
    house.measure("warm-t", [(minute, 12.0 if minute > 120 else 4.0) for minute in range(0, 481, 10)])
    house.move("U1", 60, "dc.cold.bin")
    house.move("U2", 60, "dc.cold")
    house.move("U1", 180, "dc.warm")
    with house.database.transaction() as transaction:
        split(transaction, Split("U1", "U3", Decimal("0.5"), START + 210 * MINUTE, "test"))
    house.move("U1", 240, "dc.cold")
    house.move("U3", 241, "dc.cold")
    house.judges.judge_all()


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        told(house)
        yield house


def frame(house: Warehouse, **asked: Any) -> pd.DataFrame:
    with house.database.transaction() as transaction:
        return lot_history(transaction, **asked)


def figures(house: Warehouse, unit: str, as_known_at: int | None = None) -> Figures:
    with house.database.transaction() as transaction:
        (one,) = lot_statistics(transaction, unit=unit, as_known_at=as_known_at).units
        return one.figures


def rows(readings: pd.DataFrame) -> list[tuple[float, str, str, float]]:
    """(minute, location, series, value) of a frame."""
    since: Any = readings["time"] - pd.Timestamp(moment(START))
    minutes = (since / pd.Timedelta(minutes=1)).tolist()
    rest = (readings[name].tolist() for name in ("location", "series", "value"))
    return list(zip(minutes, *rest, strict=True))


def test_a_unit_has_the_readings_of_where_it_stood(house: Warehouse) -> None:
    readings = frame(house, unit="U1")
    assert list(readings.columns) == COLUMNS
    assert str(readings["time"].dtype) == "datetime64[us, UTC]"
    expected = [
        (float(minute), "dc.cold.bin", "cold-t/temperature", 5.0) for minute in range(60, 180, 10)
    ]
    expected += [
        (float(minute), "dc.warm", "warm-t/temperature", 12.0) for minute in range(180, 240, 10)
    ]
    expected += [
        (float(minute), "dc.cold", "cold-t/temperature", 5.0) for minute in range(240, 481, 10)
    ]
    assert rows(readings) == expected
    assert set(readings["quality"]) == {0}
    limits: Any = readings["limits"].iloc[0]
    assert (limits.left, limits.right) == (2.0, 8.0)
    assert 5.0 in limits
    assert 12.0 not in limits


def test_a_part_has_the_history_of_what_it_was_split_from(house: Warehouse) -> None:
    of_part, of_parent = (rows(frame(house, unit=unit)) for unit in ("U3", "U1"))
    assert of_part[: 12 + 6] == of_parent[: 12 + 6]
    assert (240.0, "dc.warm", "warm-t/temperature", 12.0) in of_part
    assert (240.0, "dc.cold", "cold-t/temperature", 5.0) in of_parent


def test_a_lot_has_the_rows_of_all_its_units(house: Warehouse) -> None:
    whole = frame(house, lot="LOT")
    assert list(dict.fromkeys(whole["unit"])) == ["U1", "U2", "U3"]
    for unit in ("U1", "U2", "U3"):
        of_unit = whole[whole["unit"] == unit].drop(columns="unit").reset_index(drop=True)
        alone = frame(house, lot="LOT", unit=unit).drop(columns="unit")
        assert rows(of_unit.assign(unit=unit)) == rows(alone.assign(unit=unit))


def test_equally_near_sensors_are_both_in_it_in_order_of_time(house: Warehouse) -> None:
    house.hang("spare-t", "dc.cold", 0)
    house.measure("spare-t", [(305, 7.0), (315, 7.0)])
    found = [row for row in rows(frame(house, unit="U2")) if 300 <= row[0] < 320]
    assert found == [
        (300.0, "dc.cold", "cold-t/temperature", 5.0),
        (305.0, "dc.cold", "spare-t/temperature", 7.0),
        (310.0, "dc.cold", "cold-t/temperature", 5.0),
        (315.0, "dc.cold", "spare-t/temperature", 7.0),
    ]
    assert figures(house, "U2").highest == 7.0


def test_figures_agree_with_the_verdict_and_the_excursions(house: Warehouse) -> None:
    for unit in ("U1", "U2", "U3"):
        found = figures(house, unit)
        ((lost, until),) = house.ask(
            "select extract(epoch from unmonitored)::float8, judged_until from rules.verdict"
            " join binding.stock_unit using (unit_id) where code = %s",
            unit,
        )
        assert found.unmonitored / 1e6 == lost == 3600  # an hour at the dock, which has no sensor
        assert found.monitored_until == instant(until)
        assert found.unmonitored_since == found.monitored_until
        above = {one.limit: one.length for one in found.beyond if one.side == "above"}
        stored = house.ask(
            "select distinct r.limit_value, public.micros(upper(part)) - public.micros(lower(part))"
            " from rules.excursion e join rules.rule r using (rule_id)"
            " join binding.stock_unit using (unit_id), unnest(e.beyond) part"
            " where code = %s and superseded_at is null and r.kind = 'single' and r.side = 'above'",
            unit,
        )
        assert all(above[limit] == length for limit, length in stored)
        assert bool(stored) == (unit != "U2")
    assert {one.length for one in figures(house, "U1").beyond if one.limit == 8.0} == {60 * MINUTE}
    assert {one.length for one in figures(house, "U3").beyond if one.limit == 8.0} == {61 * MINUTE}


def test_as_known_before_a_movement_was_told(house: Warehouse) -> None:
    ((before,),) = house.ask("select clock_timestamp()")
    house.move("U2", 200, "dc.warm")
    assert figures(house, "U2").highest == 12.0
    assert figures(house, "U2", instant(before)).highest == 5.0
    earlier = frame(house, unit="U2", as_known_at=instant(before))
    assert set(earlier["location"]) == {"dc.cold"}
    assert set(frame(house, unit="U2")["location"]) == {"dc.cold", "dc.warm"}


def test_a_unit_without_any_reading_has_an_empty_record(database_url: str) -> None:
    with warehouse(database_url) as house:
        house.receive("U1")
        assert len(frame(house, lot="LOT")) == 0
        found = figures(house, "U1")
        assert (found.readings, found.mean, found.monitored_until) == (0, None, None)
        with house.database.transaction() as transaction:
            whole = record.history(transaction, "LOT")
        for form in Form:
            assert exported(whole, form, START)


def test_unknown_goods_and_too_many_readings_are_refused(
    house: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asked in ({"lot": "NONE"}, {"unit": "NONE"}, {"lot": "NONE", "unit": "U1"}):
        with pytest.raises(UnknownGoods, match="NONE"):
            frame(house, **asked)
    monkeypatch.setattr(record, "MOST_ROWS", 100)
    with pytest.raises(Refusal, match="ask for one unit after the other"):
        frame(house, lot="LOT")


@pytest.fixture
def whole(house: Warehouse) -> History:
    with house.database.transaction() as transaction:
        return record.history(transaction, "LOT")


def test_a_csv_file_holds_every_row(whole: History) -> None:
    read = pd.read_csv(io.BytesIO(exported(whole, Form.CSV, START)), parse_dates=["time"])
    assert list(read.columns) == [
        *("time", "unit", "location", "series", "value_degc", "quality"),
        *("lowest_limit_degc", "highest_limit_degc"),
    ]
    assert rows(read.rename(columns={"value_degc": "value"})) == rows(whole.readings)
    assert set(read["lowest_limit_degc"]) == {2.0}


def test_a_parquet_file_says_what_it_is_about(whole: History) -> None:
    read = pd.read_parquet(io.BytesIO(exported(whole, Form.PARQUET, START)))
    assert rows(read.rename(columns={"value_degc": "value"})) == rows(whole.readings)
    about = read.attrs
    assert (about["Lot"], about["Readings"]) == ("LOT", str(len(whole.readings)))
    assert [unit["unit"] for unit in json.loads(about["Figures"])["units"]] == ["U1", "U2", "U3"]


def test_a_workbook_has_a_sheet_about_it_the_figures_and_the_readings(whole: History) -> None:
    with zipfile.ZipFile(io.BytesIO(exported(whole, Form.XLSX, START))) as book:
        sheets = [book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2, 3)]
    assert "medicines-2-8 version" in sheets[0]
    assert "2026-03-02T08:00:00Z" in sheets[0]
    assert [sheet.count("<row ") for sheet in sheets] == [7, 4, len(whole.readings) + 1]


def test_the_command_writes_tables_and_files(house: Warehouse, tmp_path: Path) -> None:
    told_ = {"COLDBIND_DATABASE_URL": house.database.url}
    stats = coldbind("history", "LOT", "--stats", told=told_)
    assert stats.code == 0, stats.err
    assert "mkt_degc" in stats.out
    as_json = coldbind("history", "U1", "--unit", "--stats", "--format", "json", told=told_)
    (unit,) = json.loads(as_json.out)["units"]
    assert (unit["unit"], unit["max_degc"], unit["unmonitored_min"]) == ("U1", 12.0, 60.0)
    table = coldbind("history", "LOT", told=told_)
    assert "more: --format csv --out FILE writes all" in table.out
    file = tmp_path / "record.csv"
    assert coldbind("history", "LOT", "--format", "csv", "--out", str(file), told=told_).code == 0
    assert len(pd.read_csv(file)) == len(frame(house, lot="LOT"))
    coldbind("history", "LOT", "--format", "xlsx", told=told_).refused("--out FILE")
    coldbind("history", "NONE", "--stats", told=told_).refused("no lot 'NONE'")


def test_the_record_over_http(house: Warehouse, free_port: int) -> None:
    with (
        serving(house.database.url, free_port) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        found = client.get("/lots/LOT/statistics").json()
        assert [unit["unit"] for unit in found["units"]] == ["U1", "U2", "U3"]
        assert found["units"][1]["mean_degc"] == pytest.approx(5.0)
        file = client.get("/lots/LOT/history.csv", params={"unit": "U2"})
        assert file.headers["content-disposition"] == 'attachment; filename="history.csv"'
        assert set(pd.read_csv(io.BytesIO(file.content))["unit"]) == {"U2"}
        for form in ("xlsx", "parquet"):
            assert client.get(f"/lots/LOT/history.{form}").status_code == 200
        assert client.get("/lots/NONE/statistics").status_code == 404
        assert client.get("/lots/NONE/history.csv").status_code == 404
        assert client.get("/lots/LOT/history.doc").status_code == 422
        assert client.get("/lots/LOT/statistics", params={"as_known_at": "x"}).status_code == 422
        early = moment(START).isoformat()
        assert client.get("/lots/LOT/statistics", params={"as_known_at": early}).status_code == 200


def test_the_quality_of_every_reading_is_told(house: Warehouse) -> None:
    with psycopg.connect(house.database.url) as connection:
        connection.execute("update telemetry.reading set quality = 5")
    assert set(frame(house, lot="LOT")["quality"]) == {5}

"""A real travelling logger's report: what the device says of itself against what we make of its log.

The file is not ours to publish, so it is read where it lies and the test is skipped elsewhere.
"""

import os
from collections.abc import Generator
from datetime import UTC
from pathlib import Path

import pytest

from kernel.instants import MINUTE, instant, parse_moment
from lotbinding.loggers.core.figures import compare
from lotbinding.loggers.core.formats import parse_file
from lotbinding.loggers.core.report import Report
from tests.commands import ROOT
from tests.logger_story import Loggers
from tests.warehouse import warehouse

SHARED = Path(os.environ.get("COLDBIND_SHARED_DATA", str(ROOT.parent / "shared" / "data")))
REPORT = SHARED / "loggers" / "RCPJ00010_02_202211090128.txt"

pytestmark = pytest.mark.skipif(
    not REPORT.is_file(),
    reason=f"the report is not there: {REPORT} (COLDBIND_SHARED_DATA names its folder)",
)


@pytest.fixture(scope="module")
def report() -> Report:
    return parse_file(REPORT.read_bytes(), REPORT.name, UTC)


@pytest.fixture
def loggers(database_url: str) -> Generator[Loggers]:
    with warehouse(database_url) as house:
        house.receive("U1")
        yield Loggers(house)


def at(text: str) -> int:
    return instant(parse_moment(f"{text}Z"))


def test_mean_and_mkt_are_the_devices(report: Report) -> None:
    figures = {one.name: one for one in compare(report)}
    assert figures["run: mean"].device == 5.4
    assert figures["run: mean"].ours == pytest.approx(5.390, abs=0.001)
    assert figures["run: mean kinetic temperature"].device == 10.5
    assert figures["run: mean kinetic temperature"].ours == pytest.approx(10.472, abs=0.001)
    assert not any(one.differs for name, one in figures.items() if name.startswith("run"))


def test_the_alarms_are_read(report: Report) -> None:
    assert [
        (one.setting.number, one.started_at, one.alarmed_at, one.ended_at, one.counted // MINUTE)
        for one in report.alarms
    ] == [
        ("1", at("2022-11-08T21:50"), at("2022-11-08T22:20"), None, 219),
        ("2", at("2022-11-08T21:50"), at("2022-11-08T22:50"), None, 219),
        ("4", at("2022-11-08T05:51"), at("2022-11-08T07:34"), None, 598),
        ("5", at("2022-11-08T12:16"), at("2022-11-08T12:46"), at("2022-11-08T14:41"), 145),
        ("5", at("2022-11-08T14:52"), at("2022-11-08T15:22"), at("2022-11-08T15:24"), 32),
        ("5", at("2022-11-08T15:39"), at("2022-11-08T16:09"), at("2022-11-08T16:10"), 31),
    ]


def test_how_far_the_log_is_from_the_devices_minutes(report: Report) -> None:
    """The figures of docs/explanation/logger-figures.md."""
    minutes = [(one.device, one.ours, one.differs) for one in compare(report) if one.unit == "min"]
    assert minutes == [
        (219, pytest.approx(208.77, abs=0.01), True),
        (219, pytest.approx(208.77, abs=0.01), True),
        (598, pytest.approx(634.36, abs=0.01), True),
        (145, pytest.approx(149.29, abs=0.01), False),
        (32, pytest.approx(33.33, abs=0.01), False),
        (31, pytest.approx(43.33, abs=0.01), True),
    ]


def test_the_goods_inside_are_held_for_the_devices_own_alarms(loggers: Loggers) -> None:
    done = loggers.read(REPORT.read_bytes(), "U1")
    assert done.new == 124
    loggers.judge()
    found = {
        (rule, start): minutes
        for rule, start, minutes in loggers.house.ask(
            "select name, (started_at at time zone 'UTC')::text,"
            " (select round(extract(epoch from sum(upper(part) - lower(part))) / 60)::integer"
            " from unnest(beyond) part) from rules.excursion join rules.rule using (rule_id)"
            " where kind = 'device_alarm' and superseded_at is null"
        )
    }
    hot, cold = "device alarm above 8 degC for", "device alarm below 2 degC for"
    assert found == {
        (f"{hot} 30 min", "2022-11-08 21:50:00"): 218,
        (f"{hot} 60 min in sum", "2022-11-08 21:50:00"): 218,
        (f"{cold} 60 min in sum", "2022-11-08 05:51:00"): 598,
        (f"{cold} 30 min", "2022-11-08 12:16:00"): 145,
        (f"{cold} 30 min", "2022-11-08 14:52:00"): 32,
        (f"{cold} 30 min", "2022-11-08 15:39:00"): 31,
    }
    assert loggers.house.ask("select count(*) from erp.hold where released_at is null") == [(1,)]
    assert loggers.house.ask("select count(*) from erp.claim_line") == [(1,)]

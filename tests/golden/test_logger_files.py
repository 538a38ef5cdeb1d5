"""Logger files, invented and worked out by hand: a folder holds one, and what must be read from it."""

from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
import yaml

from coldbind.commands.loggers import parse_zone
from kernel.instants import instant, parse_moment
from kernel.lengths import parse_length
from lotbinding.loggers.core.csv_mapping import parse_mapping
from lotbinding.loggers.core.figures import compare
from lotbinding.loggers.core.formats import parse_file
from lotbinding.loggers.core.report import Report

CASES = sorted(path.parent for path in (Path(__file__).parent / "loggers").glob("*/said.yaml"))


class Alarm(msgspec.Struct, forbid_unknown_fields=True):
    number: str
    side: str
    kind: str
    limit: float
    tolerance: str
    started_at: str
    alarmed_at: str
    ended_at: str | None
    observed_until: str
    counted: str
    peak: float
    peak_at: str


class Expected(msgspec.Struct, forbid_unknown_fields=True):
    """`figures` are (name, device, ours, differs), `readings` (time, degC), the first and the last."""

    form: str
    model: str
    serial: str
    zone: str
    started_at: str
    stopped_at: str
    interval: str | None
    count: int
    missing: int
    readings: list[tuple[str, float]]
    marks: list[tuple[str, str]]
    alarms: list[Alarm] = []
    figures: list[tuple[str, float, float | None, bool]] = []


def at(text: str) -> int:
    return instant(parse_moment(text))


def read(case: Path, expected: Expected) -> Report:
    (file,) = case.glob("report.*")
    rules = case / "mapping.yaml"
    mapping = parse_mapping(rules.read_text("utf-8"), "mapping.yaml") if rules.is_file() else None
    zone = ZoneInfo(mapping.zone) if mapping and mapping.zone else parse_zone(expected.zone)
    return parse_file(file.read_bytes(), file.name, zone, mapping)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_says_what_was_derived_by_hand(case: Path) -> None:
    expected = msgspec.convert(yaml.safe_load((case / "said.yaml").read_text("utf-8")), Expected)
    report = read(case, expected)
    assert (report.form, report.model, report.serial) == (
        expected.form,
        expected.model,
        expected.serial,
    )
    assert (report.started_at, report.stopped_at) == (at(expected.started_at), at(expected.stopped_at))
    assert report.interval == (parse_length(expected.interval) if expected.interval else None)
    assert (len(report.times), report.missing) == (expected.count, expected.missing)
    readings = list(zip(report.times, report.values, strict=True))
    told = [(at(time), pytest.approx(value)) for time, value in expected.readings]
    assert (readings if len(told) == len(readings) else [readings[0], readings[-1]]) == told
    assert [(mark.at, mark.what) for mark in report.marks] == [
        (at(time), what) for time, what in expected.marks
    ]
    assert [
        (
            alarm.setting.number,
            alarm.setting.side,
            alarm.setting.kind,
            alarm.setting.limit,
            alarm.setting.tolerance,
            alarm.started_at,
            alarm.alarmed_at,
            alarm.ended_at,
            alarm.observed_until,
            alarm.counted,
            alarm.peak,
            alarm.peak_at,
        )
        for alarm in report.alarms
    ] == [
        (
            one.number,
            one.side,
            one.kind,
            pytest.approx(one.limit),
            parse_length(one.tolerance),
            at(one.started_at),
            at(one.alarmed_at),
            at(one.ended_at) if one.ended_at else None,
            at(one.observed_until),
            parse_length(one.counted),
            pytest.approx(one.peak),
            at(one.peak_at),
        )
        for one in expected.alarms
    ]
    assert [(one.name, one.device, one.ours, one.differs) for one in compare(report)] == [
        (name, pytest.approx(device), ours and pytest.approx(ours, abs=0.001), differs)
        for name, device, ours, differs in expected.figures
    ]


def test_every_case_says_why() -> None:
    folders = sorted(path for path in (Path(__file__).parent / "loggers").iterdir() if path.is_dir())
    assert folders == CASES
    for case in CASES:
        assert (case / "derivation.md").read_text("utf-8").startswith("# "), case

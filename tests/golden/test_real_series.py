"""Real recordings through all rules that apply to them; how that was derived is written beside each."""

import csv
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest

from kernel.exposure import Exposure
from kernel.instants import DAY, FOREVER, MINUTE, instant, moment, parse_moment
from kernel.intervals import Span, total
from rules.core.judge import Finding, judge
from rules.core.profile import Rule
from rules.core.runs import Recording, Window, gaps, runs
from rules.core.timeline import Signal
from rules.profile_files import catalog

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("COLDBIND_SHARED_DATA", str(ROOT.parent / "shared" / "data")))
DERIVED = Path(__file__).parent / "recordings"

Readings = list[tuple[int, float]]
"""Instant and degC, by time."""


def office(file: Path) -> Readings:
    """A line a reading, degF."""
    with file.open(encoding="utf-8", newline="") as lines:
        return sorted(
            (_utc(row["timestamp"]), (float(row["value"]) - 32) * 5 / 9)
            for row in csv.DictReader(lines)
        )


def travel(file: Path) -> Readings:
    """A logger's report; its last part is tab separated: minute and degC."""
    _, _, log = file.read_text(encoding="utf-8").partition("\nData:\n")
    rows = (line.split("\t") for line in log.splitlines()[1:])
    return [(_utc(row[1]), float(row[2])) for row in rows if len(row) > 2]


def _utc(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=UTC))


@dataclass(frozen=True)
class Case:
    """A recording (`file`), the folder of what was derived, and the profile that applies."""

    name: str
    file: Path
    read: Callable[[Path], Readings]
    profile: tuple[str, int]
    max_gap: int

    @property
    def rules(self) -> tuple[Rule, ...]:
        return next(one.rules for one in catalog() if (one.name, one.version) == self.profile)


OFFICE = Case(
    "nab_ambient",
    SHARED / "nab_ambient.csv",
    office,
    ("controlled-room-temperature", 2),
    90 * MINUTE,
)
TRAVEL = Case(
    "qtag_clm_doc",
    SHARED / "loggers" / "RCPJ00010_02_202211090128.txt",
    travel,
    ("medicines-2-8", 2),
    15 * MINUTE,
)


class Derived(msgspec.Struct, frozen=True):
    """A line of `expected.csv`; times to the second, `ended_at` empty while the excursion is open."""

    rule: str
    started_at: str
    breached_at: str
    ended_at: str
    seconds_beyond: float
    measured: float
    peak_at: str


def derived(case: Case) -> list[Derived]:
    with (DERIVED / case.name / "expected.csv").open(encoding="utf-8", newline="") as file:
        return [msgspec.convert(row, Derived, strict=False) for row in csv.DictReader(file)]


def told(case: Case) -> Readings:
    if not case.file.is_file():
        pytest.skip(f"the recording is not there: {case.file} (COLDBIND_SHARED_DATA names its folder)")
    return case.read(case.file)


def found(case: Case) -> list[Finding]:
    readings = told(case)
    window = Window(
        np.array([at for at, _ in readings], np.int64), np.array([value for _, value in readings])
    )
    lines = {line for rule in case.rules for line in rule.lines}
    lines |= {rule.inner for rule in case.rules if rule.inner}
    signal = Signal(
        *window.span,
        gaps(window, case.max_gap),
        {line: runs(window, line, case.max_gap) for line in lines},
        Recording([(window.span, window)], case.max_gap),
    )
    felt = [Exposure(1, Span(readings[0][0], FOREVER), 1, (1,))]
    return judge(felt, {1: signal}, case.rules, readings[-1][0])


@pytest.mark.parametrize("case", [OFFICE, TRAVEL], ids=lambda case: case.name)
def test_the_recording_breaks_what_was_derived(case: Case) -> None:
    seen = sorted((one.rule.name, _second(one.breached_at), one) for one in found(case))
    wanted = sorted(derived(case), key=lambda one: (one.rule, one.breached_at))
    assert [one[:2] for one in seen] == [(one.rule, one.breached_at) for one in wanted]
    for (_, _, one), hand in zip(seen, wanted, strict=True):
        assert _second(one.started_at) == hand.started_at
        assert ("" if one.ended_at is None else _second(one.ended_at)) == hand.ended_at
        assert total(one.beyond) / 1e6 == pytest.approx(hand.seconds_beyond, abs=0.051)
        assert one.measured == pytest.approx(hand.measured, abs=0.00051)
        assert _second(one.worst.peak_at) == hand.peak_at


def _second(at: int) -> str:
    return moment(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_highest_mean_of_the_office() -> None:
    highest, at = _highest_mean(told(OFFICE))
    assert highest == pytest.approx(24.87, abs=0.005)
    assert at == instant(parse_moment("2014-01-14T14:00:00Z"))


def _highest_mean(readings: Readings) -> tuple[float, int]:
    """The highest mean kinetic temperature over 30 days at any reading, by running sums."""
    pieces = [
        (t0, t1, (math.exp(-1e4 / (a + 273.15)) + math.exp(-1e4 / (b + 273.15))) / 2)
        for (t0, a), (t1, b) in pairwise(readings)
        if t1 - t0 <= OFFICE.max_gap
    ]
    best, best_at, first = -100.0, 0, 0
    area = held = 0.0
    for t0, t1, weight in pieces:
        area, held = area + weight * (t1 - t0), held + (t1 - t0)
        while pieces[first][1] <= t1 - 30 * DAY:
            start, end, gone = pieces[first]
            area, held, first = area - gone * (end - start), held - (end - start), first + 1
        mean = 1e4 / -math.log(area / held) - 273.15
        if held >= 15 * DAY and mean > best:
            best, best_at = mean, t1
    return best, best_at

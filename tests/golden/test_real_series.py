"""A real recording through the rules that apply to it; how that was derived is written beside it."""

import csv
import math
import os
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kernel.exposure import Exposure
from kernel.instants import DAY, FOREVER, MINUTE, instant, moment, parse_moment
from kernel.intervals import Span
from rules.core.judge import judge
from rules.core.profile import Rule
from rules.core.runs import Recording, Window, gaps, runs
from rules.core.timeline import Signal
from rules.profile_files import catalog

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("COLDBIND_SHARED_DATA", str(ROOT.parent / "shared" / "data")))
RECORDING = SHARED / "nab_ambient.csv"
EXPECTED = Path(__file__).parent / "recordings" / "nab_ambient.csv"
MAX_GAP = 90 * MINUTE

pytestmark = pytest.mark.skipif(
    not RECORDING.is_file(),
    reason=f"the recording is not there: {RECORDING} (COLDBIND_SHARED_DATA names its folder)",
)


def readings() -> list[tuple[int, float]]:
    """Instant and degC, by time."""
    with RECORDING.open(encoding="utf-8", newline="") as file:
        return sorted(
            (
                instant(datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC)),
                (float(row["value"]) - 32) * 5 / 9,
            )
            for row in csv.DictReader(file)
        )


def rules() -> tuple[Rule, ...]:
    return next(
        one.rules for one in catalog() if (one.name, one.version) == ("controlled-room-temperature", 2)
    )


def test_the_recording_breaks_what_was_derived() -> None:
    told = readings()
    window = Window(np.array([at for at, _ in told], np.int64), np.array([value for _, value in told]))
    lines = {line for rule in rules() for line in rule.lines}
    lines |= {rule.inner for rule in rules() if rule.inner}
    signal = Signal(
        *window.span,
        gaps(window, MAX_GAP),
        {line: runs(window, line, MAX_GAP) for line in lines},
        Recording([(window.span, window)], MAX_GAP),
    )
    felt = [Exposure(1, Span(told[0][0], FOREVER), 1, (1,))]
    found = judge(felt, {1: signal}, rules(), told[-1][0])
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        wanted = [tuple(row.values()) for row in csv.DictReader(file)]
    names = {name for name, *_ in wanted}
    seen = [
        (one.rule.name, *(_second(at) for at in (one.started_at, one.breached_at, one.ended_at)))
        for one in found
        if one.rule.name in names
    ]
    assert sorted(seen) == sorted(wanted)
    assert "mean above 25 degC" not in {one.rule.name for one in found}
    highest, at = _highest_mean(told)
    assert highest == pytest.approx(24.87, abs=0.005)
    assert at == instant(parse_moment("2014-01-14T14:00:00Z"))


def _second(at: int | None) -> str:
    assert at is not None
    return moment(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def _highest_mean(told: list[tuple[int, float]]) -> tuple[float, int]:
    """The highest mean kinetic temperature over 30 days at any reading, by running sums."""
    pieces = [
        (t0, t1, (math.exp(-1e4 / (a + 273.15)) + math.exp(-1e4 / (b + 273.15))) / 2)
        for (t0, a), (t1, b) in pairwise(told)
        if t1 - t0 <= MAX_GAP
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

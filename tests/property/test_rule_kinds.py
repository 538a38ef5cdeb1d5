"""Every kind of rule finds what the brute-force oracle finds in the same life."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.exposure import Exposure
from kernel.instants import FOREVER, HOUR, MINUTE, SECOND, instant, parse_moment
from kernel.intervals import Span, total
from rules.core.judge import Finding, judgement
from rules.core.profile import Limit, Rule
from rules.core.runs import Recording, Window, gaps, runs
from rules.core.timeline import Signal
from tests.examples import examples
from tests.property.oracle import Sensor, Walk, World
from tests.property.oracle_kinds import Found, KindSpec, found

START = instant(parse_moment("2026-01-10T00:00:00Z"))
MAX_GAP = 20 * MINUTE
NOW = START + 40 * HOUR
ODD = 7 * SECOND
KINDS = (
    KindSpec("single", "single", "above", 8.03, 30 * MINUTE + ODD, hysteresis=0.61),
    KindSpec(
        "cold", "single", "below", 2.02, 20 * MINUTE + ODD, hysteresis=1.3, ignore_first=MINUTE * 25
    ),
    KindSpec("late", "immediate", "above", 8.03, ignore_first=31 * MINUTE + ODD),
    KindSpec("rise", "rate", "above", 9.07, over=17 * MINUTE + ODD),
    KindSpec(
        "fall",
        "rate",
        "below",
        -14.03,
        over=33 * MINUTE + ODD,
        hysteresis=3.1,
        ignore_first=20 * MINUTE,
    ),
    KindSpec("mute", "silence", "above", 1.0, 45 * MINUTE + ODD),
    KindSpec("thaw", "freeze_thaw", "below", 0.01, thaw=2.03, times=1),
    KindSpec("twice", "freeze_thaw", "below", 0.01, thaw=5.03, times=2),
    KindSpec("mean", "mkt", "above", 7.03, window=3 * HOUR + ODD),
    KindSpec(
        "half", "mkt", "above", 6.03, window=2 * HOUR + ODD, hysteresis=0.57, least_monitored=0.83
    ),
    KindSpec(
        "young", "mkt", "above", 5.53, window=5 * HOUR, ignore_first=23 * MINUTE, least_monitored=0.2
    ),
)


def rule_of(spec: KindSpec) -> Rule:
    return Rule(
        spec.name,
        spec.kind,
        Limit(spec.side, spec.limit, spec.over),
        spec.tolerance,
        spec.window,
        "major",
        hysteresis=spec.hysteresis,
        ignore_first=spec.ignore_first,
        thaw=spec.thaw,
        times=spec.times,
        least_monitored=spec.least_monitored,
    )


@dataclass(frozen=True)
class Lived:
    readings: tuple[tuple[tuple[int, float], ...], ...]
    moves: tuple[tuple[int, str | None], ...]


minutes = st.integers(0, 12 * 60)
values = st.sampled_from([-3.0, -0.5, 0.0, 1.0, 2.0, 5.0, 6.5, 7.75, 8.0, 8.5, 9.0, 16.0])
wild = st.lists(st.tuples(minutes, values), max_size=25, unique_by=lambda pair: pair[0])
steady = st.tuples(minutes, st.integers(3, 18), st.lists(values, min_size=1, max_size=30)).map(
    lambda t: [(t[0] + i * t[1], v) for i, v in enumerate(t[2])]
)


@st.composite
def lives(draw: st.DrawFn) -> Lived:
    readings = tuple(tuple(sorted(draw(st.one_of(wild, steady)))) for _ in range(3))
    later = draw(st.lists(minutes.filter(bool), max_size=4, unique=True))
    places = ["a", "b", "both", "nowhere"]
    moves = (
        (0, draw(st.sampled_from(places))),
        *((at, draw(st.sampled_from([*places, None]))) for at in later),
    )
    return Lived(readings, moves)


def at(minute: int) -> int:
    return START + minute * MINUTE


NEAR = {"a": (1,), "b": (2,), "both": (2, 3), "nowhere": ()}


def exposures_of(moves: tuple[tuple[int, str | None], ...]) -> list[Exposure]:
    ordered = sorted(moves, key=lambda move: move[0])
    ends = [*(at(minute) for minute, _ in ordered[1:]), FOREVER]
    return [
        Exposure(1, Span(at(minute), end), 1, NEAR[place])
        for (minute, place), end in zip(ordered, ends, strict=True)
        if place is not None
    ]


def world_of(lived: Lived) -> World:
    hung = ("a", "b", "both")
    sensors = [
        Sensor(
            name,
            tuple((at(minute), value) for minute, value in told),
            tuple((place, START - HOUR, None) for place in hung if number in NEAR[place]),
        )
        for number, (name, told) in enumerate(zip("xyz", lived.readings, strict=True), 1)
    ]
    return World(tuple(sensors), MAX_GAP)


def signals_of(lived: Lived, rule: Rule) -> dict[int, Signal]:
    made: dict[int, Signal] = {}
    for number, told in enumerate(lived.readings, 1):
        if not told:
            continue
        window = Window(
            np.array([at(minute) for minute, _ in told], np.int64),
            np.array([value for _, value in told], np.float64),
        )
        lines = {*rule.lines, *([rule.inner] if rule.inner else [])}
        made[number] = Signal(
            *window.span,
            gaps(window, MAX_GAP),
            {line: runs(window, line, MAX_GAP) for line in lines},
            Recording([(window.span, window)], MAX_GAP),
        )
    return made


def same(finding: Finding, one: Found, spec: KindSpec) -> None:
    close = 50_000 if spec.kind == "mkt" else 5
    told = one.told
    assert finding.started_at == pytest.approx(told.started_at, abs=close)
    assert finding.breached_at == pytest.approx(told.breached_at, abs=close)
    assert (finding.ended_at is None) == (told.ended_at is None)
    if told.ended_at is not None:
        assert finding.ended_at == pytest.approx(told.ended_at, abs=close)
    assert total(finding.beyond) == pytest.approx(told.beyond, abs=4 * close)
    if one.figure is not None:
        assert finding.measured == pytest.approx(one.figure, abs=0.002)


@pytest.mark.parametrize("spec", KINDS, ids=lambda spec: spec.name)
@settings(max_examples=examples(12), deadline=None)
@given(lived=lives())
def test_a_life_is_judged_as_the_oracle_judges_it(spec: KindSpec, lived: Lived) -> None:
    rule = rule_of(spec)
    moves = [(at(minute), place) for minute, place in lived.moves]
    world = world_of(lived)
    wanted = found(world, Walk(world, moves), spec, NOW)
    got = judgement(exposures_of(lived.moves), signals_of(lived, rule), [rule], NOW).findings
    assert [one.rule.name for one in got] == [one.told.rule for one in wanted]
    for finding, one in zip(sorted(got, key=lambda f: f.breached_at), wanted, strict=True):
        same(finding, one, spec)

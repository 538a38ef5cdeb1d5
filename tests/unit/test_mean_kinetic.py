"""Mean kinetic temperature in lives a person can draw, against the oracle that walks along them."""

from dataclasses import replace

import pytest

from kernel.exposure import Exposure
from kernel.instants import FOREVER, MINUTE
from kernel.intervals import Span
from rules.core.judge import judgement, readings_to_look_at
from rules.core.profile import Rule
from tests.property.oracle import Walk
from tests.property.oracle_kinds import KindSpec, found
from tests.property.test_rule_kinds import (
    KINDS,
    NOW,
    Lived,
    at,
    exposures_of,
    rule_of,
    same,
    signals_of,
    world_of,
)

MEANS = [spec for spec in KINDS if spec.kind == "mkt"]
Told = tuple[tuple[int, float], ...]


def wave(start: int, step: int, *values: float) -> Told:
    """A value every `step` minutes."""
    return tuple((start + number * step, value) for number, value in enumerate(values))


COOL, WARM = [3.0] * 12, [9.0, 10.0, 11.0, 9.5]
HILL = wave(0, 15, 5, 5, 6, 8, 9, 9.5, 12, 9, 7, 5, 4, *COOL, *COOL)
RISE = wave(0, 15, *(2 + number / 2 for number in range(28)))
FALL = wave(0, 15, *(15.5 - number / 2 for number in range(28)))
LIVES = {
    "a hill": Lived((HILL, (), ()), ((0, "a"),)),
    "two hills": Lived((wave(0, 15, *COOL, *WARM, *WARM, *COOL, *WARM, 12, 12), (), ()), ((0, "a"),)),
    "hot all the time": Lived((wave(0, 15, *[9.0] * 30), (), ()), ((0, "a"),)),
    "heard late": Lived((wave(60, 15, *WARM, *WARM, *WARM, *WARM), (), ()), ((30, "a"),)),
    "a gap in the heat": Lived(
        (wave(0, 15, *WARM, *WARM, *WARM) + wave(225, 15, *WARM, *WARM, *COOL), (), ()), ((0, "a"),)
    ),
    "out of the warm into the cold": Lived(
        (wave(0, 15, *[9.5] * 24), wave(0, 15, *[2.0] * 48), ()), ((0, "a"), (155, "b"))
    ),
    "two sensors that cross": Lived(((), RISE, FALL), ((0, "both"),)),
    "one of two falls silent": Lived(((), FALL[:9], RISE), ((0, "both"),)),
    "gone when it was warm": Lived((RISE, (), ()), ((0, "a"), (327, None))),
}


@pytest.mark.parametrize(
    ("life", "spec"),
    [
        pytest.param(life, MEANS[number % len(MEANS)], id=life)  # all kinds in all lives take too long
        for number, life in enumerate(LIVES)
    ],
)
def test_the_mean_is_the_one_the_oracle_walks(life: str, spec: KindSpec) -> None:
    lived, rule = LIVES[life], rule_of(spec)
    world = world_of(lived)
    moves = [(at(minute), place) for minute, place in lived.moves]
    wanted = found(world, Walk(world, moves), spec, NOW)
    got = judgement(exposures_of(lived.moves), signals_of(lived, rule), [rule], NOW).findings
    assert len(got) == len(wanted)
    for finding, one in zip(sorted(got, key=lambda f: f.breached_at), wanted, strict=True):
        same(finding, one, spec)
    assert wanted, "a life in which nothing is found shows little"


def figures(rule: Rule, series: tuple[int, ...], needed: int, *told: Told) -> list[tuple[int, float]]:
    """When the mean was broken and how high it was, near series that have to agree."""
    near = Exposure(1, Span(at(0), FOREVER), 1, series, needed)
    signals = signals_of(Lived((*told, *[()] * (3 - len(told))), ()), rule)
    found = judgement([near], signals, [rule], NOW).findings
    return [(one.breached_at, one.measured) for one in found]


@pytest.mark.parametrize("needed", [1, 2, 3])
def test_the_vote_picks_one_line(needed: int) -> None:
    rule = rule_of(MEANS[0])
    low, middle, high = (wave(0, 15, *(base + n % 3 for n in range(24))) for base in (7.5, 8.5, 9.5))
    picked = (high, middle, low)[needed - 1]
    assert figures(rule, (1, 2, 3), needed, middle, low, high) == figures(rule, (1,), 1, picked)
    assert figures(rule, (1,), 1, picked)


def test_of_two_that_cross_the_vote_picks_the_lower() -> None:
    rule = rule_of(MEANS[2])
    lower = tuple((minute, min(up, down)) for (minute, up), (_, down) in zip(RISE, FALL, strict=True))
    (wanted,) = figures(rule, (1,), 1, lower)
    (got,) = figures(rule, (1, 2), 2, RISE, FALL)
    assert got[0] == pytest.approx(wanted[0], abs=2 * MINUTE), "they cross between two readings"
    assert got[1] == pytest.approx(wanted[1], abs=0.03)


@pytest.mark.parametrize(
    ("told", "wide"),
    [
        (wave(0, 10, *[9.0] * 8), 150),
        (wave(0, 10, *[2.0] * 6, *[9.5] * 6), 12),
        (wave(0, 10, *[5.0] * 9, *[8.5] * 7), 12),
    ],
)
def test_it_looks_again_when_readings_at_the_limit_may_break_it(told: Told, wide: int) -> None:
    rule = replace(rule_of(MEANS[0]), limit=rule_of(MEANS[0]).limit._replace(value=7.0))
    near = [Exposure(1, Span(at(0), FOREVER), 1, (1,))]
    look_from = judgement(near, signals_of(Lived((told, (), ()), ()), rule), [rule], NOW).look_from
    last = told[-1][0]
    going_on = (*told, *wave(last + 1, 10, *[7.0] * 30))
    later = judgement(near, signals_of(Lived((going_on, (), ()), ()), rule), [rule], NOW).findings
    assert look_from is not None
    assert at(last) <= look_from <= later[0].breached_at + MINUTE
    assert later[0].breached_at < look_from + wide * MINUTE, "and not long before"


def test_only_for_means_somebody_has_to_look_at_readings() -> None:
    mean, single = rule_of(MEANS[0]), rule_of(KINDS[0])
    lived = LIVES["a hill"]
    near, signals = exposures_of(lived.moves), signals_of(lived, mean)
    assert mean.window is not None
    ((series, wanted),) = readings_to_look_at(near, signals, [mean])
    (run,) = signals[1].runs[mean.limit]
    assert (series, wanted) == (1, Span(max(at(0), run.start - mean.window), run.end + mean.window))
    assert readings_to_look_at(near, signals_of(lived, single), [single]) == []

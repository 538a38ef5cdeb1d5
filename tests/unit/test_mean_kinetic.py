"""Mean kinetic temperature in lives a person can draw, against the oracle that walks along them."""

import math
from dataclasses import replace

import pytest

from kernel.exposure import Exposure
from kernel.instants import FOREVER, MINUTE
from kernel.intervals import Span
from kernel.temperature import DH_R
from rules.core.judge import Judgement, judgement, readings_to_look_at
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


def mean_spec(limit: float, minutes: int, least: float = 0.5, *, hysteresis: float = 0.0) -> KindSpec:
    """The mean over so many minutes is not above the limit."""
    window = minutes * MINUTE
    return KindSpec(
        "mean", "mkt", "above", limit, window=window, hysteresis=hysteresis, least_monitored=least
    )


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
    "the warmer one is silent for a while": Lived(
        ((), RISE[:16] + RISE[22:], wave(0, 15, *[7.0] * 28)), ((0, "both"),)
    ),
    "both are": Lived(((), RISE[:16] + RISE[22:], FALL[:18] + FALL[22:]), ((0, "both"),)),
    "unevenly cool, then hot": Lived(
        (wave(0, 15, *[2, 7, 3, 6, 1, 5.5] * 4, *[10.5] * 10), (), ()), ((0, "a"),)
    ),
}


@pytest.mark.parametrize(
    ("life", "spec"),
    [
        pytest.param(life, MEANS[number % len(MEANS)], id=life)  # all kinds in all lives take too long
        for number, life in enumerate(LIVES)
    ],
)
def test_the_mean_is_the_one_the_oracle_walks(life: str, spec: KindSpec) -> None:
    as_the_oracle_finds(LIVES[life], spec)


@pytest.mark.parametrize(
    ("told", "spec"),
    [
        pytest.param(
            wave(0, 10, 9, 9, 2), mean_spec(8.0, 47, 0.1), id="back within the limit before 20"
        ),
        pytest.param(
            wave(0, 15, 12, 5, 12, 5), mean_spec(6.0, 35), id="a reading leaves between two that come"
        ),
        pytest.param(
            wave(0, 15, 9, 2, 9, 9, 2, 2),
            mean_spec(7.0, 35, 0.1, hysteresis=1.0),
            id="below the hysteresis between two readings only",
        ),
        pytest.param(
            wave(0, 15, 5, 9, 9, 9), mean_spec(6.0, 35), id="higher still after the last reading"
        ),
    ],
)
def test_what_happens_between_two_readings_counts(told: Told, spec: KindSpec) -> None:
    as_the_oracle_finds(Lived((told, (), ()), ((0, "a"),)), spec)


def as_the_oracle_finds(lived: Lived, spec: KindSpec) -> None:
    """The rule finds in the life what the oracle finds."""
    rule = rule_of(spec)
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
    rise, fall = (tuple((minute // 15 * 16, value) for minute, value in one) for one in (RISE, FALL))
    lower = [(minute, min(up, down)) for (minute, up), (_, down) in zip(rise, fall, strict=True)]
    weights = math.exp(-DH_R / (8.5 + 273.15)), math.exp(-DH_R / (9.0 + 273.15))
    lower.insert(
        14, (216, -DH_R / math.log(sum(weights) / 2) - 273.15)
    )  # halfway from 8.5 to 9 and back
    assert figures(rule, (1, 2), 2, rise, fall) == figures(rule, (1,), 1, tuple(lower))


def test_two_that_say_the_same_are_as_one() -> None:
    rule = rule_of(MEANS[0])
    assert figures(rule, (1, 2), 2, HILL, HILL) == figures(rule, (1,), 1, HILL)


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


def mean_rule(least: float = 0.5, *, hysteresis: float = 0.0, minutes: int = 60) -> Rule:
    """The mean over an hour is not above 8 degC."""
    return rule_of(mean_spec(8.0, minutes, least, hysteresis=hysteresis))


def judged(rule: Rule, told: Told) -> Judgement:
    """What the rule finds in the life of a unit beside one sensor."""
    signals = signals_of(Lived((told, (), ()), ()), rule)
    return judgement([Exposure(1, Span(at(0), FOREVER), 1, (1,))], signals, [rule], NOW)


def test_the_figure_is_haynes_to_a_millionth_of_a_degree() -> None:
    """The last hour has 9 minutes at 5 degC, a minute on the way up and 50 minutes at 13.3 degC."""
    (found,) = judged(mean_rule(), (*wave(0, 10, *[5.0] * 7), *wave(61, 10, *[13.3] * 6))).findings
    cold, hot = math.exp(-DH_R / 278.15), math.exp(-DH_R / 286.45)
    mean = (9 * cold + (cold + hot) / 2 + 50 * hot) / 60
    assert found.measured == round(-DH_R / math.log(mean) - 273.15, 6)


def test_a_mean_is_asked_once_enough_was_monitored() -> None:
    """Of every hour the first half is monitored; so of every window too, from 60 on."""
    half = tuple(pair for hour in range(4) for pair in wave(hour * 60, 10, *[9.0] * 4))
    (found,) = judged(mean_rule(0.5), half).findings
    assert (found.breached_at, found.measured) == (at(60), 9.0)
    assert judged(mean_rule(0.5001), half).findings == []


def test_from_the_first_minutes_on_where_little_is_enough() -> None:
    (found,) = judged(mean_rule(0.1), wave(0, 10, *[9.0] * 4)).findings
    assert found.breached_at == at(6)


def test_two_hills_in_an_hour_each_break_it() -> None:
    two_hills = wave(0, 10, *[2.0] * 10, *[12.0] * 4, *[2.0] * 7, *[12.0] * 4, *[2.0] * 8)
    first, second = judged(mean_rule(), two_hills).findings
    assert first.ended_at is not None
    assert second.ended_at is not None
    assert first.ended_at < at(200) < second.breached_at


def test_between_limit_and_hysteresis_it_goes_on() -> None:
    """At 100 two thirds of the hour are at 7 degC, so the mean is below 8, but not below 5."""
    dip = (*wave(0, 10, *[9.0] * 7), *wave(61, 10, *[7.0] * 4), *wave(101, 10, *[9.5] * 7))
    (found,) = judged(mean_rule(hysteresis=3.0), dip).findings
    assert (found.breached_at, found.ended_at, found.measured) == (at(30), None, 9.5)
    assert len(judged(mean_rule(), dip).findings) == 2


def test_with_the_heat_out_of_the_window_it_is_over_however_near_the_mean() -> None:
    """The heat until 69:05 has left the window half a minute before it is warm again, at 129:31."""
    near = (*wave(0, 10, *[9.0] * 7), *wave(70, 10, *[7.9] * 6), *wave(130, 10, 8.005, 9, 9, 9, 9))
    first, second = judged(mean_rule(hysteresis=3.0), near).findings
    assert first.ended_at is not None
    assert second.ended_at is None


def test_what_was_silent_in_the_window_weighs_nothing() -> None:
    """Cold until 60, silent until 100: from 120 to 160 the window begins in the silence."""
    told = (*wave(0, 10, *[2.0] * 7), *wave(100, 10, *[9.0] * 6))
    (found,) = judged(mean_rule(), told).findings
    assert found.measured == 9.0


def test_a_mean_is_over_when_the_unit_is_watched_again_after_the_heat_has_left() -> None:
    silent = (*wave(0, 10, *[9.0] * 6), *wave(600, 10, *[5.0] * 3))
    later = judged(mean_rule(), silent)
    (found,) = later.findings
    assert found.ended_at == at(50)
    assert later.look_from is None


def test_where_readings_are_kept_no_more_no_mean_is_found_but_later_it_is() -> None:
    rule, later = mean_rule(), wave(400, 10, *[9.0] * 6)
    lived = signals_of(Lived(((*wave(0, 10, *[9.0] * 6, *[5.0] * 34), *later), (), ()), ()), rule)
    (kept,) = signals_of(Lived((later, (), ()), ()), rule).values()
    near = [Exposure(1, Span(at(0), FOREVER), 1, (1,))]
    assert len(judgement(near, lived, [rule], NOW).findings) == 2
    forgotten = {1: replace(lived[1], recording=kept.recording)}
    (found,) = judgement(near, forgotten, [rule], NOW).findings
    assert found.breached_at == at(430)


def test_it_looks_again_while_the_heat_is_in_the_window_and_the_cold_has_left_it() -> None:
    """When the window begins at 20 or at 30 the cold in it outweighs the heat, but not in between."""
    rule, hill = mean_rule(minutes=80), wave(0, 10, 5, 5, 4, 10, 10, 5, 5)
    assert judged(rule, hill).look_from == at(20 + 80)
    assert judged(rule, (*hill, (70, 5.0))).look_from is None, (
        "ten cold minutes more outweigh all of it"
    )


@pytest.mark.parametrize(("least", "look_from"), [(0.375, at(140)), (0.376, None)])
def test_it_looks_again_only_while_enough_will_have_been_monitored(
    least: float, look_from: int | None
) -> None:
    """As the heat leaves the window, from 160 to 190, 60 of 160 minutes in it were monitored."""
    told = (*wave(0, 10, *[8.001] * 4), (130, 8.0), (140, 8.0))
    assert judged(mean_rule(least, minutes=160), told).look_from == look_from

"""The figures of a unit equal what plain loops in exact fractions find, and what the rules judge."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.exposure import Exposure
from kernel.instants import FOREVER, MINUTE, SECOND
from kernel.intervals import Span, total
from kernel.temperature import DH_R, mean_kinetic_temperature, weighted_mean
from lotbinding.record.core.figures import Figures, RuleOfProfile, figures_of
from lotbinding.record.core.line import Readings
from lotbinding.record.core.parts import Lines
from rules.core.profile import Limit
from rules.core.runs import Window, gaps, runs
from rules.core.timeline import Signal, episodes, monitored
from tests.examples import examples
from tests.judging import at
from tests.property import oracle_figures as oracle
from tests.property.oracle_figures import Stood

MAX_GAP = 20 * MINUTE
RULES = (
    RuleOfProfile("warm", "single", "above", 8.0, 30 * MINUTE, None),
    RuleOfProfile("budget", "cumulative", "above", 8.0, 95 * MINUTE, None),
    RuleOfProfile("window", "cumulative", "above", 8.0, 41 * MINUTE, 3 * 60 * MINUTE),
    RuleOfProfile("cold", "cumulative", "below", 2.0, 61 * MINUTE, None),
)
LIMITS = (("above", 8.0), ("below", 2.0))
Told = dict[int, list[tuple[int, float]]]

minutes = st.integers(0, 12 * 60)
values = st.sampled_from([-3.0, 0.5, 2.0, 5.0, 7.75, 8.0, 8.5, 16.0]) | st.floats(-5, 20).map(
    lambda value: round(value, 2)
)
scattered = st.lists(st.tuples(minutes, values), max_size=25, unique_by=lambda pair: pair[0])
steady = st.tuples(minutes, st.integers(3, 18), st.lists(values, min_size=1, max_size=30)).map(
    lambda t: [(t[0] + i * t[1], v) for i, v in enumerate(t[2])]
)
all_readings = st.lists(st.one_of(scattered, steady), min_size=3, max_size=3).map(
    lambda told: {
        number: sorted((at(minute), value) for minute, value in one) for number, one in enumerate(told)
    }
)


@st.composite
def lives(draw: st.DrawFn) -> list[Stood]:
    edges = sorted(draw(st.lists(minutes, min_size=2, max_size=6, unique=True)))
    found: list[Stood] = []
    for number, (since, until) in enumerate(pairwise(edges)):
        if number and draw(st.integers(0, 5)) == 0:
            continue
        series = draw(st.lists(st.integers(0, 2), unique=True, max_size=3).map(sorted))
        found.append(Stood(at(since), at(until), tuple(series), draw(st.integers(1, 3))))
    if draw(st.booleans()):
        found[-1] = Stood(found[-1].since, None, found[-1].series, found[-1].needed)
    return found


def exposures(stood: list[Stood]) -> list[Exposure]:
    return [
        Exposure(
            1, Span(one.since, FOREVER if one.until is None else one.until), 1, one.series, one.needed
        )
        for one in stood
    ]


def columns(told: Told) -> dict[int, Readings]:
    return {
        number: Readings(
            np.array([time for time, _ in one], np.int64),
            np.array([value for _, value in one], np.float64),
            np.zeros(len(one), np.int16),
            MAX_GAP,
        )
        for number, one in told.items()
        if one
    }


def signals(told: Told) -> dict[int, Signal]:
    """What the rules know of the same readings."""
    found: dict[int, Signal] = {}
    for number, one in columns(told).items():
        window = Window(one.times, one.values)
        by_limit = {Limit(*limit): runs(window, Limit(*limit), MAX_GAP) for limit in LIMITS}
        found[number] = Signal(*window.span, gaps(window, MAX_GAP), by_limit)
    return found


def minutes_beyond(figures: Figures, side: str, limit: float) -> float:
    (found,) = [one.length for one in figures.beyond if (one.side, one.limit) == (side, limit)]
    return found


@settings(max_examples=examples(400), deadline=None)
@given(stood=lives(), told=all_readings)
def test_figures_are_what_plain_loops_find(stood: list[Stood], told: Told) -> None:
    figures = figures_of(exposures(stood), columns(told), RULES)
    cuts = oracle.cuts(stood, told, [limit for _, limit in LIMITS], MAX_GAP)
    assert figures.monitored == float(sum(cut.length for cut in cuts))
    for side, limit in LIMITS:
        spans = oracle.beyond(cuts, side, limit)
        whole = float(sum(end - start for start, end in spans))
        assert minutes_beyond(figures, side, limit) == pytest.approx(whole, abs=SECOND)
    for rule, budget in zip(RULES[1:], figures.budgets, strict=True):
        spans = oracle.beyond(cuts, rule.side, rule.limit)
        used = oracle.most_in_a_window(spans, rule.window) / rule.tolerance
        assert budget.used == pytest.approx(float(used), rel=1e-9, abs=SECOND / rule.tolerance)
    if not cuts:
        assert (figures.mean, figures.mkt, figures.monitored_until) == (None, None, None)
        return
    assert figures.mean == pytest.approx(oracle.mean(cuts), rel=1e-9, abs=1e-9)
    assert figures.monitored_until == cuts[-1].until


@settings(max_examples=examples(200), deadline=None)
@given(told=all_readings, since=minutes, length=st.integers(1, 700))
def test_mean_kinetic_temperature_is_by_trapezoids(told: Told, since: int, length: int) -> None:
    stood = [Stood(at(since), at(since + length), (0,), 1)]
    figures = figures_of(exposures(stood), columns(told), RULES)
    cuts = oracle.cuts(stood, told, [], MAX_GAP)
    if not cuts:
        assert figures.mkt is None
        return
    vertices = [Fraction(time) for time, _ in told[0]]
    assert figures.mkt == pytest.approx(oracle.mkt(cuts, vertices, 10_000.0), rel=1e-9)
    ends = [float(cut.voted("above")[side]) for cut in cuts for side in (0, 1)]
    weights = [float(cut.length) for cut in cuts for _ in (0, 1)]
    assert figures.mkt == pytest.approx(mean_kinetic_temperature(ends, weights), rel=1e-9)
    assert figures.mean == pytest.approx(weighted_mean(ends, weights), rel=1e-9, abs=1e-9)


@settings(max_examples=examples(400), deadline=None)
@given(stood=lives(), told=all_readings)
def test_figures_agree_with_what_the_rules_judge(stood: list[Stood], told: Told) -> None:
    felt, known = exposures(stood), signals(told)
    figures = figures_of(felt, columns(told), RULES)
    watched = monitored(felt, known)
    assert figures.monitored == total(watched)
    for side, limit in LIMITS:
        found = episodes(felt, known, Limit(side, limit))
        judged = sum(total(episode.beyond) for episode in found)
        assert minutes_beyond(figures, side, limit) == pytest.approx(judged, abs=200)


@settings(max_examples=examples(400), deadline=None)
@given(stood=lives(), told=all_readings)
def test_no_gap_is_lost(stood: list[Stood], told: Told) -> None:
    """All that was lived is monitored or not, up to what is known; so is each part of it."""
    felt, readings = exposures(stood), columns(told)
    whole = figures_of(felt, readings, RULES)
    cuts = oracle.cuts(stood, told, [], MAX_GAP)
    here = stood[-1].until is None
    known = max([stood[-1].since, *(float(cut.until) for cut in cuts)])
    assert whole.unmonitored_since == (known if here else None)
    lived = sum((known if one.until is None else one.until) - one.since for one in stood)
    assert whole.unmonitored == lived - sum(cut.length for cut in cuts)
    apart = Lines(readings, felt, LIMITS, DH_R)
    assert whole.unmonitored == sum(apart.felt([one]).unmonitored for one in felt)


@settings(max_examples=examples(200), deadline=None)
@given(stood=lives(), told=all_readings)
def test_extremes_and_numbers_are_those_of_the_readings(stood: list[Stood], told: Told) -> None:
    figures = figures_of(exposures(stood), columns(told), RULES)
    felt = [
        value
        for one in stood
        for series in one.series
        for time, value in told[series]
        if one.since <= time and (one.until is None or time < one.until)
    ]
    cuts = oracle.cuts(stood, told, [], MAX_GAP)
    lines = [float(value) for cut in cuts for value in (*cut.starts, *cut.ends)]
    assert figures.readings == len(felt)
    assert figures.lowest == pytest.approx(min([*felt, *lines], default=None))
    assert figures.highest == pytest.approx(max([*felt, *lines], default=None))


@settings(max_examples=examples(150), deadline=None)
@given(lives=st.lists(lives(), min_size=1, max_size=4), told=all_readings)
def test_figures_of_many_stretches_are_those_of_each(lives: list[list[Stood]], told: Told) -> None:
    """Worked out once for all units, they are what each unit comes to by itself."""
    felt = [exposures(stood) for stood in lives]
    readings = columns(told)
    lines = Lines(readings, [one for unit in felt for one in unit], LIMITS, DH_R)
    for unit in felt:
        found, wanted = lines.felt(unit), figures_of(unit, readings, RULES)
        assert found.readings == wanted.readings
        assert (found.monitored, found.unmonitored) == (wanted.monitored, wanted.unmonitored)
        for name in ("lowest", "highest", "mean", "mkt"):
            assert getattr(found, name) == pytest.approx(getattr(wanted, name), abs=1e-6), name
        for one in found.beyond:
            assert one.length == pytest.approx(minutes_beyond(wanted, one.side, one.limit), abs=SECOND)


def test_worked_by_hand() -> None:
    """Four hours at 4 degC, then up to 16 within an hour; then silence, and the unit leaves."""
    readings = [(at(minute), 4.0) for minute in range(0, 241, 15)]
    readings += [(at(240 + 15 * n), 4.0 + 3.0 * n) for n in range(1, 5)]
    stood = [Stood(at(0), at(600), (0,), 1)]
    figures = figures_of(exposures(stood), columns({0: readings}), RULES)
    assert (figures.lowest, figures.highest) == (4.0, 16.0)
    assert figures.monitored == 300 * MINUTE
    assert figures.unmonitored == 300 * MINUTE
    assert figures.unmonitored_since is None, "it has left"
    assert figures.mean == pytest.approx((240 * 4 + 60 * 10) / 300)
    assert minutes_beyond(figures, "above", 8.0) == 40 * MINUTE  # 12 degC in 60 min: 8 after 20 min
    assert [budget.used for budget in figures.budgets] == pytest.approx([40 / 95, 40 / 41, 0])


def test_a_line_on_the_limit_is_not_beyond_it_until_another_one_takes_its_place() -> None:
    """Where that one comes is known to the microsecond only: it must not count from before."""
    told = {
        0: [(at(2), 8.0), (at(20), 1.0)],
        1: [(at(12), -3.0), (at(30), -3.0)],
        2: [(at(0), 2.0), (at(18), 2.0)],
    }
    figures = figures_of(exposures([Stood(at(12), at(18), (0, 1, 2), 2)]), columns(told), RULES)
    below = at(18) - (at(2) + 18 * MINUTE * 6 / 7)
    assert minutes_beyond(figures, "below", 2.0) == pytest.approx(below, abs=2)


def test_a_unit_that_nobody_watched_has_no_temperature() -> None:
    figures = figures_of(exposures([Stood(at(0), at(60), (), 1)]), {}, RULES)
    assert (figures.lowest, figures.mean, figures.mkt, figures.monitored) == (None, None, None, 0)
    assert (figures.unmonitored, figures.unmonitored_since) == (60 * MINUTE, None)
    here = figures_of(exposures([Stood(at(0), at(60), (), 1), Stood(at(60), None, (), 1)]), {}, RULES)
    assert (here.unmonitored, here.unmonitored_since) == (60 * MINUTE, at(60))
    assert figures_of([], {}, RULES).since is None

"""The same seed plays the same: strikes, weather, deeds."""

from itertools import pairwise

import numpy as np

from tests.chaos.deeds import deeds
from tests.chaos.plan import KINDS, Blow, plan
from tests.chaos.report import actions
from tests.chaos.world import PERIOD, SENSORS, readings


def test_a_plan_is_its_seed() -> None:
    assert plan(1, 20) == plan(1, 20)
    assert plan(1, 200)[:20] == plan(1, 20)
    assert plan(2, 20) != plan(1, 20)


def test_every_kind_of_strike_comes_before_any_comes_for_the_third_time() -> None:
    for seed in range(50):
        assert len(actions(plan(seed, 20))) == len(KINDS)
        for cycle in plan(seed, 20):
            assert len({strike.target for strike in cycle.strikes}) == len(cycle.strikes)


def test_only_a_broker_loses_its_store() -> None:
    strikes = [strike for cycle in plan(1, 200) for strike in cycle.strikes]
    assert {strike.target for strike in strikes if strike.blow is Blow.ERASE} == {"broker"}


def test_readings_do_not_depend_on_how_they_are_asked_for() -> None:
    for sensor in SENSORS[::17]:
        times, values = readings(1, sensor, 0, 2 * PERIOD)
        parts = [readings(1, sensor, *edges) for edges in pairwise((0, 7, PERIOD, 2 * PERIOD))]
        assert np.array_equal(np.concatenate([part[0] for part in parts]), times)
        assert np.array_equal(np.concatenate([part[1] for part in parts]), values)
        assert len(readings(1, sensor, 5, 5)[0]) == 0


def test_deeds_told_by_a_step_are_the_beginning_of_those_told_later() -> None:
    whole = deeds(1, 300)
    for step in (0, 8, 100, 299):
        told = deeds(1, step)
        assert whole[: len(told)] == told

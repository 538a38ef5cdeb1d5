"""Forecasts, the usual band, hysteresis and patterns, on readings a person can draw."""

import math

import numpy as np
import pytest

from kernel.instants import DAY, HOUR, MINUTE, instant, parse_moment
from rules.core.profile import ABOVE, BELOW, Limit
from rules.patterns.core.patterns import Pattern, recognised
from rules.warnings.core.forecast import Heading, Times, Values, course, follow, is_unusual, usual
from rules.warnings.core.look import look

START = instant(parse_moment("2026-06-01T00:00:00Z"))
WARM = Limit(ABOVE, 8.0)
COLD = Limit(BELOW, 2.0)


def told(values: list[float], every: int = MINUTE) -> tuple[Times, Values]:
    times = START + every * np.arange(len(values), dtype=np.int64)
    return times, np.array(values, np.float64)


def line(start: float, a_minute: float, minutes: int) -> list[float]:
    return [start + a_minute * minute for minute in range(minutes + 1)]


def test_a_straight_rise_reaches_the_limit_when_the_line_does() -> None:
    times, values = told(line(5.0, 0.03, 80))
    found = course(times, values, WARM)
    assert found is not None
    assert (found.crossing - times[-1]) / MINUTE == pytest.approx((8.0 - 7.4) / 0.03, abs=4)


def after_failure(pace: float) -> list[float]:
    """A room takes on the temperature of its goods within minutes, then warms with them."""
    return [5.0 + 1.2 * (1 - math.exp(-minute / 8)) + pace * minute for minute in range(181)]


def test_a_room_whose_cooling_failed_is_told_by_its_steady_pace() -> None:
    times, values = told([*[5.0] * 60, *after_failure(0.012)])
    seen = {
        minute: course(times[: 61 + minute], values[: 61 + minute], WARM)
        for minute in (15, 30, 45, 60, 120, 140)
    }
    assert [minute for minute, found in seen.items() if found is not None] == [120, 140]
    found = seen[120]
    assert found is not None
    assert (found.crossing - times[60]) / MINUTE == pytest.approx((8.0 - 6.2) / 0.012, abs=10)


def test_a_rise_that_begins_levels_off_or_turns_is_no_course() -> None:
    begins = [*[5.0] * 60, *line(5.0, 0.1, 20)]
    levels_off = [8.3 + (5.0 - 8.3) * math.exp(-minute / 20) for minute in range(81)]
    turns = [*line(5.0, 0.035, 68), *line(7.3, -0.05, 12)]
    for values in (begins, levels_off, turns):
        assert course(*told(values), WARM) is None


def test_doors_leave_the_lower_edge_where_it_was() -> None:
    steady = line(5.8, 0.02, 80)
    doors = [value + (1.5 if minute % 25 < 4 else 0) for minute, value in enumerate(steady)]
    plain, opened = course(*told(steady), WARM), course(*told(doors), WARM)
    assert plain is not None
    assert opened is not None
    assert opened.crossing == pytest.approx(plain.crossing, abs=5 * MINUTE)


def test_a_fall_towards_a_lower_limit_is_the_same_upside_down() -> None:
    up = course(*told(line(5.0, 0.03, 80)), WARM)
    down = course(*told(line(5.0, -0.03, 80)), COLD)
    assert up is not None
    assert down is not None
    assert down.crossing == pytest.approx(up.crossing, abs=MINUTE)
    assert course(*told(line(5.0, 0.03, 80)), COLD) is None


def test_doors_and_a_cycling_compressor_are_no_course() -> None:
    cycle = [5.0 + 0.7 * math.sin(minute / 4) for minute in range(81)]
    door = [7.9 if 70 <= minute < 76 else value for minute, value in enumerate(cycle)]
    assert course(*told(cycle), WARM) is None
    assert course(*told(door), WARM) is None


@pytest.mark.parametrize("values", [[], [7.0], [6.0, 7.9]])
def test_too_little_says_nothing(values: list[float]) -> None:
    assert course(*told(values), WARM) is None
    assert look(*told(values), WARM, []).crossing is None


def test_what_is_further_away_is_no_news() -> None:
    assert course(*told(line(3.0, 0.03, 80)), WARM) is None


def test_a_part_without_a_reading_says_nothing() -> None:
    times, values = told(line(5.0, 0.03, 80))
    heard = (times < times[30]) | (times > times[45])
    assert course(times, values, WARM) is not None
    assert course(times[heard], values[heard], WARM) is None
    every_ten = slice(0, None, 10)
    assert course(times[every_ten], values[every_ten], WARM) is not None


def test_the_usual_band_is_what_lasts_in_most_hours() -> None:
    day = [6.0 if minute % 60 < 30 else 4.0 for minute in range(25 * 60)]
    day[300:306] = [12.0] * 6
    day[600:660] = [9.0] * 60
    times, values = told(day)
    now = int(times[-1])
    assert usual(times, values, ABOVE, now) == 6.0
    assert usual(times, values, BELOW, now) == 4.0
    assert usual(*told([5.0] * 90), ABOVE, START + 90 * MINUTE) is None
    assert not is_unusual(6.3, 6.0, ABOVE)
    assert is_unusual(6.6, 6.0, ABOVE)
    assert is_unusual(3.4, 4.0, BELOW)
    assert is_unusual(6.0, None, ABOVE)


def test_a_warning_needs_three_looks_and_outlives_a_few_misses() -> None:
    heading: Heading | None = None
    for minute in range(3):
        heading = follow(heading, START + HOUR, START + minute * MINUTE)
        assert heading is not None
        assert heading.sure == (minute == 2)
    assert heading is not None
    assert follow(heading, None, START + 20 * MINUTE) == heading
    assert follow(heading, None, START + 23 * MINUTE) is None
    later = follow(heading, None, START + 3 * HOUR, warm=True)
    assert later is not None
    assert (later.last_at, later.expected_at) == (START + 3 * HOUR, START + HOUR)
    once = follow(None, START + HOUR, START)
    assert follow(once, None, START + MINUTE, warm=True) is None
    assert follow(once, None, START + MINUTE) is None
    assert follow(None, None, START) is None


def test_a_room_stays_warm_until_it_is_as_it_usually_is() -> None:
    day = [5.0 + 0.4 * math.sin(minute / 5) for minute in range(24 * 60)]
    assert look(*told([*day, *[6.5] * 30]), WARM, []).warm
    assert not look(*told([*day, *[6.5] * 30, *[5.2] * 10]), WARM, []).warm
    assert not look(*told([*day, *[6.5] * 30]), COLD, []).warm
    assert look(*told([*day, *[3.5] * 30]), COLD, []).warm
    assert not look(*told([6.5] * 60), WARM, []).warm, "nobody knows what is usual"


DOOR = Pattern("door", 10 * MINUTE, 5.0)
DEFROST = Pattern("defrost", 20 * MINUTE, 5.0, 6 * HOUR)


def test_a_door_is_recognised_while_it_is_short_and_low() -> None:
    rest = [5.0] * 30
    assert recognised(*told([*rest, *line(5.0, 0.4, 8)]), ABOVE, [DOOR]) == DOOR
    assert recognised(*told([*rest, *line(5.0, 0.4, 12)]), ABOVE, [DOOR]) is None
    assert recognised(*told([*rest, *line(5.0, 0.8, 8)]), ABOVE, [DOOR]) is None
    assert recognised(*told([*rest, *line(5.0, -0.4, 8)]), BELOW, [DOOR]) == DOOR
    assert recognised(*told([]), ABOVE, [DOOR]) is None
    assert recognised(*told([*rest, 6.0]), ABOVE, []) is None


def test_a_defrost_is_recognised_when_one_came_a_period_before() -> None:
    before = [5.0] * 60 + line(5.0, 0.15, 15)
    quiet = [5.0] * (360 - 76)
    now = [5.0] * 60 + line(5.0, 0.15, 15)
    assert recognised(*told([*before, *quiet, *now]), ABOVE, [DEFROST]) == DEFROST
    other = [5.0] * 76
    assert recognised(*told([*other, *quiet, *now]), ABOVE, [DEFROST]) is None
    assert recognised(*told(now), ABOVE, [DEFROST]) == DEFROST


def test_a_look_tells_what_speaks_against_a_warning() -> None:
    day = [5.0 + 0.4 * math.sin(minute / 5) for minute in range(24 * 60)]
    rising = line(5.0, 0.03, 80)
    assert look(*told([*day, *rising]), WARM, []).crossing is not None
    warm_day = [7.4 if minute % 2 else 6.8 for minute in range(24 * 60)]
    assert look(*told([*warm_day, *rising]), WARM, []).crossing is None
    long = Pattern("door", 2 * HOUR, 5.0)
    assert look(*told([*[5.0] * 1440, *rising]), WARM, [long]).pattern == long


def test_nothing_depends_on_where_the_day_begins() -> None:
    values = [*[5.0] * 1440, *line(5.0, 0.03, 80)]
    times, column = told(values)
    one = look(times, column, WARM, [])
    moved = look(times + 7 * DAY + 11 * MINUTE, column, WARM, [])
    assert one.crossing is not None
    assert moved.crossing == one.crossing + 7 * DAY + 11 * MINUTE

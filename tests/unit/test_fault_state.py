"""What is kept of a series between two passes: when news in short is enough, and faults in words."""

from dataclasses import replace

import pytest

from kernel.instants import HOUR, MINUTE, instant, parse_moment
from rules.core.news import News
from rules.faults.core.limits import Limits
from rules.faults.core.readings import Kind
from rules.faults.core.state import State, advance, goes_on, innocent
from rules.faults.core.words import advice, sentence

GAP = 20 * MINUTE
LIMITS = Limits(-10.0, 30.0, (16.0,), 5.0, 1.0, 2 * HOUR, 3)
FINE = State(100 * MINUTE, 100 * MINUTE, 5.0, 6.0, 90 * MINUTE, steady_is_fine=False)
NEWS = News(1, 105 * MINUTE, 110 * MINUTE, 4.0, 7.0, 5 * MINUTE)


def news(lowest: float, highest: float | None = None) -> News:
    return replace(NEWS, lowest=lowest, highest=lowest if highest is None else highest)


def test_news_within_all_limits_is_innocent() -> None:
    assert innocent(NEWS, FINE, LIMITS)


@pytest.mark.parametrize(
    ("told", "state", "limits"),
    [
        (NEWS, replace(FINE, evidence=99 * MINUTE), LIMITS),  # its newest reading is in doubt
        (NEWS, replace(FINE, evidence=None), LIMITS),
        (replace(NEWS, since=FINE.newest), FINE, LIMITS),  # they overlap
        (replace(NEWS, since=FINE.newest - 1), FINE, LIMITS),
        (NEWS, FINE, replace(LIMITS, lowest=4.1)),
        (NEWS, FINE, replace(LIMITS, highest=6.9)),
        (NEWS, FINE, replace(LIMITS, errors=(85.0, 4.0))),
        (NEWS, FINE, replace(LIMITS, errors=(7.0,))),
        (news(4.0, 9.5), FINE, LIMITS),  # 5.5 K among the new ones
        (news(0.5, 1.0), FINE, LIMITS),  # 5.5 K from the old ones
        (news(10.5), FINE, LIMITS),
    ],
)
def test_news_that_must_be_read_back(told: News, state: State, limits: Limits) -> None:
    assert not innocent(told, state, limits)


@pytest.mark.parametrize(
    ("told", "limits"),
    [
        (NEWS, replace(LIMITS, lowest=4.0, highest=7.0)),  # the ends can be measured
        (NEWS, replace(LIMITS, errors=(3.9, 7.1))),
        (news(4.0, 9.0), LIMITS),  # exactly max_step
    ],
)
def test_news_just_within_the_limits_is_innocent(told: News, limits: Limits) -> None:
    assert innocent(told, FINE, limits)


def test_the_same_for_too_long_must_be_read_back() -> None:
    until = FINE.steady_since + 2 * HOUR
    assert innocent(replace(NEWS, until=until - 1), FINE, LIMITS)
    assert not innocent(replace(NEWS, until=until), FINE, LIMITS)
    assert innocent(replace(NEWS, until=until), FINE, replace(LIMITS, stuck_after=None))


def test_what_rests_as_it_may_is_innocent_while_it_stays_the_same() -> None:
    resting = replace(FINE, lowest=5.0, highest=5.0, steady_is_fine=True)
    late = replace(NEWS, until=NEWS.since + 2 * HOUR)
    assert innocent(replace(late, lowest=5.0, highest=5.0), resting, LIMITS)
    for lowest, highest in ((5.0, 5.1), (4.9, 5.0), (5.1, 5.1)):
        moved = replace(late, lowest=lowest, highest=highest)
        assert not innocent(moved, resting, LIMITS)
        assert innocent(replace(moved, until=late.until - 1), resting, LIMITS)
    assert not innocent(replace(late, lowest=5.0, highest=5.0), replace(resting, highest=5.1), LIMITS)


def test_a_sensor_that_is_stuck_goes_on_with_the_same_value_only() -> None:
    stuck = State(
        FINE.newest, 50 * MINUTE, 5.0, 5.0, 50 * MINUTE, steady_is_fine=False, fault=Kind.STUCK
    )
    same = news(5.0)
    assert goes_on(same, stuck, LIMITS, GAP)
    for told in (news(5.0, 5.1), news(4.9, 5.0), news(5.1)):
        assert not goes_on(told, stuck, LIMITS, GAP)
    assert not goes_on(same, replace(stuck, fault=Kind.NONE), LIMITS, GAP)
    assert not goes_on(same, replace(stuck, highest=5.1), LIMITS, GAP)


def test_no_fault_goes_on_over_a_gap_or_into_the_past() -> None:
    stuck = State(
        FINE.newest, 50 * MINUTE, 5.0, 5.0, 50 * MINUTE, steady_is_fine=False, fault=Kind.STUCK
    )
    same = news(5.0)
    assert goes_on(replace(same, longest_step=GAP), stuck, LIMITS, GAP)
    assert not goes_on(replace(same, longest_step=GAP + 1), stuck, LIMITS, GAP)
    assert goes_on(replace(same, since=stuck.newest + GAP), stuck, LIMITS, GAP)
    assert not goes_on(replace(same, since=stuck.newest + GAP + 1), stuck, LIMITS, GAP)
    assert not goes_on(replace(same, since=stuck.newest), stuck, LIMITS, GAP)
    assert goes_on(replace(same, since=stuck.newest + 1), stuck, LIMITS, GAP)


def test_readings_outside_the_range_go_on_while_they_stay_there() -> None:
    outside = replace(FINE, evidence=None, fault=Kind.OUT_OF_RANGE)
    for told in (news(30.1, 85.0), news(-85.0, -10.1)):
        assert goes_on(told, outside, LIMITS, GAP)
        assert not goes_on(told, replace(outside, fault=Kind.SPIKE), LIMITS, GAP)
    for told in (news(30.0, 85.0), news(-85.0, -10.0), news(-85.0, 85.0), news(5.0, 5.0)):
        assert not goes_on(told, outside, LIMITS, GAP)


def test_a_good_sensor_moves_on_with_its_evidence() -> None:
    after = advance(NEWS, FINE)
    assert after == State(NEWS.until, NEWS.until, 4.0, 7.0, NEWS.since, steady_is_fine=False)


@pytest.mark.parametrize("value", [5.0, 5.5, 6.0])
def test_one_value_may_be_the_same_since_before(value: float) -> None:
    after = advance(news(value), replace(FINE, steady_is_fine=True))
    assert (after.steady_since, after.steady_is_fine) == (FINE.steady_since, True)
    assert not advance(news(value), FINE).steady_is_fine


@pytest.mark.parametrize("told", [news(4.9), news(6.1), news(5.0, 5.1)])
def test_another_value_begins_anew(told: News) -> None:
    after = advance(told, replace(FINE, steady_is_fine=True))
    assert (after.steady_since, after.steady_is_fine) == (told.since, False)


def test_a_faulty_sensor_moves_on_without_evidence() -> None:
    outside = replace(FINE, evidence=77 * MINUTE, fault=Kind.OUT_OF_RANGE)
    after = advance(news(40.0), outside)
    assert (after.newest, after.evidence, after.fault) == (
        NEWS.until,
        77 * MINUTE,
        Kind.OUT_OF_RANGE,
    )


AT = instant(parse_moment("2026-03-02T08:00:00Z"))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("stuck", "repeated 85"),
        ("out_of_range", "which such a sensor cannot measure or uses to report an error"),
        ("spike", "far from the readings before and after, which agree"),
        ("jump", "and neither neighbour bears it out"),
        ("unconfirmed", "faster than possible: waits for the next reading"),
    ],
)
def test_each_fault_has_its_words(kind: str, words: str) -> None:
    said = sentence(kind, AT, AT, 85.0, 85.0)
    assert words in said
    assert "85 at 2026-03-02 08:00:00 UTC" in said
    assert bool(advice(kind)) == (kind != "unconfirmed")


def test_a_stretch_is_told_from_its_first_to_its_last_reading() -> None:
    said = sentence("spike", AT, AT + MINUTE, 31.0, 33.5)
    assert "31 to 33.5 from 2026-03-02 08:00:00 UTC to 2026-03-02 08:01:00 UTC" in said

"""Device alarms as findings: whom they are about, how long they were, and what a coarse log adds."""

from dataclasses import replace

import pytest

from kernel.instants import MINUTE
from kernel.intervals import Span, total
from rules.core.device_alarms import Alarm, alarm_findings, device_rule
from rules.core.judge import Finding
from rules.core.timeline import Signal
from tests.judging import Readings, above, at, signal, stay

LIMIT = above(8)
HOT = device_rule(LIMIT, 30 * MINUTE, MINUTE, in_sum=False)
SUM = device_rule(LIMIT, 60 * MINUTE, MINUTE, in_sum=True)
ONCE = Alarm(1, HOT, False, at(100), at(130), at(170), at(170), 70 * MINUTE, 12.0, at(150))
OPEN = Alarm(1, HOT, False, at(100), at(130), None, at(200), 101 * MINUTE, 12.0, at(150))
ADDED = Alarm(1, SUM, True, at(100), at(170), None, at(400), 80 * MINUTE, 12.0, at(150))
TWO_TIMES = [(100, 4), (120, 12), (140, 12), (160, 4), (180, 4), (200, 12), (240, 12), (260, 4)]
"""Beyond 8 from 110 to 150 and from 190 to 250: 100 minutes."""


def logged(readings: Readings, max_gap: float = 60) -> dict[int, Signal]:
    """What the device's log shows."""
    return {1: signal(readings, [LIMIT], max_gap)}


def found(alarm: Alarm, log: dict[int, Signal], since: float = 0, until: float = 500) -> Finding:
    """The one finding of a unit that was beside the device meanwhile."""
    (finding,) = alarm_findings([stay(since, until, 1)], log, [alarm])
    return finding


def peak(finding: Finding) -> tuple[float, int]:
    """How bad it was, and when."""
    return finding.worst.peak, finding.worst.peak_at


def test_its_name_says_what_the_device_was_set_to() -> None:
    assert HOT.name == "device alarm above 8 degC for 30 min"
    assert SUM.name == "device alarm above 8 degC for 60 min in sum"


def test_it_counts_for_whom_was_beside_the_device_when_it_was_raised() -> None:
    for since, until, told in (
        (0, 300, (100, 170, 170)),
        (0, 131, (100, 131, None)),
        (120, 300, (120, 170, 170)),
        (130, 300, (130, 170, 170)),
        (0, 130, None),
        (131, 300, None),
    ):
        found = alarm_findings([stay(since, until, 1)], {}, [ONCE])
        if told is None:
            assert found == [], (since, until)
            continue
        (finding,) = found
        start, observed, end = told
        assert (finding.started_at, finding.observed_until) == (at(start), at(observed))
        assert finding.ended_at == (None if end is None else at(end))
        assert finding.breached_at == at(130)
    assert alarm_findings([stay(0, 300, 2)], {}, [ONCE]) == []


def test_moving_along_with_the_device_changes_nothing() -> None:
    apart = [stay(0, 110, 1), stay(110, 140, 1, 2), stay(140, 300, 1)]
    assert alarm_findings(apart, {}, [ONCE]) == alarm_findings([stay(0, 300, 1)], {}, [ONCE])


def test_an_alarm_without_an_end_stays_open() -> None:
    (finding,) = alarm_findings([stay(0, None, 1)], {}, [OPEN])
    assert (finding.ended_at, finding.observed_until) == (None, at(200))
    assert finding.worst.peak == 12.0


def test_of_an_alarm_that_was_beyond_all_the_time_the_log_is_not_asked() -> None:
    """The device measured beyond from 100 to 170, by its coarse log it was from 110 to 140."""
    coarse = logged([(90, 4), (100, 4), (120, 12), (130, 12), (150, 4), (180, 4)])
    assert found(ONCE, coarse).beyond == (Span(at(100), at(170)),)
    for counted, until in ((69, 140), (30, 130)):
        shorter = replace(ONCE, counted=counted * MINUTE)
        assert found(shorter, coarse).beyond == (Span(at(100), at(until)),), (
            "it was not, says the count"
        )


def test_a_sum_is_spread_over_the_times_the_log_shows() -> None:
    """100 minutes by the log; the device counted 80."""
    finding = found(ADDED, logged(TWO_TIMES))
    first, second = finding.beyond
    assert (first.start, second.start) == (at(100), at(190))
    assert total(finding.beyond) == 80 * MINUTE - 1  # rounded down to whole microseconds
    assert (finding.started_at, finding.observed_until) == (first.start, second.end)
    assert finding.worst.span == Span(first.start, second.end)
    assert finding.ended_at == second.end < at(250)
    assert finding.breached_at == at(170)


def test_times_in_the_log_that_are_less_than_the_sum_all_count_and_no_more() -> None:
    finding = found(replace(ADDED, counted=200 * MINUTE), logged(TWO_TIMES))
    assert finding.beyond == (Span(at(100), at(150)), Span(at(190), at(250)))


def test_a_sum_without_a_log_is_one_stretch_of_its_length() -> None:
    finding = found(ADDED, {})
    assert finding.beyond == (Span(at(100), at(180)),)
    assert finding.ended_at is None


def test_a_log_that_shows_nothing_until_after_the_alarm_is_not_asked() -> None:
    """It was raised at 170; the readings at 180 and 220 are on the limit."""
    within = [(minute, 8.0) for minute in range(100, 401, 50)]
    late = [(100, 4), (180, 8), (200, 12), (220, 8), (230, 4), (240, 12), (260, 4)]
    for log in (logged(within), logged(late, 100)):
        assert found(ADDED, log).beyond == found(ADDED, {}).beyond
    soon = [(100, 4), (170, 8), *late[2:]]
    assert len(found(ADDED, logged(soon, 100)).beyond) == 2, "it shows the very instant"


def test_while_log_and_alarm_go_on_the_last_time_reaches_as_far_as_the_record() -> None:
    """Beyond 8 from 110 to 150, from 165 to 175, and from 190 on: by the record until 400."""
    told = [(100, 4), (120, 12), (140, 12), (160, 4), (170, 12), (180, 4), (200, 12), (240, 12)]
    finding = found(ADDED, logged(told))
    assert [(span.start, span.length) for span in finding.beyond] == [
        (at(100), 50 * MINUTE * 80 // 270),
        (at(165), 10 * MINUTE * 80 // 270),
        (at(190), 210 * MINUTE * 80 // 270),
    ]
    assert finding.ended_at is None


def test_while_both_go_on_the_only_time_is_all_of_the_record() -> None:
    finding = found(replace(ADDED, counted=300 * MINUTE), logged([(100, 4), (120, 12), (140, 12)]))
    assert finding.beyond == (Span(at(100), at(400)),)
    assert finding.ended_at is None


def test_a_log_that_is_beyond_to_its_last_reading_shows_no_end() -> None:
    told = [*TWO_TIMES[:-1], (400, 12)]
    finding = found(replace(ADDED, counted=260 * MINUTE), logged(told, 200))
    assert finding.observed_until == at(400)
    assert finding.ended_at is None


def test_the_peak_is_one_the_unit_was_there_for() -> None:
    log = logged([(100, 4), (120, 10), (140, 12), (160, 9), (180, 4)])
    late = replace(OPEN, observed_until=at(180), counted=80 * MINUTE, peak=13.0, peak_at=at(170))
    assert peak(found(late, log, until=160)) == (12.0, at(140))
    assert peak(found(late, {}, until=160)) == (8.0, at(130)), "nobody knows more than the limit"


@pytest.mark.parametrize("minute", [110, 150])
def test_so_is_a_peak_as_it_came_or_left(minute: int) -> None:
    own = replace(ONCE, peak=13.0, peak_at=at(minute))
    assert peak(found(own, {}, since=110, until=150)) == (13.0, at(minute))
    blind = replace(ONCE, peak=None, peak_at=None)
    log = logged(sorted({90: 4, 110: 9, 130: 9, 150: 9, 190: 4, minute: 13}.items()))
    assert peak(found(blind, log, since=110, until=150)) == (13.0, at(minute))


def test_of_equal_peaks_the_first_is_told() -> None:
    blind = replace(ADDED, peak=None, peak_at=None)
    assert peak(found(blind, logged(TWO_TIMES))) == (12.0, at(120))

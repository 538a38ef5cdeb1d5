"""Device alarms as findings: whom they are about, how long they were, and what a coarse log adds."""

from kernel.instants import MINUTE
from kernel.intervals import total
from rules.core.device_alarms import Alarm, alarm_findings, device_rule
from tests.judging import above, at, signal, stay

LIMIT = above(8)
HOT = device_rule(LIMIT, 30 * MINUTE, MINUTE, in_sum=False)
SUM = device_rule(LIMIT, 60 * MINUTE, MINUTE, in_sum=True)
ONCE = Alarm(1, HOT, False, at(100), at(130), at(170), at(170), 70 * MINUTE, 12.0, at(150))
OPEN = Alarm(1, HOT, False, at(100), at(130), None, at(200), 101 * MINUTE, 12.0, at(150))
ADDED = Alarm(1, SUM, True, at(100), at(170), None, at(400), 80 * MINUTE, 12.0, at(150))


def test_its_name_says_what_the_device_was_set_to() -> None:
    assert HOT.name == "device alarm above 8 degC for 30 min"
    assert SUM.name == "device alarm above 8 degC for 60 min in sum"


def test_it_counts_for_whom_was_beside_the_device_when_it_was_raised() -> None:
    for since, until, told in (
        (0, 300, (100, 170, 170)),
        (0, 131, (100, 131, None)),
        (120, 300, (120, 170, 170)),
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


def test_a_sum_is_spread_over_the_times_the_log_shows() -> None:
    """Beyond 8 from 110 to 150 and from 190 to 250 by the log, 100 minutes; the device counted 80."""
    log = signal(
        [(100, 4), (120, 12), (140, 12), (160, 4), (180, 4), (200, 12), (240, 12), (260, 4)],
        [LIMIT],
        60,
    )
    (finding,) = alarm_findings([stay(0, 500, 1)], {1: log}, [ADDED])
    first, second = finding.beyond
    assert (first.start, second.start) == (at(100), at(190))
    assert total(finding.beyond) == 80 * MINUTE - 1  # rounded down to whole microseconds
    assert finding.ended_at == second.end < at(250)
    assert finding.breached_at == at(170)


def test_a_sum_without_a_log_is_one_stretch_of_its_length() -> None:
    (finding,) = alarm_findings([stay(0, 500, 1)], {}, [ADDED])
    assert [(span.start, span.end) for span in finding.beyond] == [(at(100), at(180))]
    assert finding.ended_at is None


def test_the_peak_is_one_the_unit_was_there_for() -> None:
    log = signal([(100, 4), (120, 10), (140, 12), (160, 9), (180, 4)], [LIMIT], 60)
    late = Alarm(1, HOT, False, at(100), at(130), None, at(180), 80 * MINUTE, 13.0, at(170))
    (finding,) = alarm_findings([stay(0, 160, 1)], {1: log}, [late])
    assert (finding.worst.peak, finding.worst.peak_at) == (12.0, at(140))
    (finding,) = alarm_findings([stay(0, 160, 1)], {}, [late])
    assert (finding.worst.peak, finding.worst.peak_at) == (8.0, at(130))


def test_a_log_that_shows_nothing_until_after_the_alarm_is_not_asked() -> None:
    late = signal([(100, 4), (190, 4), (210, 12), (240, 12), (260, 4)], [LIMIT], 100)
    (finding,) = alarm_findings([stay(0, 500, 1)], {1: late}, [ADDED])
    assert finding.beyond == alarm_findings([stay(0, 500, 1)], {}, [ADDED])[0].beyond


def test_while_log_and_alarm_go_on_the_last_time_reaches_as_far_as_the_record() -> None:
    """Beyond 8 from 110 to 150 and from 190 on, by the log until 240, by the record until 400."""
    told = [(100, 4), (120, 12), (140, 12), (160, 4), (180, 4), (200, 12), (240, 12)]
    (finding,) = alarm_findings([stay(0, 500, 1)], {1: signal(told, [LIMIT], 60)}, [ADDED])
    first, second = finding.beyond
    assert (first.start, second.start) == (at(100), at(190))
    assert first.length == 50 * MINUTE * 80 // 260
    assert second.length == 210 * MINUTE * 80 // 260
    assert finding.ended_at is None

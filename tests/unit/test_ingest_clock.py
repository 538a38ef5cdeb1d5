"""A gateway's clock in single cases: what is told at first sight, what is suspect, what is drift."""

from ingest.core.clock import SETTLING, UNBELIEVABLE, Clock, Jump, observe
from kernel.instants import DAY, HOUR, MINUTE, SECOND

AT = 1_772_352_000_000_000
TOLERANCE = 5 * MINUTE


def looked_at(*looks: tuple[int, int]) -> tuple[Clock, list[Jump]]:
    """A clock after looks at (seconds, offset)."""
    clock: Clock | None = None
    jumps: list[Jump] = []
    for second, offset in looks:
        clock, jump = observe(clock, AT + second * SECOND, offset)
        jumps += [jump] if jump else []
    assert clock is not None
    return clock, jumps


def test_a_clock_that_is_right_is_never_told() -> None:
    clock, jumps = looked_at(*((second, 200_000) for second in range(0, 3600, 30)))
    assert (jumps, clock.settles_at, clock.off_by(TOLERANCE)) == ([], None, False)


def test_a_clock_that_is_wrong_from_the_start_is_told_when_it_has_settled() -> None:
    clock, jumps = looked_at((0, 2 * HOUR))
    assert (jumps, clock.off_by(TOLERANCE)) == ([], False), "it may have lain in a queue"
    clock, jumps = looked_at((0, 2 * HOUR), (60, 2 * HOUR - 5), (120, 2 * HOUR))
    assert jumps == [Jump(AT + SETTLING, None, 2 * HOUR - 5)]
    assert clock.off_by(TOLERANCE)


def test_a_backlog_of_the_broker_at_first_sight_is_no_jump() -> None:
    backlog = [(n, 3 * HOUR - n * 10 * SECOND) for n in range(100)]
    clock, jumps = looked_at(*backlog, (101, SECOND), (140, SECOND))
    assert (jumps, clock.offset) == ([], SECOND)


def test_a_clock_ahead_is_suspect_at_once() -> None:
    clock, _ = looked_at((0, -HOUR))
    assert clock.off_by(TOLERANCE)
    clock, jumps = looked_at((0, 0), (130, 0), (140, UNBELIEVABLE))
    assert jumps == [Jump(AT + 140 * SECOND, 0, -DAY)]
    assert clock.off_by(TOLERANCE)


def test_a_clock_set_right_again_is_told_too() -> None:
    back = [(150 + n * 30, SECOND) for n in range(6)]
    clock, jumps = looked_at((0, 0), (130, 0), (140, -HOUR), *back)
    assert [(jump.before, jump.after) for jump in jumps] == [(0, -HOUR), (-HOUR, SECOND)]
    assert not clock.off_by(TOLERANCE)


def test_a_crystal_that_drifts_is_followed() -> None:
    days = [(hour * 3600, hour * 3600 * 100) for hour in range(24 * 30)]  # 100 ppm for a month
    clock, jumps = looked_at(*days)
    assert jumps == []
    assert clock.offset == days[-1][1]

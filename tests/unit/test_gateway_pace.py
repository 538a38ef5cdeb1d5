"""How much of a backlog is let go at once: the line's whole speed, and no queue on it."""

from collections import deque

from gateway.core.pace import Pace
from kernel.instants import SECOND

MILLISECOND = SECOND // 1000


def drain(pace: Pace, each: int, way: int, seconds: int) -> tuple[float, int]:
    """A line that takes a batch every `each` and needs `way` there and back; the model is a queue.

    Returns batches a second, and the wait that 99 of 100 stay below, both of the second half.
    """
    now, idle_at = 0, 0
    under_way: deque[tuple[int, int]] = deque()
    waits: list[int] = []
    while now < seconds * SECOND:
        for _ in range(pace.room(len(under_way))):
            idle_at = max(idle_at, now) + each
            under_way.append((now, idle_at + way))
        sent_at, now = under_way[0]
        pace.confirmed(1, sent_at, now, in_use=len(under_way))
        under_way.popleft()
        if now > seconds * SECOND // 2:
            waits.append(now - sent_at)
    return 2 * len(waits) / seconds, sorted(waits)[len(waits) * 99 // 100]


def test_a_fast_line_is_used_to_the_full() -> None:
    rate, wait = drain(Pace(256), each=10 * MILLISECOND, way=30 * MILLISECOND, seconds=60)
    assert rate > 95
    assert wait <= 450 * MILLISECOND


def test_a_slow_line_gets_few_batches_at_once() -> None:
    rate, wait = drain(Pace(256), each=SECOND, way=100 * MILLISECOND, seconds=300)
    assert rate > 0.9
    assert wait <= 3 * SECOND


def test_a_long_way_is_no_queue() -> None:
    rate, wait = drain(Pace(256), each=5 * MILLISECOND, way=600 * MILLISECOND, seconds=120)
    assert rate > 170
    assert wait <= 1.5 * SECOND


def test_a_way_that_becomes_longer_is_found_out() -> None:
    """The centre's machine is busy with something else: every answer takes 4 s from now on."""
    pace = Pace(256)
    drain(pace, each=5 * MILLISECOND, way=30 * MILLISECOND, seconds=30)
    pace_before = pace.room(0)
    assert pace_before > 40
    rate, _ = drain(pace, each=5 * MILLISECOND, way=4 * SECOND, seconds=200)
    assert rate > 30


def test_the_window_bounds_the_allowance() -> None:
    pace = Pace(16)
    for now in range(100):
        pace.confirmed(16, now, now, in_use=16)
    assert pace.room(0) == 12
    assert pace.room(20) == 0


def test_what_is_not_used_does_not_grow() -> None:
    pace = Pace(256)
    before = pace.room(0)
    pace.confirmed(1, 0, 1, in_use=1)
    assert pace.room(0) == before

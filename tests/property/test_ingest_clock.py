"""Gateways' clocks: the state that is carried on says what the whole history says, looked at in lists.

And in a world with true clocks and late deliveries: every real step is told, and nothing else is.
"""

from dataclasses import dataclass
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ingest.core.clock import SETTLING, TOLERANCE, Clock, Jump, observe
from kernel.instants import HOUR, MINUTE, SECOND

AT = 1_772_352_000_000_000
GRAIN = 5_000  # a whole microsecond of drift, so that sums of parts are exact
DRIFT = 5_000

Look = tuple[int, int]


def carried(looks: list[Look]) -> tuple[Clock | None, list[Jump]]:
    clock: Clock | None = None
    jumps: list[Jump] = []
    for received_at, offset in looks:
        clock, jump = observe(clock, received_at, offset)
        jumps += [jump] if jump else []
    return clock, jumps


def from_lists(looks: list[Look]) -> list[Jump]:
    """The jumps that the whole history tells, found by looking at all of it again for each batch."""
    first = looks[0][0]
    settled = next((n for n, (at, _) in enumerate(looks) if at >= first + SETTLING and n), None)
    if settled is None:
        return []
    lowest = min(offset for _, offset in looks[: settled + 1])
    accepted = [(looks[settled][0], lowest)]
    jumps = [Jump(accepted[0][0], None, lowest)] if abs(lowest) > TOLERANCE else []
    high: list[Look] = []
    for at, offset in looks[settled + 1 :]:
        last = accepted[-1][0]
        known = min(o + (last - t) // DRIFT for t, o in accepted)
        allowed = min(o + (at - t) // DRIFT for t, o in accepted)
        if offset < known - TOLERANCE:
            jumps.append(Jump(at, known, offset))
            accepted, high = [(at, offset)], []
        elif offset <= allowed + TOLERANCE:
            accepted, high = [*accepted, (at, offset)], []
        else:
            high.append((at, offset))
            if at - high[0][0] >= SETTLING:
                back = min(o for _, o in high)
                jumps.append(Jump(at, known, back))
                accepted, high = [(at, back)], []
    return jumps


gaps = st.integers(0, 3 * MINUTE // GRAIN).map(lambda n: n * GRAIN)
offsets = (
    st.sampled_from([-HOUR, -2 * MINUTE, 0, SECOND, 30 * SECOND, 90 * SECOND, 5 * MINUTE])
    | st.integers(-2 * MINUTE, 2 * MINUTE)
    | st.sampled_from([TOLERANCE, TOLERANCE + 1, -TOLERANCE, -TOLERANCE - 1])
)


@given(st.lists(st.tuples(gaps, offsets), min_size=1, max_size=40))
def test_what_is_carried_on_says_what_the_whole_history_says(steps: list[Look]) -> None:
    at, looks = AT, list[Look]()
    for gap, offset in steps:
        at += gap
        looks.append((at, offset))
    assert carried(looks)[1] == from_lists(looks)


@dataclass(frozen=True)
class World:
    """A gateway with a true offset, then `step` set at `when`; batches come with delays."""

    looks: list[Look]
    before: int
    after: int
    stepped_at: int


@st.composite
def worlds(draw: st.DrawFn, *, step: st.SearchStrategy[int]) -> World:
    """A batch every 10 s for an hour, some late by up to hours, never all of them for long."""
    before = draw(st.integers(-20 * SECOND, 20 * SECOND))
    after = before + draw(step)
    number = draw(st.integers(60, 240))
    chance = Random(draw(st.integers(0, 2**32)))
    looks: list[Look] = []
    for n in range(360):
        true = before if n < number else after
        on_time = n % 6 == 0 or number - 1 <= n < number + 2
        late = 0 if on_time else chance.choice([0, 0, 0, 0, 20 * SECOND, 5 * MINUTE, 3 * HOUR])
        looks.append((AT + n * 10 * SECOND, true + chance.randrange(2 * SECOND) + late))
    return World(looks, before, after, AT + number * 10 * SECOND)


@given(worlds(step=st.just(0)))
def test_late_deliveries_are_no_jump(world: World) -> None:
    clock, jumps = carried(world.looks)
    assert jumps == []
    assert clock is not None
    assert world.before <= clock.offset <= world.before + 3 * SECOND


@given(worlds(step=st.integers(63 * SECOND, 2 * HOUR).map(lambda step: -step)))
def test_a_clock_set_ahead_is_told_at_once(world: World) -> None:
    _, (jump, *more) = carried(world.looks)
    assert (jump.seen_at, more) == (world.stepped_at, [])
    assert abs(jump.after - world.after) <= 2 * SECOND


@given(worlds(step=st.integers(65 * SECOND, 2 * HOUR)))
def test_a_clock_set_back_is_told_after_two_minutes(world: World) -> None:
    clock, (jump, *more) = carried(world.looks)
    assert more == []
    assert world.stepped_at + SETTLING <= jump.seen_at <= world.stepped_at + SETTLING + 10 * SECOND
    assert abs(jump.after - world.after) <= 2 * SECOND
    assert clock is not None
    assert abs(clock.offset - world.after) <= 3 * SECOND

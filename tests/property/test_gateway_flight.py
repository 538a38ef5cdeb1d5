"""The send window against a world that loses messages, acknowledgements, connections and processes."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.flight import Flight
from wire.ack import Ack

EPOCH, WINDOW, PATIENCE, MOST = 3, 5, 10, 3


def new_flight() -> Flight:
    return Flight(EPOCH, WINDOW, PATIENCE)


@dataclass
class World:
    """A spool, a lossy broker and a centre, kept as plain sets; only `flight` is the real thing."""

    flight: Flight = field(default_factory=new_flight)
    spool: set[int] = field(default_factory=set[int])
    given_out: int = 0
    broker: list[int] = field(default_factory=list[int])
    committed: set[int] = field(default_factory=set[int])
    answers: list[Ack] = field(default_factory=list[Ack])
    now: int = 0

    def append(self) -> None:
        self.given_out += 1
        self.spool.add(self.given_out)

    def feed(self) -> bool:
        """One round of the publisher: plan, read, send."""
        self.flight.overdue(self.now)
        plan = self.flight.plan(MOST)
        new = sorted(seq for seq in self.spool if seq > plan.after)[: plan.room]
        again = [seq for seq in plan.again if seq in self.spool]
        self.flight.gone({*plan.again} - {*again})
        sent = [seq for seq in again + new if self.flight.depart(seq, self.now)]
        self.broker += sent
        assert len(sent) <= MOST
        assert len(self.flight) <= WINDOW
        assert not {*sent} - self.spool
        return bool(sent)

    def deliver(self) -> None:
        if self.broker:
            self.committed.add(self.broker.pop(0))
            self.answers.append(Ack(EPOCH, ranges(self.committed)))

    def answer(self, position: int) -> None:
        """Hand one of the waiting acknowledgements over, not always the oldest."""
        if self.answers:
            ack = self.answers.pop(position % len(self.answers))
            for first, last in self.flight.acknowledge(ack, self.now):
                self.spool -= {*range(first, last + 1)}

    def wait(self, time: int) -> None:
        self.now += time

    def lose_message(self, position: int) -> None:
        if self.broker:
            self.broker.pop(position % len(self.broker))

    def lose_answers(self) -> None:
        self.answers.clear()

    def broker_dies(self) -> None:
        self.broker.clear()
        self.answers.clear()
        self.flight.reconnected()

    def gateway_dies(self) -> None:
        self.flight = new_flight()

    def stranger_answers(self) -> None:
        before = len(self.flight)
        assert self.flight.acknowledge(Ack(EPOCH + 1, ((1, self.given_out),)), self.now) == ()
        assert len(self.flight) == before

    def check(self) -> None:
        """What is not in the spool any more is committed: nothing was lost so far."""
        assert {*range(1, self.given_out + 1)} - self.spool <= self.committed


def ranges(numbers: set[int]) -> tuple[tuple[int, int], ...]:
    pairs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if pairs and pairs[-1][1] == number - 1:
            pairs[-1] = (pairs[-1][0], number)
        else:
            pairs.append((number, number))
    return tuple(pairs)


LIVELY = ("append", "feed", "deliver")
RARE = ("lose_answers", "broker_dies", "gateway_dies", "stranger_answers")
NUMBERED = ("wait", "answer", "lose_message")
Step = tuple[str, int]

steps = st.tuples(st.sampled_from([*LIVELY * 3, *NUMBERED * 2, *RARE]), st.integers(0, 30))


@given(st.lists(steps, max_size=120))
def test_whatever_is_lost_on_the_way_everything_is_confirmed_in_the_end(
    story: list[Step],
) -> None:
    world = World()
    for step in story:
        take(world, *step)
        world.check()
    finish(world)
    assert world.spool == set()
    assert world.committed == {*range(1, world.given_out + 1)}
    assert len(world.flight) == 0


@given(st.lists(steps, max_size=60))
def test_a_reconnection_repeats_what_is_unconfirmed_in_order(
    story: list[Step],
) -> None:
    world = World()
    for step in story:
        take(world, *step)
    in_flight = len(world.flight)
    world.broker_dies()
    while world.feed():
        pass
    repeated = world.broker[:in_flight]
    assert repeated == sorted({*repeated})


def take(world: World, name: str, number: int) -> None:
    if name in NUMBERED:
        getattr(world, name)(number)
    else:
        getattr(world, name)()


def finish(world: World) -> None:
    """From now on nothing is lost: every batch must be confirmed within a bounded time."""
    for _ in range(20 * (world.given_out + 1)):
        world.feed()
        while world.broker:
            world.deliver()
        while world.answers:
            world.answer(0)
        world.now += PATIENCE
        world.check()

"""The send window against a world that loses messages, acknowledgements, connections and processes.

The world also thins what is not under way, and its centre names only its newest few ranges.
"""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.flight import Flight, Section
from gateway.core.stretches import Range
from kernel.instants import SECOND
from tests.examples import examples
from wire.ack import Ack

EPOCH, WINDOW, PATIENCE, MOST, NAMED = 3, 5, SECOND, 3, 2


@dataclass(frozen=True)
class Kept:
    """A batch of the model: the numbers it stands for, and those whose readings are in it."""

    first: int
    seq: int
    content: frozenset[int]


@dataclass
class World:
    """A spool, a lossy broker and a centre, kept as plain sets; only `flight` is the real thing."""

    flight: Flight = field(default_factory=lambda: Flight(EPOCH, WINDOW, PATIENCE))
    spool: dict[int, Kept] = field(default_factory=dict[int, Kept])
    given_out: int = 0
    broker: list[Kept] = field(default_factory=list[Kept])
    committed: set[int] = field(default_factory=set[int])
    known: set[int] = field(default_factory=set[int])
    answers: list[Ack] = field(default_factory=list[Ack])
    now: int = 0
    connected_at: int = 0
    order: list[int] = field(default_factory=list[int])

    def append(self) -> None:
        self.given_out += 1
        number = self.given_out
        self.spool[number] = Kept(number, number, frozenset({number}))

    def section(self, section: Section) -> list[int]:
        numbers = [
            seq
            for seq in sorted(self.spool)
            if section.after < seq and self.spool[seq].first <= section.upto
        ]
        return numbers[: section.room]

    def feed(self) -> bool:
        """One round of the publisher: plan, read, send."""
        self.flight.overdue(self.now)
        plan = self.flight.plan(MOST, self.given_out, self.now)
        live, backlog = self.section(plan.live), self.section(plan.backlog)
        again = [seq for seq in plan.again if seq in self.spool]
        self.flight.gone({*plan.again} - {*again})
        sent = [
            seq
            for seq in live + again + backlog
            if self.flight.depart(seq, self.now, self.spool[seq].first)
        ]
        for section, found in ((plan.live, live), (plan.backlog, backlog)):
            if len(found) < section.room:
                self.flight.emptied(section)
        self.broker += [self.spool[seq] for seq in sent]
        self.order += sent
        assert len(sent) <= MOST
        assert len(self.flight) <= WINDOW
        assert all(seq > self.connected_at for seq in live)
        return bool(plan)

    def deliver(self) -> None:
        if self.broker:
            arrived = self.broker.pop(0)
            numbers = {*range(arrived.first, arrived.seq + 1)}
            if not numbers <= self.committed:
                self.known |= arrived.content
            self.committed |= numbers
            self.answers.append(Ack(EPOCH, tuple(ranges(self.committed)[-NAMED:])))

    def answer(self, position: int) -> None:
        """Hand one of the waiting acknowledgements over, not always the oldest."""
        if self.answers:
            ack = self.answers.pop(position % len(self.answers))
            for first, last in self.flight.acknowledge(ack, self.now):
                for kept in list(self.spool.values()):
                    if first <= kept.first and kept.seq <= last:
                        del self.spool[kept.seq]

    def thin(self, position: int) -> None:
        """Let one batch stand for two or three neighbours that are not under way."""
        kept = sorted(self.spool)
        group = [self.spool[seq] for seq in kept[position : position + 2 + position % 2]]
        if len(group) > 1 and not {one.seq for one in group} & self.flight.under_way():
            for one in group:
                del self.spool[one.seq]
            content = frozenset[int]().union(*(one.content for one in group))
            first, last = group[0].first, group[-1].seq
            self.spool[last] = Kept(first, last, content)
            self.flight.replaced((first, last))

    def wait(self, time: int) -> None:
        self.now += time * SECOND // 10

    def lose_message(self, position: int) -> None:
        if self.broker:
            self.broker.pop(position % len(self.broker))

    def lose_answers(self) -> None:
        self.answers.clear()

    def broker_dies(self) -> None:
        self.broker.clear()
        self.answers.clear()
        self.reconnect()

    def reconnect(self) -> None:
        """The broker keeps what it has; the gateway cannot know."""
        self.flight.reconnected(self.given_out)
        self.connected_at = self.given_out

    def gateway_dies(self) -> None:
        stretches: list[Range] = []
        for seq in sorted(self.spool):
            first = self.spool[seq].first
            if stretches and stretches[-1][1] == first - 1:
                first = stretches.pop()[0]
            stretches.append((first, seq))
        self.flight = Flight(EPOCH, WINDOW, PATIENCE, backlog=stretches, last=self.given_out)
        self.reconnect()

    def stranger_answers(self) -> None:
        before = len(self.flight)
        assert self.flight.acknowledge(Ack(EPOCH + 1, ((1, self.given_out),)), self.now) == ()
        assert len(self.flight) == before

    def check(self) -> None:
        """What is not in the spool any more is known to the centre: nothing was lost so far."""
        kept = frozenset[int]().union(*(one.content for one in self.spool.values()))
        assert {*range(1, self.given_out + 1)} - kept <= self.known


def ranges(numbers: set[int]) -> list[Range]:
    pairs: list[Range] = []
    for number in sorted(numbers):
        if pairs and pairs[-1][1] == number - 1:
            pairs[-1] = (pairs[-1][0], number)
        else:
            pairs.append((number, number))
    return pairs


LIVELY = ("append", "feed", "deliver")
RARE = ("lose_answers", "broker_dies", "reconnect", "gateway_dies", "stranger_answers")
NUMBERED = ("wait", "answer", "lose_message", "thin")
Step = tuple[str, int]

steps = st.tuples(st.sampled_from([*LIVELY * 3, *NUMBERED * 2, *RARE]), st.integers(0, 30))


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(steps, max_size=120))
def test_whatever_is_lost_on_the_way_everything_is_confirmed_in_the_end(
    story: list[Step],
) -> None:
    world = World()
    for step in story:
        take(world, *step)
        world.check()
    finish(world)
    assert world.spool == {}
    assert world.committed == {*range(1, world.given_out + 1)} == world.known
    assert len(world.flight) == 0
    assert not world.flight.plan(MOST, world.given_out, world.now)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(steps, max_size=60), st.integers(1, 4))
def test_after_a_reconnection_what_comes_now_goes_before_what_is_left(
    story: list[Step], fresh: int
) -> None:
    world = World()
    for step in story:
        take(world, *step)
    world.broker_dies()
    left = {*world.spool}
    for _ in range(fresh):
        world.append()
    world.order.clear()
    while world.feed():
        assert len(world.order) <= WINDOW + len(left)
    first_live = world.given_out - fresh + 1
    at_once = min(fresh, MOST - 1)
    assert world.order[:at_once] == [*range(first_live, first_live + at_once)]
    live = [seq for seq in world.order if seq not in left]
    assert live == [*range(first_live, first_live + len(live))]
    assert len(live) >= min(fresh, WINDOW // 4)


def test_a_number_that_was_confirmed_unheard_may_stand_for_more_by_now() -> None:
    """The centre has batch 2; the answer is lost; when it goes again it holds batch 1 too."""
    world = World()
    for _ in range(2):
        world.append()
    world.feed()
    world.lose_message(0)
    world.deliver()
    world.broker_dies()
    world.thin(0)
    assert world.committed == {2}
    finish(world)
    assert world.known == {1, 2}


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 4))
def test_live_data_does_not_starve_a_backlog(a_round: int, every: int) -> None:
    """New batches come as fast as the window lets them go; still the old ones get through."""
    world = World()
    for _ in range(8):
        world.append()
    world.reconnect()
    for turn in range(100 * every):
        for _ in range(a_round):
            world.append()
        world.feed()
        if turn % every == 0:
            world.deliver()
            world.answer(0)
        world.now += SECOND // 100
    assert {*range(1, 9)} <= world.committed


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

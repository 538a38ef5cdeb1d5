"""Batches under way: the window, live before backlog, resending, and what a confirmation settles."""

from gateway.core.flight import Flight, Plan, Section
from kernel.instants import SECOND
from wire.ack import Ack

EPOCH, PATIENCE = 7, 10 * SECOND
NONE = Section(0, 0, 0)


def flight(*sent: int, window: int = 4) -> Flight:
    made = Flight(EPOCH, window, PATIENCE)
    for seq in sent:
        assert made.depart(seq, 0)
    return made


def live(after: int, upto: int, room: int) -> Plan:
    return Plan(Section(after, upto, room), (), NONE)


def test_the_window_bounds_what_is_under_way() -> None:
    assert flight().plan(100, 9, 0) == live(0, 9, 4)
    assert flight(1, 2, 3).plan(100, 9, 0) == live(3, 9, 1)
    assert not flight(1, 2, 3, 4).plan(100, 9, 0)


def test_the_bytes_under_way_are_bounded_too() -> None:
    made = Flight(EPOCH, 256, PATIENCE, most_bytes=1000)
    made.depart(1, 0, size=100)
    made.depart(2, 0, size=100)
    assert made.plan(100, 90, 0).live.room == 8
    made.depart(3, 0, size=900)
    assert not made.plan(100, 90, 0)


def test_what_was_left_at_the_connection_goes_beside_live_data() -> None:
    made = Flight(EPOCH, 8, PATIENCE, backlog=[(3, 90)], last=90)
    made.reconnected(100)
    assert made.plan(4, 100, 0) == Plan(Section(100, 100, 0), (), Section(2, 100, 4))
    assert made.plan(4, 102, 0) == Plan(Section(100, 102, 2), (), Section(2, 100, 2))
    assert made.plan(4, 200, 0) == Plan(Section(100, 200, 3), (), Section(2, 100, 1))


def test_a_quarter_of_the_window_is_never_given_to_a_backlog() -> None:
    made = Flight(EPOCH, 8, PATIENCE, backlog=[(1, 100)], last=100)
    for seq in range(1, 7):
        assert made.plan(100, 100, 0).backlog.room == 7 - seq
        made.depart(seq, 0)
    assert made.plan(100, 150, 0) == Plan(Section(100, 150, 2), (), NONE)


def test_a_newer_stretch_of_a_backlog_goes_first_and_within_it_the_oldest() -> None:
    made = Flight(EPOCH, 8, PATIENCE, backlog=[(1, 5), (10, 11)], last=11)
    assert made.plan(3, 11, 0).backlog == Section(9, 11, 3)
    made.depart(10, 0)
    made.depart(11, 0)
    assert made.plan(3, 11, 0).backlog == Section(0, 5, 3)


def test_a_stretch_the_spool_has_nothing_of_is_not_asked_for_again() -> None:
    made = Flight(EPOCH, 8, PATIENCE, backlog=[(1, 5), (10, 11)], last=11)
    made.emptied(made.plan(3, 11, 0).backlog)
    assert made.plan(3, 11, 0).backlog == Section(0, 5, 3)


def test_live_data_that_waits_for_a_second_gives_way_to_what_comes_now() -> None:
    sent = flight(1, 2, 3, 4)
    assert not sent.plan(100, 50, 0)
    assert not sent.plan(100, 80, SECOND - 1)
    assert not sent.plan(100, 90, SECOND)
    sent.acknowledge(Ack(EPOCH, ((1, 3),)), SECOND)
    assert sent.plan(100, 91, SECOND) == Plan(Section(90, 91, 1), (), Section(4, 90, 2))


def test_many_interrupted_drains_leave_no_stretch_behind() -> None:
    """The answers name three ranges; were older stretches sent first, none of them would be named."""
    made, committed, given = Flight(EPOCH, 8, PATIENCE), set[int](), 0
    for _ in range(30):
        given += 10
        made.reconnected(given)
        made.depart(given + 1, 0)
        given += 1
        committed.add(given)
    for now in range(0, 300 * SECOND, SECOND):
        made.overdue(now)
        plan = made.plan(8, given, now)
        for section in (plan.live, plan.backlog):
            unsent = list(range(section.after + 1, section.upto + 1))
            for seq in unsent[: section.room]:
                if made.depart(seq, now):
                    committed.add(seq)
        made.acknowledge(Ack(EPOCH, newest(committed, 3)), now)
    assert committed == {*range(1, given + 1)}
    assert len(made) == 0


def newest(numbers: set[int], most: int) -> tuple[tuple[int, int], ...]:
    lows = sorted(number for number in numbers if number - 1 not in numbers)
    highs = sorted(number for number in numbers if number + 1 not in numbers)
    return tuple(zip(lows, highs, strict=True))[-most:]


def test_an_acknowledgement_makes_room_and_names_what_to_forget() -> None:
    sent = flight(1, 2, 3, 4)
    assert sent.acknowledge(Ack(EPOCH, ((1, 2), (4, 4))), 1) == ((1, 2), (4, 4))
    assert sent.plan(100, 50, 1) == live(4, 50, 3)


def test_another_epoch_releases_nothing() -> None:
    sent = flight(1, 2)
    assert sent.acknowledge(Ack(EPOCH + 1, ((1, 2),)), 1) == ()
    assert len(sent) == 2


def test_what_was_confirmed_before_a_restart_is_not_sent() -> None:
    restarted = flight()
    restarted.acknowledge(Ack(EPOCH, ((1, 5),)), 0)
    assert not restarted.depart(5, 1)
    assert restarted.depart(6, 1)
    assert len(restarted) == 1


def test_a_batch_that_stands_for_others_is_confirmed_with_all_of_them() -> None:
    sent = flight()
    assert sent.depart(8, 0, first=3)
    sent.acknowledge(Ack(EPOCH, ((4, 8),)), 1)
    assert sent.under_way() == {8}
    sent.acknowledge(Ack(EPOCH, ((3, 8),)), 2)
    assert not sent.under_way()


def test_a_batch_that_took_the_place_of_others_is_sent() -> None:
    sent = flight(1, 2, 3)
    sent.acknowledge(Ack(EPOCH, ((2, 2),)), 1)
    sent.replaced((1, 3))
    assert sent.plan(100, 3, 1).backlog == Section(0, 3, 3)
    assert sent.depart(3, 1, first=1)
    assert sent.under_way() == {3}


def test_a_reconnection_sends_everything_again_in_order() -> None:
    sent = flight(1, 2, 3)
    sent.acknowledge(Ack(EPOCH, ((2, 2),)), 1)
    sent.reconnected(3)
    assert sent.plan(100, 3, 1).backlog == Section(2, 3, 3)
    sent.depart(3, 1)
    assert sent.plan(100, 3, 1).backlog == Section(0, 1, 2)


def test_silence_is_answered_with_one_batch_at_growing_intervals() -> None:
    sent = flight(1, 2)
    asked: list[tuple[int, int]] = []
    for now in range(SECOND, 300 * SECOND, SECOND):
        sent.overdue(now)
        for seq in sent.plan(100, 2, now).again:
            asked.append((now // SECOND, seq))
            assert sent.depart(seq, now)
    assert [seq for _, seq in asked] == [1, 2, 1, 2, 1, 2]
    assert [now for now, _ in asked] == [10, 30, 70, 130, 190, 250]


def test_the_answer_to_the_question_tells_what_else_went_missing() -> None:
    sent = flight(1, 2, 3)
    sent.overdue(PATIENCE)
    sent.depart(1, PATIENCE)
    sent.acknowledge(Ack(EPOCH, ((1, 1),)), PATIENCE + 1)
    assert sent.plan(100, 3, PATIENCE + 1).backlog == Section(1, 3, 3)


def test_what_the_centre_passes_over_in_its_answers_is_sent_again() -> None:
    sent = flight(1, 2)
    sent.depart(3, SECOND)
    sent.acknowledge(Ack(EPOCH, ((2, 2),)), SECOND)
    sent.overdue(PATIENCE)
    assert sent.under_way() == {3}
    assert sent.plan(100, 3, PATIENCE).backlog == Section(0, 1, 3)


def test_batches_sent_just_now_are_not_taken_for_missing() -> None:
    sent = flight(1)
    sent.overdue(PATIENCE)
    sent.depart(1, PATIENCE)
    sent.depart(2, PATIENCE)
    sent.acknowledge(Ack(EPOCH, ((1, 1),)), PATIENCE + 1)
    assert sent.under_way() == {2}


def test_a_batch_under_way_is_not_sent_twice() -> None:
    assert not flight(1).depart(1, 1)


def test_a_batch_the_spool_no_longer_has_is_given_up() -> None:
    sent = flight(1, 2)
    sent.gone([1])
    assert sent.under_way() == {2}


def test_an_empty_flight_waits_for_nothing() -> None:
    assert flight().due_at() is None
    assert flight(1).due_at() == PATIENCE

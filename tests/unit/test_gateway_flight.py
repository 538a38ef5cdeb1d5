"""Batches under way: the window, resending, and what a confirmation settles."""

from gateway.core.flight import Flight, Plan
from wire.ack import Ack

EPOCH, PATIENCE = 7, 10


def flight(*sent: int, window: int = 4) -> Flight:
    made = Flight(EPOCH, window, PATIENCE)
    for seq in sent:
        assert made.depart(seq, 0)
    return made


def test_the_window_bounds_what_is_under_way() -> None:
    assert flight().plan(100) == Plan((), 0, 4)
    assert flight(1, 2, 3).plan(100) == Plan((), 3, 1)
    assert not flight(1, 2, 3, 4).plan(100)


def test_an_acknowledgement_makes_room_and_names_what_to_forget() -> None:
    sent = flight(1, 2, 3, 4)
    assert sent.acknowledge(Ack(EPOCH, ((1, 2), (4, 4))), 1) == ((1, 2), (4, 4))
    assert sent.plan(100) == Plan((), 4, 3)


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


def test_a_reconnection_sends_everything_again_in_order() -> None:
    sent = flight(1, 2, 3)
    sent.acknowledge(Ack(EPOCH, ((2, 2),)), 1)
    sent.reconnected()
    assert sent.plan(100).again == (1, 3)


def test_silence_is_answered_with_one_batch_at_growing_intervals() -> None:
    sent = flight(1, 2)
    asked: list[tuple[int, int]] = []
    for now in range(1, 300):
        sent.overdue(now)
        for seq in sent.plan(100).again:
            asked.append((now, seq))
            sent.depart(seq, now)
    assert [seq for _, seq in asked] == [1, 2, 1, 2, 1, 2]
    assert [now for now, _ in asked] == [10, 30, 70, 130, 190, 250]


def test_the_answer_to_the_question_tells_what_else_went_missing() -> None:
    sent = flight(1, 2, 3)
    sent.overdue(PATIENCE)
    sent.depart(1, PATIENCE)
    sent.acknowledge(Ack(EPOCH, ((1, 1),)), PATIENCE + 1)
    assert sent.plan(100).again == (2, 3)


def test_batches_sent_just_now_are_not_taken_for_missing() -> None:
    sent = flight(1)
    sent.overdue(PATIENCE)
    sent.depart(1, PATIENCE)
    sent.depart(2, PATIENCE)
    sent.acknowledge(Ack(EPOCH, ((1, 1),)), PATIENCE + 1)
    assert sent.plan(100).again == ()


def test_a_batch_the_spool_no_longer_has_is_given_up() -> None:
    sent = flight(1, 2)
    sent.reconnected()
    sent.gone([1])
    assert sent.plan(100).again == (2,)
    assert len(sent) == 1


def test_an_empty_flight_waits_for_nothing() -> None:
    assert flight().due_at() is None
    assert flight(1).due_at() == PATIENCE

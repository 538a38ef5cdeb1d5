"""What cannot be stored: parked once, listed, replayed on the live path, discarded with a reason."""

import json
from collections.abc import Callable, Generator, Sequence
from typing import Any, LiteralString

import numpy as np
import psycopg
import pytest

from ingest.core.decode import CONTRACT, Decoded, Decoders, Loose, Message
from ingest.handlers import SensorRegistration, register_sensor
from ingest.parked import Sought, parked_groups, waiting_for
from ingest.path import Limits, Opened
from ingest.replay import Replay, Replayed, discard
from ingest.settings import IngestSettings
from ingest.worker import Ingest
from kernel.instants import HOUR, MINUTE, SECOND
from kernel.quality import Quality
from kernel.refusal import Refusal
from storage.database import Database
from wire.columns import Columns, RefusedRecord, SeriesName
from wire.frame import Thinned, encode_body, encode_frame

AT = 1_772_352_000_000_000  # 2026-03-01T08:00:00Z
CAME = AT + HOUR
DATA = "coldbind/v1/dc1/gw1/data"
T0 = SeriesName("t0", "temperature", "Cel")
LATER = SeriesName("later", "temperature", "Cel")
LIMITS = Limits(5 * MINUTE, 15 * MINUTE)

Reading = tuple[SeriesName, int, float]


def columns(readings: Sequence[Reading], flagged: Sequence[bool] | None = None) -> Columns:
    names = tuple(dict.fromkeys(name for name, _, _ in readings))
    return Columns(
        names,
        np.array([names.index(name) for name, _, _ in readings], np.uint32),
        np.array([at for _, at, _ in readings], np.int64),
        np.array([value for _, _, value in readings], np.float64),
        None if flagged is None else np.array(flagged),
    )


def frame(seq: int, *readings: Reading, came: int = CAME, thinned: Thinned | None = None) -> Message:
    body = encode_body(columns(readings))
    payload = encode_frame(1, seq, came - SECOND, body, taken_at=came - 2 * SECOND, thinned=thinned)
    return Message(DATA, payload, came)


class Own(Decoders):
    """Decoders of which every message is opened by a function of the test."""

    def __init__(self, opening: Callable[[Message], Opened]) -> None:
        super().__init__()
        self._own = opening

    def decode_all(self, messages: Sequence[Message]) -> tuple[list[Opened], list[Loose]]:
        return [self._own(message) for message in messages], []


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    with Database(database_url) as database:
        yield database


@pytest.fixture
def ingest(database: Database) -> Ingest:
    """An ingest whose groups the test commits itself; t0 is registered as series 1."""
    register(database, T0)
    return Ingest(database, IngestSettings("mqtt://127.0.0.1"), Own(open_message))


def register(database: Database, name: SeriesName) -> None:
    with database.transaction() as transaction:
        register_sensor(transaction, SensorRegistration(name.sensor, name.quantity), "test")


def open_message(message: Message) -> Opened:
    """As configured decoders do: one topic has its own format, whose second record is spoiled."""
    if message.topic != "vendor/up":
        return CONTRACT.decode(message)
    readings = columns([(T0, AT, 4.0), (T0, AT + SECOND, 5.0)], [False, True])
    refused = (RefusedRecord("record 3 has no unit", message.payload + b"#3"),)
    return Decoded(
        message, readings, refused=refused, requests=(("vendor/down", b"send your names again"),)
    )


def ask(url: str, question: LiteralString, *parameters: int) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(question, parameters or None).fetchall()


def replay(database: Database, sought: Sought | None = None) -> Replayed:
    return Replay(database, open_message, LIMITS, "anna").run(sought or Sought())


WAITING = (
    "select code, records, repeats from telemetry.parked where resolved_at is null order by 1, 2, 3"
)
READINGS = "select series_id, public.micros(time), value, quality from telemetry.reading order by 1, 2"


def test_readings_keep_three_times_and_what_is_remarkable(ingest: Ingest, database_url: str) -> None:
    ingest.commit_group(
        [
            frame(1, (T0, CAME - MINUTE, 1.0), (T0, CAME - 2 * HOUR, 2.0)),
            Message("vendor/up", b"x", AT + MINUTE),
        ]
    )
    kept = ask(
        database_url,
        "select value, quality, public.micros(received_at), "
        "case when gateway_at is not null then public.micros(gateway_at) end "
        "from telemetry.reading order by value",
    )
    assert kept == [
        (1.0, 0, CAME, CAME - 2 * SECOND),
        (2.0, Quality.LATE, CAME, CAME - 2 * SECOND),
        (4.0, 0, AT + MINUTE, None),
        (5.0, Quality.DEVICE_FLAGGED, AT + MINUTE, None),
    ]


def test_one_bad_record_of_a_decoder_is_parked_alone(ingest: Ingest, database_url: str) -> None:
    committed = ingest.commit_group([Message("vendor/up", b"x", AT)])
    assert (committed.stored, committed.parked) == (2, 1)
    assert committed.requests == (("vendor/down", b"send your names again"),)
    assert ask(database_url, "select code, reason, format, payload from telemetry.parked") == [
        ("undecodable", "record 3 has no unit", "raw", b"x#3")
    ]


def test_what_comes_again_while_it_waits_is_counted(ingest: Ingest, database_url: str) -> None:
    strange = Message("a/b", b"?", AT)
    ingest.commit_group([strange, strange])
    ingest.commit_group([strange._replace(received_at=AT + HOUR), strange._replace(payload=b"!")])
    assert ask(database_url, WAITING) == [("unknown_topic", 1, 0), ("unknown_topic", 1, 2)]
    arrivals = ask(
        database_url,
        "select last_received_at - received_at = interval '1 hour' from telemetry.parked "
        "where repeats > 0",
    )
    assert arrivals == [(True,)]


def test_a_sensor_registered_later_gets_its_readings(
    ingest: Ingest, database: Database, database_url: str
) -> None:
    readings = [(LATER, CAME - MINUTE + n * SECOND, float(n)) for n in range(30)]
    ingest.commit_group([frame(1, *readings), frame(2, (LATER, CAME - 2 * HOUR, 9.0))])
    with database.transaction() as transaction:
        assert waiting_for(transaction, "later", "temperature") == 31
        assert waiting_for(transaction, "later", "humidity") == 0
    register(database, LATER)
    assert replay(database, Sought(sensor="later")) == Replayed(2, 31)
    stored = ask(
        database_url,
        "select count(*), bool_or(quality = 1), bool_and(received_at = public.at_micros(%s)), "
        "bool_and(gateway_at = public.at_micros(%s)) from telemetry.reading",
        CAME,
        CAME - 2 * SECOND,
    )
    assert stored == [(31, True, True, True)]
    due = ask(database_url, "select min(since), max(until) from rules.due where series_id = 2")
    told = ask(database_url, "select min(time), max(time) from telemetry.reading where series_id = 2")
    assert due == told, "the judges are told"
    ended = ask(database_url, "select distinct resolution, resolved_by from telemetry.parked")
    assert ended == [("replayed", "anna")]
    with database.transaction() as transaction:
        assert waiting_for(transaction, "later", "temperature") == 0


def test_what_still_cannot_be_stored_stays_where_it_is(
    ingest: Ingest, database: Database, database_url: str
) -> None:
    ingest.commit_group([frame(1, (LATER, AT, 1.0), (T0, AT, 2.0)), Message("a/b", b"?", AT)])
    before = ask(database_url, "select parked_id, code, repeats from telemetry.parked order by 1")
    done = replay(database)
    assert (done.entries, done.stored) == (2, 0)
    assert {one.code: one.records for one in done.again} == {"unknown_series": 1, "unknown_topic": 1}
    assert (
        ask(database_url, "select parked_id, code, repeats from telemetry.parked order by 1") == before
    )
    assert ask(database_url, WAITING) == [("unknown_series", 1, 0), ("unknown_topic", 1, 0)]


def test_a_replay_may_end_in_another_fault(
    ingest: Ingest, database: Database, database_url: str
) -> None:
    ingest.commit_group([frame(1, (LATER, AT, 1.0), (LATER, AT + SECOND, 2.0))])
    register(database, LATER)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into telemetry.reading (series_id, time, value) "
            "values (2, public.at_micros(%s), 7)",
            [AT],
        )
    done = replay(database)
    assert (done.entries, done.stored) == (1, 1)
    (again,) = done.again
    assert (again.code, again.records) == ("contradiction", 1)
    assert "already has the value 7.0" in again.reason
    assert ask(database_url, WAITING) == [("contradiction", 1, 0)]
    assert replay(database).again == done.again, "and again it stays"


def test_a_decoder_that_came_later_reads_what_is_parked_raw(
    ingest: Ingest, database: Database, database_url: str
) -> None:
    other = Ingest(database, IngestSettings("mqtt://127.0.0.1"))
    assert other.commit_group([Message("vendor/up", b"x", AT)]).parked == 1
    assert replay(database, Sought(code="unknown_topic")).stored == 2
    assert ask(database_url, WAITING) == [("undecodable", 1, 0)]
    quality = ask(database_url, "select quality from telemetry.reading order by time")
    assert quality == [(0,), (Quality.DEVICE_FLAGGED,)]


def test_flags_survive_parking(ingest: Ingest, database: Database, database_url: str) -> None:
    def doubtful(message: Message) -> Opened:
        return Decoded(message, columns([(LATER, AT, 1.0), (LATER, AT + 1, 2.0)], [True, False]))

    odd = Ingest(database, IngestSettings("mqtt://127.0.0.1"), Own(doubtful))
    odd.commit_group([Message("vendor/up", b"x", AT)])
    register(database, LATER)
    assert replay(database).stored == 2
    assert ask(database_url, READINGS) == [
        (2, AT, 1.0, Quality.DEVICE_FLAGGED),
        (2, AT + 1, 2.0, 0),
    ]


def test_one_entry_the_database_refuses_does_not_stop_the_others(
    ingest: Ingest, database: Database, database_url: str
) -> None:
    ingest.commit_group([frame(n, (LATER, AT + n, float(n))) for n in range(1, 20)])
    register(database, LATER)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("alter table telemetry.reading add constraint unlucky check (value <> 13)")
    done = replay(database)
    assert (done.entries, done.stored) == (19, 18)
    assert "unlucky" in done.again[0].reason
    assert ask(database_url, WAITING) == [("unknown_series", 1, 0)]


@pytest.mark.parametrize("entries", [100, pytest.param(100_000, marks=pytest.mark.thorough)])
def test_a_large_replay_goes_in_pieces(
    ingest: Ingest, database: Database, database_url: str, entries: int
) -> None:
    body = encode_body(columns([(LATER, AT, 1.0)]))
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into telemetry.parked (topic, code, reason, records, format, payload, received_at, "
            "last_received_at, sensor, quantity, digest) "
            "select %s, 'unknown_series', 'r', 1, 'columns', "
            "overlay(%s::bytea placing int4send(n) from %s for 4), now(), now(), 'later', "
            "'temperature', int4send(n) from generate_series(1, %s) n",
            [DATA, body, body.index(AT.to_bytes(8, "little")) + 1, entries],
        )
    register(database, LATER)
    done = replay(database, Sought(code="unknown_series"))
    assert (done.entries, done.stored) == (entries, entries)
    pieces = ask(
        database_url, "select count(*) from audit.record where action = 'parked records replayed'"
    )
    assert pieces == [(-(-entries // 1000),)]


def test_discarding_needs_a_reason_and_is_audited(
    ingest: Ingest, database: Database, database_url: str
) -> None:
    ingest.commit_group([Message("a/b", b"?", AT), Message("a/c", b"?", AT)])
    with pytest.raises(Refusal, match="--reason"), database.transaction() as transaction:
        discard(transaction, [1], "anna", "  ")
    with pytest.raises(Refusal, match="no parked record 99"), database.transaction() as transaction:
        discard(transaction, [1, 99], "anna", "a test of the vendor")
    with database.transaction() as transaction:
        assert discard(transaction, [1], "anna", "a test of the vendor") == 1
    with (
        pytest.raises(Refusal, match="was discarded by anna"),
        database.transaction() as transaction,
    ):
        discard(transaction, [1], "anna", "again")
    with pytest.raises(Refusal, match="was discarded by anna"):
        replay(database, Sought(ids=[1]))
    (found,) = ask(
        database_url,
        "select actor, subject, detail from audit.record where action = 'parked record discarded'",
    )
    assert found[:2] == ("anna", "parked record 1")
    detail = json.loads(found[2])
    assert detail["reason"] == "a test of the vendor"
    assert (detail["before"]["topic"], detail["before"]["code"]) == ("a/b", "unknown_topic")
    kept = ask(database_url, "select payload, note from telemetry.parked where parked_id = 1")
    assert kept == [(b"?", "a test of the vendor")]
    ingest.commit_group([Message("a/b", b"?", AT)])
    assert ask(database_url, "select count(*) from telemetry.parked") == [(3,)], "it waits anew"


def test_what_is_sought_and_not_there_is_told(ingest: Ingest, database: Database) -> None:
    with pytest.raises(Refusal, match="nothing is parked"):
        replay(database)
    with pytest.raises(Refusal, match="the code 'future'"):
        replay(database, Sought(code="future"))
    with pytest.raises(Refusal, match="of sensor 'x9'"):
        replay(database, Sought(sensor="x9"))


def test_reasons_are_counted(ingest: Ingest, database: Database) -> None:
    ingest.commit_group(
        [
            frame(1, (LATER, AT, 1.0), (LATER, AT + 1, 1.0)),
            Message("a/b", b"?", AT),
            Message("a/c", b"", AT),
        ]
    )
    with database.transaction() as transaction:
        found = {one.code: (one.entries, one.records) for one in parked_groups(transaction, Sought())}
        of_topic = parked_groups(transaction, Sought(topic="a/"))
    assert found == {"unknown_series": (1, 2), "unknown_topic": (2, 2)}
    assert [one.code for one in of_topic] == ["unknown_topic"]


class TestClock:
    """A gateway whose clock is wrong."""

    def test_a_clock_ahead_marks_its_readings_and_is_recorded(
        self, ingest: Ingest, database_url: str
    ) -> None:
        right = [frame(n, (T0, AT + n, 1.0), came=CAME + n * MINUTE) for n in range(4)]
        ingest.commit_group(right)
        ahead = Message(
            DATA,
            encode_frame(
                1, 9, CAME + 3 * HOUR, encode_body(columns([(T0, AT + 9, 2.0), (LATER, AT, 1.0)]))
            ),
            CAME + 5 * MINUTE,
        )
        ingest.commit_group([ahead])
        assert ask(database_url, "select value, quality & 16 from telemetry.reading order by time") == [
            (1.0, 0)
        ] * 4 + [(2.0, 16)]
        assert ask(database_url, "select quality from telemetry.parked") == [(16,)]
        (jump,) = ask(
            database_url,
            "select gateway, extract(epoch from offset_before)::float, "
            "extract(epoch from offset_after)::float from telemetry.clock_jump",
        )
        assert jump == ("gw1", 1.0, -(3 * 3600 - 300.0))

    def test_a_batch_that_came_before_is_no_look_at_the_clock(
        self, ingest: Ingest, database_url: str
    ) -> None:
        first = frame(1, (T0, AT, 1.0))
        ingest.commit_group([first])
        for hour in range(1, 4):
            ingest.commit_group([first._replace(received_at=CAME + hour * HOUR)])
        assert ask(database_url, "select clock_offset from telemetry.gateway_clock") == [(SECOND,)]

    def test_a_backlog_is_no_jump(self, ingest: Ingest, database_url: str) -> None:
        for n in range(5):
            at = AT - 5 * HOUR + n
            ingest.commit_group([frame(n, (T0, at, 1.0), came=CAME + n * MINUTE)])
        assert ask(database_url, "select * from telemetry.clock_jump") == []
        assert ask(database_url, "select distinct quality from telemetry.reading") == [(1,)]


def test_thinned_batches_count_for_what_they_stand_for(ingest: Ingest, database_url: str) -> None:
    ingest.commit_group([frame(1, (T0, AT, 1.0))])
    thinned = frame(90, (T0, AT + 1, 2.0), (T0, AT + 9, 3.0), thinned=Thinned(2, 65, 6_400))
    dropped = frame(91, thinned=Thinned(66, 80, 1_500))
    for _ in range(2):
        committed = ingest.commit_group([thinned, dropped])
        (ack,) = committed.acks.values()
        assert ack.committed == ((1, 80), (90, 91))
    assert ask(
        database_url,
        "select seq, first_seq, last_seq, readings_before, readings_left, "
        "first_at = public.at_micros(%s) from telemetry.thinned order by seq",
        AT + 1,
    ) == [(90, 2, 65, 6_400, 2, True), (91, 66, 80, 1_500, 0, None)]


def test_a_batch_thinned_after_it_was_stored_is_not_taken_for_itself(
    ingest: Ingest, database_url: str
) -> None:
    """Its gateway never heard the confirmation, and let its number stand for those before it."""
    ingest.commit_group([frame(3, (T0, AT + 3, 3.0))])
    thinned = frame(3, (T0, AT + 1, 1.0), (T0, AT + 3, 3.0), thinned=Thinned(1, 3, 900))
    committed = ingest.commit_group([thinned])
    (ack,) = committed.acks.values()
    assert (ack.committed, committed.stored, committed.parked) == (((1, 3),), 1, 0)
    assert ingest.commit_group([thinned]).stored == 0
    assert ask(database_url, "select value from telemetry.reading order by 1") == [(1.0,), (3.0,)]
    assert ask(database_url, "select first_seq, last_seq, readings_left from telemetry.thinned") == [
        (1, 3, 2)
    ]

"""Ingest with a real database and a real broker: stored once, confirmed late, parked with reasons."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlsplit

import numpy as np
import psycopg
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from structlog.testing import capture_logs

from coldbind.embedded_broker import EmbeddedBroker
from ingest.core.decode import Message
from ingest.settings import IngestSettings
from ingest.worker import Ingest
from storage.database import Database
from storage.embedded import EmbeddedPostgres
from storage.errors import Unavailable
from storage.migrate import migrate
from storage.notifications import Listener
from wire.ack import Ack, decode_ack
from wire.columns import Columns, SeriesName
from wire.frame import decode_body, encode_body, encode_frame

AT = 1_772_352_000_000_000  # 2026-03-01T08:00:00Z
SECOND = 1_000_000
NAMES = tuple(SeriesName(f"t{number}", "temperature", "Cel") for number in range(5))
DATA, JSON, ACK = "coldbind/v1/dc1/gw1/data", "coldbind/v1/dc1/t0/json", "coldbind/v1/dc1/gw1/ack"
PATIENCE = 40

Reading = tuple[SeriesName, int, float]


def _frame(seq: int, *readings: Reading, topic: str = DATA, epoch: int = 1) -> Message:
    names = tuple(dict.fromkeys(name for name, _, _ in readings))
    columns = Columns(
        names,
        np.array([names.index(name) for name, _, _ in readings], np.uint32),
        np.array([at for _, at, _ in readings], np.int64),
        np.array([value for _, _, value in readings], np.float64),
    )
    return Message(topic, encode_frame(epoch, seq, AT + seq, encode_body(columns)), AT + 3600 * SECOND)


def _json(sensor: str, ts: str, temp: float) -> Message:
    payload = json.dumps({"sensor": sensor, "ts": ts, "temp": temp}).encode()
    return Message(JSON, payload, AT + 3600 * SECOND)


def _numbered(seq: int) -> Message:
    """Batch `seq` of a steady stream: ten readings, distinct from those of every other batch."""
    return _frame(
        seq, *((NAMES[n % 5], AT - (10 * seq + n // 5) * SECOND, seq + n / 100) for n in range(10))
    )


def _register(url: str, *names: SeriesName) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for name in names:
            connection.execute(
                "with one as (insert into telemetry.sensor (name) values (%s) returning sensor_id) "
                "insert into telemetry.series (sensor_id, quantity, unit) "
                "select sensor_id, %s, 'Cel' from one",
                [name.sensor, name.quantity],
            )


def _ask(url: str, question: LiteralString) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(question).fetchall()


def _readings(url: str) -> list[tuple[Any, ...]]:
    return _ask(
        url,
        "select series_id, (extract(epoch from time) * 1000000)::bigint, value "
        "from telemetry.reading order by 1, 2",
    )


def _parked(url: str) -> list[tuple[Any, ...]]:
    return _ask(
        url, "select code, reason, records, format, payload from telemetry.parked order by parked_id"
    )


@pytest.fixture
def ingest(database_url: str) -> Generator[Ingest]:
    """An ingest whose groups the test commits itself; series 1 to 5 are t0 to t4."""
    _register(database_url, *NAMES)
    with Database(database_url) as database:
        yield Ingest(database, IngestSettings("mqtt://127.0.0.1"))


class TestOneGroup:
    """A group of messages, committed without a broker."""

    def test_readings_numbers_and_due_list_commit_together(
        self, ingest: Ingest, database_url: str
    ) -> None:
        committed = ingest.commit_group(
            [
                _frame(2, (NAMES[0], AT + 5, 2.0), (NAMES[1], AT, 3.0)),
                _frame(1, (NAMES[0], AT, 1.0)),
                _json("t2", "2026-03-01T08:00:00Z", 4.0),
            ]
        )
        assert (committed.stored, committed.parked) == (4, 0)
        assert committed.acks == {(ACK, 1): Ack(1, ((1, 2),))}
        assert _readings(database_url) == [(1, AT, 1.0), (1, AT + 5, 2.0), (2, AT, 3.0), (3, AT, 4.0)]
        due = _ask(
            database_url,
            "select series_id, until - since = interval '5 us', "
            "(extract(epoch from published_at) * 1000000)::bigint from rules.due order by 1",
        )
        assert due == [(1, True, AT + 1), (2, False, AT + 2), (3, False, None)]

    def test_judges_are_woken(self, ingest: Ingest, database_url: str) -> None:
        listener = Listener(database_url, "coldbind_due")
        listener.wait(0.01)
        ingest.commit_group([_numbered(1)])
        assert listener.wait(PATIENCE)
        listener.close()

    def test_a_group_of_nothing_and_an_empty_batch(self, ingest: Ingest, database_url: str) -> None:
        assert ingest.commit_group([]).acks == {}
        assert ingest.commit_group([_frame(1)]).acks == {(ACK, 1): Ack(1, ((1, 1),))}
        assert _ask(database_url, "select * from rules.due") == []

    def test_one_bad_record_does_not_stop_its_batch(self, ingest: Ingest, database_url: str) -> None:
        stranger = SeriesName("x9", "temperature", "Cel")
        readings = [(NAMES[0], AT, 1.0), (stranger, AT, 2.0), (NAMES[0], AT + 1, float("nan"))]
        committed = ingest.commit_group([_frame(1, *readings, (NAMES[1], AT, 4.0))])
        assert (committed.stored, committed.parked) == (2, 2)
        assert _readings(database_url) == [(1, AT, 1.0), (2, AT, 4.0)]
        unknown, not_a_value = _parked(database_url)
        assert unknown[:4] == (
            "unknown_series",
            "sensor 'x9' is not registered: coldbind sensor add x9 --quantity temperature",
            1,
            "columns",
        )
        assert decode_body(unknown[4]).names == (stranger,)
        assert not_a_value[0] == "not_a_value"

    def test_a_bad_batch_is_parked_whole_and_confirmed(self, ingest: Ingest, database_url: str) -> None:
        spoiled = Message(DATA, encode_frame(1, 1, AT, b"\xff"), AT)
        unreadable = Message(DATA, b"\xff\x00", AT)
        elsewhere = Message("a\0b/c", b"\x00", AT)
        committed = ingest.commit_group([spoiled, unreadable, elsewhere, _numbered(2)])
        assert committed.acks == {(ACK, 1): Ack(1, ((1, 2),))}
        assert (committed.stored, committed.parked) == (10, 3)
        found = {(code, kind, payload) for code, _, _, kind, payload in _parked(database_url)}
        assert found == {
            ("undecodable", "raw", spoiled.payload),
            ("undecodable", "raw", unreadable.payload),
            ("unknown_topic", "raw", elsewhere.payload),
        }
        assert ingest.commit_group([spoiled]).parked == 0

    def test_a_sensor_registered_later_is_seen_at_once(self, ingest: Ingest, database_url: str) -> None:
        late = SeriesName("late", "temperature", "Cel")
        assert ingest.commit_group([_frame(1, (late, AT, 1.0))]).parked == 1
        _register(database_url, late)
        assert ingest.commit_group([_frame(2, (late, AT, 1.0))]).stored == 1

    def test_what_comes_again_without_a_number_is_stored_once(
        self, ingest: Ingest, database_url: str
    ) -> None:
        first = _json("t0", "2026-03-01T08:00:00Z", 4.0)
        ingest.commit_group([first, first])
        again = ingest.commit_group([first, _json("t0", "2026-03-01T08:00:01Z", 5.0), first])
        assert again.parked == 0
        assert _readings(database_url) == [(1, AT, 4.0), (1, AT + SECOND, 5.0)]

    def test_a_contradiction_is_parked_and_the_first_value_stays(
        self, ingest: Ingest, database_url: str
    ) -> None:
        ingest.commit_group([_frame(1, (NAMES[1], AT, 4.0), (NAMES[1], AT, 4.5))])
        committed = ingest.commit_group(
            [_frame(2, (NAMES[0], AT, 1.0), (NAMES[1], AT, 5.0), (NAMES[1], AT + 1, 6.0))]
        )
        assert committed.parked == 1
        assert _readings(database_url) == [(1, AT, 1.0), (2, AT, 4.0), (2, AT + 1, 6.0)]
        within, against = _parked(database_url)
        assert [within[0], against[0]] == ["contradiction", "contradiction"]
        assert "has the value 4.0" in within[1]
        assert "has the value 4.0" in against[1]
        assert decode_body(against[4]).values.tolist() == [5.0]

    def test_every_gateway_hears_all_its_ranges(self, ingest: Ingest) -> None:
        other = "coldbind/v1/dc2/gw1/data"
        ingest.commit_group([_frame(seq, (NAMES[0], AT + seq, 1.0)) for seq in (5, 1, 2)])
        committed = ingest.commit_group(
            [
                _frame(3, (NAMES[1], AT, 1.0)),
                _frame(5, (NAMES[0], AT + 5, 1.0)),
                _frame(9, (NAMES[2], AT, 1.0), topic=other, epoch=4),
                _frame(1, (NAMES[3], AT, 1.0), epoch=2),
            ]
        )
        assert committed.acks == {
            (ACK, 1): Ack(1, ((1, 3), (5, 5))),
            (ACK, 2): Ack(2, ((1, 1),)),
            ("coldbind/v1/dc2/gw1/ack", 4): Ack(4, ((9, 9),)),
        }

    def test_an_ack_names_the_newest_hundred_ranges(self, ingest: Ingest) -> None:
        committed = ingest.commit_group(
            [_frame(2 * seq, (NAMES[0], AT + seq, 1.0)) for seq in range(150)]
        )
        ranges = committed.acks[ACK, 1].committed
        assert ranges == tuple((2 * seq, 2 * seq) for seq in range(50, 150))

    def test_what_the_database_refuses_is_parked_and_the_rest_stored(
        self, ingest: Ingest, database_url: str
    ) -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                "alter table telemetry.reading add constraint unlucky check (value <> 13)"
            )
        messages = [_frame(seq, (NAMES[0], AT + seq, float(seq))) for seq in range(10, 20)]
        with capture_logs() as said:
            committed = ingest.commit_group(messages)
        assert (committed.stored, committed.parked) == (9, 1)
        assert committed.acks == {(ACK, 1): Ack(1, ((10, 19),))}
        ((code, reason, _, kind, payload),) = _parked(database_url)
        assert (code, kind, payload) == ("undecodable", "raw", messages[3].payload)
        assert "unlucky" in reason
        assert [entry["event"] for entry in said] == ["the database refused a message"]
        assert ingest.commit_group(messages).parked == 0

    def test_two_ingests_at_once_store_once(self, ingest: Ingest, database_url: str) -> None:
        stranger = SeriesName("x9", "temperature", "Cel")  # parked: only the numbers tell a repetition

        def batch(seq: int) -> Message:
            return _frame(seq, (NAMES[0], AT + seq, 1.0), (stranger, AT + seq, 1.0))

        groups = [[batch(seq) for seq in range(first, first + 20)] for first in range(0, 100, 10)]

        def commit_all(order: Sequence[list[Message]]) -> None:
            with Database(database_url) as database:
                other = Ingest(database, IngestSettings("mqtt://127.0.0.1"))
                for group in order:
                    other.commit_group(group)

        threads = [
            threading.Thread(target=commit_all, args=[order])
            for order in (groups, groups[::-1], groups)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert len(_readings(database_url)) == 110
        assert len(_parked(database_url)) == 110
        assert ingest.commit_group([batch(0)]).acks == {(ACK, 1): Ack(1, ((0, 109),))}


class Gateway:
    """The other end of the contract: publishes, and hears what is committed."""

    def __init__(self, broker_url: str) -> None:
        broker = urlsplit(broker_url)
        assert broker.hostname is not None
        assert broker.port is not None
        self.committed: set[int] = set()
        self.on_ack: Callable[[set[int]], None] = lambda committed: None
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(broker.username, broker.password)
        self._client.on_message = self._on_message
        self._client.max_queued_messages_set(0)
        self._client.max_inflight_messages_set(200)
        self._client.connect(broker.hostname, broker.port)
        self._client.subscribe(ACK, qos=1)
        self._client.loop_start()

    def send(self, messages: Sequence[Message]) -> None:
        for last in [
            self._client.publish(message.topic, message.payload, qos=1) for message in messages
        ]:
            last.wait_for_publish(PATIENCE)

    def greet(self) -> None:
        """Send batch 0 until ingest has subscribed and confirms it."""

        def heard() -> bool:
            self.send([_numbered(0)])
            return 0 in self.committed

        _until(heard, "ingest confirms a first batch", every=0.2)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        ack = decode_ack(bytes(message.payload))
        committed = {seq for first, last in ack.committed for seq in range(first, last + 1)}
        self.on_ack(committed)
        self.committed |= committed


def _until(condition: Callable[[], bool], what: str, every: float = 0.02) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s in vain until {what}"
        time.sleep(every)


@contextmanager
def _running(database_url: str, settings: IngestSettings) -> Generator[None]:
    stop = threading.Event()
    with Database(database_url) as database:
        thread = threading.Thread(target=Ingest(database, settings).run, args=[stop])
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()


@contextmanager
def _gateway(broker_url: str) -> Generator[Gateway]:
    gateway = Gateway(broker_url)
    try:
        yield gateway
    finally:
        gateway.close()


@pytest.fixture
def broker(server_folder: Path) -> Generator[EmbeddedBroker]:
    """A broker that this test may stop and start, and whose sessions are its own."""
    with EmbeddedBroker(server_folder / "broker", ack_wait=2) as broker:
        yield broker


_PROGRAM = """
import sys, threading
from ingest.settings import IngestSettings
from ingest.worker import Ingest
from storage.database import Database

with Database(sys.argv[1]) as database:
    Ingest(database, IngestSettings(sys.argv[2], group_messages=20)).run(threading.Event())
"""


class TestOverTheBroker:
    """The whole worker, with everything it depends on failing in turn."""

    def test_the_gateway_hears_of_a_batch_only_after_its_commit(
        self, broker: EmbeddedBroker, database_url: str
    ) -> None:
        _register(database_url, *NAMES)
        premature: list[set[int]] = []

        def check(committed: set[int]) -> None:
            (count,) = _ask(database_url, "select count(*) from telemetry.reading")
            if count[0] < 10 * len(committed):
                premature.append(committed)

        url = broker.start()
        with _running(database_url, IngestSettings(url)), _gateway(url) as gateway:
            gateway.greet()
            gateway.on_ack = check
            with psycopg.connect(database_url) as blocking:
                blocking.execute("lock table telemetry.reading in exclusive mode")
                gateway.send([_numbered(seq) for seq in range(1, 50)])
                waiting = "select count(*) from pg_locks where not granted"
                _until(lambda: _ask(database_url, waiting)[0][0] > 0, "the commit waits for the lock")
                assert gateway.committed == {0}
            _until(lambda: gateway.committed == set(range(50)), "all batches are confirmed")
        assert premature == []
        assert len(_readings(database_url)) == 500

    def test_killed_at_any_moment_nothing_is_lost_or_doubled(
        self, broker: EmbeddedBroker, database_url: str
    ) -> None:
        _register(database_url, *NAMES)
        url = broker.start()
        total = 600
        loose = [_json("t0", f"2026-02-01T00:{n // 60:02}:{n % 60:02}Z", n / 10) for n in range(300)]

        def stored() -> int:
            return _ask(database_url, "select count(*) from telemetry.reading")[0][0]

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen([sys.executable, "-c", _PROGRAM, database_url, url])

        running = start()
        try:
            with _gateway(url) as gateway:
                gateway.greet()
                sender = threading.Thread(
                    target=lambda: [
                        gateway.send([_numbered(seq), *loose[seq // 2 : seq // 2 + 1]])
                        for seq in range(1, total)
                    ]
                )
                sender.start()
                for part in (1000, 2500, 4000):
                    _until(lambda: stored() >= part, f"{part} readings are stored")  # noqa: B023 - used in this round only
                    os.kill(running.pid, signal.SIGKILL)
                    running.wait()
                    running = start()
                sender.join(PATIENCE)
                expected = 10 * total + len(loose)
                _until(lambda: stored() >= expected, f"{expected} readings are stored")
                _until(lambda: gateway.committed == set(range(total)), "all batches are confirmed")
        finally:
            running.kill()
            running.wait()
        found = defaultdict[float, int](int)
        for _, _, value in _readings(database_url):
            found[value] += 1
        assert sum(found.values()) == expected
        assert _parked(database_url) == []
        numbers = _ask(database_url, "select committed::text from telemetry.gateway_epoch")
        assert numbers == [(f"{{[0,{total})}}",)]

    def test_the_database_goes_away_and_comes_back(
        self, broker: EmbeddedBroker, server_folder: Path
    ) -> None:
        server = EmbeddedPostgres(server_folder / "postgres", settings={"fsync": "off"})
        server.start()
        url = server.url("postgres")
        migrate(url)
        _register(url, *NAMES)
        broker_url = broker.start()
        settings = IngestSettings(broker_url, retry_longest_s=0.5)
        try:
            with (
                capture_logs() as said,
                _running(url, settings),
                _gateway(broker_url) as gateway,
            ):
                gateway.greet()
                server.stop()
                gateway.send([_numbered(seq) for seq in range(1, 40)])
                _until(lambda: any(_complains(entry) for entry in said), "ingest says so")
                assert gateway.committed == {0}
                assert server.start()
                _until(lambda: gateway.committed == set(range(40)), "all batches are confirmed")
            assert len(_readings(url)) == 400
            assert sum(_complains(entry) for entry in said) == 1
            assert not any(str(urlsplit(url).password) in str(entry) for entry in said)
        finally:
            server.erase()

    def test_the_broker_goes_away_and_comes_back(
        self, broker: EmbeddedBroker, database_url: str
    ) -> None:
        _register(database_url, *NAMES)
        url = broker.start()
        password = str(urlsplit(url).password)
        with capture_logs() as said, _running(database_url, IngestSettings(url)):
            with _gateway(url) as gateway:
                gateway.greet()
            broker.stop()
            _until(lambda: any("no MQTT broker" in entry["event"] for entry in said), "ingest says so")
            assert broker.start() == url
            with _gateway(url) as gateway:
                _until(
                    lambda: (
                        [entry["event"] for entry in said].count("connected to the MQTT broker") == 2
                    ),
                    "ingest is connected again",
                )
                gateway.send([_numbered(seq) for seq in range(1, 20)])
                _until(lambda: gateway.committed >= set(range(20)), "all batches are confirmed")
        assert len(_readings(database_url)) == 200
        assert not any(password in str(entry) for entry in said)

    def test_what_came_while_ingest_was_away_is_fetched(
        self, broker: EmbeddedBroker, database_url: str
    ) -> None:
        _register(database_url, *NAMES)
        url = broker.start()
        with _gateway(url) as gateway:
            with _running(database_url, IngestSettings(url)):
                gateway.greet()
            gateway.send([_numbered(seq) for seq in range(1, 30)])
            assert len(_readings(database_url)) == 10
            with _running(database_url, IngestSettings(url)):
                _until(lambda: gateway.committed == set(range(30)), "all batches are confirmed")

    def test_a_wrong_password_is_told_and_not_repeated(
        self, broker: EmbeddedBroker, database_url: str
    ) -> None:
        url = broker.start()
        wrong = url.replace(str(urlsplit(url).password), "not-the-password")
        with capture_logs() as said, _running(database_url, IngestSettings(wrong)):
            _until(lambda: len(said) > 0, "ingest says so")
        assert "check the user and the password" in said[0]["reason"]
        assert "not-the-password" not in str(said)


def _complains(entry: dict[str, Any] | Any) -> bool:
    return entry["event"].startswith("nothing can be stored")


def test_without_a_database_a_group_is_refused_as_unavailable(free_port: int) -> None:
    with Database(f"postgresql://nobody@127.0.0.1:{free_port}/none") as database:
        ingest = Ingest(database, IngestSettings("mqtt://127.0.0.1"))
        with pytest.raises(Unavailable):
            ingest.commit_group([_numbered(1)])

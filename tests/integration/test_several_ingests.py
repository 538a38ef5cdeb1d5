"""Several ingests: they share the messages, or each gets all of them; the rows are the same."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, LiteralString

import paho.mqtt.client as mqtt
import psycopg
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from ingest.handlers import SensorRegistration, register_sensor
from ingest.mailbox import Delivery, GroupLimits, Mailbox
from ingest.settings import IngestSettings
from ingest.subscription import Subscription
from storage.database import Database
from storage.ports import free_port
from tests.commands import ROOT, environment
from tests.mosquitto import Mosquitto, folder_for_mosquitto, needs_mosquitto, until
from wire.broker import parse_broker

TOPIC = "coldbind/v1/dc1/{}/json"
SENSORS = [f"s{n}" for n in range(20)]
PATIENCE = 30.0

Expected = set[tuple[str, int, float]]


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    with Database(database_url) as database, database.transaction() as transaction:
        for sensor in SENSORS:
            register_sensor(transaction, SensorRegistration(sensor), "test")
    with Database(database_url) as database:
        yield database


@contextmanager
def mosquitto(folder: Path) -> Generator[str]:
    port = free_port()
    place = folder_for_mosquitto(folder / "mosquitto")
    configuration = place / "mosquitto.conf"
    configuration.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
        "max_inflight_messages 200\n"
    )
    with Mosquitto(configuration, port):
        yield f"mqtt://127.0.0.1:{port}"


class Ingests:
    """Worker processes, each with a name of its own and all with one share."""

    def __init__(self, database_url: str, broker_url: str, folder: Path) -> None:
        self._told = {
            "COLDBIND_DATABASE_URL": database_url,
            "COLDBIND_MQTT_URL": broker_url,
            "COLDBIND_INGEST_SHARE": "coldbind",
            "COLDBIND_LOG_FORMAT": "json",
        }
        self._folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        ready = self._folder / f"{name}.ready"
        ready.unlink(missing_ok=True)
        told = {"COLDBIND_INGEST_CLIENT_ID": name, "COLDBIND_READY_FILE": str(ready)}
        with (self._folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "coldbind.workers.ingest"],
                cwd=ROOT,
                env=environment(self._told | told),
                stderr=log,
            )
        until(ready.exists, lambda: self.log(name), PATIENCE)

    def log(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text("utf-8")

    def kill(self, name: str) -> None:
        self.running[name].send_signal(signal.SIGKILL)
        self.running.pop(name).wait()

    def end(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(PATIENCE)


@contextmanager
def ingests(database_url: str, broker_url: str, folder: Path) -> Generator[Ingests]:
    made = Ingests(database_url, broker_url, folder)
    try:
        yield made
    finally:
        made.end()


@contextmanager
def publisher(url: str) -> Generator[mqtt.Client]:
    broker = parse_broker(url)
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(broker.username, broker.password)
    client.connect(broker.host, broker.port)
    client.loop_start()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def send(client: mqtt.Client, seconds: range) -> Expected:
    """Each sensor measures once a second; what is to be stored then."""
    sent: Expected = set()
    for second in seconds:
        told: list[mqtt.MQTTMessageInfo] = []
        for number, sensor in enumerate(SENSORS):
            value = (second * 7 + number) % 90 / 10
            payload = f'{{"sensor":"{sensor}","ts":{1_760_000_000 + second},"temp":{value}}}'
            told.append(client.publish(TOPIC.format(sensor), payload, qos=1))
            sent.add((sensor, 1_760_000_000 + second, value))
        for one in told:
            one.wait_for_publish(PATIENCE)
    return sent


def ask(url: str, query: LiteralString) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def stored(url: str) -> Sequence[tuple[Any, ...]]:
    return ask(
        url,
        "select sensor.name, extract(epoch from time)::bigint, value from telemetry.reading"
        " join telemetry.series using (series_id) join telemetry.sensor using (sensor_id)",
    )


def all_there(url: str, expected: Expected) -> None:
    until(
        lambda: len(stored(url)) >= len(expected),
        lambda: f"{len(stored(url))} of {len(expected)} readings are stored",
        PATIENCE,
    )
    rows = stored(url)
    assert len(rows) == len(expected)
    assert {(sensor, at, value) for sensor, at, value in rows} == expected
    assert ask(url, "select code, reason from telemetry.parked") == []


def connections(url: str) -> int:
    """How many ingests have written to the database by now."""
    return ask(
        url,
        "select count(distinct pid)::integer from pg_stat_activity"
        " where application_name = 'coldbind ingest' and datname = current_database()",
    )[0][0]


class TestOnMosquitto:
    pytestmark = needs_mosquitto

    def test_they_divide_the_messages_and_lose_none_when_one_is_killed(
        self, database: Database, server_folder: Path
    ) -> None:
        with ExitStack() as stack:
            url = stack.enter_context(mosquitto(server_folder))
            group = stack.enter_context(ingests(database.url, url, server_folder))
            for name in ("ingest-1", "ingest-2", "ingest-3"):
                group.start(name)
            client = stack.enter_context(publisher(url))
            expected = send(client, range(50))
            all_there(database.url, expected)
            assert connections(database.url) == 3, "every one of them had something to store"
            group.kill("ingest-2")
            expected |= send(client, range(50, 100))
            group.start("ingest-2")
            all_there(database.url, expected)

    def test_an_ingest_that_begins_to_share_gets_nothing_twice(self, server_folder: Path) -> None:
        """Its session remembers the subscriptions from before, and they have to go."""
        with mosquitto(server_folder) as url:
            for share in ("", "coldbind"):
                ready = threading.Event()
                with Subscription(IngestSettings(url, share=share), ready.set) as subscription:
                    assert ready.wait(PATIENCE)
                    with publisher(url) as client:
                        sent = send(client, range(5))
                    heard = received(subscription.mailbox)
                    subscription.acknowledge(heard)
                assert len(heard) == len({one.message.payload for one in heard}) == len(sent)


def received(mailbox: Mailbox) -> list[Delivery]:
    """Everything that comes until nothing has come for a second."""
    heard: list[Delivery] = []
    while group := mailbox.take(GroupLimits(10**6, 10**4, 0.05), 1.0):
        heard += group
    return heard


def test_on_a_broker_that_shares_nothing_the_rows_are_the_same(
    database: Database, broker_url: str, server_folder: Path
) -> None:
    names = [f"ingest-{n}-{os.getpid()}" for n in (1, 2)]
    with ingests(database.url, broker_url, server_folder) as group, publisher(broker_url) as client:
        for name in names:
            group.start(name)
        expected = send(client, range(30))
        all_there(database.url, expected)
        for name in names:
            assert "the broker speaks no MQTT 5" in group.log(name)

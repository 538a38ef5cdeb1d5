"""The race at its smallest: everybody is counted, and the publisher sends what it should."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import psycopg
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks import mosquitto
from benchmarks.frames import FRAME, SERIES, frame, sensors
from benchmarks.peers import race
from benchmarks.peers.publisher import publisher
from benchmarks.peers.readings import BATCH, Batches, Singles, Train, last, single, trains
from benchmarks.peers.tally import Count, Table, empty_tables
from benchmarks.peers_adapter import __main__ as adapter
from ingest.settings import IngestSettings
from ingest.subscription import Subscription
from kernel.instants import SECOND
from storage.processes import wait_until
from wire.frame import decode_body, decode_envelope
from wire.mqtt import V311, Published, Reader

PATIENCE = 30.0
HARNESS_START = 1_750_000_000_000_000
WITHOUT_BROKER = pytest.mark.skipif(not mosquitto.installed(), reason="mosquitto is not installed")


def packets(train: Train) -> list[Published]:
    return Reader(V311).feed(train.data).messages


def test_single_readings_are_the_rows_of_the_frames_each_sensor_by_one_connection() -> None:
    found: dict[tuple[str, str], float] = {}
    for train in trains(Singles("race", first=7, frames=2)):
        messages = packets(train)
        assert [message.mid for message in messages] == list(range(1, len(messages) + 1))
        assert train.packets == len(messages)
        for message in messages:
            reading = json.loads(message.payload)
            assert message.topic.decode() == f"race/{reading['sensor']}/json"
            found[reading["sensor"], reading["ts"]] = reading["temp"]
    wanted = np.concatenate([frame(7).values, frame(8).values])
    assert len(found) == 2 * FRAME
    assert sorted(found.values()) == sorted(wanted.tolist())


def test_batches_hold_the_same_rows_numbered_by_gateway() -> None:
    numbers: list[tuple[str, int]] = []
    values: list[float] = []
    for train in trains(Batches("race", first=7, frames=2, epoch=3)):
        for message in packets(train):
            envelope = decode_envelope(message.payload)
            columns = decode_body(envelope.body)
            assert (envelope.epoch, len(columns)) == (3, BATCH)
            numbers.append((message.topic.decode(), envelope.seq))
            values += columns.values.tolist()
    assert sorted(numbers) == [
        (f"race/edge-{n}/data", seq) for n in range(FRAME // BATCH) for seq in (1, 2)
    ]
    assert sorted(values) == sorted(np.concatenate([frame(7).values, frame(8).values]).tolist())


def test_the_last_readings_are_those_of_every_gateway() -> None:
    gateways = {sensors().index(sensor) % (FRAME // BATCH) for sensor in last(7, 2).sensors}
    assert gateways == set(range(FRAME // BATCH))
    assert max(last(7, 2).times) == max(frame(8).times)


def test_the_publisher_has_everything_acknowledged(broker_url: str) -> None:
    settings = IngestSettings(broker_url, client_id="race-listener")
    with (
        Subscription(settings, topics=("race-publisher/#",)) as subscription,
        publisher(broker_url) as sender,
    ):
        sender.prepare(Singles("race-publisher", first=0, frames=1))
        assert wait_until(lambda: heard_a_probe(broker_url, subscription), PATIENCE)
        began = sender.begin()
        sent = sender.finish()
        assert (sent.began, sent.messages) == (began, FRAME)
        assert sent.acknowledged > began
        topics: list[str] = []
        while len(topics) < FRAME and time.monotonic() < began + PATIENCE:
            group = subscription.mailbox.take(settings.group, 1.0)
            subscription.acknowledge(group)
            topics += [delivery.message.topic for delivery in group if delivery.mid]
    assert len(topics) == FRAME
    assert len(set(topics)) == SERIES


def heard_a_probe(broker_url: str, subscription: Subscription) -> bool:
    subscription.publish([("race-publisher/probe", b"{}")])
    return bool(subscription.mailbox.take(IngestSettings(broker_url).group, 0.2))


def test_the_count_finds_what_is_lost_and_what_is_doubled(database_url: str) -> None:
    empty_tables(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "insert into peers.reading values ('a', now(), 1), ('a', now(), 1), ('b', now(), 1),"
            " ('probe', now(), 0)"
        )
    table = Table(database_url, "peers.reading")
    assert table.probed()
    assert table.count(4) == Count(rows=3, lost=2, doubled=1)
    assert Table(database_url, "peers.coldbind").count(0) == Count(0, 0, 0)


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_a_race_counts_every_contestant_and_says_who_was_left_out(bench_alone: None) -> None:
    figures = {figure.name: figure for figure in race.measure(race.Size(2, 2, 1, rounds=1))}
    speeds = [figure for name, figure in figures.items() if name.startswith("path.peers.")]
    assert {"copy", "batch", "receive", "single", "tutorial", "grouped", "careful"} <= {
        figure.name.removeprefix("path.peers.") for figure in speeds
    }
    for figure in speeds:
        assert figure.value > 0
        assert (figure.detail["lost"], figure.detail["doubled"]) == ([0], [0])
    fastest = figures["path.single_vs_fastest"]
    assert ("left_out" in fastest.detail) == ("path.peers.pathway" not in figures)
    assert figures["path.single_vs_lossless"].detail["against"] in ("tutorial", "careful")
    assert figures["path.batch100_vs_copy"].goal == 0.7


@pytest.fixture
def bench_alone(monkeypatch: pytest.MonkeyPatch, server_folder: Path) -> None:
    """Servers of its own: a benchmark that somebody runs meanwhile is not disturbed."""
    monkeypatch.setenv("COLDBIND_VAR", str(server_folder))


@pytest.fixture
def harness_broker(server_folder: Path) -> Generator[str]:
    with mosquitto.Mosquitto(server_folder / "mosquitto") as broker:
        yield broker.start()


@pytest.fixture
def harness(harness_broker: str, database_url: str, tmp_path: Path) -> dict[str, str]:
    """What the peer harness tells a consumer."""
    database = urlsplit(database_url)
    return os.environ | {
        "PGDSN": f"host={database.hostname} port={database.port} user={database.username}"
        f" dbname={database.path[1:]}",
        "PGPASSWORD": database.password or "",
        "MQPORT": str(urlsplit(harness_broker).port),
        "WD": str(tmp_path),
    }


@pytest.mark.mosquitto
@WITHOUT_BROKER
@pytest.mark.thorough
def test_the_adapter_loses_and_doubles_nothing_over_a_kill(
    harness: dict[str, str], harness_broker: str, database_url: str
) -> None:
    with started_adapter(harness):
        publish_harness_readings(harness_broker, first=0)
        assert wait_until(lambda: rows(database_url) == 800, PATIENCE)
        publish_harness_readings(harness_broker, first=1)
    with started_adapter(harness):
        assert wait_until(lambda: rows(database_url) == 1600, PATIENCE)


@contextmanager
def started_adapter(harness: dict[str, str]) -> Generator[None]:
    """The adapter from READY until kill -9 of its process group, as the harness does it."""
    with subprocess.Popen(
        [sys.executable, str(Path(adapter.__file__))],
        env=harness,
        cwd=harness["WD"],
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "READY\n"
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def publish_harness_readings(mqtt_url: str, first: int) -> None:
    """One reading of each of the 800 sensors: half of them alone, half in one batch."""
    at = HARNESS_START + first * SECOND
    readings = [single(f"z-{n:04}", at, 5.0) for n in range(800)]
    batch = b'{"gw":"g-00","readings":[' + b",".join(readings[400:]) + b"]}"
    client = Client(CallbackAPIVersion.VERSION2, "race-harness")
    client.max_queued_messages_set(0)
    client.connect("127.0.0.1", int(urlsplit(mqtt_url).port or 0))
    client.loop_start()
    sent = [client.publish(f"cc/g-00/z-{n:04}", readings[n], qos=1) for n in range(400)]
    sent.append(client.publish("cc/g-00/batch", batch, qos=1))
    for one in sent:
        one.wait_for_publish(PATIENCE)
    client.disconnect()
    client.loop_stop()


def rows(database_url: str) -> int:
    query = "select count(*), count(distinct (sensor, ts)), count(ingested) from readings_ours"
    with psycopg.connect(database_url) as connection:
        found = connection.execute(query).fetchone()
    assert found is not None
    assert found[0] == found[1] == found[2]
    return int(found[0])

"""The gateway as a process, between devices that repeat themselves and a centre that confirms.

Everything is real: UDP, the spool's file, the broker, SIGKILL. Only the centre is a stand-in: an MQTT
client that keeps what it gets and acknowledges it, as `ingest` does.
"""

import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import cbor2
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from coldbind.embedded_broker import EmbeddedBroker
from kernel.instants import SECOND
from storage.ports import free_port
from wire.ack import Ack, encode_ack
from wire.broker import parse_broker
from wire.bundle import frames_of, is_bundle
from wire.columns import Malformed
from wire.datagram import receipt
from wire.frame import Envelope, Thinned, decode_body, decode_envelope
from wire.senml import Record, encode_senml_cbor

ROOT = Path(__file__).parents[2]
NOON = 1_780_000_000 * SECOND
PATIENCE = 30.0
DATA, ACK = "coldbind/v1/berlin/dock/data", "coldbind/v1/berlin/dock/ack"

ENTRY = """
import asyncio, json, pathlib, signal, sys
from gateway.worker import GatewaySettings, run

async def main():
    told = json.loads(sys.argv[1])
    told["spool"] = pathlib.Path(told["spool"])
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await run(GatewaySettings(**told), stop, lambda port: print("READY", port, flush=True))

asyncio.run(main())
"""

Reading = tuple[str, int, float]


def until(what: Callable[[], bool], why: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, why
        time.sleep(0.01)


@dataclass
class Centre:
    """Keeps every batch it gets, and confirms on the ack topic while `confirming`."""

    url: str
    confirming: bool = True
    readings: set[Reading] = field(default_factory=set[Reading])
    parked: list[bytes] = field(default_factory=list[bytes])
    arrivals: list[tuple[int, int, float]] = field(default_factory=list[tuple[int, int, float]])
    committed: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    thinned: list[Thinned] = field(default_factory=list[Thinned])
    bundles: int = 0

    def __post_init__(self) -> None:
        self._subscribed = threading.Event()
        self._client = self._new_client()

    def _new_client(self) -> mqtt.Client:
        broker = parse_broker(self.url)
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="centre", clean_session=False)
        client.username_pw_set(broker.username, broker.password)
        client.reconnect_delay_set(1, 1)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def connect(self) -> None:
        broker = parse_broker(self.url)
        self._client = self._new_client()
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        assert self._subscribed.wait(PATIENCE)

    def disconnect(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        self._subscribed.clear()

    def say(self, payload: bytes) -> None:
        self._client.publish(ACK, payload, qos=1).wait_for_publish(PATIENCE)

    def confirm(self, epoch: int) -> None:
        self._client.publish(ACK, encode_ack(Ack(epoch, ranges(self.committed[epoch]))), qos=1)

    def times_seen(self, seq: int) -> list[float]:
        return [at for _, number, at in list(self.arrivals) if number == seq]

    def _on_connect(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(DATA, qos=1)

    def _on_subscribe(self, *_: object) -> None:
        self._subscribed.set()

    def _on_message(self, _client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage) -> None:
        payload = bytes(message.payload)
        frames = [one.payload for one in frames_of(payload)] if is_bundle(payload) else [payload]
        self.bundles += is_bundle(payload)
        for epoch in {self._take(decode_envelope(frame)) for frame in frames}:
            if self.confirming:
                self.confirm(epoch)

    def _take(self, envelope: Envelope) -> int:
        """Keep what is new in a frame; its epoch."""
        now = time.time() * 1e6
        assert envelope.taken_at is not None
        assert now - 3600e6 < envelope.taken_at <= envelope.published_at < now + 3600e6
        self.arrivals.append((envelope.epoch, envelope.seq, time.monotonic()))
        committed = self.committed.setdefault(envelope.epoch, set())
        numbers = {envelope.seq}
        if envelope.thinned is not None:
            self.thinned.append(envelope.thinned)
            numbers |= {*range(envelope.thinned.first, envelope.thinned.last + 1)}
        if not numbers <= committed:
            self._keep(envelope.body)
        committed |= numbers
        return envelope.epoch

    def _keep(self, body: bytes) -> None:
        try:
            columns = decode_body(body)
        except Malformed:
            self.parked.append(body)
            return
        self.readings |= {
            (columns.names[int(index)].sensor, int(at), float(value))
            for index, at, value in zip(columns.index, columns.times, columns.values, strict=True)
        }


def ranges(numbers: set[int]) -> tuple[tuple[int, int], ...]:
    pairs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if pairs and pairs[-1][1] == number - 1:
            pairs[-1] = (pairs[-1][0], number)
        else:
            pairs.append((number, number))
    return tuple(pairs)


class Devices:
    """Devices behind one socket: they keep every datagram until its receipt comes."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._to = ("127.0.0.1", port)
        self._waiting: dict[bytes, tuple[bytes, set[Reading]]] = {}
        self._count = 0
        self.sent: set[Reading] = set()
        self.answered: set[Reading] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def send(self, datagrams: int) -> None:
        """New datagrams of two readings each, none of which was ever sent before."""
        for _ in range(datagrams):
            self._count += 1
            at = NOON + self._count * SECOND
            records = [Record(f"probe-{n}", "temperature", "Cel", at, self._count / 4) for n in (1, 2)]
            readings = {(record.sensor, record.time, record.value) for record in records}
            self.sent |= readings
            self.send_raw(encode_senml_cbor(records), readings)

    def send_raw(self, payload: bytes, readings: set[Reading] | None = None) -> None:
        self._waiting[receipt(payload)] = (payload, readings or set())
        self._socket.sendto(payload, self._to)
        self.listen()

    def send_again(self) -> None:
        for payload, _ in self._waiting.values():
            self._socket.sendto(payload, self._to)

    def listen(self) -> None:
        while True:
            try:
                answer = self._socket.recv(100)
            except BlockingIOError:
                return
            _, readings = self._waiting.pop(answer, (b"", set[Reading]()))
            self.answered |= readings

    def until_answered(self) -> None:
        """Repeat what is unanswered now and then, as devices do, until nothing is left."""
        again = time.monotonic() + 1

        def nothing_left() -> bool:
            nonlocal again
            self.listen()
            if time.monotonic() > again:
                self.send_again()
                again = time.monotonic() + 1
            return not self

        until(nothing_left, "some datagrams are never answered")

    def close(self) -> None:
        self._socket.close()


class Gateway:
    """One gateway process after another on the same spool and port."""

    def __init__(self, folder: Path, url: str, **told: object) -> None:
        self.spool = folder / "spool.db"
        self.port = free_port()
        self._log = folder / "gateway.log"
        self._told = {
            "site": "berlin",
            "name": "dock",
            "udp_host": "127.0.0.1",
            "udp_port": self.port,
            "mqtt_url": url,
            "spool": str(self.spool),
            "batch_readings": 10,
            "resend_after_s": 1,
            "reconnect_first_s": 0.1,
            "reconnect_longest_s": 0.5,
        } | told
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        starts = self.said().count("READY")
        self.launch()
        until(lambda: self.said().count("READY") > starts, "the gateway does not start")

    def launch(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", ENTRY, json.dumps(self._told)],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def end(self, how: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(PATIENCE)

    def exit_code(self) -> int:
        assert self._process is not None
        return self._process.wait(PATIENCE)

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def resident_mib(self) -> float:
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def spooled(self) -> int:
        with closing(sqlite3.connect(f"file:{self.spool}?mode=ro", uri=True, timeout=5)) as spool:
            return int(spool.execute("select count(*) from batch").fetchone()[0])

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()


class Edge:
    """A broker of its own, a gateway, devices and the centre, in one folder."""

    def __init__(self, folder: Path, case: Path) -> None:
        port = free_port()
        self.broker = EmbeddedBroker(folder / "broker", ack_wait=5, ports=range(port, port + 1))
        self.url = self.broker.start()
        self.folder = case
        self.centre = Centre(self.url)
        self.gateway = Gateway(case, self.url)
        self.devices = Devices(self.gateway.port)

    def configure(self, **told: object) -> None:
        self.devices.close()
        self.gateway = Gateway(self.folder, self.url, **told)
        self.devices = Devices(self.gateway.port)

    def broker_comes_back_empty(self) -> None:
        self.broker.stop()
        shutil.rmtree(self.broker.folder / "store")
        assert self.broker.start() == self.url

    def until_all_arrived(self) -> None:
        until(lambda: self.centre.readings >= self.devices.sent, "readings are missing")
        until(lambda: self.gateway.spooled() == 0, "confirmed batches stay in the spool")
        assert self.centre.readings == self.devices.sent

    def close(self) -> None:
        self.gateway.close()
        self.devices.close()
        self.centre.disconnect()
        self.broker.erase()


@pytest.fixture
def edge(server_folder: Path, tmp_path: Path) -> Generator[Edge]:
    with closing(Edge(server_folder, tmp_path)) as made:
        yield made


def test_readings_reach_the_centre_and_then_leave_the_spool(edge: Edge) -> None:
    edge.centre.connect()
    edge.gateway.start()
    edge.devices.send(300)
    edge.devices.until_answered()
    edge.until_all_arrived()
    assert edge.gateway.resident_mib() < 60


def test_kills_in_mid_stream_lose_nothing_that_was_answered(edge: Edge) -> None:
    edge.centre.connect()
    for stretch in (40, 170, 90, 250):
        edge.gateway.start()
        for _ in range(stretch // 10):
            edge.devices.send(10)
            time.sleep(0.005)  # the pace of the stream, not a wait for something
        edge.gateway.kill()
        edge.devices.listen()
    assert edge.devices.answered
    assert len(edge.devices), "the kills came too late to interrupt anything"
    edge.gateway.start()
    until(lambda: edge.centre.readings >= edge.devices.answered, "an answered reading is lost")
    edge.devices.until_answered()
    edge.until_all_arrived()
    (epoch,) = edge.centre.committed
    assert epoch > 0


def test_a_broker_that_lost_its_store_costs_nothing(edge: Edge) -> None:
    edge.centre.connect()
    edge.centre.disconnect()  # its session stays: the broker now stores for it
    edge.gateway.start()
    edge.devices.send(200)
    edge.devices.until_answered()
    edge.broker_comes_back_empty()
    edge.devices.send(100)
    edge.centre.connect()
    edge.devices.until_answered()
    edge.until_all_arrived()


def test_a_broker_killed_in_mid_stream_costs_nothing(edge: Edge) -> None:
    edge.centre.connect()
    edge.gateway.start()
    for round_number in range(3):
        edge.devices.send(60)
        if round_number == 1:
            edge.broker_comes_back_empty()
    edge.devices.until_answered()
    edge.until_all_arrived()


def test_a_gateway_starts_and_takes_readings_while_the_broker_is_away(edge: Edge) -> None:
    edge.broker.stop()
    edge.gateway.start()
    edge.devices.send(50)
    edge.devices.until_answered()
    until(lambda: "cannot be reached" in edge.gateway.said(), "the outage is not reported")
    edge.broker.start()
    edge.centre.connect()
    edge.until_all_arrived()
    said = edge.gateway.said()
    assert "batches kept in the spool, trying again in" in said
    assert str(parse_broker(edge.url).password) not in said


def test_a_refused_login_is_said_without_the_password(edge: Edge) -> None:
    edge.configure(mqtt_url=edge.url.replace(str(parse_broker(edge.url).password), "wr0ng-w0rd"))
    edge.gateway.start()
    until(lambda: "cannot be reached" in edge.gateway.said(), "the refusal is not reported")
    edge.devices.send(1)
    edge.devices.until_answered()
    assert "wr0ng-w0rd" not in edge.gateway.said()


def test_an_unconfirmed_batch_is_sent_again(edge: Edge) -> None:
    edge.centre.confirming = False
    edge.centre.connect()
    edge.gateway.start()
    edge.devices.send(1)
    until(lambda: len(edge.centre.times_seen(1)) >= 2, "the batch is never sent again")
    first, second = edge.centre.times_seen(1)[:2]
    assert second - first > 0.8
    assert edge.gateway.spooled() == 1
    edge.centre.confirming = True
    edge.until_all_arrived()


def test_an_acknowledgement_for_another_epoch_is_ignored(edge: Edge) -> None:
    edge.centre.confirming = False
    edge.centre.connect()
    edge.gateway.start()
    edge.devices.send(1)
    until(lambda: bool(edge.centre.committed), "the batch does not arrive")
    (epoch,) = edge.centre.committed
    edge.centre.say(encode_ack(Ack(epoch + 1, ((1, 100),))))
    edge.centre.say(b"no acknowledgement")  # reported in turn, so the one before has been read by then
    until(lambda: "cannot be understood" in edge.gateway.said(), "nonsense is not reported")
    edge.devices.send(1)
    edge.devices.until_answered()  # one more commit, which would carry out a deletion
    assert edge.gateway.spooled() == 2
    edge.centre.confirming = True
    edge.until_all_arrived()


def test_a_datagram_that_cannot_be_read_goes_to_the_centre_as_it_is(edge: Edge) -> None:
    edge.centre.connect()
    edge.gateway.start()
    nonsense = b"\xff\x00 temperature=4.2"
    text_beside_number = cbor2.dumps(
        [{0: "probe-1/temperature", 1: "Cel", 2: 4.5, 6: 0}, {0: "p/t", 3: "door"}]
    )
    edge.devices.send(3)
    edge.devices.send_raw(nonsense)
    edge.devices.send_raw(text_beside_number)
    edge.devices.send(3)
    edge.devices.until_answered()
    until(lambda: len(edge.centre.parked) == 2, "the datagrams do not arrive")
    assert set(edge.centre.parked) == {nonsense, text_beside_number}
    until(lambda: edge.centre.readings >= edge.devices.sent, "readings beside them are missing")
    extra = edge.centre.readings - edge.devices.sent
    assert [(sensor, value) for sensor, _, value in extra] == [("probe-1", 4.5)]
    until(lambda: edge.gateway.spooled() == 0, "confirmed batches stay in the spool")


def test_a_damaged_spool_is_set_aside_and_the_gateway_goes_on(edge: Edge) -> None:
    edge.gateway.spool.write_bytes(b"scratched" * 1000)
    edge.centre.connect()
    edge.gateway.start()
    edge.devices.send(20)
    edge.devices.until_answered()
    edge.until_all_arrived()
    (aside,) = edge.folder.glob("spool.db.damaged-*")
    assert aside.read_bytes() == b"scratched" * 1000
    assert aside.name in edge.gateway.said()


def test_a_full_spool_is_thinned_and_devices_are_answered_all_the_time(edge: Edge) -> None:
    """200 KB hold about 6 000 readings; 16 000 come while nobody confirms."""
    edge.configure(spool_bytes=200_000, window=4)
    edge.gateway.start()
    for _ in range(80):
        edge.devices.send(100)
        edge.devices.until_answered()
    said = edge.gateway.said()
    assert "is nearly full" in said
    assert "devices get no receipts" not in said
    assert "dropped" not in said
    edge.centre.connect()
    until(lambda: edge.gateway.spooled() == 0, "the spool is not emptied")
    (committed,) = edge.centre.committed.values()
    assert committed == {*range(1, max(committed) + 1)}, "some numbers were never accounted for"
    assert edge.centre.readings < edge.devices.sent, "nothing invented, something thinned"
    assert extremes(edge.centre.readings) == extremes(edge.devices.sent)
    lost = len(edge.devices.sent) - len(edge.centre.readings)
    assert 0 < lost < sum(thinned.readings for thinned in {*edge.centre.thinned})


def extremes(readings: set[Reading]) -> set[Reading]:
    """The first and the last of each sensor; their values only rise."""
    found: set[Reading] = set()
    for sensor in {one[0] for one in readings}:
        own = sorted((one for one in readings if one[0] == sensor), key=lambda one: one[1])
        found |= {own[0], own[-1]}
    return found


def test_what_cannot_be_thinned_is_dropped_and_the_centre_is_told(edge: Edge) -> None:
    """Datagrams that nobody can read have no series to thin them by."""
    edge.configure(spool_bytes=200_000, window=4)
    edge.gateway.start()
    for number in range(400):
        edge.devices.send_raw(b"\xff nonsense" + number.to_bytes(2, "big") * 400)
        if number % 10 == 9:
            edge.devices.until_answered()
    assert "its oldest readings are dropped" in edge.gateway.said()
    edge.centre.connect()
    until(lambda: edge.gateway.spooled() == 0, "the spool is not emptied")
    (committed,) = edge.centre.committed.values()
    assert committed == {*range(1, max(committed) + 1)}, "some numbers were never accounted for"
    assert edge.centre.thinned
    assert 0 < len(edge.centre.parked) < 400


def test_live_readings_go_before_a_backlog(edge: Edge) -> None:
    """The centre is away while 1 500 batches gather; what comes after its return overtakes them."""
    edge.configure(batch_readings=2)
    edge.gateway.start()
    for _ in range(15):
        edge.devices.send(100)
        edge.devices.until_answered()
    edge.centre.connect()
    until(lambda: len(edge.centre.committed.get(epoch_of(edge), ())) > 50, "nothing is sent")
    edge.devices.send(20)
    edge.devices.until_answered()
    before = len(edge.centre.arrivals)
    edge.until_all_arrived()
    assert edge.centre.bundles, "a backlog of small batches goes in fewer messages"
    order = list(dict.fromkeys(seq for _, seq, _ in edge.centre.arrivals))
    live = [order.index(seq) for seq in range(1501, 1521)]
    assert live == sorted(live)
    half = (before + len(order)) / 2
    assert max(live) < half, f"number {live[-1]} of {len(order)}, {before} before: not overtaken"


def epoch_of(edge: Edge) -> int:
    return max(edge.centre.committed, default=0)


def test_a_spool_restored_from_an_old_copy_begins_a_new_epoch(edge: Edge) -> None:
    edge.centre.connect()
    edge.gateway.start()
    edge.devices.send(20)
    edge.devices.until_answered()
    edge.until_all_arrived()
    edge.gateway.end(signal.SIGTERM)
    copy = edge.folder / "copy.db"
    shutil.copy(edge.gateway.spool, copy)
    edge.gateway.start()
    edge.devices.send(200)
    edge.devices.until_answered()
    edge.until_all_arrived()
    edge.gateway.end(signal.SIGTERM)
    shutil.copy(copy, edge.gateway.spool)
    edge.centre.confirming = False  # until it has seen a number twice, as ingest would recognise it
    (old_epoch,) = edge.centre.committed
    edge.gateway.start()
    edge.devices.send(1)
    edge.devices.until_answered()
    edge.centre.confirm(old_epoch)
    until(lambda: len(edge.centre.committed) == 2, "the old copy goes unnoticed")
    edge.centre.confirming = True
    edge.until_all_arrived()
    assert "older copy of itself" in edge.gateway.said()


def test_two_gateways_cannot_share_a_spool(edge: Edge) -> None:
    edge.gateway.start()
    second = Gateway(edge.folder, edge.url, udp_port=free_port())
    second.launch()
    assert second.exit_code() != 0
    assert "belongs to a running gateway" in edge.gateway.said()
    edge.devices.send(5)
    edge.devices.until_answered()


def test_a_taken_port_is_explained(edge: Edge) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as taken:
        taken.bind(("127.0.0.1", edge.gateway.port))
        edge.gateway.launch()
        assert edge.gateway.exit_code() != 0
    assert f"cannot listen for devices on UDP 127.0.0.1:{edge.gateway.port}" in edge.gateway.said()


def test_a_stop_answers_what_came_and_keeps_what_is_unconfirmed(edge: Edge) -> None:
    edge.centre.confirming = False
    edge.centre.connect()
    edge.gateway.start()
    edge.devices.send(30)
    edge.devices.until_answered()
    assert edge.gateway.end(signal.SIGTERM) == 0
    assert "Traceback" not in edge.gateway.said()
    assert edge.gateway.spooled() > 0
    edge.centre.confirming = True
    edge.gateway.start()
    edge.until_all_arrived()

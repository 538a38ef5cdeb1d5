"""The embedded broker: real MQTT, kept messages, and the same care for its process as PostgreSQL's."""

import queue
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from coldbind.embedded_broker import EmbeddedBroker, answers
from storage.processes import identify, is_running, wait_until
from storage.server_errors import PortTaken

ROOT = Path(__file__).parents[2]
PATIENCE = 20
OWNER = """
import sys
from pathlib import Path
from coldbind.embedded_broker import EmbeddedBroker
with EmbeddedBroker(Path(sys.argv[1])) as broker:
    print(broker.start(), broker.pid, flush=True)
    sys.stdin.read()
"""


@dataclass
class Connected:
    """A connected paho client and what it received, from the moment it was connected."""

    client: Client
    arrived: "queue.Queue[bytes]"

    def subscribe(self, topic: str) -> None:
        """Subscribe with QoS 1 and wait for the broker's confirmation."""
        granted: queue.Queue[bool] = queue.Queue()

        def on_subscribe(*_: object) -> None:
            granted.put(True)

        self.client.on_subscribe = on_subscribe
        self.client.subscribe(topic, qos=1)
        assert granted.get(timeout=PATIENCE)

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1 and wait for the broker's acknowledgement."""
        self.client.publish(topic, payload, qos=1).wait_for_publish(PATIENCE)


@contextmanager
def client(url: str, name: str, *, clean: bool = True) -> Generator[Connected]:
    """A client whose network loop runs until the block ends."""
    parts = urlsplit(url)
    arrived: queue.Queue[bytes] = queue.Queue()

    def on_message(_client: Client, _data: object, message: MQTTMessage) -> None:
        arrived.put(bytes(message.payload))

    made = Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=clean)
    made.on_message = on_message
    made.username_pw_set(parts.username or "", parts.password)
    made.connect(parts.hostname or "", parts.port or 0)
    made.loop_start()
    try:
        assert wait_until(made.is_connected, PATIENCE)
        yield Connected(made, arrived)
    finally:
        made.disconnect()
        made.loop_stop()


def test_a_message_goes_from_publisher_to_subscriber(broker_url: str) -> None:
    topic = f"coldbind/test/{secrets.token_hex(4)}"
    with (
        client(broker_url, f"r-{topic[-8:]}") as receiver,
        client(broker_url, f"s-{topic[-8:]}") as sender,
    ):
        receiver.subscribe(topic)
        sender.publish(topic, b"21.5")
        assert receiver.arrived.get(timeout=PATIENCE) == b"21.5"


def test_a_wrong_password_is_refused(broker_url: str) -> None:
    parts = urlsplit(broker_url)
    assert parts.port is not None
    assert answers(parts.port, parts.username or "", parts.password or "")
    assert not answers(parts.port, parts.username or "", "guessed")


def test_an_acknowledged_message_survives_a_kill_of_the_broker(server_folder: Path) -> None:
    broker = EmbeddedBroker(server_folder, ack_wait=1)
    url = broker.start()
    try:
        with client(url, "receiver", clean=False) as receiver:
            receiver.subscribe("kept/#")
        with client(url, "sender") as sender:
            sender.publish("kept/1", b"4.2")
        assert broker.pid is not None
        identity = identify(broker.pid)
        assert identity is not None
        subprocess.run(["kill", "-9", str(identity.pid)], check=True)
        assert wait_until(lambda: not broker.owned, PATIENCE)
        assert broker.start() == url
        with client(url, "receiver", clean=False) as receiver:
            assert receiver.arrived.get(timeout=PATIENCE) == b"4.2"
    finally:
        broker.stop()


def test_a_killed_owner_takes_its_broker_along_and_the_next_one_starts(server_folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(server_folder)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as owner:
        assert owner.stdout is not None
        url, pid = owner.stdout.readline().split()
        identity = identify(int(pid))
        assert identity is not None
        with EmbeddedBroker(server_folder) as attached:
            assert attached.start() == url
            assert not attached.owned
        assert is_running(identity)
        owner.send_signal(signal.SIGKILL)
        assert wait_until(lambda: not is_running(identity), 1)
    with EmbeddedBroker(server_folder) as broker:
        assert broker.owned
        assert broker.start() == url


def test_a_taken_port_is_passed_over_or_reported(server_folder: Path, free_port: int) -> None:
    only = range(free_port, free_port + 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        with pytest.raises(PortTaken, match=str(free_port)):
            EmbeddedBroker(server_folder, ports=only).start()
    with EmbeddedBroker(server_folder, ports=only) as broker:
        assert broker.start().endswith(f":{free_port}")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        with EmbeddedBroker(server_folder) as broker:
            assert not broker.start().endswith(f":{free_port}")


def test_its_secrets_are_for_this_user_only(server_folder: Path) -> None:
    with EmbeddedBroker(server_folder):
        for name in ("password", "server.json", "nats.conf", "broker.log"):
            assert (server_folder / name).stat().st_mode & 0o077 == 0

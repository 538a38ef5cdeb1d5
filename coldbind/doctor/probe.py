"""A small MQTT client that does one thing after the other, to try out a broker.

Its client ids are made up for each use and its sessions are removed, so a broker is left as it was.
"""

import queue
import secrets
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from wire.broker import Broker

PATIENCE = 5.0
_AT_ONCE = 100


class ProbeFailed(Exception):
    """The broker did not do what was tried; the text says what it did."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """How to come in: the broker, and TLS when it asks for it."""

    broker: Broker
    tls: ssl.SSLContext | None


class Probe:
    """A client of the broker behind `entrance`, named `client_id`; made by `connected`."""

    def __init__(self, entrance: Entrance, client_id: str, *, keep: bool, version: int) -> None:
        self._heard: queue.Queue[bytes] = queue.Queue()
        self._answers: queue.Queue[ReasonCode | str] = queue.Queue()
        self._gone = threading.Event()
        clean = None if version == MQTTProtocolVersion.MQTTv5 else not keep
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=clean,
            protocol=MQTTProtocolVersion(version),
            reconnect_on_failure=False,
        )
        self._client.username_pw_set(entrance.broker.username, entrance.broker.password)
        if entrance.tls is not None:
            self._client.tls_set_context(entrance.tls)  # pyright: ignore[reportUnknownMemberType] # paho leaves the context untyped
        self._client.max_inflight_messages_set(_AT_ONCE)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    def open(self, broker: Broker) -> None:
        """Connect; `ProbeFailed` says why not."""
        try:
            self._client.connect(broker.host, broker.port)
        except OSError as error:
            raise ProbeFailed(str(error)) from error
        self._client.loop_start()
        code = self._answer("CONNECT")
        if code.is_failure:
            raise ProbeFailed(str(code))

    def close(self) -> None:
        """Say goodbye."""
        self._client.disconnect()
        self._client.loop_stop()

    def subscribe(self, topic: str) -> None:
        """Listen to `topic` at QoS 1; `ProbeFailed` when the broker does not grant it."""
        self._client.subscribe(topic, qos=1)
        if self._answer("SUBSCRIBE").is_failure:
            raise ProbeFailed(f"it refuses the subscription to {topic}")

    def publish(self, topic: str, payloads: list[bytes], *, retain: bool = False) -> None:
        """Publish at QoS 1 and wait until the broker has acknowledged everything."""
        sent = [self._client.publish(topic, payload, qos=1, retain=retain) for payload in payloads]
        for one in sent:
            try:
                one.wait_for_publish(PATIENCE)
            except (RuntimeError, ValueError) as error:
                raise ProbeFailed(f"it ends the connection of who publishes to {topic}") from error
            if one.rc is not MQTTErrorCode.MQTT_ERR_SUCCESS or not one.is_published():
                raise ProbeFailed(f"it does not acknowledge what is published to {topic}")

    def hear(self, most: int, patience: float = PATIENCE) -> list[bytes]:
        """Up to `most` messages; fewer when none came for `patience` seconds."""
        heard: list[bytes] = []
        while len(heard) < most:
            try:
                heard.append(self._heard.get(timeout=patience))
            except queue.Empty:
                break
        return heard

    def _answer(self, question: str) -> ReasonCode:
        try:
            answer = self._answers.get(timeout=PATIENCE)
        except queue.Empty:
            raise ProbeFailed(f"no answer to {question}") from None
        if isinstance(answer, str):
            raise ProbeFailed(answer)
        return answer

    def _on_connect(
        self, _c: Client, _d: object, _f: ConnectFlags, code: ReasonCode, _p: Properties | None
    ) -> None:
        self._answers.put(code)

    def _on_disconnect(
        self, _c: Client, _d: object, _f: DisconnectFlags, code: ReasonCode, _p: Properties | None
    ) -> None:
        if code.is_failure:
            self._answers.put(f"it ended the connection ({code})")

    def _on_subscribe(
        self, _c: Client, _d: object, _m: int, codes: list[ReasonCode], _p: Properties | None
    ) -> None:
        self._answers.put(codes[0])

    def _on_message(self, _c: Client, _d: object, message: MQTTMessage) -> None:
        self._heard.put(bytes(message.payload))


@contextmanager
def connected(
    entrance: Entrance,
    client_id: str = "",
    *,
    keep: bool = False,
    version: int = MQTTProtocolVersion.MQTTv311,
) -> Generator[Probe]:
    """A connected probe; the broker keeps its session when `keep` is set."""
    probe = Probe(entrance, client_id or new_name(), keep=keep, version=version)
    try:
        probe.open(entrance.broker)
        yield probe
    finally:
        probe.close()


def new_name() -> str:
    """A client id that nobody else has."""
    return f"coldbind-doctor-{secrets.token_hex(4)}"

"""The line to the broker: messages come in on paho's own thread and wait in a mailbox.

Nothing is acknowledged by itself. The session outlives the connection, so what was not acknowledged
comes again; a message number means something only in the connection it came by.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.core.decode import Message
from ingest.mailbox import Delivery, Mailbox
from ingest.settings import IngestSettings
from wire.topics import SUBSCRIPTIONS

_KEEPALIVE = 30
_AT_LEAST_ONCE = 1

_log = structlog.stdlib.get_logger()


class Subscription:
    """Receives the contract's topics into `mailbox` while open, over any number of connections.

    `on_ready` is called each time the broker has confirmed the subscriptions.
    """

    def __init__(self, settings: IngestSettings, on_ready: Callable[[], None] | None = None) -> None:
        self._on_ready = on_ready
        self.mailbox = Mailbox(settings.queue_bytes)
        self._broker = settings.broker
        self._session = 0
        self._turn = threading.Lock()
        self._connected = False
        self._complained = False
        self._client = self._new_client(settings)

    def __enter__(self) -> "Subscription":
        self._client.connect_async(self._broker.host, self._broker.port, keepalive=_KEEPALIVE)
        self._client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self.mailbox.close()
        self._client.disconnect()
        self._client.loop_stop()

    def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Tell the broker that `deliveries` are dealt with.

        Those of an ended connection are left alone: the broker sends them again, and their numbers
        may by now mean other messages.
        """
        with self._turn:
            for delivery in deliveries:
                if delivery.qos and delivery.session == self._session:
                    self._client.ack(delivery.mid, delivery.qos)

    def publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Send each (topic, payload); without a connection they are dropped: nobody could hear."""
        if not self._connected:
            return
        for topic, payload in messages:
            self._client.publish(topic, payload, qos=_AT_LEAST_ONCE)

    def _new_client(self, settings: IngestSettings) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client_id,
            clean_session=False,
            protocol=MQTTProtocolVersion.MQTTv311,
            manual_ack=True,
        )
        if self._broker.username is not None:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls:
            client.tls_set_context(ssl.create_default_context())  # pyright: ignore[reportUnknownMemberType] # paho leaves the context untyped
        client.reconnect_delay_set(min_delay=1, max_delay=settings.reconnect_longest_s)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _on_connect(
        self,
        client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._complain(f"{reason}: check the user and the password in the MQTT URL")
            return
        with self._turn:
            self._session += 1
        self._connected, self._complained = True, False
        client.subscribe([(topic, _AT_LEAST_ONCE) for topic in SUBSCRIPTIONS])
        _log.info("connected to the MQTT broker", broker=str(self._broker))

    def _on_connect_fail(self, _client: Client, _userdata: object) -> None:
        self._complain("nobody answers there, or not in MQTT")

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._connected = False
        with self._turn:
            self._session += 1
        if reason.is_failure:
            self._complain(f"the connection ended ({reason})")

    def _on_subscribe(
        self,
        _client: Client,
        _userdata: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        for topic, reason in zip(SUBSCRIPTIONS, reasons, strict=True):
            if reason.is_failure:
                _log.error("the MQTT broker refuses a subscription: check its access list", topic=topic)
        if self._on_ready is not None:
            self._on_ready()

    def _on_message(self, _client: Client, _userdata: object, arrived: MQTTMessage) -> None:
        try:
            topic = arrived.topic
        except UnicodeDecodeError:
            topic = "(not UTF-8)"
        message = Message(topic, bytes(arrived.payload), time.time_ns() // 1000)
        self.mailbox.put(Delivery(message, arrived.mid, arrived.qos, self._session))

    def _complain(self, why: str) -> None:
        """Say once, until the next success, that the broker is not there."""
        if not self._complained:
            self._complained = True
            _log.warning("no MQTT broker; trying again", broker=str(self._broker), reason=why)

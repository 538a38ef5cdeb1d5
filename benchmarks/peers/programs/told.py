"""What a program is told by the race, and its client to the broker.

It loads nothing that a person's own script would not, so that memory and processor time are its own.
"""

import os

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from wire.broker import parse_broker

DATABASE_URL, MQTT_URL, TOPICS, CLIENT = (
    "PEER_DATABASE_URL",
    "PEER_MQTT_URL",
    "PEER_TOPICS",
    "PEER_CLIENT",
)
"""Variables of the environment: the servers, the topic filter, and the name of the MQTT session."""


def database_url() -> str:
    return os.environ[DATABASE_URL]


def listening_client(*, manual_ack: bool = False) -> Client:
    """A client with a session that lasts, connected, which subscribes at QoS 1 once it runs."""
    broker = parse_broker(os.environ[MQTT_URL])
    client = Client(
        CallbackAPIVersion.VERSION2, os.environ[CLIENT], clean_session=False, manual_ack=manual_ack
    )
    client.username_pw_set(broker.username, broker.password)

    def subscribe(*_: object) -> None:
        client.subscribe(os.environ[TOPICS], qos=1)

    client.on_connect = subscribe
    client.connect(broker.host, broker.port)
    return client

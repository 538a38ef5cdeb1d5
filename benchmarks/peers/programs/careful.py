"""The careful script: COPY up to 500 messages or 50 ms, commit, and acknowledge only then.

It loses nothing. Killed between commit and acknowledgement it stores the group twice.
"""

import json
import queue
import threading
import time

import psycopg
from paho.mqtt.client import Client, MQTTMessage

from benchmarks.peers.programs.told import database_url, listening_client

_COPY = "copy peers.reading (sensor, ts, temp) from stdin"
_MESSAGES = 500
_LONGEST_WAIT = 0.05

Messages = queue.SimpleQueue[MQTTMessage]


def next_group(waiting: Messages) -> list[MQTTMessage]:
    """The first message and what comes after it within 50 ms, 500 at most."""
    group = [waiting.get()]
    deadline = time.monotonic() + _LONGEST_WAIT
    while len(group) < _MESSAGES:
        try:
            group.append(waiting.get(timeout=max(0.0, deadline - time.monotonic())))
        except queue.Empty:
            break
    return group


def store(connection: psycopg.Connection, group: list[MQTTMessage]) -> None:
    readings = (json.loads(message.payload) for message in group)
    lines = [f"{reading['sensor']}\t{reading['ts']}\t{reading['temp']}\n" for reading in readings]
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write("".join(lines))
    connection.commit()


def store_all(client: Client, waiting: Messages) -> None:
    connection = psycopg.connect(database_url())
    while True:
        group = next_group(waiting)
        store(connection, group)
        for message in group:
            client.ack(message.mid, message.qos)


def main() -> None:
    waiting: Messages = queue.SimpleQueue()

    def keep(_client: Client, _userdata: object, message: MQTTMessage) -> None:
        waiting.put(message)

    client = listening_client(manual_ack=True)
    client.on_message = keep
    threading.Thread(target=store_all, args=(client, waiting), daemon=True).start()
    client.loop_forever()


if __name__ == "__main__":
    main()

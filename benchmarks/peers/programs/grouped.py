"""The tutorial's better brother: 500 rows a transaction, acknowledged while they wait in memory.

Killed, it loses what waits: up to 500 readings that the broker believes to be stored.
"""

import json
import threading

import psycopg
from paho.mqtt.client import Client, MQTTMessage

from benchmarks.peers.programs.told import database_url, listening_client

_INSERT = "insert into peers.reading (sensor, ts, temp) values (%s, %s, %s)"
_ROWS = 500
_LONGEST_WAIT = 0.1


class Rows:
    """Waiting rows, written when there are enough or when they have waited long enough."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[object, ...]] = []
        self._turn = threading.Lock()

    def add(self, row: tuple[object, ...]) -> None:
        """Let `row` wait; this is the moment at which the message counts as dealt with."""
        with self._turn:
            self._waiting.append(row)
            if len(self._waiting) >= _ROWS:
                self._write()

    def write_waiting(self) -> None:
        """Write what waits, however little it is."""
        with self._turn:
            self._write()

    def _write(self) -> None:
        if self._waiting:
            with self._connection.cursor() as cursor:
                cursor.executemany(_INSERT, self._waiting)
            self._connection.commit()
            self._waiting.clear()


def main() -> None:
    rows = Rows(psycopg.connect(database_url()))

    def keep(_client: Client, _userdata: object, message: MQTTMessage) -> None:
        reading = json.loads(message.payload)
        rows.add((reading["sensor"], reading["ts"], reading["temp"]))

    client = listening_client()
    client.on_message = keep
    client.loop_start()
    while True:
        threading.Event().wait(_LONGEST_WAIT)
        rows.write_waiting()


if __name__ == "__main__":
    main()

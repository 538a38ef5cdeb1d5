"""The way tutorials show: for each message one INSERT and one commit, then the acknowledgement."""

import json

import psycopg
from paho.mqtt.client import Client, MQTTMessage

from benchmarks.peers.programs.told import database_url, listening_client

_INSERT = "insert into peers.reading (sensor, ts, temp) values (%s, %s, %s)"


def main() -> None:
    connection = psycopg.connect(database_url())

    def store(_client: Client, _userdata: object, message: MQTTMessage) -> None:
        reading = json.loads(message.payload)
        connection.execute(_INSERT, (reading["sensor"], reading["ts"], reading["temp"]))
        connection.commit()

    client = listening_client()
    client.on_message = store
    client.loop_forever()


if __name__ == "__main__":
    main()

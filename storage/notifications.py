"""Waking a worker: LISTEN on a channel, so that nobody has to poll quickly.

A notification is a hint, never a fact: whoever waits also looks by itself after the timeout.
"""

import time

import psycopg
from psycopg import sql

from storage.errors import Unavailable


class Listener:
    """Waits for notifications on one channel, over a connection of its own that it renews."""

    def __init__(self, url: str, channel: str) -> None:
        self._url = url
        self._channel = channel
        self._connection: psycopg.Connection[object] | None = None

    def wait(self, timeout: float) -> bool:
        """True as soon as somebody notified, False after `timeout` seconds.

        Several notifications that wait already count as one. Without a connection this waits the
        whole time and tries to connect again at the next call.
        """
        try:
            connection = self._connection or self._connect()
            notified = next(connection.notifies(timeout=timeout, stop_after=1), None)
        except (psycopg.OperationalError, Unavailable):
            self.close()
            time.sleep(timeout)
            return False
        return notified is not None

    def _connect(self) -> "psycopg.Connection[object]":
        connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        connection.execute(sql.SQL("listen {}").format(sql.Identifier(self._channel)))
        self._connection = connection
        return connection

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

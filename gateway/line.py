"""The gateway's MQTT client: aiomqtt's, which writes to a socket only while it is open, and at once.

aiomqtt has the loop watch for the moment at which a socket can be written, for every message anew.
A socket of a broker almost always can, so here the loop simply writes what gathered in its turn, and
watches only what would block.
"""

import aiomqtt
from aiomqtt.types import PahoSocket
from paho.mqtt import client as paho


class Line(aiomqtt.Client):
    """One connection to the broker.

    paho connects on a thread of its own. A broker that refuses our certificate may have the loop close
    the socket before that thread's request to write has its turn; aiomqtt would then watch a closed
    file, or one that somebody else has opened under the same number meanwhile.
    """

    def _on_socket_register_write(
        self, client: paho.Client, userdata: object, sock: PahoSocket
    ) -> None:
        self._loop.call_soon_threadsafe(self._write, client, sock)

    def _write(self, client: paho.Client, sock: PahoSocket) -> None:
        """Write what waits for `sock`, unless it was closed meanwhile."""
        if client.socket() is not sock:
            return
        try:
            client.loop_write()
        except Exception as failure:  # whatever it is, this connection is over
            if not self._disconnected.done():
                self._disconnected.set_exception(failure)
        if client.socket() is sock and client.want_write():
            self._loop.add_writer(sock.fileno(), self._write, client, sock)

"""Mosquitto in the place of the embedded broker, its limits lifted as deploy/ lifts them."""

import os
import pwd
import shutil
import signal
from pathlib import Path

from storage.ownership import Announce, OwnedServer
from storage.ports import LOOPBACK, free_port, is_free
from storage.processes import start_child, wait_until
from storage.server_errors import NoBinaries, StartFailed
from tests.chaos.processes import Broker

_PATIENCE_S = 30
_CONFIGURATION = """
listener {port} {host}
allow_anonymous true
user {user}
persistence true
persistence_location {store}/
autosave_interval 30
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 1000
max_inflight_bytes 0
max_packet_size 1048576
log_dest stderr
"""


class Mosquitto(OwnedServer):
    """The machine's mosquitto on a loopback port, its state in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._port: int | None = None

    def _launch(self, announce: Announce) -> str:
        program = shutil.which("mosquitto")
        if program is None:
            raise NoBinaries("mosquitto is not installed: install it, or run with BROKER=nats")
        port = self._port = self._port or free_port()
        store = self.folder / "store"
        store.mkdir(exist_ok=True)
        configuration = self.folder / "mosquitto.conf"
        user = pwd.getpwuid(os.geteuid()).pw_name
        configuration.write_text(
            _CONFIGURATION.format(port=port, host=LOOPBACK, user=user, store=store), encoding="utf-8"
        )
        log = self.folder / "broker.log"
        child = start_child([program, "-c", str(configuration)], log=log, death_signal=signal.SIGKILL)
        announce(child)
        if not wait_until(lambda: child.poll() is not None or not is_free(port), _PATIENCE_S):
            raise StartFailed(f"mosquitto does not listen (log: {log})")
        if child.poll() is not None:
            raise StartFailed(f"mosquitto ended at once (log: {log})")
        return f"mqtt://{LOOPBACK}:{port}"


def mosquitto(folder: Path) -> Broker:
    """Mosquitto as a part that can be struck."""
    return Broker(Mosquitto(folder), folder / "store", folder / "broker.log")

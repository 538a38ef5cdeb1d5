"""A real Mosquitto for the tests, and an installation whose commands have configured one."""

import os
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from coldbind import cli
from storage.ports import free_port

PROGRAM = shutil.which(
    "mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/sbin"
)

needs_mosquitto = [
    pytest.mark.mosquitto,
    pytest.mark.skipif(PROGRAM is None, reason="mosquitto is not installed on this machine"),
]


def until(what: Callable[[], bool], why: Callable[[], str], patience: float = 20) -> None:
    """Wait for `what`; `why` says in the end what was there instead."""
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, why()
        time.sleep(0.02)


class Mosquitto:
    """The broker that `configuration` describes, listening on `ports`; its log lies beside it."""

    def __init__(self, configuration: Path, *ports: int) -> None:
        self._configuration = configuration
        self._ports = ports
        self._log = configuration.with_suffix(".log")

    def __enter__(self) -> Self:
        assert PROGRAM is not None
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "-c", str(self._configuration)], stdout=log, stderr=log
            )
        until(self._answers, lambda: self.said)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)

    @property
    def said(self) -> str:
        """Its log so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def reload(self) -> None:
        """Let it read its files again."""
        self._process.send_signal(signal.SIGHUP)
        until(lambda: "Reloading config" in self.said, lambda: self.said)

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.said
        for port in self._ports:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)):
                    return False
        return True


@dataclass
class Site:
    """An installation with a broker's configuration, before and while its Mosquitto runs."""

    root: Path
    port: int
    password_port: int
    told: dict[str, str]
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def type(self, *arguments: str) -> str:
        """Type a command that must succeed; what it printed."""
        code, said = self.asked(*arguments)
        assert code == 0, said
        return said

    def asked(self, *arguments: str) -> tuple[object, str]:
        self.monkeypatch.setattr(sys, "argv", ["coldbind", *arguments])
        code: object = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def enrol(self, gateway: str, *more: str) -> dict[str, str]:
        """Enrol a gateway; the settings it is to run with."""
        self.type("gateway", "enrol", gateway, "--out", str(self.root / gateway), *more)
        return told_by(self.root / gateway / "coldbind.env")

    @property
    def centre(self) -> dict[str, str]:
        return told_by(self.root / "broker" / "centre" / "coldbind.env")

    def mosquitto(self) -> Mosquitto:
        return Mosquitto(self.root / "broker" / "mosquitto.conf", self.port, self.password_port)


def folder_for_mosquitto(folder: Path) -> Path:
    """A new folder for the user that a Mosquitto started here becomes."""
    folder.mkdir(mode=0o700)
    if os.getuid() == 0:
        account = pwd.getpwnam("mosquitto")
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def told_by(file: Path) -> dict[str, str]:
    """An environment file as a shell reads it."""
    assert file.stat().st_mode & 0o777 == 0o600
    pairs = [word.partition("=") for word in shlex.split(file.read_text("utf-8"), comments=True)]
    return {name: value for name, _, value in pairs}


@pytest.fixture
def site(
    database_url: str,
    server_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Site:
    told = {
        "COLDBIND_DATABASE_URL": database_url,
        "COLDBIND_VAR": str(server_folder / "var"),
        "COLDBIND_SITE": "berlin",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    broker = folder_for_mosquitto(server_folder / "broker")
    made = Site(server_folder, free_port(), free_port(), told, monkeypatch, capsys)
    ports = ("--port", str(made.port), "--password-port", str(made.password_port))
    made.type("broker", "config", "--host", "localhost", "--out", str(broker), *ports)
    # on its way to the log is the word that it has read its files again
    (broker / "local.d" / "tests.conf").write_text("log_type information\n")
    return made

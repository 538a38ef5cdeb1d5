"""TimescaleDB without an installation: Debian's packages in a folder, served from a chroot on loopback.

The same `start`, `stop` and `url` as the embedded PostgreSQL, so that tests can run on either. Nothing
is mounted into the chroot: the server is told to share memory through files of its own.
Run as `python -m storage.timescale_debian install|start|run|stop [FOLDER]`.
"""

import hashlib
import os
import shutil
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from storage.embedded import PostgresServer
from storage.embedded_cluster import Cluster
from storage.ownership import Ownership
from storage.processes import Account, end_process, identify, is_running, wait_until
from storage.server_errors import NoBinaries, NotPermitted, ServerError, StartFailed
from storage.timescale_install import BINARIES, install, is_installed, say_on_stderr

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "shared_preload_libraries": "timescaledb",
        "timescaledb.telemetry_level": "off",
        "dynamic_shared_memory_type": "mmap",
    }
)
_NONE: Mapping[str, str] = MappingProxyType({})
_USAGE = "usage: python -m storage.timescale_debian install|start|run|stop [FOLDER]"
_START_PATIENCE = 60


class TimescaleDebian(PostgresServer):
    """A TimescaleDB server kept by `folder`, with the programs of an `installation`; needs root.

    `installation` is the folder `install` was given, `folder` itself when left out; several servers may
    share one. `settings` win over `SETTINGS`; `ports` narrows the choice of the port.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str] = _NONE,
        ports: range | None = None,
        installation: Path | None = None,
    ) -> None:
        super().__init__(folder, {**SETTINGS, **settings}, ports)
        self._installation = (installation or folder).absolute()
        self._root = self._installation / "root"
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:8]
        self._home = self._root / "var/lib/coldbind" / f"{self.folder.name}-{digest}"

    def _cluster(self, password: str) -> Cluster:
        if not is_installed(self._root):
            raise NoBinaries(
                f"TimescaleDB is not installed in {self._installation}: run `sudo make timescale`"
            )
        if os.geteuid() != 0:
            raise NotPermitted(
                "TimescaleDB from Debian packages runs in a chroot, which needs root: run "
                "`sudo make timescale`, or set COLDBIND_DATABASE_URL to a TimescaleDB server"
            )
        for place in (self._home.parent, self._home):
            place.mkdir(mode=0o711, exist_ok=True)
        return Cluster(
            home=self._home,
            binaries=BINARIES,
            password=password,
            log=self.folder / "postgres.log",
            account=_postgres_account(self._root),
            root=self._root,
        )

    def erase(self) -> None:
        """Stop the server and remove its databases; the installed Debian stays."""
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)


def _postgres_account(root: Path) -> Account:
    """The user `postgres` by the chroot's own user list, whose numbers differ from the machine's."""
    for line in (root / "etc/passwd").read_text(encoding="utf-8").splitlines():
        name, _, uid, gid, *_ = line.split(":")
        if name == "postgres":
            return Account(int(uid), int(gid))
    raise NoBinaries(f"{root} has no user postgres: remove that folder and run `sudo make timescale`")


def run(folder: Path) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    ended = threading.Event()

    def end(*_: object) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    install(folder)
    with TimescaleDebian(folder) as server:
        say_on_stderr(f"ready at {server.url('postgres')} (Ctrl-C ends it)")
        while not ended.wait(0.5):
            if server.pid is not None and not server.owned:
                raise StartFailed(f"the server ended (log: {folder / 'postgres.log'})")


def start(folder: Path) -> str:
    """Serve from a process of its own that stays when this one ends; the URL of the server."""
    install(folder)
    ownership = Ownership(folder.absolute())
    url = _running_url(ownership)
    if url is not None:
        return url
    log = folder / "run.log"
    log.unlink(missing_ok=True)
    pid = _spawn_run(folder, log)
    wait_until(lambda: identify(pid) is None or _running_url(ownership) is not None, _START_PATIENCE)
    url = _running_url(ownership)
    if url is None:
        said = log.read_text(encoding="utf-8").strip().splitlines()
        raise StartFailed(said[-1] if said else f"the server did not answer in {_START_PATIENCE} s")
    return url


def _spawn_run(folder: Path, log: Path) -> int:
    """Start `run` in a session of its own; its log holds the password, so only we may read it."""
    command = [sys.executable, "-m", "storage.timescale_debian", "run", str(folder.absolute())]
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(command[0], command, os.environ, file_actions=streams, setsid=True)


def stop(folder: Path) -> bool:
    """End the server that `start` or `run` keeps in `folder`; whether there was one."""
    record = Ownership(folder.absolute()).read()
    if record is None or not is_running(record.owner):
        return False
    end_process(record.owner, signal.SIGTERM, _START_PATIENCE)
    return True


def _running_url(ownership: Ownership) -> str | None:
    record = ownership.read()
    running = record is not None and is_running(record.owner) and is_running(record.server)
    return record.url if record is not None and running else None


def main(arguments: list[str]) -> int:
    """Do what the command line asks; the exit code."""
    action, *rest = arguments or [""]
    folder = Path(rest[0] if rest else Path(os.environ.get("COLDBIND_VAR", "var")) / "timescale")
    try:
        if action == "install":
            say_on_stderr(f"installed in {install(folder)}")
        elif action == "start":
            say_on_stderr(f"ready at {start(folder)}")
        elif action == "run":
            run(folder)
        elif action == "stop":
            say_on_stderr("ended" if stop(folder) else "was not running")
        else:
            say_on_stderr(_USAGE)
            return 2
    except ServerError as error:
        say_on_stderr(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A PostgreSQL data directory: made whole or not at all, and a postmaster on it.

Knows initdb and postgres, nothing of who owns the folder. Works inside a chroot too, where paths as the
server sees them differ from ours.
"""

import os
import shutil
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from storage.ownership import write_secret
from storage.ports import LOOPBACK
from storage.processes import Account, Child, end_process, identify, start_child, wait_until
from storage.server_errors import StartFailed, failure, log_since, log_size

USER = "coldbind"
"""The superuser of every embedded cluster."""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "track_commit_timestamp": "on",
    "wal_compression": "on",
    "jit": "off",
}
"""For a small box that other programs share; lz4 is not built into every PostgreSQL, pglz is."""

_INITDB_PATIENCE = 300
_START_PATIENCE = 120
"""Seconds; a start after a crash replays up to max_wal_size of log."""
_READY_LINE = 7
_BUILTIN_LOCALE_SINCE = 17
_UNFINISHED = "data.new-"
_LARGEST_LOG = 10_000_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a cluster lives: `home` holds `data`, `binaries` is as the server sees it.

    `root` is the folder the server is chrooted into, None for the machine's own.
    """

    home: Path
    binaries: Path
    password: str
    log: Path
    account: Account | None = None
    root: Path | None = None

    @property
    def data(self) -> Path:
        """The data directory, as we see it."""
        return self.home / "data"

    def inside(self, path: Path) -> str:
        """`path` as the server sees it."""
        return str(path) if self.root is None else f"/{path.relative_to(self.root)}"

    def child(self, program: str, *arguments: str) -> Child:
        """Start one of the PostgreSQL programs; immediate shutdown when we end."""
        return start_child(
            [str(self.binaries / program), *arguments],
            log=self.log,
            account=self.account,
            root=self.root,
            cwd=Path(self.inside(self.home)),
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            death_signal=signal.SIGQUIT,
        )


def ensure_data(cluster: Cluster) -> None:
    """Make the data directory unless it is there; what an interrupted initdb left is thrown away.

    Raises a `ServerError`, also when the data were made by another major version of PostgreSQL.
    """
    if cluster.log.exists() and cluster.log.stat().st_size > _LARGEST_LOG:
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    version = _major_version(cluster)
    if not cluster.data.exists():
        _initdb(cluster, version)
    made_by = (cluster.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != str(version):
        raise StartFailed(
            f"the database in {cluster.data} was made by PostgreSQL {made_by} and {cluster.binaries} "
            f"is {version}: set COLDBIND_POSTGRES_BINARIES to a PostgreSQL {made_by}, or move "
            "the folder away to begin with an empty one"
        )


def _major_version(cluster: Cluster) -> int:
    """Ask the server program, run as the server will be: one that cannot run shows here."""
    position = log_size(cluster.log)
    code = cluster.child("postgres", "--version").wait(_INITDB_PATIENCE)
    said = log_since(cluster.log, position)
    words = said.split("(PostgreSQL)")
    if code != 0 or len(words) == 1:
        raise failure(f"{cluster.binaries / 'postgres'} --version", cluster.log, said)
    return int("".join(c if c.isdigit() else " " for c in words[1]).split()[0])


def _initdb(cluster: Cluster, version: int) -> None:
    """Initialise beside the final place and rename: the data directory is complete when it is there."""
    _sweep(cluster.home)
    fresh = Path(mkdtemp(prefix=_UNFINISHED, dir=cluster.home))  # a dying initdb clears up its own
    password = fresh.with_name(f"{fresh.name}.password")
    position = log_size(cluster.log)
    try:
        write_secret(password, cluster.password)
        if cluster.account is not None:
            for path in (fresh, password):
                os.chown(path, cluster.account.uid, cluster.account.gid)
        child = cluster.child("initdb", *_initdb_arguments(cluster, fresh, password, version))
        try:
            child.wait(_INITDB_PATIENCE)
        finally:
            code = child.stop(signal.SIGTERM)
        if code == 0:
            fresh.rename(cluster.data)
    finally:
        _sweep(cluster.home)
    if code != 0:
        raise failure("initdb", cluster.log, log_since(cluster.log, position))


def _sweep(home: Path) -> None:
    """Remove what unfinished initialisations left."""
    for path in home.glob(f"{_UNFINISHED}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _initdb_arguments(cluster: Cluster, data: Path, password: Path, version: int) -> list[str]:
    builtin = version >= _BUILTIN_LOCALE_SINCE
    return [
        f"--pgdata={cluster.inside(data)}",
        f"--username={USER}",
        f"--pwfile={cluster.inside(password)}",
        "--auth=scram-sha-256",
        "--data-checksums",
        "--encoding=UTF8",
        "--locale=C",
        *(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if builtin else []),
    ]


def launch(
    cluster: Cluster, port: int, settings: Mapping[str, str], announce: Callable[[Child], None]
) -> Child | None:
    """Start the postmaster on `port` and wait until it accepts connections.

    None when the port was taken meanwhile; a `ServerError` when the server did not start.
    """
    _clear_postmaster_file(cluster)
    position = log_size(cluster.log)
    chosen = {**SETTINGS, **settings, "port": str(port)}
    arguments = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    child = cluster.child("postgres", "-D", cluster.inside(cluster.data), *arguments)
    announce(child)
    settled = wait_until(lambda: child.poll() is not None or _is_ready(cluster, child), _START_PATIENCE)
    if settled and child.poll() is None:
        return child
    child.stop(signal.SIGQUIT)
    said = log_since(cluster.log, position)
    if "Address already in use" in said:
        return None
    if not settled:
        raise StartFailed(f"PostgreSQL was not ready after {_START_PATIENCE} s (log: {cluster.log})")
    raise failure("PostgreSQL", cluster.log, said)


def _is_ready(cluster: Cluster, child: Child) -> bool:
    lines = _postmaster_file(cluster)
    return len(lines) > _READY_LINE and lines[0] == str(child.pid) and lines[_READY_LINE] == "ready"


def _postmaster_file(cluster: Cluster) -> list[str]:
    try:
        text = (cluster.data / "postmaster.pid").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [line.strip() for line in text.splitlines()]


def _clear_postmaster_file(cluster: Cluster) -> None:
    """Remove the pid file of a dead postmaster; end a live one that nobody recorded.

    PostgreSQL itself believes the pid in it to be a postmaster whenever any process has that number.
    """
    lines = _postmaster_file(cluster)
    process = identify(int(lines[0])) if lines and lines[0].isdigit() else None
    if process is not None and process.pid != os.getpid():
        with suppress(OSError):
            if Path(f"/proc/{process.pid}/cwd").samefile(
                cluster.data
            ):  # a postmaster stays in its data
                end_process(process, signal.SIGQUIT, 10)
    if Path("/proc/self/cwd").exists():
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)


def erase(home: Path) -> None:
    """Remove the data, complete or not."""
    shutil.rmtree(home / "data", ignore_errors=True)
    _sweep(home)

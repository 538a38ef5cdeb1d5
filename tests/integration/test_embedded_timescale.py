"""TimescaleDB from Debian packages: where the packages come from, and that its hypertables work."""

import os
import signal
from pathlib import Path

import psycopg
import pytest

from coldbind.var_folder import var_folder
from storage.processes import wait_until
from storage.server_errors import NoBinaries
from storage.timescale_debian import TimescaleDebian, start, stop
from storage.timescale_install import debian_mirrors, install

DEB822 = """\
Types: deb deb-src
# a comment between the fields
URIs: http://mirror.example/debian/
  https://second.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
"""
ONE_LINE = """\
# deb http://commented.example/debian trixie main
deb-src http://sources.example/debian trixie main
deb [arch=amd64 signed-by=/a/key.gpg] https://third.example/archive trixie main
deb cdrom:[Debian]/ trixie main
deb http://fourth.example/debian trixie main
deb https://vendor.example/apt /
"""


def test_mirrors_are_read_from_both_kinds_of_source_file() -> None:
    found = debian_mirrors({"debian.sources": DEB822, "sources.list": ONE_LINE})
    assert found == [
        "http://mirror.example/debian",
        "https://second.example/debian",
        "http://fourth.example/debian",
        "https://third.example/archive",
    ]


def test_a_machine_without_package_sources_names_no_mirror() -> None:
    assert debian_mirrors({}) == []
    assert debian_mirrors({"sources.list": "\n", "x.sources": "\n\nTypes: deb\n"}) == []


def test_a_server_that_is_not_installed_says_how_to_get_it(server_folder: Path) -> None:
    with pytest.raises(NoBinaries, match="make timescale"):
        TimescaleDebian(server_folder).start()


@pytest.mark.timescale
def test_a_hypertable_in_a_copied_database(database_url: str) -> None:
    if os.environ.get("COLDBIND_TEST_DATABASE") != "timescale":
        pytest.skip("runs with COLDBIND_TEST_DATABASE=timescale")
    with psycopg.connect(database_url) as connection:
        connection.execute("create table sample (series bigint, time timestamptz, value float8)")
        connection.execute("select create_hypertable('sample', by_range('time', interval '1 day'))")
        connection.execute(
            "insert into sample select 1, '2026-03-01T00:00Z'::timestamptz + n * interval '1 hour', n "
            "from generate_series(0, 71) n"
        )
        chunks = connection.execute("select count(*) from show_chunks('sample')").fetchone()
        row = connection.execute("select sum(value) from sample").fetchone()
    assert chunks is not None
    assert chunks[0] >= 3
    assert row == (71 * 72 / 2,)


@pytest.mark.timescale
def test_start_leaves_a_server_running_that_stop_ends(server_folder: Path) -> None:
    if os.environ.get("COLDBIND_TEST_DATABASE") != "timescale":
        pytest.skip("runs with COLDBIND_TEST_DATABASE=timescale")
    installed = install(var_folder().timescale)
    assert install(var_folder().timescale) == installed  # the second time it is there
    (server_folder / "root").symlink_to(installed)
    url = start(server_folder)
    try:
        assert start(server_folder) == url
        with psycopg.connect(url) as connection:
            row = connection.execute("show shared_preload_libraries").fetchone()
        assert row == ("timescaledb",)
        with TimescaleDebian(server_folder) as attached:
            assert attached.url("postgres") == url
            assert not attached.owned
    finally:
        assert stop(server_folder)
        TimescaleDebian(server_folder).erase()
    assert not stop(server_folder)


@pytest.mark.timescale
def test_a_killed_chroot_server_starts_again(server_folder: Path) -> None:
    if os.environ.get("COLDBIND_TEST_DATABASE") != "timescale":
        pytest.skip("runs with COLDBIND_TEST_DATABASE=timescale")
    server = TimescaleDebian(server_folder, installation=var_folder().timescale)
    try:
        url = server.start()
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        assert wait_until(lambda: not server.owned, 5)
        assert server.start() == url
    finally:
        server.erase()

"""The spool: numbers never given twice, deleted only when confirmed, safe on a full disk."""

import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.core.flight import Plan
from gateway.store import Parcel, Spool, SpoolError, SpoolInUse, SpoolUnwritable

NOW = 1_780_000_000_000_000
EVERYTHING = Plan((), 0, 10_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "edge" / "spool.db"


@pytest.fixture
def spool(path: Path) -> Generator[Spool]:
    with closing(Spool(path, NOW)) as opened:
        yield opened


def parcels(*bodies: bytes) -> list[Parcel]:
    return [Parcel(body, 1) for body in bodies]


def kept(spool: Spool) -> list[tuple[int, bytes]]:
    return [(batch.seq, batch.body) for batch in spool.read(EVERYTHING)]


def fill(spool: Spool, times: int = 100) -> None:
    for _ in range(times):
        spool.commit(parcels(b"x" * 10_000), (), NOW)


def test_batches_are_numbered_in_order_and_survive_reopening(path: Path) -> None:
    with closing(Spool(path, NOW)) as spool:
        spool.commit(parcels(b"a", b"b"), (), NOW)
        spool.commit(parcels(b"c"), (), NOW)
    with closing(Spool(path, NOW + 5)) as again:
        assert kept(again) == [(1, b"a"), (2, b"b"), (3, b"c")]
        assert (again.epoch, again.waiting, again.last_seq) == (NOW, 3, 3)


def test_a_number_is_never_given_twice(path: Path) -> None:
    with closing(Spool(path, NOW)) as spool:
        spool.commit(parcels(b"a", b"b"), (), NOW)
        spool.commit((), [(1, 2)], NOW)
        assert spool.waiting == 0
    with closing(Spool(path, NOW)) as again:
        again.commit(parcels(b"c"), (), NOW)
        assert kept(again) == [(3, b"c")]


def test_only_confirmed_batches_are_forgotten(spool: Spool) -> None:
    spool.commit(parcels(b"a", b"b", b"c", b"d"), (), NOW)
    spool.commit(parcels(b"e"), [(1, 1), (3, 4), (9, 12)], NOW)
    assert kept(spool) == [(2, b"b"), (5, b"e")]
    assert spool.waiting == 2


def test_reading_gives_what_goes_again_before_what_is_new(spool: Spool) -> None:
    spool.commit(parcels(b"a", b"b", b"c", b"d"), (), NOW)
    assert [batch.seq for batch in spool.read(Plan((2, 7), 2, 1))] == [2, 3]


def test_a_new_epoch_is_larger_even_when_the_clock_went_back(spool: Spool) -> None:
    spool.commit(parcels(b"a"), (), NOW)
    spool.begin_epoch(NOW - 1000)
    assert spool.epoch == NOW + 1
    assert kept(spool) == [(1, b"a")]


def test_a_spool_belongs_to_one_gateway(path: Path, spool: Spool) -> None:
    assert spool.waiting == 0
    with pytest.raises(SpoolInUse, match=r"belongs to a running gateway \(process \d+\)"):
        Spool(path, NOW)


def test_a_killed_gateway_leaves_the_spool_free(path: Path) -> None:
    program = (
        "import sys, os, signal, pathlib\n"
        "from gateway.store import Parcel, Spool\n"
        "Spool(pathlib.Path(sys.argv[1]), 7).commit([Parcel(b'a', 1)], (), 7)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", program, str(path)], cwd=root, check=False)
    assert killed.returncode == -9
    with closing(Spool(path, NOW)) as spool:
        assert kept(spool) == [(1, b"a")]
        assert spool.epoch == 7


def test_a_file_that_is_no_spool_is_set_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database at all" * 200)
    with closing(Spool(path, NOW)) as spool:
        assert spool.set_aside is not None
        assert spool.set_aside.read_bytes().startswith(b"this is no database")
        assert (spool.epoch, spool.waiting) == (NOW, 0)
        spool.commit(parcels(b"a"), (), NOW)
        assert kept(spool) == [(1, b"a")]


def test_a_damaged_spool_is_set_aside_with_its_log(path: Path) -> None:
    with closing(Spool(path, NOW)) as spool:
        spool.commit(parcels(*(bytes([n]) * 3000 for n in range(50))), (), NOW)
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 20] = b"\x5a" * (4096 * 19)
    path.write_bytes(content)
    with closing(Spool(path, NOW + 9)) as again:
        assert again.set_aside is not None
        assert again.set_aside.read_bytes() == content
        assert again.epoch == NOW + 9


def test_a_sound_spool_is_not_set_aside(spool: Spool) -> None:
    assert spool.set_aside is None


def test_a_spool_of_a_newer_version_is_left_alone(path: Path) -> None:
    with closing(Spool(path, NOW)) as spool:
        spool.commit(parcels(b"a"), (), NOW)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma user_version = 99")
    with pytest.raises(SpoolError, match="newer Coldbind"):
        Spool(path, NOW)
    assert path.exists()


def test_a_full_spool_takes_nothing_and_works_again_once_there_is_room(path: Path) -> None:
    with closing(Spool(path, NOW, limit=200_000)) as spool:
        with pytest.raises(SpoolUnwritable, match="full"):
            fill(spool)
        waiting = spool.waiting
        assert 10 < waiting < 20
        assert len(kept(spool)) == waiting
        spool.commit((), [(1, 5)], NOW)
        spool.commit(parcels(b"y" * 10_000), (), NOW)
        assert spool.waiting == waiting - 4
        assert kept(spool)[-1] == (waiting + 1, b"y" * 10_000)


def test_a_disk_filled_by_the_spool_can_be_emptied_again(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a disk that is really full needs the right to mount one")
    try:
        with closing(Spool(disk / "spool.db", NOW)) as spool:
            with pytest.raises(SpoolUnwritable, match="full"):
                fill(spool, 5000)
            waiting = spool.waiting
            spool.forget([(1, waiting - 10)], NOW)
            assert [seq for seq, _ in kept(spool)] == list(range(waiting - 9, waiting + 1))
            fill(spool, 100)
            assert spool.waiting == 110
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SpoolError, match="cannot be created"):
        Spool(tmp_path / "file" / "spool.db", NOW)

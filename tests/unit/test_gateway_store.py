"""The spool: numbers never given twice, deleted only when confirmed, safe on a full disk."""

import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.core.flight import Plan, Section
from gateway.core.thinning import Group, Kept
from gateway.store import EMPTY, Batch, Parcel, Spool, SpoolError, SpoolInUse, SpoolUnwritable
from wire.frame import Thinned

NOW = 1_780_000_000_000_000
NONE = Section(0, 0, 0)
EVERYTHING = Plan(Section(0, 10**9, 10_000), (), NONE)


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
    return [(batch.seq, batch.body) for batch in spool.read(EVERYTHING).live]


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


def test_reading_gives_each_part_of_a_plan(spool: Spool) -> None:
    spool.commit(parcels(b"a", b"b", b"c", b"d", b"e"), (), NOW)
    found = spool.read(Plan(Section(3, 9, 1), (2, 7), Section(0, 2, 5)))
    parts = (found.live, found.again, found.backlog)
    assert [[batch.seq for batch in part] for part in parts] == [[4], [2], [1, 2]]
    assert not found.more


def test_of_a_backlog_no_more_is_read_at_once_than_fits(spool: Spool) -> None:
    spool.commit(parcels(b"aaaa", b"bbbb", b"cccc"), (), NOW)
    plan = Plan(Section(3, 3, 0), (), Section(0, 3, 3))
    for most, read in ((1, [1]), (4, [1]), (5, [1, 2]), (12, [1, 2, 3]), (13, [1, 2, 3])):
        found = spool.read(plan, most)
        assert [batch.seq for batch in found.backlog] == read
        assert found.more == (most <= 12)
    spool.commit((), [(1, 3)], NOW)  # nothing that was read halfway stands in the way


def test_a_batch_says_when_its_readings_came_in(spool: Spool) -> None:
    spool.commit(parcels(b"a"), (), NOW)
    assert spool.read(EVERYTHING).live == [Batch(1, b"a", NOW)]


def test_what_is_kept_is_told_as_stretches(spool: Spool) -> None:
    assert spool.stretches() == []
    spool.commit(parcels(*(b"x" for _ in range(12))), (), NOW)
    spool.commit((), [(1, 2), (5, 5), (8, 9)], NOW)
    assert spool.stretches() == [(3, 4), (6, 7), (10, 12)]


def stand_for(spool: Spool, first: int, last: int, body: bytes = b"thin", readings: int = 1) -> None:
    members = [one for one in spool.kept(0, 100) if first <= one.first and one.seq <= last]
    spool.replace(Group(tuple(members), drop=not readings), Parcel(body, readings), NOW)


def test_one_batch_may_stand_for_its_neighbours(spool: Spool) -> None:
    spool.commit(parcels(b"a", b"b", b"c", b"d"), (), NOW)
    stand_for(spool, 2, 3)
    assert spool.read(EVERYTHING).live[1] == Batch(3, b"thin", NOW, Thinned(2, 3, 2))
    assert spool.stretches() == [(1, 4)]
    assert spool.waiting == 3
    stand_for(spool, 1, 3, EMPTY, 0)
    assert spool.read(EVERYTHING).live[0] == Batch(3, EMPTY, NOW, Thinned(1, 3, 3))
    assert spool.kept(0, 1) == [Kept(1, 3, len(EMPTY), 0, 3)]


def test_a_batch_that_stands_for_others_is_forgotten_with_the_last_of_them(spool: Spool) -> None:
    spool.commit(parcels(b"a", b"b", b"c", b"d"), (), NOW)
    stand_for(spool, 2, 3)
    spool.commit((), [(3, 4)], NOW)
    assert kept(spool) == [(1, b"a"), (3, b"thin")]
    spool.forget([(2, 4)], NOW)
    assert kept(spool) == [(1, b"a")]


def test_a_batch_is_found_by_any_of_the_numbers_it_stands_for(spool: Spool) -> None:
    spool.commit(parcels(b"a", b"b", b"c", b"d", b"e"), (), NOW)
    stand_for(spool, 2, 4)
    assert [batch.seq for batch in spool.read(Plan(NONE, (), Section(1, 2, 9))).backlog] == [4]
    assert [batch.seq for batch in spool.read(Plan(NONE, (), Section(3, 4, 9))).backlog] == [4]
    assert [batch.seq for batch in spool.read(Plan(NONE, (), Section(0, 1, 9))).backlog] == [1]


def test_a_new_epoch_accounts_for_the_numbers_the_old_one_confirmed(spool: Spool) -> None:
    spool.commit(parcels(*(b"x" for _ in range(9))), (), NOW)
    stand_for(spool, 5, 6)
    spool.commit((), [(1, 2), (4, 4), (8, 8)], NOW)
    spool.begin_epoch(NOW + 1)
    assert spool.stretches() == [(3, 9)]
    found = spool.read(EVERYTHING).live
    assert [(batch.first, batch.seq) for batch in found] == [
        (3, 3),
        (4, 4),
        (5, 6),
        (7, 7),
        (8, 8),
        (9, 9),
    ]
    assert found[1] == Batch(4, EMPTY, NOW + 1, Thinned(4, 4, 0))
    assert found[2].thinned == Thinned(5, 6, 2)
    assert (spool.waiting, spool.last_seq) == (6, 9)


def test_a_spool_of_the_first_format_goes_on(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as old:
        old.execute(
            "create table batch (seq integer primary key autoincrement, body blob not null, "
            "readings integer not null, created_at integer not null)"
        )
        old.execute(
            "insert into batch (body, readings, created_at) values (x'61', 1, 5), (x'62', 1, 6)"
        )
        old.execute("create table meta (only_row integer primary key, epoch integer not null)")
        old.execute("insert into meta values (1, 7)")
        old.execute("pragma user_version = 1")
        old.commit()
    with closing(Spool(path, NOW)) as spool:
        assert spool.set_aside is None
        assert spool.read(EVERYTHING).live == [Batch(1, b"a", 5), Batch(2, b"b", 6)]
        stand_for(spool, 1, 2)
        spool.commit(parcels(b"c"), (), NOW)
        assert (spool.epoch, kept(spool)) == (7, [(2, b"thin"), (3, b"c")])
    with closing(Spool(path, NOW)) as again:
        assert again.waiting == 2


def test_what_is_used_of_the_room_allowed_is_known(path: Path) -> None:
    with closing(Spool(path, NOW, limit=400_000)) as spool:
        before = spool.used
        spool.commit(parcels(*(b"x" * 10_000 for _ in range(20))), (), NOW)
        assert 200_000 < spool.used - before < 260_000
        spool.commit((), [(1, 20)], NOW)
        assert spool.used <= before + 20_000


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

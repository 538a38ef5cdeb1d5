"""What a full spool gives up, and in which order."""

import numpy as np

from gateway.core.batching import NOTHING
from gateway.core.thinning import Group, Kept, Waves, crowded, group_bytes, oldest_to_drop, thin
from wire.columns import Columns, SeriesName

NOBODY: frozenset[int] = frozenset()
ROOM = SeriesName("room-1", "temperature", "Cel")
DOOR = SeriesName("door-1", "temperature", "Cel")


def readings(name: SeriesName, *values: float, since: int = 0) -> Columns:
    count = len(values)
    return Columns(
        (name,), np.zeros(count, np.uint32), np.arange(count, dtype=np.int64) + since, np.array(values)
    )


def plain(seq: int, size: int = 100) -> Kept:
    return Kept(seq, seq, size, 5, None)


def raw(seq: int) -> Kept:
    return Kept(seq, seq, 100, 0, None)


def rows_of(columns: Columns) -> list[tuple[str, int, float]]:
    return [
        (columns.names[int(index)].sensor, int(time), float(value))
        for index, time, value in zip(columns.index, columns.times, columns.values, strict=True)
    ]


def test_of_each_series_the_ends_and_the_extremes_stay() -> None:
    batches = [readings(ROOM, 5, 4, 9, 5), readings(DOOR, 7), readings(ROOM, 5, 2, 3, 6, 5, since=10)]
    assert rows_of(thin(batches)) == [
        ("room-1", 0, 5.0),
        ("room-1", 2, 9.0),
        ("room-1", 11, 2.0),
        ("room-1", 14, 5.0),
        ("door-1", 0, 7.0),
    ]


def test_nothing_thins_to_nothing() -> None:
    assert len(thin([NOTHING, NOTHING])) == 0


def test_a_spool_is_crowded_at_nine_tenths() -> None:
    assert not crowded(900, 1000)
    assert crowded(901, 1000)
    assert group_bytes(4 * 2**30) == 2**20
    assert group_bytes(16_000) == 1000


def test_a_wave_goes_from_the_oldest_to_the_newest() -> None:
    waves = Waves(group_bytes=250)
    kept = [plain(seq) for seq in range(1, 6)]
    first = waves.next_group(kept, NOBODY)
    assert first == Group((kept[0], kept[1]), drop=False)
    assert waves.after == 2
    second = waves.next_group(kept[2:], NOBODY)
    assert second is not None
    assert second.numbers == (3, 4)


def test_two_batches_are_taken_however_large() -> None:
    group = Waves(group_bytes=10).next_group([plain(1), plain(2), plain(3)], NOBODY)
    assert group is not None
    assert group.numbers == (1, 2)


def test_what_is_under_way_or_unreadable_or_dropped_is_left_alone() -> None:
    dropped = Kept(6, 9, 40, 0, 300)
    kept = [plain(1), plain(2), raw(3), plain(4), plain(5), dropped, plain(10)]
    waves = Waves(group_bytes=1000)
    assert waves.next_group(kept, {2, 5}) is None
    assert waves.after == 10
    again = Waves(group_bytes=1000).next_group(kept, {2})
    assert again is not None
    assert again.numbers == (4, 5)


def test_only_a_wave_that_made_no_room_lets_something_be_dropped() -> None:
    waves = Waves(group_bytes=1000)
    waves.next_group([plain(1), plain(2)], NOBODY)
    waves.gained()
    assert waves.turn()
    assert waves.after == 0
    waves.next_group([plain(1), plain(2)], NOBODY)
    assert not waves.turn()
    assert waves.after == 2, "what became no smaller is not looked at again"


def test_thinned_batches_count_what_they_stood_for() -> None:
    group = Group((Kept(1, 64, 100, 4, 500), plain(65)), drop=False)
    assert (group.numbers, group.before) == ((1, 65), 505)
    assert group.worth_while(180)
    assert not group.worth_while(190)


def test_the_oldest_are_dropped_and_join_what_was_dropped_before() -> None:
    dropped = Kept(1, 9, 40, 0, 300)
    kept = [dropped, plain(10), raw(11), plain(12)]
    group = oldest_to_drop(kept, NOBODY, 200)
    assert group is not None
    assert (group.numbers, group.before) == ((1, 11), 305)


def test_what_is_under_way_is_not_dropped() -> None:
    kept = [plain(1), plain(2), plain(3), plain(4)]
    group = oldest_to_drop(kept, {1, 4}, 1000)
    assert group is not None
    assert group.numbers == (2, 3)
    assert oldest_to_drop(kept, {1, 2, 3, 4}, 1000) is None
    assert oldest_to_drop([Kept(1, 9, 40, 0, 300)], NOBODY, 1000) is None

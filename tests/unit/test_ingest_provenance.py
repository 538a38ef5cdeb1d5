"""Late, flagged by the device, from a wrong clock: each bit on exactly the readings it is true of."""

from dataclasses import replace

import numpy as np

from ingest.core.decode import Batch, Decoded, Message
from ingest.core.group import Group, gather
from ingest.core.provenance import provenance
from ingest.core.screen import Rows
from ingest.core.thinned import Numbers, ThinnedBatch, numbers_of, thinned_batches
from kernel.instants import DAY, MINUTE
from kernel.quality import Quality
from wire.columns import Columns, SeriesName
from wire.frame import Thinned

AT = 1_772_352_000_000_000
LATE_AFTER = 15 * MINUTE


def member(*times: int, taken_at: int | None = None, flagged: tuple[bool, ...] = ()) -> Decoded:
    columns = Columns(
        (SeriesName("t1", "temperature", "Cel"),),
        np.zeros(len(times), np.uint32),
        np.array(times, np.int64),
        np.arange(len(times), dtype=np.float64),
        np.array(flagged) if flagged else None,
    )
    return Decoded(Message("t", b"", AT), columns, Batch("s", "g", 1, 70), AT, taken_at)


def rows_of(group: Group) -> Rows:
    """All readings, last one first, as if they had been sorted."""
    origin = np.arange(len(group))[::-1]
    return Rows(np.ones(len(group), np.int32), group.times[origin], group.values[origin], origin)


def bits(group: Group, marks: list[int] | None = None) -> list[int]:
    given = None if marks is None else np.array(marks, np.int16)
    return provenance(group, rows_of(group), given, LATE_AFTER).quality.tolist()[::-1]


def test_what_came_long_after_its_time_is_late() -> None:
    group = gather([member(AT, AT - LATE_AFTER, AT - LATE_AFTER - 1, AT + MINUTE)])
    assert bits(group) == [0, 0, Quality.LATE, 0]


def test_what_its_device_doubts_is_flagged() -> None:
    group = gather([member(AT, AT, flagged=(False, True)), member(AT - DAY)])
    assert bits(group) == [0, Quality.DEVICE_FLAGGED, Quality.LATE]


def test_marks_hold_for_all_readings_of_a_member() -> None:
    group = gather([member(AT, AT), member(AT - DAY, flagged=(True,))])
    assert bits(group, [Quality.CLOCK_SUSPECT, Quality.CLOCK_SUSPECT]) == [
        Quality.CLOCK_SUSPECT,
        Quality.CLOCK_SUSPECT,
        Quality.LATE | Quality.CLOCK_SUSPECT | Quality.DEVICE_FLAGGED,
    ]
    assert bits(group, [0, 0])[0] == 0


def test_when_the_gateway_took_it_in() -> None:
    group = gather([member(AT, taken_at=AT - 5), member(AT), member(AT, taken_at=2**62 - 1)])
    found = provenance(group, rows_of(group), None, LATE_AFTER)
    assert found.gateway_at.tolist()[::-1] == [AT - 5, Group.UNKNOWN, Group.UNKNOWN]
    assert found.received_at.tolist() == [AT, AT, AT]


def test_a_group_of_nothing() -> None:
    group = gather([])
    assert bits(group) == []


def test_what_a_full_spool_thinned_is_told() -> None:
    told = replace(member(AT - 9, AT - 3), thinned=Thinned(7, 70, 64_000))
    (found,) = thinned_batches([member(AT), told])
    assert found == ThinnedBatch(Numbers("s", "g", 1, 70, 7, 70), 64_000, 2, AT - 9, AT - 3)
    assert numbers_of(member(AT)) == Numbers("s", "g", 1, 70, 70, 70)


def test_a_batch_never_stands_for_one_that_is_still_to_come() -> None:
    greedy = replace(member(), thinned=Thinned(5, 2**61, 10))
    (found,) = thinned_batches([greedy])
    assert found == ThinnedBatch(Numbers("s", "g", 1, 70, 5, 70), 10, 0, None, None)
    beyond = replace(member(), thinned=Thinned(71, 80, 10))
    assert numbers_of(beyond) == Numbers("s", "g", 1, 70, 70, 70)


def test_numbers_that_never_held_anything_are_counted_and_no_fact() -> None:
    filler = replace(member(), thinned=Thinned(60, 70, 0))
    assert list(thinned_batches([filler])) == []
    assert numbers_of(filler) == Numbers("s", "g", 1, 70, 60, 70)


def test_times_beyond_the_calendar_are_not_told() -> None:
    (found,) = thinned_batches([replace(member(2**62, -(2**62)), thinned=Thinned(1, 2, 10))])
    assert (found.left, found.first_at, found.last_at) == (2, None, None)

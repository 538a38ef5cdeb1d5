"""The small pure parts of lot binding, each by hand: rows, families, places, quantities, charts."""

from decimal import Decimal

import numpy as np
import pytest

from kernel.exposure import Exposure
from kernel.instants import FOREVER
from kernel.intervals import Span
from lotbinding.core.columns import rows_of, whole_number
from lotbinding.core.exposure import Cover, UnitStay, exposures
from lotbinding.core.family import Recorded, family
from lotbinding.core.lineage import Birth, ancestors, lived
from lotbinding.core.placements import NOWHERE, Placement, Placing, Spot, placements, spot_at
from lotbinding.core.places import MOST_VOTES, around, fault, is_path, misplaced
from lotbinding.core.quantities import Change, held, shortfall
from lotbinding.core.stays import Move, Packed, SplitOff, Stay, TakenOut, stays_of
from lotbinding.core.thinning import thin
from lotbinding.core.travels import Travel, accompanied


def copied(*rows: tuple[bytes, ...]) -> bytes:
    """A binary COPY stream as PostgreSQL's documentation describes it."""
    stream = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
    for row in rows:
        stream += len(row).to_bytes(2, "big")
        stream += b"".join(len(field).to_bytes(4, "big") + field for field in row)
    return stream + b"\xff\xff"


@pytest.mark.parametrize(
    "rows", [[], [(b"\x00\x07",)], [(b"ab", b"", b"x" * 300), ()], [(b"1", b"2")] * 300]
)
def test_the_rows_of_a_copy_come_back(rows: list[tuple[bytes, ...]]) -> None:
    assert [tuple(map(bytes, row)) for row in rows_of(copied(*rows))] == rows


def test_a_row_may_have_more_columns_than_a_byte_counts() -> None:
    (row,) = rows_of(copied((b"z",) * 300))
    assert len(row) == 300


@pytest.mark.parametrize("number", [0, 1, -1, 70_000, -(2**63)])
def test_whole_numbers_have_a_sign(number: int) -> None:
    assert whole_number(memoryview(number.to_bytes(8, "big", signed=True))) == number


def told(at: int, kind: str, **more: int) -> Recorded:
    """A movement of unit 7 unless told otherwise."""
    fields = {"unit_id": 7, "handling_unit_id": None, "location_id": None, "packed_into": None}
    return Recorded(at, occurred_at=at, kind=kind, **{"parent_id": None, **fields, **more})  # pyright: ignore[reportArgumentType]


def test_each_kind_of_movement_becomes_its_fact() -> None:
    found = family(
        [
            told(1, "receive", location_id=3),
            told(2, "adjust", location_id=4),
            told(3, "pack", packed_into=50),
            told(4, "write_off"),
            told(5, "unpack"),
            told(6, "ship"),
        ]
    )
    assert found.facts == {7: [Move(1, 3), Packed(3, 50), TakenOut(5), Move(6, None)]}
    assert (found.routes, found.births) == ({}, {})


def test_a_handling_unit_has_a_route_of_its_own() -> None:
    apart = Recorded(1, None, 50, "receive", 3, None, 1, None)
    found = family([apart, told(2, "move", handling_unit_id=50, location_id=4)])
    assert found.routes == {50: [Move(1, 3), Move(2, 4)]}
    assert found.facts == {}


def test_only_a_split_makes_a_child() -> None:
    found = family(
        [told(1, "receive", location_id=3, parent_id=8), told(2, "split", unit_id=9, parent_id=7)]
    )
    assert found.births == {9: Birth(7, 2)}
    assert found.facts == {7: [Move(1, 3)], 9: [SplitOff(2, 7)]}


def test_a_pack_into_nothing_and_a_split_of_nothing_are_moves() -> None:
    found = family([told(1, "pack", location_id=3), told(2, "split", location_id=4)])
    assert found.facts == {7: [Move(1, 3), Move(2, 4)]}
    assert not found.births


def test_a_child_has_lived_with_its_parent() -> None:
    found = family([told(10, "receive", location_id=3), told(20, "split", unit_id=9, parent_id=7)])
    assert sorted(found.lived([9]), key=lambda lived: lived[1].span) == [
        (9, Stay(3, Span(10, 20))),
        (9, Stay(3, Span(20, FOREVER))),
    ]
    assert found.stays()[9] == [Stay(3, Span(20, FOREVER))]
    assert ancestors(9, {9: Birth(7, 20), 7: Birth(1, 30)}) == [(9, FOREVER), (7, 20), (1, 20)]


def test_where_its_parent_went_as_it_was_split_off_it_was_not() -> None:
    stays = {7: [Stay(3, Span(10, 20)), Stay(4, Span(20, FOREVER))], 9: [Stay(3, Span(20, FOREVER))]}
    assert lived([9], stays, {9: Birth(7, 20)}) == [
        (9, Stay(3, Span(20, FOREVER))),
        (9, Stay(3, Span(10, 20))),
    ]


@pytest.mark.parametrize("path", ["dc1", "dc1.zone_2.bin04", "a" * 255, f"x.{'b' * 255}"])
def test_paths_are_labels_joined_by_dots(path: str) -> None:
    assert is_path(path)
    assert fault(path, "Cold room", "room", None) is None


@pytest.mark.parametrize(
    "path", ["", ".", "dc1.", ".dc1", "dc1..bin", "dc 1", "dc-1", "a" * 256, "dc1\n"]
)
def test_other_text_is_no_path(path: str) -> None:
    assert not is_path(path)
    assert "use labels of letters" in (fault(path, "Cold room", "room", None) or "")


def test_around_a_place_is_the_path_without_its_last_label() -> None:
    assert around("dc1.zone2.bin04") == "dc1.zone2"
    assert not around("dc1")


@pytest.mark.parametrize("needed", [None, 1, 2, MOST_VOTES])
def test_so_many_sensors_may_have_to_agree(needed: int | None) -> None:
    assert MOST_VOTES == 1000
    assert fault("dc1", "Depot", "site", needed) is None


@pytest.mark.parametrize("needed", [-1, 0, MOST_VOTES + 1])
def test_so_many_may_not(needed: int) -> None:
    assert f"needed {needed} is no number" in (fault("dc1", "Depot", "site", needed) or "")


def test_a_place_has_a_kind_and_a_name() -> None:
    assert "kind 'shed' is not one of site, room" in (fault("dc1", "Depot", "shed", None) or "")
    assert "write the name" in (fault("dc1", "  ", "site", None) or "")


@pytest.mark.parametrize(
    ("kind", "outer", "words"),
    [
        ("site", "top", None),
        ("vehicle", "top", None),
        ("vehicle", "site", None),
        ("bin", "quarantine_cage", None),
        ("site", "room", "a site does not stand inside a room: put it at the top"),
        ("aisle", "top", "aisle does not stand at the top: put it inside a site, room, zone"),
        ("vehicle", "room", "does not stand inside a room: put it at the top or inside a site"),
    ],
)
def test_a_place_stands_where_its_kind_can(kind: str, outer: str, words: str | None) -> None:
    said = misplaced("dc1.x", kind, outer)
    assert (said is None) if words is None else (said or "").endswith(words)


def changes(*told: tuple[int, str]) -> list[Change]:
    return [Change(at, Decimal(delta)) for at, delta in told]


def test_what_is_held_is_the_sum_until_then() -> None:
    told = changes((5, "2"), (1, "10"), (9, "-4"))
    assert [held(told, at) for at in (0, 1, 4, 5, 9)] == [0, 10, 10, 12, 8]


def test_less_than_nothing_is_told_with_its_instant() -> None:
    assert shortfall([]) is None
    assert shortfall(changes((1, "10"), (2, "-10"), (3, "0.5"))) is None, "nothing is not less than it"
    assert shortfall(changes((2, "-10"), (2, "10"))) is None, "changes of one instant count together"
    assert shortfall(changes((3, "-0.5"), (1, "1"), (2, "-1"), (4, "9"))) == (3, Decimal("-0.5"))
    assert shortfall(changes((1, "-0.5"))) == (1, Decimal("-0.5"))


def drawn(times: list[int], values: list[float], bucket: int) -> list[int]:
    return thin(np.array(times, np.int64), np.array(values, np.float64), bucket).tolist()


def test_of_each_bucket_first_last_lowest_and_highest_are_drawn() -> None:
    assert drawn([], [], 10) == []
    assert drawn([3], [5.0], 10) == [0]
    assert drawn([0, 1, 2, 3, 4, 5, 6], [4, 4.1, 9, 5, 1, 4.2, 4], 10) == [0, 2, 4, 6]
    assert drawn([0, 9, 10, 11, 12, 19, 20], [1, 2, 5, 7, 3, 6, 0], 10) == [0, 1, 2, 3, 4, 5, 6]
    assert drawn([0, 1, 2, 10, 11, 12], [1, 2, 3, 3, 2, 1], 10) == [0, 2, 3, 5]


def put(number: int, at: int, spot: Spot) -> Placing:
    return Placing(number, 1, at, *spot)


def test_a_sensor_hangs_from_one_placing_to_the_next() -> None:
    door, box = Spot(3, None), Spot(None, 4)
    hung = placements([put(2, 20, box), put(1, 10, door), put(3, 30, NOWHERE), put(4, 40, box)])
    assert hung == [
        Placement(1, door, Span(10, 20)),
        Placement(2, box, Span(20, 30)),
        Placement(4, box, Span(40, FOREVER)),
    ]
    assert [spot_at(hung, at) for at in (9, 10, 19, 20, 30, 39, 40)] == [
        NOWHERE, door, door, box, NOWHERE, NOWHERE, box,
    ]  # fmt: skip
    assert placements([]) == []


def test_told_twice_in_a_row_is_one_placement_and_taken_down_between_are_two() -> None:
    door = Spot(3, None)
    assert placements([put(1, 10, door), put(2, 20, door)]) == [Placement(1, door, Span(10, FOREVER))]
    apart = placements([put(1, 10, door), put(2, 20, NOWHERE), put(3, 30, door)])
    assert [one.placing_id for one in apart] == [1, 3]


def test_unless_told_otherwise_the_worst_of_the_nearest_counts() -> None:
    day = Span(0, 24)
    near = [Cover(6, "dc1.room", day), Cover(5, "dc1.room", day), Cover(4, "dc1", day)]
    assert exposures([UnitStay(7, 3, "dc1.room", day)], near) == [Exposure(7, day, 3, (5, 6), 1)]
    assert exposures([UnitStay(7, 3, "dc1", day)], near) == [Exposure(7, day, 3, (4,), 1)]
    assert exposures([UnitStay(7, 3, "dc2", day)], near) == [Exposure(7, day, 3, (), 1)]


def test_a_logger_that_goes_along_is_asked_alone_and_its_time_is_one_piece() -> None:
    """The sensor at the place changes at 20, which nobody asks for."""
    place = [Exposure(7, Span(start, start + 10), 3, (1 + start // 20,)) for start in (0, 10, 20, 30)]
    assert accompanied(place, [Travel(7, 9, Span(10, 30))]) == [
        place[0],
        Exposure(7, Span(10, 30), 3, (9,)),
        place[3],
    ]


def test_taken_out_as_the_pallet_leaves_it_stays_behind() -> None:
    facts = {7: [Move(5, 3), Packed(10, 50), TakenOut(30)]}
    assert stays_of(facts, {50: [Move(1, 3), Move(20, 4), Move(30, 5)]}) == {
        7: [
            Stay(3, Span(5, 10)),
            Stay(3, Span(10, 20), 50),
            Stay(4, Span(20, 30), 50),
            Stay(4, Span(30, FOREVER)),
        ]
    }


def test_packed_as_the_pallet_arrives_it_is_where_that_is() -> None:
    facts = {7: [Move(5, 3), Packed(20, 50)]}
    assert stays_of(facts, {50: [Move(20, 4)]}) == {
        7: [Stay(3, Span(5, 20)), Stay(4, Span(20, FOREVER), 50)]
    }


def test_split_off_as_its_parent_arrives_it_is_where_that_is() -> None:
    facts = {7: [Move(5, 3), Move(20, 4)], 9: [SplitOff(20, 7)], 8: [SplitOff(4, 7)]}
    assert stays_of(facts, {}) == {
        7: [Stay(3, Span(5, 20)), Stay(4, Span(20, FOREVER))],
        9: [Stay(4, Span(20, FOREVER))],
        8: [],
    }


def test_gone_and_in_a_pallet_without_a_place_it_is_not_with_us() -> None:
    assert stays_of({7: [Move(5, 3), Move(9, None), Packed(12, 50)]}, {}) == {7: [Stay(3, Span(5, 9))]}
    assert stays_of({7: [Packed(12, 50)]}, {50: [Move(20, 4), Move(30, None)]}) == {
        7: [Stay(None, Span(12, 20), 50), Stay(4, Span(20, 30), 50)]
    }
    assert stays_of({7: [Move(5, 3), Packed(12, 50)]}, {}) == {
        7: [Stay(3, Span(5, 12)), Stay(3, Span(12, FOREVER), 50)]
    }


def test_moved_to_where_it_stands_it_stays() -> None:
    facts = {7: [Move(5, 3), Move(10, 4), Move(20, 4), Move(30, 3)]}
    assert stays_of(facts, {}) == {
        7: [Stay(3, Span(5, 10)), Stay(4, Span(10, 30)), Stay(3, Span(30, FOREVER))]
    }

"""Handling units, splits, corrections and quantities on a real database, as a warehouse uses them."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from kernel.instants import MINUTE
from kernel.refusal import Refusal
from lotbinding.felt_by import felt_by
from lotbinding.handlers.corrections import Correction, cancel, correct
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.units import Count, Split, add_handling_unit, count, split
from lotbinding.handlers.whereabouts import listed, unit_card, where
from rules.changes import changes_since
from tests.warehouse import START, Warehouse, warehouse


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        house.receive("U1", "U2")
        yield house
        house.assert_felt_from_both_sides()


def at(minute: float) -> int:
    return START + round(minute * MINUTE)


def pack(house: Warehouse, unit: str, minute: float, into: str | None) -> None:
    """Put a unit into a handling unit, or (None) take it out."""
    with house.database.transaction() as transaction:
        if into is not None:
            add_handling_unit(transaction, into, "pallet", "test")
        kind = "pack" if into else "unpack"
        record_movement(transaction, Movement(unit, kind, None, at(minute), "test", into=into))


def split_off(house: Warehouse, unit: str, child: str, quantity: str, minute: float) -> None:
    with house.database.transaction() as transaction:
        split(transaction, Split(unit, child, Decimal(quantity), at(minute), "test"))


def count_in(house: Warehouse, unit: str, kind: str, quantity: str, minute: float) -> Decimal:
    with house.database.transaction() as transaction:
        return count(transaction, Count(unit, kind, Decimal(quantity), at(minute), "test"))


def movement_of(house: Warehouse, thing: str, minute: float) -> int:
    with house.database.transaction() as transaction:
        (found,) = [
            one.movement_id
            for one in listed(transaction, thing)
            if one.occurred_at == at(minute) and one.cancelled_at is None
        ]
    return found


def held(house: Warehouse, unit: str, minute: float) -> Decimal:
    with house.database.transaction() as transaction:
        return unit_card(transaction, unit, at(minute)).quantity


def now(house: Warehouse) -> int:
    ((instant,),) = house.ask("select micros(clock_timestamp())")
    return instant


def heat(house: Warehouse) -> None:
    """The warm zone is too warm from minute 40 to 120; the cold zone is fine."""
    house.measure("warm-t", [(minute, 5 if minute < 40 else 12) for minute in range(0, 121, 5)])
    house.measure("cold-t", [(minute, 5) for minute in range(0, 121, 5)])


def test_what_is_inside_goes_where_the_handling_unit_goes(house: Warehouse) -> None:
    pack(house, "U1", 10, "PAL")
    pack(house, "U2", 20, "PAL")
    house.move("PAL", 30, "dc.warm")
    house.move("PAL", 60, "dc.cold")
    pack(house, "U2", 50, None)
    assert house.stays("U1") == [
        (0, 10, "dc.dock"),
        (10, 30, "dc.dock"),
        (30, 60, "dc.warm"),
        (60, None, "dc.cold"),
    ]
    assert house.stays("U2") == [
        (0, 20, "dc.dock"),
        (20, 30, "dc.dock"),
        (30, 50, "dc.warm"),
        (50, None, "dc.warm"),
    ]
    house.move("U1", 70, "dc.warm.bin")
    house.move("PAL", 80, None)
    assert house.stays("U1")[-1] == (70, None, "dc.warm.bin")
    with house.database.transaction() as transaction:
        found = where(transaction, "U1", at(65))
        assert (found.location, found.handling_unit) == ("dc.cold", "PAL")
        assert where(transaction, "PAL", at(65)).location == "dc.cold"
        assert where(transaction, "PAL", at(90)).location is None


def test_a_part_has_felt_what_the_whole_felt(house: Warehouse) -> None:
    heat(house)
    house.move("U1", 10, "dc.warm")
    house.judges.judge_all()
    split_off(house, "U1", "U1a", "0.25", 90)
    house.move("U1a", 100, "dc.cold")
    house.judges.judge_all()
    whole, part = house.excursions("U1"), house.excursions("U1a")
    assert [(rule, start, breach) for rule, start, breach, *_ in part] == [
        (rule, start, breach) for rule, start, breach, *_ in whole
    ]
    assert part[0][3] == 100
    assert (held(house, "U1", 95), held(house, "U1a", 95)) == (Decimal("0.75"), Decimal("0.25"))
    correct_move(house, "U1", 10, "dc.cold")
    house.judges.judge_all()
    assert house.excursions("U1") == house.excursions("U1a") == []


def correct_move(house: Warehouse, thing: str, minute: float, place: str) -> None:
    number = movement_of(house, thing, minute)
    with house.database.transaction() as transaction:
        correct(transaction, [Correction(number, location=place)], "test", "wrong zone scanned")


def test_a_correction_moves_the_verdict_and_says_so(house: Warehouse) -> None:
    heat(house)
    pack(house, "U1", 5, "PAL")
    house.move("PAL", 10, "dc.warm")
    house.judges.judge_all()
    assert [rule for rule, *_ in house.excursions("U1")] == ["above 8 degC"]
    known = now(house)
    correct_move(house, "PAL", 10, "dc.cold")
    house.judges.judge_all()
    assert house.excursions("U1") == []
    with house.database.transaction() as transaction:
        (change,) = changes_since(transaction, known)
        found, withdrawn = changes_since(transaction, START)
        assert where(transaction, "U1", at(60)).location == "dc.cold"
        assert where(transaction, "U1", at(60), known).location == "dc.warm"
        kinds = [(one.kind, one.path, one.cancelled_why) for one in listed(transaction, "PAL")]
    assert change.sentence.startswith("unit U1: excursion withdrawn, above 8 degC from 2026-03-02 08:3")
    assert change.sentence.endswith("it stood in dc.cold at the time")
    assert (found.withdrawn, found.why) == (False, ""), "it was found for no such reason"
    assert withdrawn == change
    assert kinds == [
        ("transfer", "dc.warm", "wrong zone scanned"),
        ("transfer", "dc.cold", None),
    ]


def test_a_logger_inside_is_nearer_than_the_room(house: Warehouse) -> None:
    pack(house, "U1", 10, "PAL")
    house.move("PAL", 20, "dc.cold")
    house.move("U2", 20, "dc.cold")
    execute(
        house,
        "insert into binding.placement (sensor_id, handling_unit_id, during, recorded_by)"
        " select sensor_id, handling_unit_id, tstzrange(at_micros(%s), at_micros(%s)), 'test'"
        " from telemetry.sensor, binding.handling_unit where name = 'spare-t'",
        at(30),
        at(60),
    )
    assert [one.series for one in house.exposures("U1")] == [(), (), (2,), (3,), (2,)]
    with house.database.transaction() as transaction:
        by_room = felt_by(transaction, "cold-t", at(0), at(90))
        by_logger = felt_by(transaction, "spare-t", at(0), at(90))
    assert by_room == {"U1": ((at(20), at(30)), (at(60), at(90))), "U2": ((at(20), at(90)),)}
    assert by_logger == {"U1": ((at(30), at(60)),)}


def execute(house: Warehouse, statement: Any, *parameters: object) -> None:
    with psycopg.connect(house.database.url) as connection:
        connection.execute(statement, parameters)
        connection.execute("set constraints all immediate")


def test_two_of_three_must_agree_where_a_place_says_so(house: Warehouse) -> None:
    house.hang("spare-t", "dc.warm", -60)
    house.measure("warm-t", [(minute, 12) for minute in range(0, 121, 5)])
    house.measure("spare-t", [(minute, 5) for minute in range(0, 121, 5)])
    execute(house, "update binding.location set needed = 2 where path = 'dc.warm'")
    house.move("U1", 10, "dc.warm")
    house.judges.judge_all()
    assert house.excursions("U1") == []
    execute(house, "update binding.location set needed = null where path = 'dc.warm'")
    house.move("U2", 10, "dc.warm")
    house.judges.judge_all()
    assert [rule for rule, *_ in house.excursions("U2")] == ["above 8 degC"]


def test_quantities_are_never_negative_at_any_instant(house: Warehouse) -> None:
    assert count_in(house, "U1", "adjust", "10", 10) == 9
    split_off(house, "U1", "U1a", "6", 60)
    with pytest.raises(Refusal, match="unit U1: it would hold -1 at 2026-03-02 09:00:00 UTC"):
        count_in(house, "U1", "write_off", "5", 30)
    with pytest.raises(
        Refusal, match="unit U1: 5 cannot be split off at 2026-03-02 09:10:00 UTC, it held 4"
    ):
        split_off(house, "U1", "U1b", "5", 70)
    adjusted = movement_of(house, "U1", 10)
    with house.database.transaction() as transaction, pytest.raises(Refusal, match="would hold -5"):
        cancel(transaction, [adjusted], "test", "never counted")
    assert (held(house, "U1", 59), held(house, "U1", 60), held(house, "U1a", 60)) == (10, 4, 6)
    with pytest.raises(psycopg.errors.RaiseException, match="unit 1 would hold -5"):
        execute(
            house,
            "insert into binding.cancellation (movement_id, recorded_by, reason) values (%s, 'x', 'x')",
            adjusted,
        )


def test_what_contradicts_the_facts_is_refused_and_changes_nothing(house: Warehouse) -> None:
    pack(house, "U1", 10, "PAL")
    house.move("PAL", 20, "dc.warm")
    before = house.ask(
        "select count(*), (select count(*) from audit.record),"
        " (select count(*) from binding.cancellation) from binding.movement"
    )
    received = movement_of(house, "U1", 0)
    for act, words in (
        (lambda: pack(house, "U1", 10, "PAL"), "another movement at 2026-03-02 08:10:00 UTC"),
        (lambda: house.move("PAL", 20, "dc.cold"), "handling unit PAL: another movement at"),
        (lambda: pack(house, "PAL", 30, "PAL"), "handling units are not packed into one another"),
        (lambda: pack(house, "U1", 30, "U2"), "a stock unit has this code"),
        (lambda: pack(house, "U1", -5, None), "it cannot have moved at 2026-03-02 07:55:00 UTC"),
        (lambda: split_off(house, "U1", "U2", "1", 30), "unit U2: a stock unit with this code exists"),
        (lambda: split_off(house, "U1", "PAL", "1", 30), "unit PAL: a handling unit with this code"),
        (lambda: split_off(house, "U1", "U1a", "1", -1), "1 cannot be split off .* it held 0"),
        (lambda: correct_move(house, "U1", 10, "dc.warm"), "a pack goes to no place"),
    ):
        with pytest.raises(Refusal, match=words):
            act()
    with (
        house.database.transaction() as transaction,
        pytest.raises(Refusal, match="correct it instead"),
    ):
        cancel(transaction, [received], "test", "x")
    with house.database.transaction() as transaction, pytest.raises(Refusal, match="needs its reason"):
        cancel(transaction, [received], "test", " ")
    after = house.ask(
        "select count(*), (select count(*) from audit.record),"
        " (select count(*) from binding.cancellation) from binding.movement"
    )
    assert after == before


def test_two_who_make_the_same_handling_unit_known_at_once_do_not_disturb_each_other(
    house: Warehouse,
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with house.database.transaction() as first:
            assert add_handling_unit(first, "TOTE", "tote", "ann", "340123450000000000")
            second = pool.submit(told_by_ben, house)
            with pytest.raises(TimeoutError):
                second.result(0.3)
        assert second.result(10) is False, "it waited, and then it was known"


def told_by_ben(house: Warehouse) -> bool:
    with house.database.transaction() as transaction:
        return add_handling_unit(transaction, "TOTE", "tote", "ben", "340123450000000000")

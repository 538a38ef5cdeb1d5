"""Early warnings and patterns on a real database: told in time, once, and ended by what is measured."""

import json
import time
from collections.abc import Generator

import psycopg
import pytest

from kernel.instants import HOUR, MINUTE
from rules.alerts import handlers
from rules.alerts.store import Listed
from rules.patterns.core.patterns import Pattern
from rules.patterns.handlers import tell_pattern
from tests.commands import coldbind
from tests.warehouse import START, Warehouse, warehouse


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        house.receive("U1", "U2")
        house.move("U1", 1, "dc.warm")
        yield house


def minute_now() -> float:
    return (time.time_ns() // 1000 - START) / MINUTE


def warnings(house: Warehouse, *, resolved: bool = False) -> list[Listed]:
    with house.database.transaction() as transaction:
        found = handlers.alerts(transaction, resolved=resolved)
    return [one for one in found if one.cause == "warning"]


def measure(house: Warehouse, begin: float, values: list[float], sensor: str = "warm-t") -> None:
    house.measure(sensor, [(begin + minute, value) for minute, value in enumerate(values)])
    house.judges.judge_all()


def look(house: Warehouse, begin: float, values: list[float]) -> None:
    """Minute for minute, with a sweep after each."""
    for minute, value in enumerate(values):
        measure(house, begin + minute, [value])
        house.judges.sweep_once(START + round((begin + minute) * MINUTE))


def test_a_room_that_warms_up_is_told_before_it_is_too_late(house: Warehouse) -> None:
    begin = minute_now() - 130
    measure(house, begin, [5.0 + 0.03 * max(0, minute - 40) for minute in range(121)])
    assert warnings(house) == []
    look(house, begin + 121, [7.44, 7.48])
    assert warnings(house) == []
    look(house, begin + 123, [7.52])
    (one,) = warnings(house)
    assert (one.severity, one.place, one.state) == ("notice", "dc.warm", "raised")
    assert one.words.startswith("dc.warm: above 8 degC in ")
    assert "if it goes on so, by warm-t" in one.words
    house.judges.sweep_once(START + round((begin + 123) * MINUTE))
    assert [again.alert_id for again in warnings(house)] == [one.alert_id]
    assert house.excursions("U1") == []
    look(house, begin + 124, [8.2])
    assert [again.alert_id for again in warnings(house)] == [one.alert_id], "it wavers about the limit"
    measure(house, begin + 125, [8.2] * 20)
    look(house, begin + 145, [8.2])
    (over,) = warnings(house, resolved=True)
    assert (over.state, over.resolved_why) == ("resolved", "the limit was reached")


def both_rise(house: Warehouse, begin: float) -> None:
    """Two rooms with goods are heading for the limit, and somebody was told of both."""
    house.move("U2", 1, "dc.cold")
    for sensor in ("warm-t", "cold-t"):
        measure(house, begin, [5.0 + 0.03 * max(0, minute - 40) for minute in range(121)], sensor)
    for minute, value in ((121, 7.44), (122, 7.48), (123, 7.52)):
        measure(house, begin + minute, [value], "cold-t")
        look(house, begin + minute, [value])
    assert {one.place for one in warnings(house)} == {"dc.warm", "dc.cold"}


def test_each_room_ends_its_own_warning(house: Warehouse) -> None:
    begin = minute_now() - 160
    both_rise(house, begin)
    measure(house, begin + 124, [8.2] * 22)
    measure(house, begin + 124, [5.0] * 22, "cold-t")
    house.judges.sweep_once(START + round((begin + 146) * MINUTE))
    ended = {one.place: one.resolved_why for one in warnings(house, resolved=True)}
    assert ended == {"dc.warm": "the limit was reached", "dc.cold": "it is not heading there any more"}


def test_a_warning_elsewhere_keeps_none_open(house: Warehouse) -> None:
    begin = minute_now() - 160
    both_rise(house, begin)
    measure(house, begin + 124, [7.56] * 16)
    measure(house, begin + 124, [5.0] * 22, "cold-t")
    look(house, begin + 140, [7.6])
    look(house, begin + 146, [8.2])  # beyond the limit it is not looked at, and not over
    assert [one.place for one in warnings(house)] == ["dc.warm"]


def test_a_room_that_recovers_ends_its_warning(house: Warehouse) -> None:
    begin = minute_now() - 160
    measure(house, begin, [5.0 + 0.03 * max(0, minute - 40) for minute in range(121)])
    look(house, begin + 121, [7.4, 7.4, 7.4])
    assert len(warnings(house)) == 1
    look(house, begin + 124, [6.0, 5.5, 5.0])
    assert len(warnings(house)) == 1
    measure(house, begin + 127, [5.0] * 20)
    look(house, begin + 147, [5.0])
    (over,) = warnings(house, resolved=True)
    assert (over.state, over.resolved_why) == ("resolved", "it is not heading there any more")
    assert house.ask("select count(*) from rules.forecast") == [(0,)]


def test_a_room_that_only_hovers_near_the_limit_keeps_its_warning(house: Warehouse) -> None:
    begin = minute_now() - 480
    measure(house, begin, [5.0 + 0.03 * max(0, minute - 280) for minute in range(361)])
    look(house, begin + 361, [7.44, 7.48, 7.52])
    (told,) = warnings(house)
    measure(house, begin + 364, [7.5] * 60)
    look(house, begin + 424, [7.5])
    (kept,) = warnings(house)
    assert kept.alert_id == told.alert_id
    assert "above 8 degC any minute (expected for " in kept.words
    measure(house, begin + 425, [5.0] * 30)
    look(house, begin + 455, [5.0])
    house.judges.sweep_once(START + round((begin + 476) * MINUTE))
    assert warnings(house) == []


def test_a_pattern_of_the_site_speaks_against_a_warning(house: Warehouse) -> None:
    with house.database.transaction() as transaction:
        tell_pattern(transaction, "dc", Pattern("door", 2 * HOUR, 5.0), "mia")
    begin = minute_now() - 130
    measure(house, begin, [5.0 + 0.03 * max(0, minute - 40) for minute in range(121)])
    look(house, begin + 121, [7.44, 7.48, 7.52, 7.56])
    assert warnings(house) == []


def test_a_notice_waits_until_it_is_no_door_any_more(house: Warehouse) -> None:
    with psycopg.connect(house.database.url) as connection:
        connection.execute("alter table rules.rule disable trigger user")  # it guards approved rules
        connection.execute("update rules.rule set severity = 'notice' where name = 'above 15 degC'")
    with house.database.transaction() as transaction:
        tell_pattern(transaction, "dc.warm", Pattern("door", 20 * MINUTE, 15.0), "mia")
    measure(house, 10, [4.0, *[16.0] * 10])
    house.judges.sweep_once()
    with house.database.transaction() as transaction:
        assert handlers.alerts(transaction) == []
    assert [rule for rule, *_ in house.excursions("U1")] == ["above 15 degC"]
    measure(house, 21, [16.0] * 12)
    house.judges.sweep_once()
    with house.database.transaction() as transaction:
        (one,) = handlers.alerts(transaction)
    assert one.severity == "notice"


def test_the_command_tells_lists_and_forgets(house: Warehouse) -> None:
    told = {"COLDBIND_DATABASE_URL": house.database.url}
    command = ("location", "pattern")
    assert "no patterns" in coldbind(*command, told=told).out
    defrost = (*command, "dc.cold", "defrost", "--longest", "20 min", "--rise", "4", "--every", "6 h")
    assert "dc.cold  defrost: up to 20 min and 4 K, every 6 h" in coldbind(*defrost, told=told).out
    (one,) = json.loads(coldbind(*command, "--json", told=told).out)
    assert (one["place"], one["kind"], one["every_s"]) == ("dc.cold", "defrost", 21600)
    for wrong, words in (
        (("nowhere", "door", "--longest", "5 min"), "there is no location nowhere"),
        (("dc", "window", "--longest", "5 min"), "the kinds are door and defrost"),
        (("dc", "door"), "how long may a door last"),
        (("dc", "door", "--forget"), "has no pattern"),
        (("dc", "door", "--longest", "5 min", "--every", "4 min"), "must be over before"),
        (("--forget",), "name the place"),
    ):
        coldbind(*command, *wrong, told=told).refused(words)
    assert "no patterns" in coldbind(*command, "dc.cold", "defrost", "--forget", told=told).out

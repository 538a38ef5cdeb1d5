"""Places judged by themselves: exactly as a unit that stood there all the time; alerts, commands."""

import json
import random
from collections.abc import Generator
from itertools import pairwise
from pathlib import Path
from typing import Any, LiteralString

import httpx
import pytest

from coldbind.wiring import BINDING
from erp.purchasing import handlers as purchasing
from kernel.instants import HOUR, MINUTE
from kernel.refusal import Refusal
from lotbinding.handlers import placements, places
from rules.alerts import handlers as alerts
from rules.alerts.store import Listed
from rules.handlers import install_profile
from rules.places import handlers
from rules.profile_files import read_profile
from rules.worker import Judges
from tests.commands_inside import asking
from tests.console_server import serving
from tests.warehouse import START, Warehouse, warehouse

RULES = """
  - {{name: warm, kind: single, above: 8.0, for: 30 min, hysteresis: 0.5, severity: major, scope: {0}}}
  - {{name: sum, kind: cumulative, above: 8.0, for: 40 min, within: 3 h, severity: minor, scope: {0}}}
  - {{name: frozen, kind: immediate, below: 0.0, severity: critical, scope: {0}}}
  - {{name: mean, kind: mkt, above: 7.0, within: 2 h, severity: major, scope: {0}}}
  - {{name: fast, kind: rate, rise: 20 degC/h, over: 20 min, severity: minor, scope: {0}}}
  - {{name: mute, kind: silence, for: 1 h, severity: notice, scope: {0}}}
"""


def profile(name: str, scope: str, version: int = 1, rules: str = RULES) -> str:
    head = f"name: {name}\nversion: {version}\ntitle: Test\nsource: this test\nrules:"
    return head + rules.format(scope)


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        with house.database.transaction() as transaction:
            for text in (profile("of-units", "unit"), profile("of-places", "location")):
                install_profile(transaction, read_profile(text, "test.yaml"), "test")
            purchasing.adopt_profile(transaction, "P", "of-units", 1, judge_again=True, actor="test")
        yield house


def judge(house: Warehouse, minute: float) -> None:
    Judges(house.database, BINDING, clock=lambda: START + round(minute * MINUTE)).judge_all()


def judge_by(house: Warehouse, place: str = "dc.warm", version: int | None = None) -> str:
    with house.database.transaction() as transaction:
        return handlers.judge_by(
            transaction, place, "of-places", version, START, START + 1000 * HOUR, "mia"
        )


OF_UNIT: LiteralString = (
    "select name, started_at, breached_at, ended_at, observed_until, beyond::text, peak, peak_at,"
    " series, measured from rules.excursion join rules.rule using (rule_id)"
    " join binding.stock_unit using (unit_id) where code = 'U1' and superseded_at is null"
    " order by name, breached_at"
)
OF_PLACE: LiteralString = (
    "select name, started_at, breached_at, ended_at, observed_until, beyond::text, peak, peak_at,"
    " series, measured from rules.place_excursion join rules.rule using (rule_id)"
    " where superseded_at is null order by name, breached_at"
)


def random_readings(order: random.Random, since: int) -> list[tuple[float, float]]:
    """A day with warm and cold hours, gaps, and steps of some minutes."""
    minute, told, level = float(since), list[tuple[float, float]](), 5.0
    while minute < 1200:
        if order.random() < 0.15:
            level = order.choice([-2.0, 3.0, 5.0, 7.5, 7.9, 9.0, 12.0])
        told.append((minute, level + order.random()))
        minute += order.choice([5, 7, 10, 15]) if order.random() < 0.95 else order.choice([30, 90, 150])
    return told


@pytest.mark.parametrize("seed", range(3))
def test_a_place_is_judged_as_a_unit_that_stood_there_all_the_time(house: Warehouse, seed: int) -> None:
    order = random.Random(seed)
    house.receive("U1")
    house.move("U1", 1, "dc.warm")
    pieces: list[tuple[str, list[tuple[float, float]]]] = []
    for sensor, since in (("warm-t", 5), ("spare-t", 300)):
        told = random_readings(order, since)
        cuts = sorted({0, len(told), *order.sample(range(len(told)), 5)})
        pieces += [(sensor, told[a:b]) for a, b in pairwise(cuts)]
    order.shuffle(pieces)
    told_at, rehung_at = order.sample(range(len(pieces)), 2)
    for number, (sensor, told) in enumerate(pieces):
        if number == told_at:
            judge_by(house)
        if number == rehung_at:
            house.hang("spare-t", "dc.warm", 310)
            with house.database.transaction() as transaction:
                places.record_location(
                    transaction, "dc.warm", "Zone", "zone", "test", needed=order.choice([1, 2])
                )
        house.measure(sensor, told)
        judge(house, order.randrange(1300))
    judge(house, 1300)
    of_unit, of_place = house.ask(OF_UNIT), house.ask(OF_PLACE)
    assert of_place == of_unit
    assert {row[0] for row in of_place} >= {"warm", "mute"}


def test_only_sensors_at_the_place_itself_speak(house: Warehouse) -> None:
    judge_by(house, "dc")
    judge_by(house, "dc.warm.bin")
    house.measure("warm-t", [(minute, 9.0) for minute in range(0, 100, 5)])
    judge(house, 100)
    assert house.ask(
        "select path::text, r.name from rules.place_excursion join rules.place_profile"
        " using (place_profile_id) join binding.location using (location_id)"
        " join rules.rule r using (rule_id) order by 1"
    ) == [("dc", "mute"), ("dc.warm.bin", "mute")]


def told(house: Warehouse) -> list[Listed]:
    with house.database.transaction() as transaction:
        return alerts.alerts(transaction)


def test_it_raises_one_alert_of_the_place_and_holds_nothing(house: Warehouse) -> None:
    house.receive("U1")
    house.move("U1", 1, "dc.cold")
    judge_by(house)
    house.measure("warm-t", [(minute, 9.0) for minute in range(0, 100, 5)])
    house.measure("cold-t", [(minute, 4.0) for minute in range(2, 900, 5)])
    judge(house, 100)
    (one,) = told(house)
    assert (one.cause, one.place, one.severity, one.units) == ("place", "dc.warm", "major", 0)
    assert one.words == "dc.warm: above 8 degC, rule warm"
    assert one.unmonitored_since == START + 95 * MINUTE, "its sensor died long ago"
    assert house.ask("select count(*) from erp.hold") == [(0,)]
    with house.database.transaction() as transaction, pytest.raises(Refusal, match="readings show it"):
        alerts.resolve(transaction, one.alert_id, "mia", "over")
    house.measure("warm-t", [(minute, 4.0) for minute in range(100, 900, 5)])
    judge(house, 900)
    house.judges.sweep_once()
    assert told(house) == []


def test_its_alert_shows_what_was_measured_and_which_units_stood_there(
    house: Warehouse, free_port: int
) -> None:
    house.receive("U1", "U2", "U3")
    house.move("U1", 1, "dc.warm.bin")
    house.move("U2", 1, "dc.warm")
    house.move("U2", 60, "dc.cold")
    house.move("U3", 1, "dc.cold")
    judge_by(house, "dc.warm")
    house.measure("warm-t", [(0, 4.0), *((minute, 9.0) for minute in range(5, 100, 5))])
    house.measure("cold-t", [(minute, 4.0) for minute in range(2, 900, 5)])
    judge(house, 100)
    one = next(alert for alert in told(house) if alert.cause == "place")
    ask = asking(house.database.url)
    lines = ask(f"alert show {one.alert_id}").out
    warm = "dc.warm: warm, above 8 degC for 1 h 31 min, from 2026-03-02 08:04:00 UTC, peak 9 degC, open"
    assert f"  {warm} (of-places version 1)" in lines
    # the mean is above 7 degC from 08:03 on
    assert "U1 of LOT: stood in dc.warm.bin from 2026-03-02 08:03:00 UTC, still there" in lines
    assert (
        "U2 of LOT: stood in dc.warm from 2026-03-02 08:03:00 UTC, until 2026-03-02 09:00:00 UTC"
        in lines
    )
    assert "U3" not in lines
    with serving(house.database.url, free_port) as url:
        whole = httpx.get(f"{url}/alerts/{one.alert_id}").json()
    excursion = next(found for found in whole["place_excursions"] if found["rule"] == "warm")
    assert (excursion["place"], excursion["measured"], excursion["beyond_s"]) == ("dc.warm", 9.0, 5460)
    assert [(unit["unit"], unit["until"]) for unit in whole["units_beside"]] == [
        ("U1", None),
        ("U2", "2026-03-02T09:00:00Z"),
    ]


def test_a_unit_that_left_before_is_not_shown_beside_it(
    house: Warehouse,
) -> None:
    house.receive("U1")
    house.move("U1", 1, "dc.warm")
    house.move("U1", 3, "dc.cold")
    judge_by(house)
    house.measure("warm-t", [(0, 4.0), *((minute, 9.0) for minute in range(5, 100, 5))])
    judge(house, 100)
    number = next(alert.alert_id for alert in told(house) if alert.cause == "place")
    ask = asking(house.database.url)
    assert "no unit stood there meanwhile" in ask(f"alert show {number}").out
    house.hang("warm-t", "dc.dock", -5)
    judge(house, 100)
    assert "withdrawn: the sensors of the place" in ask(f"alert show {number}").out


def test_a_sensor_that_hung_elsewhere_takes_it_back(house: Warehouse) -> None:
    judge_by(house)
    house.measure("warm-t", [(minute, 9.0) for minute in range(0, 100, 5)])
    judge(house, 100)
    assert {row[0] for row in house.ask(OF_PLACE)} == {"warm", "sum", "mean"}
    house.hang("warm-t", "dc.dock", -5)
    judge(house, 100)
    assert {row[0] for row in house.ask(OF_PLACE)} == {"mute"}, "nothing hangs there"
    ((why,),) = house.ask(
        "select distinct superseded_why from rules.place_excursion where superseded_at is not null"
    )
    assert why == "the sensors of the place, or what judges it, were told anew"


def test_a_closed_place_is_judged_until_it_closed(house: Warehouse) -> None:
    judge_by(house)
    with house.database.transaction() as transaction:
        placements.hang(transaction, [placements.Hanging("warm-t", START + 30 * MINUTE)], "test")
        places.close_location(transaction, "dc.warm", START + 50 * MINUTE, "test")
    house.measure("warm-t", [(minute, 4.0) for minute in range(0, 100, 5)])
    judge(house, 500)
    assert house.ask(OF_PLACE) == []


def test_from_the_commands(house: Warehouse) -> None:
    ask = asking(house.database.url)
    since = "2026-03-02T08:00:00Z"
    for line, said in (
        ("location profile dc.none of-places", "there is no location dc.none"),
        ("location profile dc.warm nothing", "there is no profile nothing"),
        ("location profile dc.warm of-places 7", "there is no profile of-places version 7"),
        ("location profile dc.warm of-units", "has no rule with scope location"),
        ("location profile dc.warm of-places --from 2099-01-01T00:00:00Z", "from now or earlier on"),
        ("location profile dc.warm of-places --forget", "is not judged by of-places"),
        ("location profile --forget", "name the place and the profile"),
        ("location excursions dc.none", "there is no location dc.none"),
    ):
        ask(line).refused(said)
    assert "no place is judged" in ask("location profile").out
    assert (
        "judged by of-places version 1" in ask(f"location profile dc.warm of-places --from {since}").out
    )
    assert "already" in ask("location profile dc.warm of-places 1").out
    ask(f"location profile dc.warm of-places --from {since}").refused("write a later time")
    assert "judges location dc.warm" in ask("rules list of-places").out
    house.measure("warm-t", [(minute, 9.0) for minute in range(0, 100, 5)])
    judge(house, 100)
    assert "dc.warm: warm, above 8 degC for 1 h 35 min" in ask("location excursions dc").out
    listed: list[dict[str, Any]] = json.loads(ask("location excursions --json").out)
    assert [one["rule"] for one in listed] == ["warm", "sum", "mean"]
    assert [one["place"] for one in json.loads(ask("alert list --json").out)] == ["dc.warm"]
    assert "no longer judged" in ask("location profile dc.warm of-places --forget").out
    (ended,) = json.loads(ask("location profile dc.warm --json").out)
    assert ended["until"] is not None
    assert house.ask(
        "select action from audit.record where subject = 'location dc.warm' and actor <> 'test'"
        " order by record_id"
    ) == [("place judged",), ("place no longer judged",)]


def test_a_site_file_says_what_judges_a_place(house: Warehouse, tmp_path: Path) -> None:
    ask, file = asking(house.database.url), tmp_path / "site.yaml"

    def told(entry: str) -> str:
        file.write_text(f"place_profiles: [{{location: dc.warm, {entry}}}]")
        return f"site import {file}"

    assert "judged by of-places version 1 from" in ask(told("profile: of-places")).out
    for known in ("profile: of-places", "profile: of-places@1"):
        assert "nothing to change" in ask(told(known)).out
    ask(told("profile: of-places, since: 2026-03-02T08:00:00Z")).refused("write a later time")
    for entry, fault in (
        ("profile: of-places@one", "it is not NAME or NAME@VERSION"),
        ("profile: of-places@7", "there is no profile of-places version 7"),
        ("profile: of-units", "has no rule with scope location"),
        ("profile: of-places, since: soon", "is not an ISO 8601 time"),
    ):
        ask(told(entry)).refused(fault)


def test_a_site_file_says_until_when_a_place_was_judged(house: Warehouse, tmp_path: Path) -> None:
    ask, file = asking(house.database.url), tmp_path / "site.yaml"

    def told(until: str) -> str:
        when = f"since: 2026-03-02T08:00:00Z, until: {until}"
        file.write_text(f"place_profiles: [{{location: dc.warm, profile: of-places@1, {when}}}]")
        return f"site import {file}"

    for wrong in ("2026-03-02T07:00:00Z", "2199-01-01T00:00:00Z"):
        ask(told(wrong)).refused("it can end between then and now")
    assert "until 2026-03-02 09:00:00 UTC" in ask(told("2026-03-02T09:00:00Z")).out
    assert "nothing to change" in ask(told("2026-03-02T09:00:00Z")).out
    ask(told("2026-03-02T10:00:00Z")).refused("that cannot become 2026-03-02 10:00:00 UTC")
    exported = ask("site export").out
    assert "profile: of-places@1" in exported
    assert "until: '2026-03-02T09:00:00Z'" in exported


def test_another_version_goes_on_where_the_one_before_ends(house: Warehouse) -> None:
    ask = asking(house.database.url)
    text = profile("of-places", "location", 2, RULES.replace("above: 8.0", "above: 8.5"))
    with house.database.transaction() as transaction:
        install_profile(transaction, read_profile(text, "test.yaml"), "test")
    judge_by(house, version=1)
    house.measure("warm-t", [(minute, 8.2) for minute in range(0, 200, 5)])
    judge(house, 200)
    assert ("warm", None) in [(row[0], row[3]) for row in house.ask(OF_PLACE)]
    later = "2026-03-02T09:40:00Z"
    assert ask(f"location profile dc.warm of-places 2 --from {later}").code == 0
    judge(house, 200)
    versions = house.ask(
        "select p.version, upper(e.beyond) - lower(e.beyond) <= interval '100 min'"
        " from rules.place_excursion e join rules.rule r using (rule_id)"
        " join rules.profile p using (profile_id)"
        " where e.superseded_at is null and r.name = 'warm'"
    )
    assert versions == [(1, True)], "the second version finds nothing, the first one until its end"


def test_the_silence_of_a_unit_raises_an_alert_of_where_it_stood(house: Warehouse) -> None:
    house.receive("U1")
    house.move("U1", 1, "dc.cold")
    judge(house, 61)
    (one,) = told(house)
    assert (one.cause, one.place, one.severity, one.units) == ("excursion", "dc.cold", "notice", 1)
    assert "unmonitored for 1 h, rule mute" in one.words
    shown = asking(house.database.url)(f"alert show {one.alert_id}").out
    assert "U1 of LOT: mute, from 2026-03-02 08:00:00 UTC, broken after 1 h, open" in shown


def test_a_silence_shorter_than_the_gap_of_its_series_is_not_found_and_withdrawn(
    house: Warehouse,
) -> None:
    rules = "\n  - {{name: mute, kind: silence, for: 10 min, severity: notice, scope: {}}}\n"
    with house.database.transaction() as transaction:
        text = profile("of-places", "location", 2, rules)
        install_profile(transaction, read_profile(text, "test.yaml"), "test")
    judge_by(house)
    for minute in (0, 15, 30):  # the sensor's max_gap is 20 minutes
        house.measure("warm-t", [(minute, 4.0)])
        for later in (1, 11, 14):
            judge(house, minute + later)
    assert house.ask("select count(*) from rules.place_excursion") == [(0,)]
    judge(house, 49)
    assert house.ask(OF_PLACE) == []
    judge(house, 51)
    ((name, started, breached, *_),) = house.ask(OF_PLACE)
    assert (name, (breached - started).total_seconds()) == ("mute", 600)

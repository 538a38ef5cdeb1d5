"""Alerts on a real database: raised, grouped, acknowledged, escalated, resolved; commands, routes."""

import json
import time
from collections.abc import Generator
from typing import Any

import httpx
import psycopg
import pytest

from kernel.instants import HOUR, MINUTE, moment
from kernel.refusal import Refusal
from rules import sweep
from rules.alerts import handlers
from rules.alerts.store import Listed
from tests.commands import coldbind
from tests.console_server import serving
from tests.warehouse import START, Warehouse, warehouse


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        house.receive("U1", "U2", "U3")
        for unit in ("U1", "U2"):
            house.move(unit, 1, "dc.warm")
        house.move("U3", 1, "dc.cold")
        yield house


def alerts(house: Warehouse, *, resolved: bool = False) -> list[Listed]:
    with house.database.transaction() as transaction:
        return handlers.alerts(transaction, resolved=resolved)


def warm(house: Warehouse, since: int, until: int, degc: float = 9.0) -> None:
    house.measure("warm-t", [(m, degc) for m in range(since, until, 5)])
    house.judges.judge_all()


def acknowledge(house: Warehouse, number: int, comment: str = "door closed") -> None:
    with house.database.transaction() as transaction:
        handlers.acknowledge(transaction, number, "mia", comment)


def test_many_units_in_one_room_are_one_alert(house: Warehouse) -> None:
    warm(house, 2, 60)
    (one,) = alerts(house)
    assert (one.cause, one.place, one.severity, one.state, one.units) == (
        "excursion",
        "dc.warm",
        "major",
        "raised",
        2,
    )
    assert "above 8 degC" in one.words
    assert one.happened_at == START + 32 * MINUTE
    assert one.detected_at > one.happened_at
    ((actions,),) = house.ask("select count(*) from audit.record where action = 'alert raised'")
    assert actions == 1


def test_an_excursion_ends_by_evidence_and_is_one_however_long(house: Warehouse) -> None:
    warm(house, 2, 60)
    (one,) = alerts(house)
    for day in (1, 2, 3):
        warm(house, day * 1440, day * 1440 + 60)
    house.judges.sweep_once()
    (still,) = alerts(house)
    assert still.alert_id == one.alert_id
    assert len([e for e in house.excursions("U1") if e[0] == "above 8 degC"]) == 1
    with house.database.transaction() as transaction, pytest.raises(Refusal, match="readings show it"):
        handlers.resolve(transaction, one.alert_id, "mia", "over")
    house.measure("warm-t", [(4500, 4.0), (4505, 4.0)])
    house.judges.judge_all()
    house.judges.sweep_once()
    assert alerts(house) == []
    (over,) = alerts(house, resolved=True)
    assert (over.resolved_by, over.resolved_why) == (
        "coldbind",
        "readings show that all of it has ended",
    )


def test_a_dead_sensor_leaves_it_open_and_unmonitored(house: Warehouse) -> None:
    warm(house, 2, 60)
    (one,) = alerts(house)
    assert one.unmonitored_since == START + 57 * MINUTE
    with house.database.transaction() as transaction:
        told = handlers.tell(transaction, one.alert_id)
    assert {unit.unmonitored_since for unit in told.units} == {START + 57 * MINUTE}
    assert [step.state for step in told.steps] == ["raised"]


def test_what_waits_too_long_goes_up_a_level_until_somebody_comes(house: Warehouse) -> None:
    warm(house, 2, 60)
    (one,) = alerts(house)
    at = one.raised_at
    for minutes, state, level in ((29, "raised", 0), (31, "escalated", 1), (40, "escalated", 1)):
        house.judges.sweep_once(at + minutes * MINUTE)
        (now,) = alerts(house)
        assert (now.state, now.level) == (state, level)
    house.judges.sweep_once(at + 62 * MINUTE)
    acknowledge(house, one.alert_id)
    house.judges.sweep_once(at + 300 * MINUTE)
    (now,) = alerts(house)
    assert (now.state, now.level, now.acknowledged_why) == ("acknowledged", 2, "door closed")
    with pytest.raises(Refusal, match="acknowledged already by mia"):
        acknowledge(house, one.alert_id)
    with house.database.transaction() as transaction:
        told = handlers.tell(transaction, one.alert_id)
    assert [(step.state, step.level) for step in told.steps] == [
        ("raised", 0),
        ("escalated", 1),
        ("escalated", 2),
        ("acknowledged", 2),
    ]
    ((ok,),) = house.ask("select count(*) from audit.record where action = 'alert escalated'")
    assert ok == 2


def test_what_becomes_more_severe_is_raised_again(house: Warehouse) -> None:
    warm(house, 2, 60)
    (one,) = alerts(house)
    acknowledge(house, one.alert_id)
    warm(house, 60, 80, 16.0)
    (worse,) = alerts(house)
    assert (worse.alert_id, worse.severity, worse.state, worse.units) == (
        one.alert_id,
        "critical",
        "raised",
        2,
    )
    with house.database.transaction() as transaction:
        steps = handlers.tell(transaction, one.alert_id).steps
    assert [(step.state, step.severity) for step in steps] == [
        ("raised", "major"),
        ("acknowledged", "major"),
        ("raised", "critical"),
    ]


def test_what_opens_again_is_told_again(house: Warehouse) -> None:
    house.measure("warm-t", [*((m, 9.0) for m in range(2, 60, 5)), (60, 4.0)])
    house.judges.judge_all()
    house.judges.sweep_once()
    (first,) = alerts(house, resolved=True)
    assert first.state == "resolved"
    with psycopg.connect(house.database.url) as connection:
        connection.execute("delete from telemetry.reading where value = 4.0")
        connection.execute(
            "insert into rules.due (series_id, since, until)"
            " select series_id, min(time), max(time) from telemetry.reading group by series_id"
        )
    house.judges.judge_all()
    house.judges.sweep_once()
    (again,) = alerts(house)
    assert again.alert_id != first.alert_id
    assert again.units == 2


def test_a_fault_is_maintenance_once_and_a_person_settles_it(house: Warehouse) -> None:
    readings = [(m, 4.0 if m not in {10, 20} else -50.0) for m in range(2, 40, 2)]
    house.measure("cold-t", readings)
    house.judges.judge_all()
    (one,) = alerts(house)
    assert (one.cause, one.subject, one.occurrences) == ("sensor_fault", "sensor cold-t spike", 2)
    assert "loose contact" in one.advice
    house.judges.sweep_once()
    with house.database.transaction() as transaction:
        handlers.resolve(transaction, one.alert_id, "mia", "plug cleaned")
    assert alerts(house) == []
    house.measure("cold-t", [(40, 4.0), (42, -50.0), (44, 4.0)])
    house.judges.judge_all()
    (next_one,) = alerts(house)
    assert next_one.alert_id != one.alert_id


def test_a_fault_that_was_none_ends_by_evidence(house: Warehouse) -> None:
    house.measure("cold-t", [(4, 4.0), (5, 30.0), (6, 4.0), (7, 4.0)])
    house.judges.judge_all()
    house.measure("cold-t", [(5.5, 29.0)])
    house.judges.judge_all()
    house.judges.sweep_once()
    fault = [one for one in alerts(house, resolved=True) if one.cause == "sensor_fault"]
    assert [one.resolved_why for one in fault] == ["later readings bear the doubted ones out"]


def test_batteries_calibrations_clocks_and_gateways_are_watched(house: Warehouse) -> None:
    told = {"COLDBIND_DATABASE_URL": house.database.url}
    now = time.time_ns() // 1000
    assert coldbind("sensor", "add", "cold-t", "--quantity", "battery", told=told).code == 0
    calibrate = ("sensor", "calibrate", "cold-t", "--offset", "0.1", "--certificate")
    assert coldbind(*calibrate, "C1", "--on", "2025-01-01", "--due", "2026-01-01", told=told).code == 0
    with psycopg.connect(house.database.url) as connection:
        _battery(connection, now, 2.3)
        connection.execute(
            "insert into telemetry.gateway_epoch (site, gateway, epoch, last_commit_at)"
            " values ('dc', 'g1', 1, %s), ('dc', 'g2', 1, %s)",
            (moment(now - 20 * MINUTE), moment(now)),
        )
        connection.execute(
            "insert into telemetry.gateway_clock (site, gateway, clock_offset, offset_at)"
            " values ('dc', 'g1', 0, now()), ('dc', 'g2', 90000000, now())"
        )
    house.judges.judge_all()
    house.judges.sweep_once()
    assert {(one.cause, one.subject) for one in alerts(house)} == {
        ("battery", "sensor cold-t"),
        ("calibration", "sensor cold-t"),
        ("clock", "gateway dc/g2"),
        ("silent_gateway", "gateway dc/g1"),
    }
    words = " ".join(one.words for one in alerts(house))
    assert "its battery shows 2.3 V, less than 2.5 V" in words
    assert "its clock is 90 s behind" in words
    assert coldbind(*calibrate, "C2", "--on", "2026-01-01", "--due", "2999-01-01", told=told).code == 0
    with psycopg.connect(house.database.url) as connection:
        _battery(connection, now + MINUTE, 3.0)
        connection.execute("update telemetry.gateway_epoch set last_commit_at = now()")
        connection.execute("update telemetry.gateway_clock set clock_offset = 0")
    house.judges.judge_all()
    house.judges.sweep_once()
    assert alerts(house) == []
    assert len(alerts(house, resolved=True)) == 4


def _battery(connection: psycopg.Connection[Any], at: int, volts: float) -> None:
    connection.execute(
        "insert into telemetry.reading (series_id, time, value)"
        " select series_id, %s, %s from telemetry.series where quantity = 'battery'",
        (moment(at), volts),
    )
    connection.execute(
        "insert into rules.due (series_id, since, until)"
        " select series_id, %s, %s from telemetry.series where quantity = 'battery'",
        (moment(at), moment(at)),
    )


def test_a_sensor_at_odds_with_its_neighbours_is_told_after_a_while(house: Warehouse) -> None:
    told = {"COLDBIND_DATABASE_URL": house.database.url}
    now = time.time_ns() // 1000
    minute = (now - START) / MINUTE
    assert coldbind("sensor", "add", "third-t", "--max-gap", "20 min", told=told).code == 0
    house.hang("spare-t", "dc.cold", 0)
    house.hang("third-t", "dc.cold", 0)
    for sensor, degc in (("cold-t", 4.0), ("spare-t", 4.3), ("third-t", 7.1)):
        house.measure(sensor, [(minute, degc)])
    house.judges.judge_all()
    house.judges.sweep_once(now)
    assert alerts(house) == []
    house.judges.sweep_once(now + 31 * MINUTE)
    (one,) = alerts(house)
    assert (one.cause, one.subject) == ("disagreement", "sensor third-t")
    assert "+3.0 K" in one.words or "+2.9 K" in one.words
    house.measure("third-t", [(minute + 1, 4.2)])
    house.judges.judge_all()
    house.judges.sweep_once(now + 32 * MINUTE)
    house.judges.sweep_once(now + 33 * MINUTE)
    assert alerts(house) == []


def test_only_one_judge_sweeps_at_a_time(house: Warehouse) -> None:
    with house.database.transaction() as another:
        assert another.alone(sweep.WORK)
        assert not house.judges.sweep_once()
    assert house.judges.sweep_once()


def test_the_commands_and_routes(house: Warehouse, free_port: int) -> None:
    told = {"COLDBIND_DATABASE_URL": house.database.url}
    assert coldbind("alert", "list", told=told).out.strip() == "no alerts"
    warm(house, 2, 60)
    (one,) = alerts(house)
    number = str(one.alert_id)
    listed = coldbind("alert", "list", told=told).out
    assert "2 units" in listed
    assert "open, unmonitored since 2026-03-02 08:57:00 UTC" in listed
    shown = coldbind("alert", "show", number, told=told).out
    assert "happened 2026-03-02 08:32:00 UTC by the device, detected 20" in shown
    assert "U1 of LOT: above 8 degC, from 2026-03-02 08:02:00 UTC, broken after 30 min" in shown
    assert "peak 9 degC" in shown
    coldbind("alert", "acknowledge", number, "--comment", "  ", told=told).refused(
        "a comment is needed"
    )
    done = coldbind("alert", "acknowledge", number, "--comment", "on it", "--by", "mia", told=told)
    assert "acknowledged by mia" in done.out
    coldbind("alert", "resolve", number, "--comment", "x", told=told).refused("readings show it")
    coldbind("alert", "show", "999", told=told).refused("there is no alert 999")
    waits = coldbind("alert", "escalation", "major", "--after", "20 min", told=told).out
    assert "major: escalated every 20 min" in waits
    assert "never" in coldbind("alert", "escalation", "minor", "--after", "never", told=told).out
    coldbind("alert", "escalation", "awful", "--after", "1 h", told=told).refused("not one of")
    coldbind("alert", "escalation", "awful", told=told).refused("not one of")
    coldbind("alert", "escalation", "--after", "1 h", told=told).refused("name the severity")
    (told_one,) = json.loads(coldbind("alert", "list", "--json", told=told).out)
    assert (told_one["state"], told_one["comment"]) == ("acknowledged", "on it")
    with serving(house.database.url, free_port) as url:
        (route,) = httpx.get(f"{url}/alerts").json()["alerts"]
        whole = httpx.get(f"{url}/alerts/{number}").json()
        assert httpx.get(f"{url}/alerts/999").status_code == 404
        assert httpx.get(f"{url}/alerts/0").status_code == 422
    assert route["unmonitored_since"] == "2026-03-02T08:57:00Z"
    assert [step["state"] for step in whole["steps"]] == ["raised", "acknowledged"]
    assert {unit["unit"] for unit in whole["excursions"]} == {"U1", "U2"}


def test_the_database_refuses_a_life_that_cannot_be(house: Warehouse) -> None:
    warm(house, 2, 60)
    for change in (
        "state = 'acknowledged'",
        "state = 'escalated'",
        "state = 'resolved'",
        "level = 1",
        "acknowledged_by = 'mia'",
        "resolved_at = now()",
    ):
        with (
            psycopg.connect(house.database.url) as connection,
            pytest.raises(psycopg.errors.CheckViolation),
        ):
            connection.execute(f"update rules.alert set {change}")  # type: ignore[arg-type]  # fixed texts


def test_alerts_wait_as_long_as_told(house: Warehouse) -> None:
    with house.database.transaction() as transaction:
        handlers.tell_escalation(transaction, "major", 2 * HOUR, "mia")
        with pytest.raises(Refusal, match="longer than nothing"):
            handlers.tell_escalation(transaction, "major", 0, "mia")
    warm(house, 2, 60)
    (one,) = alerts(house)
    house.judges.sweep_once(one.raised_at + 119 * MINUTE)
    assert alerts(house)[0].state == "raised"
    house.judges.sweep_once(one.raised_at + 121 * MINUTE)
    assert alerts(house)[0].state == "escalated"

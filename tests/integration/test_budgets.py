"""Stability budgets on a real database: used over a life, warned of once, forecast, told everywhere."""

import json
from collections.abc import Generator
from dataclasses import dataclass, replace
from decimal import Decimal

import httpx
import psycopg
import pytest

from coldbind.budget_text import lines
from coldbind.wiring import BINDING, open_database
from erp.people import handlers as people
from erp.people.handlers import Pen
from erp.trace.handlers import trace_lot
from erp.trace.text import lines as trace_lines
from kernel.events import BudgetLasts, BudgetRunsLow, Event
from kernel.instants import HOUR, MINUTE
from kernel.signing import Signature
from lotbinding.handlers.units import Split, split
from lotbinding.record.statistics import lot_statistics
from rules import handlers, register
from rules.budgets import BudgetOfUnit, UnknownGoods, budgets_of
from rules.profile_files import read_profile
from storage.database import Database, Handlers, Transaction
from tests.commands import coldbind
from tests.console_server import serving
from tests.warehouse import START, Warehouse, warehouse

PROFILE = """
name: vaccine
version: 1
title: A vaccine with a stability budget
source: this test
rules:
  - {name: 4 h above 8 degC in life, kind: cumulative, above: 8.0, for: 4 h, severity: minor}
budget:
  - name: out of the fridge
    severity: major
    source: report SR-12
    ranges:
      - {from: 8.0, to: 15.0, for: 200 min}
      - {from: 15.0, to: 25.0, for: 100 min}
"""


@dataclass(frozen=True)
class House(Warehouse):
    """The warehouse, and what was told about budgets."""

    told: list[Event]

    def budget(self, unit: str, rule: str = "out of the fridge") -> BudgetOfUnit:
        with self.database.transaction() as transaction:
            found = budgets_of(transaction, BINDING.exposures_of, unit=unit)
        (one,) = [budget for budget in found if budget.rule == rule]
        return one

    def spent(self, unit: str) -> list[float]:
        """Minutes in each range."""
        return [part.spent / MINUTE for part in self.budget(unit).ranges]

    def warm(self, *steps: tuple[float, float, float]) -> None:
        """A reading every 10 minutes of warm-t: (from minute, to minute, degC) for each step."""
        self.measure(
            "warm-t",
            [
                (minute, celsius)
                for since, until, celsius in steps
                for minute in range(round(since), round(until), 10)
            ],
        )
        self.judges.judge_all()


@pytest.fixture
def house(database_url: str) -> Generator[House]:
    """U1 and U2 stand in the zone that gets warm, at 5 degC so far."""
    told: list[Event] = []
    with warehouse(database_url) as built:
        approve(built.database)
        built.ask(
            "update erp.product set profile_id ="
            " (select profile_id from rules.profile where name = 'vaccine') returning 1"
        )

    def hear(event: Event, _: Transaction) -> None:
        told.append(event)

    heard: Handlers = {BudgetRunsLow: [hear], BudgetLasts: [hear]}
    with open_database(database_url, "test", listening=heard) as database:
        house = House(database, told)
        house.receive("U1", "U2")
        house.move("U1", 0.5, "dc.warm.bin")
        house.move("U2", 0.5, "dc.warm")
        house.warm((0, 60, 5.0))
        yield house


def approve(database: Database, profile: str = PROFILE) -> None:
    """Bring version 1 of the profile `vaccine`, as it is written, into use."""
    with database.transaction() as transaction:
        handlers.keep_profile(transaction, read_profile(profile, "a test"), "test")
        people.add_account(transaction, "anna", "Anna", "a long enough phrase", "root")
        pen = Pen("anna", "a long enough phrase", "approval", "because")
        document = register.document(transaction, "vaccine", 1)
        assert '"source": "report SR-12"' in document.content, "what is signed has the budget in it"
        signed = people.sign(transaction, pen, document)
        assert isinstance(signed, Signature)
        register.approve(transaction, "vaccine", 1, signed, four_eyes=False)


def test_nothing_is_used_while_it_is_cold(house: House) -> None:
    budget = house.budget("U1")
    assert (budget.used, budget.low_at, budget.present) == (0, None, None)
    assert [part.allowed for part in budget.ranges] == [200 * MINUTE, 100 * MINUTE]
    assert house.ask("select count(*) from rules.budget_use") == [(0,)]


def test_it_is_used_range_by_range_and_forecast(house: House) -> None:
    house.warm((60, 120, 11.0))
    # 5 to 11 degC from minute 50 to 60 crosses 8 halfway
    assert house.spent("U1") == [55, 0]
    now = house.budget("U1")
    assert now.used == pytest.approx(55 / 200)
    assert now.present is not None
    assert (now.present.number, now.present.celsius, now.present.sensor) == (0, 11.0, "warm-t")
    assert now.present.as_of == START + 110 * MINUTE
    assert now.present.runs_out_at == START + (110 + 145) * MINUTE
    house.warm((120, 150, 19.0))
    assert house.spent("U2") == [60, 25], "15 is halfway from 11 to 19"
    hot = house.budget("U2")
    assert hot.used == pytest.approx(60 / 200 + 25 / 100)
    assert hot.present is not None
    assert hot.present.runs_out_at == START + 140 * MINUTE + round(0.45 * 100) * MINUTE
    house.warm((150, 200, 5.0))
    after = house.budget("U1")
    assert after.present is None
    assert house.told == []


def test_it_warns_once_for_each_unit_and_breaks_when_used_up(house: House) -> None:
    house.warm((60, 120, 11.0), (120, 150, 19.0))
    house.warm((150, 180, 19.0))
    low = house.told[0]
    assert isinstance(low, BudgetRunsLow)
    # used 60 min of 200 by minute 115, then 50 of 100 until minute 165
    assert (low.rule, low.warn_at, low.low_at) == ("out of the fridge", 0.8, START + 165 * MINUTE)
    assert low.runs_out_at == START + 185 * MINUTE
    house.warm((180, 220, 19.0))
    assert len(house.told) == 2, "one for each unit, and once"
    assert house.budget("U1").low_at == START + 165 * MINUTE
    assert ("out of the fridge", 55.0, 185.0, None, 19.0) in house.excursions("U1")
    actions = house.ask("select subject from audit.record where action = 'budget runs low' order by 1")
    assert actions == [("unit U1",), ("unit U2",)]


def test_late_truth_takes_a_warning_back(house: House) -> None:
    house.warm((60, 120, 11.0), (120, 180, 19.0))
    assert house.budget("U1").low_at is not None
    house.move("U1", 100, "dc.cold.bin")
    house.judges.judge_all()
    lasts = [event for event in house.told if isinstance(event, BudgetLasts)]
    assert [event.rule for event in lasts] == ["out of the fridge"]
    assert house.budget("U1").low_at is None
    assert house.spent("U1") == [45, 0]
    assert house.budget("U2").low_at is not None
    house.judges.judge_all()
    assert len([event for event in house.told if isinstance(event, BudgetLasts)]) == 1


def test_a_child_inherits_what_was_used_until_the_split(house: House) -> None:
    house.warm((60, 120, 11.0))
    with house.database.transaction() as transaction:
        split(transaction, Split("U1", "U3", Decimal("0.5"), START + 85 * MINUTE, "test"))
    house.move("U3", 95, "dc.cold.bin")
    house.warm((120, 150, 11.0), (150, 180, 5.0))
    assert house.spent("U1") == [55 + 35, 0]
    assert house.spent("U3") == [40, 0], "30 minutes as part of U1, 10 of its own"
    with house.database.transaction() as transaction:
        split(transaction, Split("U3", "U4", Decimal("0.25"), START + 170 * MINUTE, "test"))
    house.judges.judge_all()
    assert house.spent("U4") == [40, 0], "also of a grandparent"


def test_it_counts_across_sites_and_kinds_of_budget(house: House) -> None:
    house.warm((60, 120, 11.0), (120, 150, 5.0))
    house.hang("spare-t", "dc.dock", 0)
    house.measure("spare-t", [(minute, 19.0) for minute in range(0, 400, 10)])
    house.move("U1", 200, None)
    house.move("U1", 300, "dc.dock")
    house.judges.judge_all()
    assert house.spent("U1")[1] == pytest.approx(90 + 0.5), "what it felt at the dock came on top"
    plain = house.budget("U1", "4 h above 8 degC in life")
    assert plain.ranges[0].spent / MINUTE == pytest.approx(sum(house.spent("U1")))
    assert (plain.ranges[0].end, plain.ranges[0].allowed) == (None, 4 * HOUR)


def test_the_record_of_the_lot_says_the_same(house: House) -> None:
    house.warm((60, 120, 11.0), (120, 150, 19.0), (150, 180, 5.0))
    with house.database.transaction() as transaction:
        records = lot_statistics(transaction, "LOT").units
    for record in records:
        shown = {one.rule: one.used for one in record.figures.budgets}
        for rule, used in shown.items():
            assert used == pytest.approx(house.budget(record.code, rule).used, abs=1e-6)
        assert shown["out of the fridge"] > 0.5


def test_people_and_programs_are_told(house: House, free_port: int) -> None:
    house.warm((60, 120, 11.0), (120, 150, 19.0))
    told = {"COLDBIND_DATABASE_URL": house.database.url}
    (budget,) = [
        one
        for one in json.loads(coldbind("budget", "U1", "--json", told=told).out)
        if one["source"] == "report SR-12"
    ]
    assert budget["ranges"][1] == {"from_degc": 15, "to_degc": 25, "used_s": 1500, "allowed_s": 6000}
    assert (budget["used"], budget["left"]) == (pytest.approx(0.55), pytest.approx(0.45))
    coldbind("budget", "NOTHING", told=told).refused("no lot and no unit 'NOTHING'")
    with house.database.transaction() as transaction:
        found = budgets_of(transaction, BINDING.exposures_of, lot="LOT")
        with pytest.raises(UnknownGoods):
            budgets_of(transaction, BINDING.exposures_of, lot="NONE")
        trace = trace_lot(transaction, "LOT")
    said = "\n".join(lines(found, START + 145 * MINUTE))
    assert "out of the fridge (major): 55.0% used, 45.0% left" in said
    assert "8 degC to 15 degC: 1 h of 3 h 20 min" in said
    assert "being used now, 19 degC as warm-t tells: runs out 2026-03-02 11:05 UTC" in said
    assert "not measured since 2026-03-02 10:20 UTC" in "\n".join(lines(found, START + 200 * MINUTE))
    over = [replace(one, used=1.2) for one in found]
    assert "being used now, 19 degC as warm-t tells" in "\n".join(lines(over, START + 145 * MINUTE))
    assert "not measured since 2026-03-02 10:20 UTC" in "\n".join(lines(over, START + 200 * MINUTE))
    assert trace is not None
    units = json.loads(trace)["units"]
    by_rule = {one["rule"]: one for one in units[0]["budgets"]}
    assert by_rule["out of the fridge"]["used"] == pytest.approx(0.55)
    assert any("out of the fridge: 55.0% used" in line for line in trace_lines(json.loads(trace)))
    with serving(house.database.url, free_port) as url:
        answer = httpx.get(f"{url}/lots/LOT/budget")
        assert [one["unit"] for one in answer.json()] == ["U1", "U1", "U2", "U2"]
        assert httpx.get(f"{url}/lots/NONE/budget").status_code == 404


def test_an_approved_budget_stays(house: House) -> None:
    for wrong in ("update rules.budget set warn_at = 1", "delete from rules.budget_range"):
        with (
            psycopg.connect(house.database.url) as connection,
            pytest.raises(psycopg.errors.RaiseException, match="budgets stay as they are"),
        ):
            connection.execute(wrong.encode())

"""A draft is tried on history before it is signed, and judges nothing until it is."""

import json
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from coldbind.wiring import BINDING
from erp.people import handlers as people
from erp.purchasing import handlers as purchasing
from kernel.instants import DAY, MINUTE
from kernel.intervals import Span, total
from kernel.refusal import Refusal
from rules import handlers, register
from rules.core.profile import Profile
from rules.profile_files import read_profile
from rules.trial import Asked, Trial, try_profile
from storage.errors import StorageError
from tests.commands import coldbind
from tests.warehouse import START, Warehouse, warehouse

PASSWORD = "a long enough phrase"
STRICT = """
name: medicines-2-8
version: 9
title: Medicines, stricter
source: this test
rules:
  - {name: above 8 degC, kind: single, above: 8.0, for: 20 min, severity: critical}
  - {name: above 5.5 degC, kind: single, above: 5.5, for: 2 h, severity: minor}
  - {name: hot, kind: immediate, above: 90.0, severity: critical}
  - {name: mean, kind: mkt, above: 9.0, within: 2 h, severity: major}
  - {name: warming up, kind: rate, rise: 20 degC/h, over: 20 min, severity: notice}
  - {name: unheard, kind: silence, for: 20 h, severity: notice}
budget:
  - name: out of the fridge
    severity: major
    ranges: [{from: 8, to: 15, for: 100 min}]
"""
LENIENT = """
name: lenient
version: 1
title: Nearly anything goes
source: this test
rules: [{name: hot, kind: immediate, above: 90.0, severity: critical}]
"""
WHOLE = Span(START - DAY, START + 5 * DAY)


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    """U1 is warm on the second day, for long and once more for a little; U2 is 6 degC all the time."""
    with warehouse(database_url) as house:
        with house.database.transaction() as transaction:
            purchasing.adopt_profile(
                transaction, "P", "medicines-2-8", 1, judge_again=False, actor="test"
            )
        house.receive("U1", "U2")
        house.measure("cold-t", [(minute, 6.0) for minute in range(0, 3 * 1440, 10)])
        house.measure(
            "warm-t",
            [
                (minute, 12.0 if 1500 < minute < 1600 or 1700 < minute < 1730 else 4.0)
                for minute in range(0, 3 * 1440, 10)
            ],
        )
        house.move("U1", 60, "dc.warm.bin")
        house.move("U2", 60, "dc.cold")
        house.judges.judge_all()
        yield house


def tried(house: Warehouse, text: str, asked: Asked) -> Trial:
    profile = read_profile(text, "a test")
    with house.database.snapshot() as transaction:
        return try_profile(transaction, profile, asked, BINDING.exposures_of)


def everything(house: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """The rows of all tables."""
    tables = house.ask(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_type = 'BASE TABLE' and table_schema"
        " in ('rules', 'binding', 'telemetry', 'erp', 'audit')"
    )
    with psycopg.connect(house.database.url) as connection:
        return {
            name: connection.execute(f"select t::text from {name} t order by 1".encode()).fetchall()
            for (name,) in tables
        }


def test_the_replay_finds_exactly_what_was_judged(house: Warehouse) -> None:
    gone = tried(house, LENIENT, Asked(WHOLE, lot="LOT")).otherwise
    assert [one.unit.code for one in gone] == ["U1"]
    told = [
        (f.rule.name, f.started_at, f.breached_at, f.ended_at, total(f.beyond))
        for f in gone[0].difference.gone
    ]
    standing = house.excursions("U1")
    assert len(standing) == 1
    assert [(n, s, b, e) for n, s, b, e, _ in told] == [
        (name, START + round(s * MINUTE), START + round(b * MINUTE), START + round((e or 0) * MINUTE))
        for name, s, b, e, _ in standing
    ]


def test_a_stricter_profile_finds_more_and_sooner(house: Warehouse) -> None:
    found = tried(house, STRICT, Asked(WHOLE, replaces="medicines-2-8"))
    assert (found.units, found.readings) == (2, 2 * 427)
    by_unit = {one.unit.code: one.difference for one in found.otherwise}
    (changed,) = by_unit["U1"].changed
    assert changed[0].breached_at - changed[1].breached_at == 10 * MINUTE
    assert (changed[0].rule.severity, changed[1].rule.severity) == ("major", "critical")
    both = [(f.rule.name, (f.breached_at - START) / MINUTE) for f in by_unit["U1"].added]
    assert [name for name, _ in both] == [
        "above 8 degC",
        "mean",
        "warming up",
        "warming up",
        "unheard",
        "out of the fridge",
    ]
    assert both[-1] == ("out of the fridge", 1705 + 10), "90 minutes on the first day, 10 on the second"
    assert [f.rule.name for f in by_unit["U2"].added] == ["above 5.5 degC", "unheard"]
    later = tried(house, STRICT, Asked(Span(START + 2 * DAY, START + 3 * DAY), lot="LOT"))
    assert [one.unit.code for one in later.otherwise] == ["U2"], "U1 was warm before the period"


def test_what_happens_after_the_period_is_not_looked_at(house: Warehouse) -> None:
    found = tried(house, STRICT, Asked(Span(START, START + 100 * MINUTE), lot="LOT"))
    assert found.otherwise == ()
    assert found.readings == 2 * 6


def test_a_silence_that_the_period_cuts_off_has_not_ended(house: Warehouse) -> None:
    mute = "{name: mute, kind: silence, for: 30 min, severity: notice}"
    silent = LENIENT.replace("rules: [", f"rules: [{mute}, ")
    (one, other) = tried(house, silent, Asked(Span(START, START + 50 * MINUTE), lot="LOT")).otherwise
    for unit in (one, other):
        (found,) = unit.difference.added
        assert (found.ended_at, total(found.beyond)) == (None, 50 * MINUTE), "at the dock is no sensor"
    for unit in tried(house, silent, Asked(Span(START, START + 90 * MINUTE), lot="LOT")).otherwise:
        (found,) = unit.difference.added
        assert found.ended_at == START + 60 * MINUTE


def test_a_profile_of_places_is_not_tried_on_units(house: Warehouse) -> None:
    with pytest.raises(Refusal, match="lenient version 1 judges places only"):
        tried(house, LENIENT.replace("severity", "scope: location, severity"), Asked(WHOLE, lot="LOT"))


def test_trying_writes_nothing(house: Warehouse) -> None:
    before = everything(house)
    tried(house, STRICT, Asked(WHOLE, product="P"))
    assert everything(house) == before
    with pytest.raises(StorageError, match="read-only"), house.database.snapshot() as transaction:
        handlers.keep_profile(transaction, read_profile(LENIENT, "a test"), "test")


def test_who_was_not_here_is_refused(house: Warehouse) -> None:
    with pytest.raises(Refusal, match="no unit of lot LOT was with us in that period: check it"):
        tried(house, STRICT, Asked(Span(START - 2 * DAY, START - DAY), lot="LOT"))
    with pytest.raises(Refusal, match=r"lenient was with us .*: say --lot, --product or --replaces"):
        tried(house, LENIENT, Asked(WHOLE, replaces="lenient"))


def kept(house: Warehouse, text: str) -> Profile:
    profile = read_profile(text, "a test")
    with house.database.transaction() as transaction:
        handlers.keep_profile(transaction, profile, "drafter")
    return profile


def test_only_an_approved_version_judges(house: Warehouse) -> None:
    kept(house, STRICT)
    for wrong, match in (
        (
            "update erp.product set profile_id = (select max(profile_id) from rules.profile)",
            "is draft, not approved",
        ),
        ("update rules.profile set state = 'retired' where profile_id = 1", "profile_"),
        (
            (
                "update rules.profile set state = 'approved', approved_at = now(), approved_by = 'me'"
                " where state = 'draft'"
            ),
            "sign",
        ),
        ("update rules.profile set title = 'x' where state = 'approved'", "stays as it is"),
        ("delete from rules.profile where state = 'approved'", "stays as it is"),
        ("update rules.rule set severity = 'notice' where rule_id = 1", "rules stay as they are"),
        ("delete from rules.rule where rule_id = 1", "rules stay as they are"),
    ):
        with (
            psycopg.connect(house.database.url) as connection,
            pytest.raises(psycopg.Error, match=match),
        ):
            connection.execute(wrong.encode())


def test_a_version_is_drafted_tried_and_approved_by_two(house: Warehouse, tmp_path: Path) -> None:
    told = {"COLDBIND_DATABASE_URL": house.database.url, "COLDBIND_PASSWORD": PASSWORD}
    file = tmp_path / "strict.yaml"
    file.write_text(STRICT, encoding="utf-8")
    with house.database.transaction() as transaction:
        for login in ("anna", "ben"):
            people.add_account(transaction, login, login.title(), PASSWORD, "root")

    def ask(*arguments: str, **more: str) -> str:
        done = coldbind("rules", *arguments, told=told | more)
        assert done.code == 0, done.err
        return done.out

    whole = ("--from", "2026-03-01T00:00:00Z", "--to", "2026-03-07T00:00:00Z")
    said = ask("try", str(file), *whole)
    assert "unit U1 of lot LOT" in said
    assert "changed from: above 8 degC for 1 h 30 min (major), from " in said
    assert said.splitlines()[-1].endswith(
        "2 of 2 units judged otherwise, 854 readings; nothing was written"
    )
    assert ask("draft", str(file)) == "profile medicines-2-8 version 9: stored as a draft\n"
    stored = json.loads(ask("try", "medicines-2-8", *whole, "--json"))
    assert [one["unit"] for one in stored["judged_otherwise"]] == ["U1", "U2"]
    approval = ("approve", "medicines-2-8", "9", "--reason", "stability data of 2026", "--as")
    two = {"COLDBIND_FOUR_EYES": "true"}
    alone = coldbind("rules", *approval, "anna", told=told | two)
    alone.refused("needs a second person")
    ask("review", "medicines-2-8", "9", "--reason", "read it", "--as", "anna")
    assert ask(*approval, "ben", **two) == "profile medicines-2-8 version 9: approved by Ben\n"
    with house.database.transaction() as transaction:
        second = register.versions(transaction, "medicines-2-8")[-1]
        assert (second.state, second.approved_by) == ("approved", "Ben")
        assert transaction.verify_audit()[1] == []


def test_a_signature_of_other_content_approves_nothing(house: Warehouse) -> None:
    kept(house, STRICT)
    kept(house, LENIENT)
    with house.database.transaction() as transaction:
        people.add_account(transaction, "anna", "Anna", PASSWORD, "root")
    pen = people.Pen("anna", PASSWORD, "approval", "because")
    with house.database.transaction() as transaction:
        signed = people.sign(transaction, pen, register.document(transaction, "lenient", 1))
        assert not isinstance(signed, people.Declined)
        with pytest.raises(Refusal, match="not of profile medicines-2-8 version 9 as it is stored"):
            register.approve(transaction, "medicines-2-8", 9, signed, four_eyes=False)
        register.approve(transaction, "lenient", 1, signed, four_eyes=False)
        with pytest.raises(Refusal, match="only what is draft can be approved"):
            register.approve(transaction, "lenient", 1, signed, four_eyes=False)
        register.retire(transaction, "lenient", 1, signed)
        of_catalog = people.sign(transaction, pen, register.document(transaction, "medicines-2-8", 1))
        assert not isinstance(of_catalog, people.Declined)
        with pytest.raises(Refusal, match="judges P"):
            register.retire(transaction, "medicines-2-8", 1, of_catalog)

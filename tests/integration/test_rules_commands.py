"""Profile versions: recorded, shown, adopted; a new version changes no old verdict unless asked to."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from erp.purchasing import handlers as purchasing
from rules.handlers import install_profile
from rules.profile_files import read_profile
from tests.commands import Answer, coldbind
from tests.warehouse import Warehouse, warehouse

STRICT = """
name: medicines-2-8
version: 4
title: Refrigerated medicines, stricter
source: this test
rules:
  - {name: above 7 degC, kind: single, above: 7.0, for: 10 min, severity: major}
"""

Ask = Callable[..., Answer]


@pytest.fixture
def ask(database_url: str, server_folder: Path) -> Ask:
    told = {"COLDBIND_DATABASE_URL": database_url, "COLDBIND_VAR": str(server_folder)}

    def ask(*arguments: object) -> Answer:
        return coldbind(*map(str, arguments), told=told)

    return ask


def standing(house: Warehouse) -> list[tuple[str, bool, str | None]]:
    return [
        (str(rule), bool(gone), why)
        for rule, gone, why in house.ask(
            "select r.name, superseded_at is not null, superseded_why from rules.excursion"
            " join rules.rule r using (rule_id) where r.kind = 'single' order by excursion_id"
        )
    ]


def test_a_new_version_judges_old_lots_only_when_asked(database_url: str) -> None:
    with warehouse(database_url) as house:
        house.receive("U1")
        house.move("U1", 1, "dc.warm")
        house.measure("warm-t", [(minute, 9.0) for minute in range(2, 60, 10)])
        house.judges.judge_all()
        assert standing(house) == [("above 8 degC", False, None)]
        strict = read_profile(STRICT, "strict.yaml")
        for again in (False, True):
            with house.database.transaction() as transaction:
                install_profile(transaction, strict, "test")
                assert purchasing.adopt_profile(
                    transaction, "P", "medicines-2-8", 4, judge_again=again, actor="test"
                )
            house.judges.judge_all()
            if not again:
                house.measure("warm-t", [(61, 9.0)])
                house.judges.judge_all()
                assert standing(house) == [("above 8 degC", False, None)]
        why = "the lot was judged again by another profile version"
        assert standing(house) == [("above 8 degC", True, why), ("above 7 degC", False, None)]
        with house.database.transaction() as transaction:
            assert not purchasing.adopt_profile(
                transaction, "P", "medicines-2-8", 4, judge_again=False, actor="test"
            )


def test_profiles_are_checked_recorded_and_shown(ask: Ask, tmp_path: Path) -> None:
    assert ask("migrate").code == 0
    file = tmp_path / "strict.yaml"
    file.write_text(STRICT, encoding="utf-8")
    assert f"{file}: profile medicines-2-8 version 4 is right" in ask("rules", "check", file).out
    assert ask("rules", "draft", file).out == "profile medicines-2-8 version 4: stored as a draft\n"
    assert "nothing changed" in ask("rules", "draft", file).out
    assert "never above 7 degC for more than 10 min" in ask("rules", "show", "medicines-2-8").out
    first = json.loads(ask("rules", "show", "medicines-2-8", "--version", 1, "--json").out)
    assert first["version"] == 1
    told = {(one["name"], one["version"]) for one in json.loads(ask("rules", "list", "--json").out)}
    assert {("medicines-2-8", 1), ("medicines-2-8", 2), ("medicines-2-8", 4), ("bananas", 1)} <= told
    file.write_text(STRICT.replace("for: 10 min", "for: a while"), encoding="utf-8")
    ask("rules", "check", file).refused("rule above 7 degC", "'a while' is not a length of time")
    file.write_text(STRICT.replace("7.0", "6.0"), encoding="utf-8")
    ask("rules", "draft", file).refused("stored with other rules", "new version")
    two = STRICT.replace("source: this test", "source: this test\ndispositions: two people")
    file.write_text(two, encoding="utf-8")
    ask("rules", "draft", file).refused("stored with other rules", "new version")
    assert "  dispositions: one person\n" in ask("rules", "show", "medicines-2-8").out
    file.write_text(two.replace("version: 4", "version: 5"), encoding="utf-8")
    ask("rules", "draft", file)
    assert "  dispositions: two people\n" in ask("rules", "show", "medicines-2-8").out
    assert json.loads(ask("rules", "show", "medicines-2-8", "--json").out)["two_people"] is True
    shared = (
        "{name: out, severity: major, warn_at: 75 %, source: SR-12,"
        " ranges: [{from: 8, to: 15, for: 4 h}, {from: 15, for: 1 h}]}"
    )
    file.write_text(f"{STRICT}budget: [{shared}]\n", encoding="utf-8")
    said = ask("rules", "check", file).out
    assert "out: no more in its life than 4 h from 8 degC to 15 degC, 1 h above 15 degC" in said
    assert "source: SR-12 (cumulative, major, runs low from 0.75 of it on)" in said
    ask("rules", "show", "nothing").refused("no profile nothing")
    ask("rules", "adopt", "medicines-2-8", 9, "--product", "P").refused("no product 'P'")

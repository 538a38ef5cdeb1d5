"""`coldbind hold ..` as a user types it: one person, two people, and what is refused."""

import json
from collections.abc import Generator

import pytest

from erp.people import handlers as people
from tests.commands_inside import Ask, asking
from tests.stocked import Stocked, stocked

PASSWORD = "a long enough phrase"
WHY = ("--code", "inspected_sound", "--reason", "opened and looked at")


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    with stocked(database_url) as centre:
        with centre.database.transaction() as transaction:
            for login, name in (("anna", "Anna Berg"), ("bert", "Bert Lind")):
                people.add_account(transaction, login, name, PASSWORD, "root")
        centre.receive("L1", [("U1", 10), ("U2", 10)], bin_="dc1.zone1.a")
        yield centre


@pytest.fixture
def ask(centre: Stocked) -> Ask:
    return asking(centre.url, COLDBIND_PASSWORD=PASSWORD)


def test_one_person_decides_what_becomes_of_held_goods(ask: Ask, centre: Stocked) -> None:
    placed = ask("hold place U1 U2 --cause damage --by carl --reason", "fell off the truck")
    assert placed.out == "held for damage: 2 units, hold 1, 2\n"
    ask("hold place U1 --cause damage --reason again").refused("held for damage already")
    listed = ask("hold list").out
    assert "hold 1 for damage on U1, 10 box of L1 at dc1.zone1.a, waits for the decision" in listed
    assert "within_stability_data" in ask("hold reasons").out
    ask("hold release 1 --as anna --quantity 4 --into U2", *WHY).refused("a unit U2 already")
    ask("unit write-off U1 1").refused("held", "coldbind hold destroy 1")
    done = ask("hold release 1 --as anna --quantity 4 --into U1-good", *WHY)
    assert done.out == ("hold 1, unit U1: partial release signed as disposition 1, done\n")
    ask("hold release 2 --as nobody", *WHY).refused("login or password is wrong")
    ask("hold release 2 --as anna --code luck --reason lucky").refused("no reason for release")
    ask("hold destroy 2 --as anna --code damaged --reason crushed")
    ask("hold downgrade 1 --as bert --code reduced_quality --grade feed --reason dented")
    assert centre.in_stock().keys() == {"U1", "U1-good"}
    assert json.loads(ask("hold list --json").out) == []
    ended = json.loads(ask("hold list --all --unit U1 --json").out)
    assert [(one["grade"], one["ended_by"]) for one in ended] == [("feed", "bert")]
    shown = ask("hold show 1").out
    assert "partial release of 4 into U1-good, effective" in shown
    assert "by Bert Lind, reduced_quality: dented" in shown
    assert json.loads(ask("hold show 1 --json").out)["allowed"] == "nothing holds the unit"
    ask("hold show 99").refused("there is no hold 99")


def test_two_people_decide_where_it_is_asked_for(ask: Ask, centre: Stocked) -> None:
    assert ask("hold two-people fridge --reason SOP-12").out == "profile fridge: two people\n"
    assert "SOP-12" in ask("hold two-people").out
    ask("hold place U1 --cause inspection --reason sampling")
    proposed = ask("hold release 1 --as anna", *WHY)
    assert "waits for a second person: coldbind hold approve 1" in proposed.out
    assert "waits for the signature of a second person (disposition 1)" in ask("hold list").out
    ask("hold approve 1 --as anna --reason agreed").refused("somebody else must")
    assert ask("hold withdraw 1 --as bert --reason unclear").out == (
        "disposition 1 of unit U1: withdrawn\n"
    )
    ask("hold return 1 --as anna --code agreed_with_supplier --reason agreed")
    assert ask("hold approve 2 --as bert --reason agreed").out == "disposition 2 of unit U1: done\n"
    assert centre.in_stock().keys() == {"U2"}
    ask("hold approve 2 --as bert --reason agreed").refused("is effective")
    ask("hold approve 9 --as bert --reason agreed").refused("there is no disposition 9")
    told = ask("hold two-people fridge --off --reason", "SOP 12 withdrawn").out
    assert told == "profile fridge: one person, unless its version asks for two\n"

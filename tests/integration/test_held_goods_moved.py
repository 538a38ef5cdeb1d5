"""Held goods that move: refused where a person asks, a fact with an alert where it has happened."""

import time
from collections.abc import Callable, Generator

import pytest

from coldbind.signing import sign_and_act
from erp.people import handlers as people
from erp.people.handlers import Pen
from erp.quality import dispositions, holds
from erp.quality.core import Decision
from erp.quality.moving import Move, admit
from kernel.instants import SECOND
from kernel.refusal import Refusal
from lotbinding.handlers.movements import Movement
from lotbinding.handlers.units import add_handling_unit
from lotbinding.handlers.uploads import Scanned, upload
from rules.alerts import handlers as alerts
from rules.alerts.store import Listed
from storage.database import Transaction
from tests.commands import coldbind
from tests.stocked import Stocked, stocked

PASSWORD = "a long enough phrase"


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    """U1, which is held as damaged, and U2 of ten boxes in bin A; a pallet H1."""
    with stocked(database_url) as centre:
        centre.receive("L1", [("U1", 10), ("U2", 10)], bin_="dc1.zone1.a")
        with centre.database.transaction() as transaction:
            people.add_account(transaction, "anna", "Anna Berg", PASSWORD, "root")
            add_handling_unit(transaction, "H1", "pallet", "anna")
            holds.place(transaction, ["U1"], "damage", "a fork went through it", "carl")
        yield centre


def now(later: float = 0) -> int:
    """The instant so many seconds from now; holds are placed by the clock of the database."""
    return time.time_ns() // 1000 + round(later * SECOND)


def tell(centre: Stocked, *told: tuple[str, str, str | None, int], into: str | None = None) -> None:
    """A scanner uploads (code, kind, place, instant)."""
    movements = [
        Scanned(Movement(code, kind, place, at, "ben", client_id=f"{code}-{at}", into=into))
        for code, kind, place, at in told
    ]
    answers = centre.database.attempt(lambda transaction: upload(transaction, movements))
    assert {one.outcome for one in answers} == {"recorded"}


def raised(centre: Stocked) -> list[Listed]:
    with centre.database.transaction() as transaction:
        return [one for one in alerts.alerts(transaction) if one.cause == "held_moved"]


def test_what_a_scanner_tells_is_kept_and_raises_an_alert(centre: Stocked) -> None:
    at = now(1)
    tell(centre, ("U1", "transfer", "dc1.zone1.b", at), ("U2", "transfer", "dc1.zone1.c", at))
    assert centre.in_stock()["U1"][0] == "dc1.zone1.b", "it happened"
    (alert,) = raised(centre)
    assert (alert.severity, alert.place, alert.happened_at) == ("major", "dc1.zone1.b", at)
    assert alert.words == (
        "held unit U1 was moved to dc1.zone1.b (transfer, told by ben): hold 1 for damage"
    )
    assert "quarantine cage" in alert.advice


def test_what_happened_before_the_hold_or_into_the_cage_is_as_it_should_be(centre: Stocked) -> None:
    earlier = now(-3600)
    tell(
        centre,
        ("U1", "transfer", "dc1.zone1.b", earlier),
        ("U1", "transfer", "dc1.cage", now(1)),
    )
    assert raised(centre) == []


def test_a_late_movement_out_of_the_cage_is_noticed_although_it_is_back(centre: Stocked) -> None:
    tell(centre, ("U1", "transfer", "dc1.cage", now(1)))
    tell(centre, ("U1", "transfer", "dc1.cage", now(30)), ("U1", "transfer", "dc1.zone1.c", now(20)))
    assert [one.place for one in raised(centre)] == ["dc1.zone1.c"]
    assert centre.in_stock()["U1"][0] == "dc1.cage"


def test_held_goods_that_left_are_the_worst(centre: Stocked) -> None:
    tell(centre, ("U1", "dispatch", None, now(1)))
    (alert,) = raised(centre)
    assert (alert.severity, alert.subject) == ("critical", "unit U1 left us")


def test_what_goes_with_a_pallet_went_too(centre: Stocked) -> None:
    tell(centre, ("H1", "transfer", "dc1.zone1.a", now(1)))
    tell(centre, ("U1", "pack", None, now(2)), into="H1")
    assert raised(centre) == [], "packed where it stood"
    tell(centre, ("H1", "transfer", "dc1.zone1.b", now(3)))
    assert [one.subject for one in raised(centre)] == ["unit U1 was moved to dc1.zone1.b"]
    tell(centre, ("H1", "dispatch", None, now(4)))
    assert "unit U1 left us" in {one.subject for one in raised(centre)}


def test_what_is_returned_by_a_signed_decision_is_no_fault(centre: Stocked) -> None:
    decision = Decision("return_to_supplier", "agreed_with_supplier", "they fetch it")
    sign_and_act(
        centre.database,
        Pen("anna", PASSWORD, "decision", decision.words),
        lambda running: dispositions.document(running, 1, decision),
        lambda running, signed: dispositions.decide(running, 1, decision, signed, four_eyes=False),
    )
    assert "U1" not in centre.in_stock()
    assert raised(centre) == []


def admitted(code: str, place: str | None, happened: str = "") -> Callable[[Transaction], None]:
    return lambda transaction: admit(transaction, Move(code, place, now(5), "ben"), happened)


def test_who_asks_is_told_what_is_allowed(centre: Stocked) -> None:
    attempt = centre.database.attempt
    for place in ("dc1.zone1.b", None):
        with pytest.raises(Refusal, match="unit U1 is held, hold 1 for damage: a fork went through it"):
            attempt(admitted("U1", place))
    with pytest.raises(Refusal, match=r"a quarantine cage only \(dc1.cage\): if it went there already"):
        attempt(admitted("U1", "dc1.zone1.b"))
    for allowed in (admitted("U1", "dc1.cage"), admitted("U2", "dc1.zone1.b")):
        attempt(allowed)
    assert "held goods moved" not in centre.actions()
    attempt(admitted("U1", "dc1.zone1.b", "ben took it for U2"))
    assert "held goods moved" in centre.actions("unit U1")
    tell(centre, ("H1", "transfer", "dc1.zone1.a", now(1)))
    tell(centre, ("U1", "pack", None, now(2)), into="H1")
    with pytest.raises(Refusal, match="unit U1 is held"):
        attempt(admitted("H1", "dc1.zone1.b"))


def test_on_the_command_line(centre: Stocked) -> None:
    told = {"COLDBIND_DATABASE_URL": centre.url}
    coldbind("move", "U1", "dc1.zone1.b", told=told).refused(
        "held goods go into a quarantine cage only"
    )
    assert centre.in_stock()["U1"][0] == "dc1.zone1.a"
    moved = coldbind("move", "U1", "dc1.zone1.b", "--happened", "ben took it for U2", told=told)
    assert moved.out == "unit U1: recorded\n"
    assert "held unit U1 was moved to dc1.zone1.b" in coldbind("alert", "list", told=told).out
    assert "ben took it for U2" in coldbind("audit", "log", "--subject", "unit U1", told=told).out


def test_held_goods_are_packed_where_they_stand_or_in_the_cage(centre: Stocked) -> None:
    told = {"COLDBIND_DATABASE_URL": centre.url}
    coldbind("unpack", "U1", told=told).refused("unit U1 is in no handling unit")
    wrong = ("--sscc", "340123450000000009")
    coldbind("pack", "U2", "--into", "H9", *wrong, told=told).refused("its check digit is 0")
    assert coldbind("pack", "U1", "--into", "H1", told=told).code == 0, "a new pallet, where it stands"
    assert coldbind("unpack", "U1", told=told).out == "unit U1: taken out\n"
    assert coldbind("move", "H1", "dc1.zone1.b", told=told).code == 0
    into = ("pack", "U1", "--into", "H1")
    coldbind(*into, told=told).refused("held goods go into a quarantine cage only (dc1.cage)")
    assert centre.in_stock()["U1"][0] == "dc1.zone1.a"
    assert raised(centre) == []
    assert coldbind(*into, "--happened", "ben took it for U2", told=told).code == 0
    assert [one.subject for one in raised(centre)] == ["unit U1 was moved to dc1.zone1.b"]
    assert coldbind("unpack", "U1", told=told).code == 0
    assert coldbind("move", "H1", "dc1.cage", told=told).code == 0
    assert coldbind(*into, told=told).code == 0
    assert centre.in_stock()["U1"][0] == "dc1.cage"

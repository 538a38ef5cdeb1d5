"""Held goods on a real database: what a person signs happens, and nothing else lets them go."""

from collections.abc import Generator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx
import psycopg
import pytest

from coldbind.signing import sign_and_act
from erp.fulfilment import allocation, handlers
from erp.fulfilment.handlers import NewOrder, OrderedLine
from erp.ledger import books
from erp.people import handlers as people
from erp.people.core import Meaning
from erp.people.handlers import Pen
from erp.purchasing import handlers as purchasing
from erp.quality import disposition_store, dispositions, holds
from erp.quality.core import Decision, Kind
from erp.quality.custody import custody_of
from erp.quality.dispositions import Decided
from erp.recall import handlers as recall
from erp.recall.core import Handle
from erp.recall.handlers import Opening
from kernel.events import ExcursionEnded, ExcursionWithdrawn
from kernel.intervals import Span
from kernel.refusal import Refusal
from kernel.signing import Signature
from lotbinding.handlers.units import Split, add_handling_unit, split
from rules import register
from rules.handlers import install_profile
from rules.profile_files import read_profile
from storage.database import Transaction
from storage.errors import Refused
from tests.console_server import serving
from tests.erp_world import after
from tests.ledger_books import balances, unbalanced
from tests.stocked import Stocked, stocked

PASSWORD = "a long enough phrase"
CODES: dict[Kind, str] = {
    "release": "within_stability_data",
    "partial_release": "inspected_sound",
    "reject": "damaged",
    "return_to_supplier": "agreed_with_supplier",
    "destroy": "damaged",
    "downgrade": "reduced_quality",
}


BY_FORCE = {
    "update erp.hold set released_at = now(), released_by = 'me'": "signed decision only",
    "update erp.hold set released_at = now(), released_by = 'I', disposition_id = 1": "signed",
    "delete from erp.hold": "can only be ended",
    "delete from erp.disposition": "never deleted",
    "update erp.disposition set kind = 'release'": "it stays as it is",
    "update erp.disposition set state = 'effective', effective_at = now()": "are_signed",
    """
    update erp.disposition set state = 'effective', effective_at = now(), second_id = 1
    """: "somebody else",
    """
    insert into erp.disposition (hold_id, kind, quantity, reason_code, words, two_people, signature_id)
    values (1, 'release', 1, 'other', 'x', false, 99)
    """: "begins with a signature",
}
"""What somebody with a database client might try, and what the database says."""


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    """U1 and U2 of ten boxes at 12.50 in bin A, accepted; anna and bert may sign."""
    with stocked(database_url) as centre:
        with centre.database.transaction() as transaction:
            for login, name in (("anna", "Anna Berg"), ("bert", "Bert Lind")):
                people.add_account(transaction, login, name, PASSWORD, "root")
        centre.receive("L1", [("U1", 10), ("U2", 10)], bin_="dc1.zone1.a")
        yield centre


def place(centre: Stocked, unit: str = "U1", cause: str = "damage") -> int:
    with centre.database.transaction() as transaction:
        (number,) = holds.place(transaction, [unit], cause, "a fork went through it", "carl")
    return number


def pen(login: str, meaning: Meaning = "decision") -> Pen:
    return Pen(login, PASSWORD, meaning, "seen and judged")


def decide(
    centre: Stocked,
    hold: int,
    kind: Kind,
    *,
    by: str = "anna",
    part: str | None = None,
    grade: str = "",
    four_eyes: bool = False,
) -> Decided:
    decision = Decision(
        kind,
        CODES[kind],
        "seen and judged",
        None if part is None else Decimal(part),
        grade=grade,
    )
    return sign_and_act(
        centre.database,
        pen(by),
        lambda running: dispositions.document(running, hold, decision),
        lambda running, signed: dispositions.decide(
            running, hold, decision, signed, four_eyes=four_eyes
        ),
    )


def approve(centre: Stocked, number: int, by: str) -> Decided:
    return sign_and_act(
        centre.database,
        pen(by, "approval"),
        lambda running: dispositions.document_of(running, number),
        lambda running, signed: dispositions.approve(running, number, signed),
    )


def never(_: Transaction, signed: Signature) -> Decided:
    raise AssertionError(f"{signed.login} may not sign this")


def felt_by_nobody(_: Transaction, sensor: str, during: Span) -> list[str]:
    raise AssertionError(f"nobody asks what felt {sensor} during {during}")


def open_holds(centre: Stocked) -> list[tuple[str, str]]:
    with centre.database.transaction() as transaction:
        found = disposition_store.holds(transaction)
    return sorted((one.unit, one.cause) for one in found)


def in_balance(centre: Stocked) -> dict[str, Decimal]:
    """The balances, once it is certain that the books equal the goods."""
    with centre.database.transaction() as transaction:
        assert books.check(transaction) == []
        assert transaction.verify_audit()[1] == []
    assert unbalanced(centre.url) == []
    return balances(centre.url)


def test_a_hold_by_hand_stops_the_unit_and_says_what_is_allowed(centre: Stocked) -> None:
    number = place(centre)
    assert centre.in_stock()["U1"][3] is True
    with centre.database.transaction() as transaction:
        card = holds.card(transaction, number)
    assert (card.hold.placed_by, card.hold.why) == ("carl", "a fork went through it")
    assert "quarantine cage" in card.allowed
    assert card.waits_for == "the decision of a person"
    assert centre.ask("select kind, state from erp.warehouse_task") == [
        {"kind": "quarantine", "state": "open"}
    ]
    for unit, cause, why, words in (
        ("U1", "damage", "again", "held for damage already"),
        ("U9", "damage", "again", "not known"),
        ("U1", "whim", "again", "not one of"),
        ("U1", "expiry", " ", "--reason"),
    ):
        with (
            centre.database.transaction() as transaction,
            pytest.raises(Refusal, match=words),
        ):
            holds.place(transaction, [unit], cause, why, "carl")


def test_a_release_is_signed_and_makes_the_goods_usable(centre: Stocked) -> None:
    number = place(centre)
    assert in_balance(centre)["1210"] == Decimal(125)
    done = decide(centre, number, "release")
    assert done.effective
    assert centre.in_stock()["U1"][3] is False
    assert in_balance(centre) == {"1200": Decimal(250), "2100": Decimal(-250)}
    assert centre.ask("select kind, state, outcome from erp.warehouse_task") == [
        {"kind": "quarantine", "state": "cancelled", "outcome": "nothing holds it any more"}
    ]
    with centre.database.transaction() as transaction:
        card = holds.card(transaction, number)
    (decided,) = card.dispositions
    assert (decided.kind, decided.state, decided.signed_by) == ("release", "effective", "Anna Berg")
    assert (card.waits_for, card.hold.ended_by) == (None, "anna")
    assert card.allowed == "nothing holds the unit"
    assert "disposition: release" in centre.actions("unit U1")
    with pytest.raises(Refusal, match="has ended"):
        decide(centre, number, "destroy")


def test_a_wrong_password_or_reason_releases_nothing(centre: Stocked) -> None:
    number = place(centre)
    with pytest.raises(Refusal, match="login or password is wrong"):
        sign_and_act(
            centre.database,
            replace(pen("anna"), password="wrong"),
            lambda running: dispositions.document(
                running, number, Decision("release", "inspected_sound", "fine")
            ),
            never,
        )
    with pytest.raises(Refusal, match="no reason for release: give --code data_fault, excursion"):
        sign_and_act(
            centre.database,
            pen("anna"),
            lambda running: dispositions.document(running, number, Decision("release", "luck", "fine")),
            never,
        )
    with pytest.raises(Refusal, match="there is no hold 77"):
        decide(centre, 77, "release")
    assert open_holds(centre) == [("U1", "damage")]


def test_part_is_released_and_the_rest_stays_held(centre: Stocked) -> None:
    number = place(centre)
    place(centre, cause="inspection")
    for part in ("0", "10", "11", "0.0000001"):
        with pytest.raises(Refusal, match="is no part of it"):
            decide(centre, number, "partial_release", part=part)
    decide(centre, number, "partial_release", part="4")
    child = f"U1-{number}.1"
    assert open_holds(centre) == [("U1", "damage"), ("U1", "inspection"), (child, "inspection")]
    other = next(
        row["hold_id"]
        for row in centre.ask(
            "select hold_id from erp.hold join binding.stock_unit using (unit_id)"
            " where code = %(child)s and released_at is null",
            child=child,
        )
    )
    assert isinstance(other, int)
    decide(centre, other, "release")
    assert {code: row[1:] for code, row in centre.in_stock().items()} == {
        "U1": (Decimal(6), 0, True),
        "U2": (Decimal(10), 0, False),
        child: (Decimal(4), 0, False),
    }
    found = in_balance(centre)
    assert (found["1200"], found["1210"]) == (Decimal(175), Decimal(75))


def test_rejected_goods_stay_held_also_in_parts(centre: Stocked) -> None:
    number = place(centre)
    decide(centre, number, "reject")
    assert open_holds(centre) == [("U1", "damage")]
    with centre.database.transaction() as transaction:
        split(transaction, Split("U1", "U1b", Decimal(3), after(90), "carl"))
        card = holds.card(transaction, number)
    assert card.waits_for == "its destruction or return: it was rejected"
    with pytest.raises(Refusal, match="was rejected"):
        decide(centre, number, "release")
    decide(centre, number, "destroy")
    assert in_balance(centre)["5100"] == Decimal("87.50")
    assert "U1" not in centre.in_stock()


def test_a_part_split_off_after_the_rejection_is_rejected_too(centre: Stocked) -> None:
    number = place(centre)
    done = decide(centre, number, "reject")
    with centre.database.transaction() as transaction:
        (line,) = disposition_store.dispositions(transaction, number)
        assert (line.disposition_id, line.state) == (done.disposition_id, "effective")
        assert line.effective_at is not None
        at = int(line.effective_at.timestamp() * 1_000_000) + 5
        split(transaction, Split("U1", "U1b", Decimal(3), at, "carl"))
        (part,) = disposition_store.holds(transaction, unit="U1b")
    assert part.rejected
    with pytest.raises(Refusal, match="unit U1b was rejected"):
        decide(centre, part.hold_id, "release")


def test_goods_go_back_to_their_supplier(centre: Stocked) -> None:
    number = place(centre)
    place(centre, cause="inspection")
    decide(centre, number, "return_to_supplier")
    assert open_holds(centre) == []
    assert "U1" not in centre.in_stock()
    assert in_balance(centre)["5130"] == Decimal(125)
    with centre.database.transaction() as transaction:
        *_, last = custody_of(transaction, "U1").phases
    assert last.party == "supplier"
    assert last.why.startswith("sent back at")


def test_going_back_is_a_movement_of_units_without_a_place(centre: Stocked) -> None:
    with centre.database.transaction() as transaction:
        add_handling_unit(transaction, "PAL", "pallet", "carl")
    for code, place_, words in (
        ("PAL", None, "name the stock units"),
        ("U2", "dc1.dock1", "no location"),
    ):
        with pytest.raises(Refusal, match=words):
            centre.move(code, place_, 60, "return_to_supplier")
    centre.move("U2", None, 60, "return_to_supplier")
    assert centre.in_stock().keys() == {"U1"}
    assert in_balance(centre)["5130"] == Decimal(125)


def test_downgraded_goods_are_promised_to_nobody(centre: Stocked) -> None:
    first = place(centre)
    with pytest.raises(Refusal, match="--grade"):
        decide(centre, first, "downgrade")
    decide(centre, first, "downgrade", grade="veterinary use")
    assert open_holds(centre) == []
    with centre.database.transaction() as transaction:
        split(transaction, Split("U1", "U1b", Decimal(3), after(90), "carl"))
    assert centre.ask(
        "select code, grade from erp.downgraded join binding.stock_unit using (unit_id)"
    ) == [
        {"code": "U1", "grade": "veterinary use"},
        {"code": "U1b", "grade": "veterinary use"},
    ]
    centre.customer("C1")
    order = NewOrder(
        "SO-1", "C1", date(2026, 3, 1), date(2026, 3, 2), [OrderedLine(1, "VAX-10", Decimal(20))]
    )
    with centre.database.transaction() as transaction:
        handlers.put_order(transaction, order, "dora")
        (short,) = allocation.allocate_orders(transaction, ["SO-1"], date(2026, 3, 1), "dora")
    assert short.missing == Decimal(10)
    in_balance(centre)


def test_two_people_where_the_profile_asks_for_them(centre: Stocked) -> None:
    with centre.database.transaction() as transaction:
        assert holds.ask_two_people(transaction, "fridge", "root", "procedure 12")
        assert not holds.ask_two_people(transaction, "fridge", "root", "procedure 12")
        with pytest.raises(Refusal, match="no profile"):
            holds.ask_two_people(transaction, "nonsense", "root", "procedure 12")
    number = place(centre)
    done = decide(centre, number, "release")
    assert not done.effective
    assert centre.in_stock()["U1"][3] is True
    with centre.database.transaction() as transaction:
        assert holds.card(transaction, number).waits_for == "the signature of a second person"
    with pytest.raises(Refusal, match="waits for a second person"):
        decide(centre, number, "destroy", by="bert")
    with pytest.raises(Refusal, match="somebody else must"):
        approve(centre, done.disposition_id, "anna")
    assert approve(centre, done.disposition_id, "bert").effective
    assert centre.in_stock()["U1"][3] is False
    with pytest.raises(Refusal, match="is effective"):
        approve(centre, done.disposition_id, "bert")
    in_balance(centre)


def test_two_people_where_the_version_that_judges_the_goods_asks_for_them(centre: Stocked) -> None:
    text = (
        "{name: fridge, version: 3, title: Fridge, source: a test, dispositions: two people, rules:"
        " [{name: warm, kind: single, above: 8, for: 30 min, severity: major}]}"
    )
    with centre.database.transaction() as transaction:
        install_profile(transaction, read_profile(text, "fridge.yaml"), "root")
        for version, asks in ((2, False), (3, True)):
            content = register.document(transaction, "fridge", version).content
            assert ('"dispositions": "two people"' in content) is asks
        told = disposition_store.two_people(transaction)
        assert [(one.profile, one.why) for one in told] == [("fridge", "version 3 asks for them")]
        purchasing.adopt_profile(transaction, "VAX-10", "fridge", 3, judge_again=False, actor="root")
    with pytest.raises(psycopg.Error, match="it stays as it is"):
        centre.ask("update rules.profile set two_people = false where version = 3")
    assert decide(centre, place(centre), "release").effective, "received under version 2"
    centre.receive("L2", [("U3", 10)])
    waiting = decide(centre, place(centre, "U3"), "release")
    assert not waiting.effective
    assert approve(centre, waiting.disposition_id, "bert").effective


def test_what_changes_before_the_second_signature_voids_the_first(centre: Stocked) -> None:
    number = place(centre)
    done = decide(centre, number, "destroy", four_eyes=True)
    with centre.database.transaction() as transaction:
        split(transaction, Split("U1", "U1b", Decimal(3), after(90), "carl"))
    with pytest.raises(Refusal, match="otherwise than when anna signed"):
        approve(centre, done.disposition_id, "bert")
    sign_and_act(
        centre.database,
        pen("bert"),
        lambda running: dispositions.document_of(running, done.disposition_id),
        lambda running, signed: dispositions.withdraw(running, done.disposition_id, signed),
    )
    again = decide(centre, number, "destroy", four_eyes=True)
    approve(centre, again.disposition_id, "bert")
    assert open_holds(centre) == [("U1b", "damage")]
    assert in_balance(centre)["5100"] == Decimal("87.50")


def test_an_open_recall_lets_nothing_go(centre: Stocked) -> None:
    opening = Opening("R-1", Handle("lot", "L1"), "glass in it", "carl")
    with centre.database.transaction() as transaction:
        recall.open_recall(transaction, opening, felt_by_nobody)
        first, second = (
            next(iter(disposition_store.holds(transaction, unit=unit))).hold_id for unit in ("U1", "U2")
        )
    for kind, more in (
        ("release", {}),
        ("partial_release", {"part": "1"}),
        ("downgrade", {"grade": "B"}),
    ):
        with pytest.raises(Refusal, match="stays blocked while recall R-1 is open"):
            decide(centre, first, kind, **more)  # pyright: ignore[reportArgumentType] # of the table
    decide(centre, first, "destroy")
    with centre.database.transaction() as transaction:
        recall.close(transaction, "R-1", "carl", "all accounted for")
    decide(centre, second, "release")
    assert open_holds(centre) == []
    in_balance(centre)


def test_goods_that_are_not_ours_can_only_go_back(centre: Stocked) -> None:
    centre.receive("L2", [("V1", 5)], minute=2, accepted=False)
    number = place(centre, "V1")
    with pytest.raises(Refusal, match="not decided: coldbind decide GR-L2 first"):
        decide(centre, number, "destroy")
    centre.decide("refused", 30, "GR-L2")
    with pytest.raises(Refusal, match=f"was refused.*coldbind hold return {number}"):
        decide(centre, number, "release")
    decide(centre, number, "return_to_supplier")
    assert open_holds(centre) == []
    assert in_balance(centre) == {"1200": Decimal(250), "2100": Decimal(-250)}


def test_goods_that_are_gone_can_only_be_released(centre: Stocked) -> None:
    number = place(centre)
    centre.move("U1", None, 60, "dispatch")
    with pytest.raises(Refusal, match="not with us any more: only a release"):
        decide(centre, number, "destroy")
    decide(centre, number, "release")
    assert open_holds(centre) == []
    in_balance(centre)


def test_a_withdrawn_excursion_waits_for_a_person(centre: Stocked) -> None:
    found = centre.excursion(5, 50, "U1")
    centre.publish(found)
    centre.publish(ExcursionWithdrawn(found.excursion_id, found.unit_id, "late readings"))
    with centre.database.transaction() as transaction:
        (line,) = disposition_store.holds(transaction, unit="U1")
        card = holds.card(transaction, line.hold_id)
    assert card.waits_for == "a person: every excursion that it was placed for is withdrawn"
    assert [one.withdrawn_why for one in card.excursions] == ["late readings"]


def test_released_goods_are_not_held_again_for_the_same_excursion(centre: Stocked) -> None:
    for unit in ("U1", "U2"):
        centre.publish(centre.excursion(5, 50, unit))
    with centre.database.transaction() as transaction:
        numbers = {one.unit: one.hold_id for one in disposition_store.holds(transaction)}
    decide(centre, numbers["U1"], "partial_release", part="4")
    decide(centre, numbers["U2"], "release")
    part = f"U1-{numbers['U1']}.1"
    (row,) = centre.ask("select erp.instant(clock_timestamp()) as at")
    assert isinstance(row["at"], int)
    with centre.database.transaction() as transaction:
        for parent, child in ((part, "P"), ("U2", "Q"), ("U1", "R")):
            split(transaction, Split(parent, child, Decimal(1), row["at"], "carl"))
    for unit in (part, "P", "Q"):
        centre.publish(centre.excursion(5, 50, unit))
        assert centre.actions(f"unit {unit}")[-1] == "excursion decided already"
    centre.publish(centre.excursion(5, 50, "R"))
    assert open_holds(centre) == [("R", "excursion"), ("U1", "excursion")]
    centre.publish(centre.excursion(60, 90, "Q"))
    assert ("Q", "excursion") in open_holds(centre), "another excursion holds as any does"


def test_an_excursion_that_goes_on_after_the_release_holds_again(centre: Stocked) -> None:
    found = centre.excursion(5, 50, "U1")
    centre.publish(found)
    (row,) = centre.ask("select hold_id from erp.hold")
    assert row == {"hold_id": 1}
    decide(centre, 1, "release")
    centre.publish(ExcursionEnded(found.excursion_id, found.unit_id))
    assert open_holds(centre) == []
    centre.ask(
        "update rules.excursion"
        " set beyond = beyond + tstzmultirange(tstzrange(now() - interval '1 ms', now()))"
    )
    for _ in range(2):
        centre.publish(ExcursionEnded(found.excursion_id, found.unit_id))
        assert open_holds(centre) == [("U1", "excursion")]
    with centre.database.transaction() as transaction:
        (line,) = disposition_store.holds(transaction, unit="U1")
    assert line.why == "excursion 1 went on after hold 1 was released"
    decide(centre, line.hold_id, "release")
    centre.publish(ExcursionEnded(found.excursion_id, found.unit_id))
    assert open_holds(centre) == [], "all of it was decided about"


def test_expired_goods_are_held_when_asked(centre: Stocked) -> None:
    with centre.database.transaction() as transaction:
        assert holds.hold_expired(transaction, date(2027, 1, 31), "cron") == 0
        assert holds.hold_expired(transaction, date(2027, 2, 1), "cron") == 2
        assert holds.hold_expired(transaction, date(2027, 2, 1), "cron") == 0
    assert open_holds(centre) == [("U1", "expiry"), ("U2", "expiry")]


def test_the_database_refuses_whoever_does_without_a_signature(centre: Stocked) -> None:
    decide(centre, place(centre), "reject", four_eyes=True)
    for statement, words in BY_FORCE.items():
        with psycopg.connect(centre.url) as connection, pytest.raises(psycopg.Error, match=words):
            connection.execute(statement.encode())


def test_the_signature_of_one_hold_is_none_of_another(centre: Stocked) -> None:
    first, second = place(centre), place(centre, "U2")
    decision = Decision("release", "inspected_sound", "seen and judged")
    with pytest.raises((Refusal, Refused), match="otherwise than what was signed"):
        sign_and_act(
            centre.database,
            pen("anna"),
            lambda running: dispositions.document(running, first, decision),
            lambda running, signed: dispositions.decide(
                running, second, decision, signed, four_eyes=False
            ),
        )
    assert open_holds(centre) == [("U1", "damage"), ("U2", "damage")]


def test_holds_are_told_as_json(centre: Stocked, free_port: int) -> None:
    number = place(centre)
    decide(centre, number, "reject")
    with serving(centre.url, free_port) as address, httpx.Client(base_url=address) as client:
        (told,) = client.get("/holds", params={"unit": "U1"}).json()["holds"]
        assert (told["hold_id"], told["cause"]) == (number, "damage")
        assert told["waits_for"] == "its destruction or return: it was rejected"
        whole = client.get(f"/holds/{number}").json()
        assert whole["dispositions"][0]["signed_by"] == "Anna Berg"
        assert client.get("/holds/77").status_code == 404
        (unit, _) = client.get("/lots/L1/trace").json()["units"]
    (kept,) = unit["holds"]
    assert kept["dispositions"][0]["kind"] == "reject"

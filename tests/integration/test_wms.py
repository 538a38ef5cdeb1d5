"""The warehouse on a real database: put-away, tasks, quarantine, counts, uploads."""

from collections.abc import Generator
from datetime import date
from decimal import Decimal

import httpx
import psycopg
import pytest

from erp.wms import counting, handlers, places, store
from erp.wms.counting import Count
from erp.wms.stock import Asked, asked_about, stock
from kernel.events import StockChanged
from kernel.refusal import Refusal
from lotbinding.handlers.units import Split, split
from lotbinding.handlers.uploads import Answer, Scanned, movement_of, upload
from tests.console_server import serving
from tests.erp_world import after
from tests.stocked import Stocked, stocked


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    with stocked(database_url) as centre:
        yield centre


def tasks(centre: Stocked) -> list[tuple[str, str, str, str]]:
    with centre.database.transaction() as transaction:
        found = store.tasks(transaction, ended=True)
    return [(one.kind, one.unit, one.location, one.state) for one in reversed(found)]


def test_goods_are_put_away_where_their_class_belongs_and_their_lot_stands(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10), ("U2", 10)])
    centre.receive("L2", [("U3", 10)], minute=1)
    centre.move("U1", "dc1.zone1.b", 2, "put_away")
    with centre.database.transaction() as transaction:
        second = handlers.place_for(transaction, "U2")
        assert (second.room.path, second.why) == ("dc1.zone1.b", "the same lot stands there")
        task = handlers.add_task(transaction, "put_away", "U2", None, "anna")
        with pytest.raises(Refusal, match="it is full: 2 of 2"):
            handlers.add_task(transaction, "put_away", "U3", "dc1.zone1.b", "anna")
        other = handlers.place_for(transaction, "U3")
        assert other.room.path == "dc1.zone1.c", "the smallest that is empty"
        with pytest.raises(Refusal, match="frozen, the product needs fridge"):
            handlers.add_task(transaction, "put_away", "U3", "dc1.zone2", "anna")
        handlers.do_task(transaction, task.task_id, after(3), "bert")
    assert tasks(centre) == [("put_away", "U2", "dc1.zone1.b", "done")]
    assert centre.in_stock()["U2"][0] == "dc1.zone1.b"


def test_a_task_ends_by_whatever_told_that_its_goods_are_there(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10), ("U2", 10)])
    with centre.database.transaction() as transaction:
        handlers.add_task(transaction, "put_away", "U1", "dc1.zone1.a", "anna")
        second = handlers.add_task(transaction, "put_away", "U2", "dc1.zone1.a", "anna")
        handlers.take_task(transaction, second.task_id, "bert")
        with pytest.raises(Refusal, match="taken by bert already"):
            handlers.take_task(transaction, second.task_id, "carl")
    centre.move("U1", "dc1.zone1.a", 2)
    centre.move("U2", None, 3, "dispatch")
    assert [state for *_, state in tasks(centre)] == ["done", "cancelled"]
    with (
        centre.database.transaction() as transaction,
        pytest.raises(Refusal, match="is cancelled since"),
    ):
        handlers.do_task(transaction, second.task_id, after(4), "bert")


def test_another_place_than_the_task_wants_needs_a_reason(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10)])
    with centre.database.transaction() as transaction:
        number = handlers.add_task(transaction, "put_away", "U1", "dc1.zone1.a", "anna").task_id
        with pytest.raises(Refusal, match="write in --reason why"):
            handlers.do_task(transaction, number, after(2), "bert", elsewhere="dc1.zone1.c")
    with centre.database.transaction() as transaction:
        handlers.do_task(
            transaction, number, after(2), "bert", elsewhere="dc1.zone1.c", reason="A is blocked"
        )
    (row,) = centre.ask("select state, outcome from erp.warehouse_task")
    assert row == {"state": "done", "outcome": "dc1.zone1.c instead of dc1.zone1.a: A is blocked"}


def test_a_hold_cancels_the_work_and_wants_the_unit_in_the_cage(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10), ("U2", 10)])
    with centre.database.transaction() as transaction:
        handlers.add_task(transaction, "put_away", "U1", "dc1.zone1.a", "anna")
    centre.hold("U1")
    assert tasks(centre) == [
        ("put_away", "U1", "dc1.zone1.a", "cancelled"),
        ("quarantine", "U1", "dc1.cage", "open"),
    ]
    with centre.database.transaction() as transaction:
        with pytest.raises(Refusal, match="quarantine cage only"):
            handlers.do_task(transaction, 2, after(60), "bert", elsewhere="dc1.zone1.a", reason="full")
        handlers.do_task(transaction, 2, after(60), "bert")
        with pytest.raises(Refusal, match="quarantine cage is for held goods only"):
            handlers.add_task(transaction, "transfer", "U2", "dc1.cage", "bert")
    with centre.database.transaction() as transaction:
        (line,) = stock(transaction, Asked(location="dc1.cage"))
    assert (line.unit, line.state(date(2026, 3, 1))) == ("U1", "held: excursion")


def test_what_is_split_off_a_held_unit_is_held_before_anybody_sees_it(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10)], bin_="dc1.zone1.a")
    centre.hold("U1")
    with centre.database.transaction() as transaction:
        split(transaction, Split("U1", "U1a", Decimal(4), after(60), "bert"))
    assert {code: row[1:] for code, row in centre.in_stock().items()} == {
        "U1": (Decimal(6), Decimal(0), True),
        "U1a": (Decimal(4), Decimal(0), True),
    }
    assert "hold placed" in centre.actions("unit U1a")


def test_both_questions_have_one_answer_now_and_then(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10), ("U2", 5)], bin_="dc1.zone1.a")
    centre.receive("L2", [("U3", 7)], expires=date(2026, 9, 1), minute=2, accepted=False)
    centre.move("U2", "dc1.zone1.c", 10)
    with centre.database.transaction() as transaction:
        where = stock(transaction, asked_about(transaction, "L1"))
        inside = stock(transaction, asked_about(transaction, "dc1"))
        before = stock(transaction, Asked(location="dc1.zone1.a"), after(5))
        product = stock(transaction, asked_about(transaction, "VAX-10"), after(1))
        for wrong in ("nothing", "'; drop table erp.stock"):
            with pytest.raises(Refusal, match="no lot, no product, no location"):
                asked_about(transaction, wrong)
    assert [(one.unit, one.location) for one in where] == [("U1", "dc1.zone1.a"), ("U2", "dc1.zone1.c")]
    assert [(one.unit, one.state(date(2026, 3, 1))) for one in inside] == [
        ("U3", "not accepted yet"),
        ("U1", "free"),
        ("U2", "free"),
    ]
    assert [one.unit for one in before] == ["U1", "U2"]
    assert [one.unit for one in product] == ["U1", "U2"], "U3 had not arrived"
    assert inside[0].state(date(2026, 9, 2)) == "expired"


def test_a_count_needs_its_reason_and_makes_stock_what_was_counted(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10), ("U2", 5), ("U3", 4)], bin_="dc1.zone1.a")
    centre.move("U3", "dc1.zone1.b", 5)
    found = {"U1": Decimal(9), "U3": Decimal(4)}
    told = Count("dc1.zone1.a", found, after(30), "carl", complete=True)
    with centre.database.transaction() as transaction, pytest.raises(Refusal) as refused:
        counting.record_count(transaction, told)
    assert "U1 holds 9, not 10" in str(refused.value)
    assert "U2 holds 0, not 5" in str(refused.value)
    assert "U3 stood at dc1.zone1.b, not at dc1.zone1.a" in str(refused.value)
    with centre.database.transaction() as transaction:
        told = Count("dc1.zone1.a", found, after(30), "carl", "breakage", complete=True)
        counting.record_count(transaction, told)
    assert {code: row[:2] for code, row in centre.in_stock().items()} == {
        "U1": ("dc1.zone1.a", Decimal(9)),
        "U3": ("dc1.zone1.a", Decimal(4)),
    }
    with centre.database.transaction() as transaction:
        lines = counting.counts(transaction, "dc1.zone1.a", everything=False)
        again = Count("dc1.zone1.a", {"U2": Decimal(5)}, after(40), "carl", "behind the rack")
        counting.record_count(transaction, again)
    assert [(one.unit, one.expected, one.counted) for one in lines] == [
        ("U1", 10, 9),
        ("U2", 5, 0),
        ("U3", 4, 4),
    ]
    assert centre.in_stock()["U2"][:2] == ("dc1.zone1.a", Decimal(5))


def test_a_pick_face_is_filled_up_first_expiring_first(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10)], bin_="dc1.zone1.a")
    centre.receive("L2", [("U2", 10)], expires=date(2026, 12, 1), minute=3, bin_="dc1.zone1.b")
    centre.receive("L3", [("U3", 10)], expires=date(2026, 2, 1), minute=6, bin_="dc1.zone1.b")
    with centre.database.transaction() as transaction:
        places.set_pick_face(
            transaction, "dc1.zone1.c", "VAX-10", "anna", minimum=Decimal(5), fill_to=Decimal(8)
        )
        added = handlers.replenish(transaction, date(2026, 3, 1), "anna")
        assert [(one.unit, one.location) for one in added] == [("U2", "dc1.zone1.c")]
        assert handlers.replenish(transaction, date(2026, 3, 1), "anna") == [], "it is on its way"


def test_states_of_a_task_are_kept_by_the_database(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10)])
    with centre.database.transaction() as transaction:
        handlers.add_task(transaction, "put_away", "U1", "dc1.zone1.a", "anna")
        handlers.cancel_task(transaction, 1, "anna", "no truck")
    with pytest.raises(psycopg.errors.RaiseException, match="cannot go from cancelled to done"):
        centre.ask("update erp.warehouse_task set state = 'done'")
    with pytest.raises(psycopg.errors.CheckViolation, match="task_ended_by_somebody"):
        centre.ask("update erp.warehouse_task set ended_at = null, ended_by = null")


def test_scanners_deliver_late_and_twice_and_one_bad_record_blocks_no_other(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10), ("U2", 5)])
    now = after(600)
    records: list[object] = [
        {"client_id": "s1-2", "unit": "U1", "kind": "transfer", "location": "dc1.zone1.c",
         "occurred_at": "2026-03-01T09:30:00Z"},
        {"client_id": "s1-1", "unit": "U1", "kind": "put_away", "location": "dc1.zone1.a",
         "occurred_at": "2026-03-01T09:00:00Z"},
        {"client_id": "s1-3", "unit": "NOBODY", "kind": "transfer", "location": "dc1.zone1.a",
         "occurred_at": "2026-03-01T09:00:00Z"},
        {"client_id": "s1-4", "unit": "U2", "kind": "transfer", "location": "dc1.zone1.a",
         "occurred_at": "2026-03-01T07:00:00Z"},
        {"client_id": "s1-5", "unit": "U2", "kind": "put_away", "location": "dc1.zone1.b",
         "occurred_at": "2026-03-01T09:10:00Z"},
    ]  # fmt: skip
    told = [movement_of(record, "scanner", now) for record in records]
    movements = [one for one in told if isinstance(one, Scanned)]
    assert len(movements) == len(records)
    with centre.database.transaction() as transaction:
        answers = upload(transaction, movements)
    outcomes = ["recorded", "recorded", "refused", "refused", "recorded"]
    assert [one.outcome for one in answers] == outcomes
    assert "is not known" in answers[2].why
    assert "it arrived at" in answers[3].why
    with centre.database.transaction() as transaction:
        again = upload(transaction, list(reversed(movements)))
    assert [one.outcome for one in again] == ["known", "refused", "refused", "known", "known"]
    assert {code: row[0] for code, row in centre.in_stock().items()} == {
        "U1": "dc1.zone1.c",
        "U2": "dc1.zone1.b",
    }


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ("nothing", "nothing: write client_id"),
        ({"unit": "U"}, "client_id, kind, occurred_at is missing"),
        ({"client_id": "1", "unit": "U", "kind": "pick", "occurred_at": "yesterday"}, "ISO 8601"),
        ({"client_id": "1", "unit": "U", "kind": "pick", "occurred_at": "2031-01-01"}, "no time zone"),
        ({"client_id": "1", "unit": ["U"], "kind": "pick", "occurred_at": "x"}, "line of text"),
        ({"client_id": "1", "unit": "U\x00", "kind": "pick", "occurred_at": "x"}, "line of text"),
        ({"client_id": "1", "sort": "U"}, "sort is no field of a movement"),
        ({"client_id": "1", "unit": "U", "kind": "pick", "occurred_at": "x", "into_kind": "box"},
         "write them with kind pack"),
        ({"client_id": "1", "unit": "U", "kind": "pack", "occurred_at": "x", "into_sscc": "1"},
         "write its into_kind too"),
    ],
)  # fmt: skip
def test_a_record_that_is_none_is_answered_with_what_is_wrong(record: object, why: str) -> None:
    answer = movement_of(record, "scanner", after(0))
    assert isinstance(answer, Answer)
    assert answer.outcome == "refused"
    assert why in answer.why


def test_a_stock_row_is_what_the_facts_say_after_it_was_spoiled(centre: Stocked) -> None:
    centre.receive("L1", [("U1", 10)], bin_="dc1.zone1.a")
    rows = centre.ask("select unit_id from erp.stock")
    centre.ask("delete from erp.stock returning 1")
    centre.publish(StockChanged(tuple(int(str(row["unit_id"])) for row in rows)))
    assert centre.in_stock() == {"U1": ("dc1.zone1.a", Decimal(10), Decimal(0), False)}


def test_stock_is_asked_and_movements_are_uploaded_over_http(
    centre: Stocked, database_url: str, free_port: int
) -> None:
    centre.receive("L1", [("U1", 10), ("U2", 5)], bin_="dc1.zone1.a")
    centre.hold("U1")
    place = {"kind": "transfer", "location": "dc1.zone1.c", "occurred_at": "2026-03-01T10:00:00Z"}
    records = [
        {"client_id": "api-1", "unit": "U2", **place},
        {"client_id": "api-2", "unit": "NOBODY", **place},
        "no record",
    ]
    with serving(database_url, free_port) as address, httpx.Client(base_url=address) as client:
        for outcome in ("recorded", "known"):
            answers = client.post("/movements", json=records).json()["answers"]
            assert [one["outcome"] for one in answers] == [outcome, "refused", "refused"]
        rows = client.get("/stock", params={"lot": "L1"}).json()["stock"]
        assert client.get("/stock", params={"at": "yesterday"}).status_code == 422
        assert client.post("/movements", json={"no": "list"}).status_code == 422
    found = {row["unit"]: (row["location"], row["state"], row["quantity"]) for row in rows}
    assert found == {
        "U1": ("dc1.zone1.a", "held: excursion", "10"),
        "U2": ("dc1.zone1.c", "free", "5"),
    }


def test_a_scanner_makes_handling_units_known_by_packing_into_them(
    centre: Stocked, database_url: str, free_port: int
) -> None:
    centre.receive("L1", [("U1", 10), ("U2", 5)], bin_="dc1.zone1.a")
    pack = {"kind": "pack", "occurred_at": "2026-03-01T10:00:00Z", "into": "TOTE-1"}
    new = {"into_kind": "tote", "into_sscc": "340123450000000000"}
    move = {"kind": "transfer", "location": "dc1.zone1.c", "occurred_at": "2026-03-01T10:20:00Z"}
    records = [
        {"client_id": "p-1", "unit": "TOTE-1", **move},
        {"client_id": "p-2", "unit": "U1", **pack, **new, "into_sscc": "340123450000000001"},
        {"client_id": "p-3", "unit": "U1", **pack, **new},
        {"client_id": "p-4", "unit": "U2", **pack, **new},
        {"client_id": "p-5", "unit": "U2", **pack, **new, "into_kind": "sack", "into": "TOTE-2"},
        {"client_id": "p-6", "unit": "U2", **pack, **new, "into": "TOTE-2"},
        {"client_id": "p-7", "unit": "U2", **pack, "into_kind": "tote", "into": "U1"},
        {"client_id": "p-8", "unit": "NOBODY", **pack, "into_kind": "box", "into": "BOX-1"},
    ]
    with serving(database_url, free_port) as address, httpx.Client(base_url=address) as client:
        first, again = (client.post("/movements", json=records).json()["answers"] for _ in range(2))
        rows = client.get("/stock", params={"lot": "L1"}).json()["stock"]
    for outcome, answers in (("recorded", first), ("known", again)):
        told = [outcome, "refused", outcome, outcome, *["refused"] * 4]
        assert [one["outcome"] for one in answers] == told
    assert [one["why"].partition(": ")[2] for one in first if one["outcome"] == "refused"] == [
        "SSCC 340123450000000001 ends with 1, and its check digit is 0: read it again",
        "kind 'sack' is not one of pallet, tote, box, cage, container",
        "another one has the SSCC 340123450000000000",
        "a stock unit has this code: give it another one",
        "was its delivery received?",
    ]
    wrong = "handling unit TOTE-1 has the SSCC 340123450000000000, not 340123450000000001"
    assert wrong in again[1]["why"]
    assert {(row["handling_unit"], row["location"]) for row in rows} == {("TOTE-1", "dc1.zone1.c")}
    known = centre.ask("select code, kind, sscc from binding.handling_unit")
    assert known == [{"code": "TOTE-1", "kind": "tote", "sscc": "340123450000000000"}], "no BOX-1"

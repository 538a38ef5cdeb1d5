"""The trace: one statement, exactly the promised shape, and the right facts in it."""

import json
from collections.abc import Generator
from datetime import date
from decimal import Decimal
from typing import LiteralString, cast, get_args, get_origin, get_type_hints, is_typeddict

import psycopg
import pytest

from erp.trace import shape, text
from erp.trace.handlers import trace_lot
from kernel.events import ArrivingUnit, ExcursionWithdrawn
from storage.database import Database
from storage.statement import Statements
from tests.erp_world import WIRING, World, order, prepare, second_lot

_OTHER_STAGES: LiteralString = """
insert into rules.verdict (unit_id, profile_id, state, judged_until, unmonitored)
    select unit_id, 2, 'excursion', '2026-03-01T09:00Z', '90.5 s' from binding.stock_unit
    where code = 'LOT-A/0001';
insert into binding.movement (unit_id, kind, location_id, occurred_at, recorded_by)
    select unit_id, 'put_away', 4, '2026-03-01T08:30:00.25Z', 'ben' from binding.stock_unit
    where code = 'LOT-A/0001';
update binding.stay set during = tstzrange(lower(during), '2026-03-01T08:30:00.25Z')
    where unit_id = (select unit_id from binding.stock_unit where code = 'LOT-A/0001');
insert into binding.stay
    select unit_id, 4, tstzrange('2026-03-01T08:30:00.25Z', null) from binding.stock_unit
    where code = 'LOT-A/0001';
"""


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    """LOT-A and LOT-B warm at the dock; one excursion of LOT-A taken back, one joined."""
    prepare(database_url)
    with Database(database_url, WIRING) as database:
        order(database)
        world = World(database_url, database)
        world.arrive()
        world.arrive(second_lot())
        world.arrive(
            second_lot(
                receipt="GR-2",
                lot="LOT-C",
                units=(ArrivingUnit("LOT-C/0001", Decimal(1)),),
                expires_on=None,
            )
        )
        world.ask(_OTHER_STAGES)
        world.read(1, 10, [8.5, 9.0, 13.25])
        first = world.found(10, 55)
        world.publish(world.excursion(20, 30, rule="too hot", peak=16.0, series=(2, 1)))
        world.publish(ExcursionWithdrawn(first.excursion_id, first.unit_id, "late readings"))
        world.found(10, 55, "LOT-B/0001")
        world.decide("accepted_with_reservation", 60)
        yield world


def told(world: World, lot: str) -> shape.Trace:
    with world.database.transaction() as transaction:
        found = trace_lot(transaction, lot)
    assert found is not None
    return cast("shape.Trace", json.loads(found))


def assert_shaped(value: object, hint: object, where: str) -> None:
    """Fail unless `value` has exactly the keys and kinds that `hint` promises."""
    if is_typeddict(hint):
        assert isinstance(value, dict), where
        hints = get_type_hints(hint)
        fields = cast("dict[str, object]", value)
        assert list(fields) == list(hints), where
        for key, inner in hints.items():
            assert_shaped(fields[key], inner, f"{where}.{key}")
    elif get_origin(hint) is list:
        assert isinstance(value, list), where
        for item in cast("list[object]", value):
            assert_shaped(item, get_args(hint)[0], where)
    elif get_origin(hint) is dict:
        assert isinstance(value, dict), where
    elif inner := [choice for choice in get_args(hint) if is_typeddict(choice)]:
        if value is not None:
            assert_shaped(value, inner[0], where)
    elif get_args(hint):
        assert any(fits(value, choice) for choice in get_args(hint)), (where, value)
    else:
        assert fits(value, hint), (where, value)


def fits(value: object, kind: object) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(kind, type) and type(value) is kind


def test_a_lot_nobody_knows_has_no_trace(world: World) -> None:
    with world.database.transaction() as transaction:
        assert trace_lot(transaction, "LOT-Z") is None


def test_the_shape_is_the_promised_one(world: World) -> None:
    for lot in ("LOT-A", "LOT-B", "LOT-C"):
        assert_shaped(told(world, lot), shape.Trace, lot)


def test_where_the_lot_comes_from(world: World) -> None:
    trace = told(world, "LOT-A")
    assert trace["lot"] == {
        "code": "LOT-A",
        "supplier_lot": "AB-77",
        "quantity": "151.5",
        "unit_of_measure": "box",
        "expires_on": "2027-01-31",
        "product": {
            "code": "VAX-10",
            "name": "Influenza vaccine",
            "profile": {"name": "fridge", "version": 2, "title": "Refrigerated, 2 to 8 degC"},
        },
    }
    assert trace["purchase_order"] == {
        "code": "PO-1",
        "line": 1,
        "ordered_on": "2026-02-20",
        "quantity": "360",
        "unit_price": "12.345",
        "currency": "EUR",
        "incoterm": "",
        "named_place": "",
        "lowest": None,
        "highest": None,
    }
    assert told(world, "LOT-B")["purchase_order"]["unit_price"] == "99.00"
    assert trace["receipt"] == {
        "code": "GR-1",
        "dock": "dc1.dock1",
        "carrier": None,
        "handed_over_at": None,
        "arrived_at": "2026-03-01T08:00:00Z",
        "decision": "accepted_with_reservation",
        "decided_at": "2026-03-01T09:00:00Z",
        "decided_by": "anna",
        "reservation": "two pallets warm",
        "flags": [],
    }
    assert [limit["rule"] for limit in trace["limits"]] == ["above 8 degC", "too hot", "warmish"]
    assert trace["limits"][0]["tolerance_seconds"] == 1800


def test_what_the_units_went_through(world: World) -> None:
    first, second = told(world, "LOT-A")["units"]
    assert (first["state"], first["unmonitored_seconds"], first["held"]) == ("excursion", 90.5, True)
    assert (second["state"], second["unmonitored_seconds"], second["held"]) == (
        "not_judged",
        None,
        False,
    )
    assert (first["location"], second["location"]) == ("dc1.zone1", "dc1.dock1")
    assert first["stays"] == [
        {
            "location": "dc1.dock1",
            "name": "Dock 1",
            "handling_unit": None,
            "since": "2026-03-01T08:00:00Z",
            "until": "2026-03-01T08:30:00.25Z",
            "felt": None,
        },
        {
            "location": "dc1.zone1",
            "name": "Zone 1",
            "handling_unit": None,
            "since": "2026-03-01T08:30:00.25Z",
            "until": None,
            "felt": None,
        },
    ]
    assert [move["kind"] for move in first["movements"]] == ["receive", "put_away"]
    above, hot = first["excursions"]
    assert (above["beyond_seconds"], above["sensors"]) == (2700, ["dock1-t1"])
    assert above["beyond"] == [["2026-03-01T08:10:00Z", "2026-03-01T08:55:00Z"]]
    assert hot["sensors"] == ["dock1-t1", "dock1-t2"]
    (hold,) = first["holds"]
    assert [(reason["id"], reason["supplier_seconds"]) for reason in hold["excursions"]] == [
        (above["id"], 2700),
        (hot["id"], 600),
    ]
    assert hold["excursions"][0]["withdrawn_why"] == "late readings"


def test_the_claim_is_told_whole_and_its_amount_is_the_sum_of_its_lines(world: World) -> None:
    (claim,) = told(world, "LOT-A")["claims"]
    assert told(world, "LOT-B")["claims"] == [claim]
    assert told(world, "LOT-C")["claims"] == []
    assert (claim["code"], claim["supplier"], claim["amount"]) == ("CLM-GR-1", "ACME", "1543.84")
    assert date.fromisoformat(claim["due_on"]) == date(2026, 3, 8)
    assert [(line["unit"], line["amount"]) for line in claim["lines"]] == [
        ("LOT-A/0001", "1246.84"),
        ("LOT-B/0001", "297.00"),
    ]
    evidence = claim["lines"][0]["evidence"]
    assert [(proof["sensor"], proof["readings"]) for proof in evidence] == [
        ("dock1-t1", 3),
        ("dock1-t1", 0),
        ("dock1-t2", 0),
    ]
    assert (evidence[0]["lowest"], evidence[0]["highest"]) == (8.5, 13.25)
    assert len(evidence[0]["digest"]) == 64


def test_the_audit_records_are_those_about_the_lot(world: World) -> None:
    records = told(world, "LOT-A")["audit"]
    assert {record["subject"] for record in records} == {
        "lot LOT-A",
        "unit LOT-A/0001",
        "unit LOT-A/0002",
        "receipt GR-1",
        "order PO-1",
        "claim CLM-GR-1",
    }
    assert [record["record_id"] for record in records] == sorted(
        record["record_id"] for record in records
    )
    (drafted,) = [record for record in records if record["action"] == "claim drafted"]
    assert drafted["detail"] == {"currency": "EUR", "due_on": "2026-03-08", "receipt": "GR-1"}


def test_times_are_utc_whatever_the_session_thinks(world: World) -> None:
    with Database(f"{world.url}?options=-c%20TimeZone%3DAsia/Tokyo") as database:
        there = told(World(world.url, database), "LOT-A")
    assert there == told(world, "LOT-A")


def test_the_story_for_the_terminal_is_told_from_a_real_trace(world: World) -> None:
    story = text.lines(told(world, "LOT-A"))
    assert story[0] == (
        "Lot LOT-A: 151.5 box of VAX-10 Influenza vaccine, expires 2027-01-31, supplier lot AB-77"
    )
    assert "Claim CLM-GR-1 on ACME: 1,543.84 EUR, draft, due 2026-03-08" in story
    assert "      withdrawn " in "\n".join(story)


GROWING = (
    *("rotation", "pick", "dispatch_line", "shipment", "customer_return", "recall_unit", "stock"),
    *("lineage", "quantity_change", "journal_entry", "journal_line", "credit_note"),
    *("record", "stock_unit", "movement", "stay", "excursion", "hold", "hold_excursion"),
    *("claim_line", "claim_evidence", "goods_receipt", "lot"),
)


def test_nothing_that_grows_is_read_whole(world: World) -> None:
    """With sequential scans forbidden where an index can serve, none is left over."""
    statement = Statements("erp.trace").command("trace").text
    with psycopg.connect(world.url) as connection:
        connection.execute("set enable_seqscan = off")
        plan = connection.execute(
            f"explain {statement}", {"lot": "LOT-A", "known_at": "infinity"}
        ).fetchall()
    lines = [str(line) for (line,) in plan]
    assert any("record_by_subject" in line for line in lines)
    assert [line for line in lines for name in GROWING if f"Seq Scan on {name} " in line] == []

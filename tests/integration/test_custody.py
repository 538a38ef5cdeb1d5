"""Custody follows the facts, however late: terms, carriage, decision, dispatch and return."""

import json
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from erp.purchasing import handlers as purchasing
from erp.quality.custody import custody_of
from erp.receiving import handlers as receiving
from erp.receiving.core import Carriage
from erp.trace.handlers import More, trace_lot
from kernel.events import ArrivingUnit
from kernel.instants import instant
from kernel.refusal import Refusal
from lotbinding.handlers import corrections, movements
from lotbinding.record.stays import lot_stays
from storage.database import Database
from tests.commands import Answer, coldbind
from tests.erp_world import ORDER, PRODUCT, SUPPLIER, WIRING, World, after, prepare, second_lot

UNIT = "LOT-A/0001"
SPLITS = (
    "select supplier_seconds / 60 as supplier, carrier_seconds / 60 as carrier,"
    " own_seconds / 60 as own, customer_seconds / 60 as customer, reason"
    " from erp.hold_excursion order by excursion_id"
)
CLAIMED = (
    "select claim.code, against, carrier, due_on::text as due, unit.code as unit,"
    " amount::text as amount, (select count(*) from erp.claim_evidence proof"
    "  where proof.claim_line_id = line.claim_line_id and withdrawn_at is null) as proofs"
    " from erp.claim join erp.claim_line line using (claim_id)"
    " join binding.stock_unit unit using (unit_id) order by claim.code, unit"
)


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    """LOT-A bought FCA Lyon, arrived on GR-1 and not decided."""
    prepare(database_url)
    with Database(database_url, WIRING) as database:
        with database.transaction() as transaction:
            purchasing.put_supplier(transaction, SUPPLIER)
            purchasing.put_product(transaction, PRODUCT)
            purchasing.put_order(transaction, replace(ORDER, incoterm="FCA", named_place="Lyon"))
        arrived = World(database_url, database)
        arrived.arrive()
        yield arrived


def carried(world: World, minutes: float, carrier: str = "NordFrost", receipt: str = "GR-1") -> bool:
    told = Carriage(receipt, carrier, after(minutes), "anna")
    with world.database.transaction() as transaction:
        return receiving.hand_over(transaction, told)


def move(world: World, minutes: float, kind: str, place: str | None = None, unit: str = UNIT) -> None:
    told = movements.Movement(unit, kind, place, after(minutes), "anna")
    with world.database.transaction() as transaction:
        movements.record_movement(transaction, told)


def minutes(world: World) -> tuple[object, ...]:
    (row,) = world.ask(SPLITS)
    return tuple(row[party] for party in ("supplier", "carrier", "own", "customer"))


def proofs(world: World) -> dict[str, tuple[str, int]]:
    return {
        str(row["code"]): (str(row["amount"]), int(str(row["proofs"]))) for row in world.ask(CLAIMED)
    }


def test_time_in_a_carriers_hands_is_claimed_from_the_carrier(world: World) -> None:
    carried(world, -60)
    world.found(10, 55)
    world.decide("accepted", 30)
    assert minutes(world) == (0, 20, 25, 0)
    (claim,) = world.ask(CLAIMED)
    assert (claim["code"], claim["against"], claim["carrier"]) == (
        "CLM-GR-1-CARRIER",
        "carrier",
        "NordFrost",
    )
    assert claim["due"] == "2026-03-08"
    assert (claim["amount"], claim["proofs"]) == ("1246.84", 1)


def test_a_handover_told_late_moves_the_claim_and_divides_it_by_time(world: World) -> None:
    world.found(-30, 30)
    assert proofs(world) == {"CLM-GR-1-CARRIER": ("1246.84", 1)}
    assert "when the carrier took it over is not recorded" in str(world.ask(SPLITS)[0]["reason"])
    carried(world, -10)
    assert minutes(world) == (20, 40, 0, 0)
    assert proofs(world) == {"CLM-GR-1": ("415.61", 1), "CLM-GR-1-CARRIER": ("831.23", 1)}
    carried(world, -30)
    assert proofs(world) == {"CLM-GR-1": ("0.00", 0), "CLM-GR-1-CARRIER": ("1246.84", 1)}
    assert world.actions("claim CLM-GR-1")[-2:] == ["claim evidence withdrawn", "claim line divided"]


def test_the_split_is_told_as_it_was_then(world: World) -> None:
    def then(at: int | None = None) -> list[dict[str, object]]:
        with world.database.transaction() as transaction:
            text = trace_lot(transaction, "LOT-A", None if at is None else More(lot_stays, at))
        (unit,) = (one for one in json.loads(text or "")["units"] if one["code"] == UNIT)
        (hold,) = unit["holds"]
        return hold["excursions"]

    world.found(-30, 30)
    first, at = then(), instant(datetime.now(UTC))
    carried(world, -10)
    assert then() != first
    assert then(at) == first


def test_saying_the_same_handover_twice_changes_nothing_and_a_wrong_one_is_refused(
    world: World,
) -> None:
    assert carried(world, -10)
    assert not carried(world, -10)
    assert carried(world, -20)
    assert carried(world, -10)
    with pytest.raises(Refusal, match="cannot have been handed over to NordFrost at"):
        carried(world, 5)
    with pytest.raises(Refusal, match="there is no receipt 'GR-9'"):
        carried(world, -10, receipt="GR-9")
    with pytest.raises(Refusal, match="say who carried it"):
        carried(world, -10, carrier=" ")


def test_after_dispatch_it_is_the_customers_until_it_comes_back(world: World) -> None:
    carried(world, -60)
    world.decide("accepted", 5)
    found = world.found(10, 60)
    assert minutes(world) == (0, 0, 50, 0)
    move(world, 30, "dispatch")
    assert minutes(world) == (0, 0, 20, 30)
    move(world, 50, "return", "dc1.zone1")
    assert minutes(world) == (0, 0, 30, 20)
    assert str(world.ask(SPLITS)[0]["reason"]).endswith(
        "20 min in the customer's custody: dispatched at 2026-03-01 08:30 UTC; "
        "10 min in our custody: came back at 2026-03-01 08:50 UTC"
    )
    (number,) = world.ask("select movement_id as id from binding.movement where kind = 'dispatch'")
    with world.database.transaction() as transaction:
        moved = corrections.Correction(int(str(number["id"])), occurred_at=after(40))
        corrections.correct(transaction, [moved], "anna", "wrong time")
    assert minutes(world) == (0, 0, 40, 10)
    assert world.ask(CLAIMED) == []
    with world.database.transaction() as transaction:
        card = custody_of(transaction, UNIT)
    assert [phase.party for phase in card.phases] == ["supplier", "carrier", "own", "customer", "own"]
    assert [one.excursion_id for one in card.excursions] == [found.excursion_id]


def test_a_movement_inside_the_house_settles_nothing(world: World) -> None:
    world.found(10, 55)
    before = len(world.actions())
    move(world, 60, "put_away", "dc1.zone1")
    assert world.actions()[before:] == ["moved: put_away"]


def test_what_was_split_off_keeps_the_custody_of_its_parent(world: World) -> None:
    from lotbinding.handlers import units

    world.decide("accepted", 5)
    move(world, 20, "dispatch")
    move(world, 40, "return", "dc1.zone1")
    told = units.Split(UNIT, "LOT-A/0009", Decimal(1), after(50), "anna")
    with world.database.transaction() as transaction:
        units.split(transaction, told)
        child, parent = custody_of(transaction, "LOT-A/0009"), custody_of(transaction, UNIT)
    assert child.phases == parent.phases
    with (
        world.database.transaction() as transaction,
        pytest.raises(Refusal, match="'NONE' is not known"),
    ):
        custody_of(transaction, "NONE")


def test_an_order_without_terms_takes_the_suppliers_usual_ones_once(world: World) -> None:
    plain = replace(ORDER, code="PO-2")
    with world.database.transaction() as transaction:
        purchasing.put_supplier(transaction, replace(SUPPLIER, incoterm="DAP", named_place="Berlin"))
        assert purchasing.put_order(transaction, plain) == "created"
        purchasing.put_supplier(transaction, replace(SUPPLIER, incoterm="EXW", named_place="Oslo"))
        assert purchasing.put_order(transaction, plain) == "unchanged"
        assert purchasing.put_supplier(transaction, SUPPLIER) == "unchanged"
    world.arrive(
        second_lot(
            receipt="GR-2", order="PO-2", lot="LOT-C", units=(ArrivingUnit("LOT-C/1", Decimal(1)),)
        )
    )
    world.decide("accepted", 20, "GR-2")
    world.found(0, 40, "LOT-C/1")
    assert world.ask(SPLITS)[0]["reason"] == (
        "20 min in the supplier's custody: delivered DAP Berlin, accepted at 2026-03-01 08:20 UTC; "
        "20 min in our custody: accepted at 2026-03-01 08:20 UTC"
    )
    with world.database.transaction() as transaction:
        changed = replace(plain, incoterm="EXW", named_place="Oslo")
        with pytest.raises(Refusal, match="received or invoiced under it"):
            purchasing.put_order(transaction, changed)


SITE = """
locations:
  - {path: dc, name: Centre, kind: site}
  - {path: dc.dock, name: Dock, kind: dock_door}
suppliers: [{code: S, name: Supplier, incoterm: dap, named_place: Berlin}]
products: [{code: P, name: Tablets, unit_of_measure: box, profile: medicines-2-8}]
orders:
  - {code: PO-1, supplier: S, ordered_on: 2026-02-01, currency: EUR, incoterm: FCA, named_place: Lyon,
     lines: [{line: 1, product: P, quantity: 10, unit_price: 1.20, lowest: 2, highest: 5.5}]}
"""


@pytest.fixture
def ask(database_url: str, server_folder: Path) -> Callable[..., Answer]:
    told = {"COLDBIND_DATABASE_URL": database_url, "COLDBIND_VAR": str(server_folder)}
    (server_folder / "site.yaml").write_text(SITE, encoding="utf-8")
    (server_folder / "wrong.yaml").write_text(SITE.replace("dap", "DAT"), encoding="utf-8")
    assert coldbind("migrate", told=told).code == 0
    return lambda *arguments: coldbind(*map(str, arguments), told=told)


def test_custody_on_the_command_line(ask: Callable[..., Answer], server_folder: Path) -> None:
    ask("apply", server_folder / "wrong.yaml").refused(
        "wrong.yaml: line 5", "'DAT' is no Incoterms 2020"
    )
    assert ask("apply", server_folder / "site.yaml").code == 0
    receive = (
        "receive",
        "GR-1",
        "--order",
        "PO-1",
        "--lot",
        "L1",
        "--dock",
        "dc.dock",
        "--unit",
        "U1=8",
    )
    assert ask(*receive, "--at", "2026-03-02T08:00:00Z").code == 0
    told = ("handover", "GR-1", "--carrier", "NordFrost", "--at", "2026-03-02T06:00:00Z")
    assert ask(*told).out == "receipt GR-1: handed over to NordFrost\n"
    assert ask(*told).out.endswith("(told before, nothing changed)\n")
    ask("custody", "U9").refused("unit 'U9' is not known")
    assert ask("decide", "GR-1", "accepted", "--at", "2026-03-02T08:42:00Z").code == 0
    handed = "bought FCA Lyon, handed over to NordFrost at 2026-03-02 06:00 UTC"
    assert ask("custody", "U1").out.splitlines() == [
        f"supplier  from the beginning to 2026-03-02 06:00:00 UTC: {handed}",
        (
            "carrier   from 2026-03-02 06:00:00 UTC to 2026-03-02 08:42:00 UTC: "
            f"{handed}, accepted at 2026-03-02 08:42 UTC"
        ),
        "own       from 2026-03-02 08:42:00 UTC on: accepted at 2026-03-02 08:42 UTC",
    ]
    card = json.loads(ask("custody", "U1", "--json").out)
    assert [one["party"] for one in card["custody"]] == ["supplier", "carrier", "own"]
    trace = json.loads(ask("trace", "L1", "--json").out)
    assert trace["units"][0]["custody"] == card["custody"]
    assert (trace["purchase_order"]["lowest"], trace["purchase_order"]["highest"]) == (2, 5.5)

"""Claims by receiving flags and by hand: what came wrong is on the draft at the order's price, once."""

import io
import json
from collections.abc import Generator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from pypdf import PdfReader

from erp.claims import drafting, handlers, items, reports
from erp.claims.handlers import Told
from erp.claims.items import HandItem
from erp.claims.reports import WholeClaim
from erp.evidence.handlers import claim_pack
from erp.purchasing import handlers as purchasing
from erp.purchasing.core import OrderLine, Product
from erp.receiving import deliveries
from erp.receiving import handlers as receiving
from erp.receiving.core import Verdict
from erp.receiving.deliveries import AnnouncedLine, Announcement, DeliveredLot, Delivery
from erp.trace.handlers import trace_lot
from erp.trace.shape import Trace
from erp.trace.text import lines
from kernel.events import ArrivingUnit
from kernel.instants import MINUTE
from kernel.refusal import Refusal
from tests.commands import coldbind
from tests.erp_world import ORDER
from tests.warehouse import START, Warehouse, warehouse

CODE = "CLM-GR-9"


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    """PO-9: 48 of P at 10.10 on line 1, at most 30 days old; 10 of Q at 1.05 on line 2."""
    with warehouse(database_url) as house:
        lines = (
            OrderLine(1, "P", Decimal(48), Decimal("10.10"), max_age_days=30),
            OrderLine(2, "Q", Decimal(10), Decimal("1.05")),
        )
        with house.database.transaction() as run:
            for code in ("P", "Q", "R"):
                purchasing.put_product(run, Product(code, "Vaccine", "box", "medicines-2-8@1"))
            purchasing.put_order(run, replace(ORDER, code="PO-9", supplier="S", lines=lines))
        yield house


def lot(code: str, product: str, *quantities: str, line: int, **more: object) -> DeliveredLot:
    units = tuple(
        ArrivingUnit(f"{code}/{number}", Decimal(one)) for number, one in enumerate(quantities, 1)
    )
    return replace(DeliveredLot(product, code, units, line=line), **more)  # pyright: ignore[reportArgumentType] # real fields


def receive(house: Warehouse, *lots: DeliveredLot, announcement: str = "") -> None:
    told = Delivery("GR-9", "dc.dock", START, lots, "anna", "PO-9", announcement)
    with house.database.transaction() as run:
        assert [one.refused for one in deliveries.receive(run, told)] == [None] * len(lots)


def decide(house: Warehouse, verdict: Verdict = "accepted") -> None:
    words = "" if verdict == "accepted" else "as flagged"
    decision = receiving.Decision("GR-9", verdict, START + 30 * MINUTE, "anna", words)
    with house.database.transaction() as run:
        receiving.decide(run, decision)


def claim(house: Warehouse) -> WholeClaim:
    with house.database.transaction() as run:
        return reports.whole(run, CODE)


def trace_of(house: Warehouse, lot: str) -> Trace:
    with house.database.transaction() as run:
        told = trace_lot(run, lot)
    assert told is not None
    return cast("Trace", json.loads(told))


def claims(house: Warehouse) -> list[str]:
    with house.database.transaction() as run:
        return [one.code for one in reports.listed(run)]


def test_what_is_flagged_is_claimed_when_the_delivery_is_accepted(house: Warehouse) -> None:
    receive(
        house,
        lot("OLD", "P", "4", "3", line=1, produced_on=date(2026, 1, 1)),
        lot("BAD", "P", "10", "10", line=1, damaged=Decimal("1.5"), damage="two boxes crushed"),
        lot("OTHER", "R", "2", line=2),
    )
    assert claims(house) == [], "it may still be refused"
    decide(house, "accepted_with_reservation")
    found = claim(house)
    assert [(one.unit, one.amount, one.deficiency) for one in found.lines] == [
        ("OLD/1", Decimal("40.40"), "lot OLD: 60 days old on arrival, at most 30 are agreed"),
        ("OLD/2", Decimal("30.30"), "lot OLD: 60 days old on arrival, at most 30 are agreed"),
        ("OTHER/1", Decimal("2.10"), "lot OTHER: R came, line 2 orders Q"),
    ]
    (item,) = found.items
    assert (item.kind, item.lot, item.quantity, item.amount) == (
        "damaged",
        "BAD",
        Decimal("1.5"),
        Decimal("15.15"),
    )
    assert item.recorded_by == "coldbind"
    # 40.40 + 30.30 + 2.10 + 15.15
    assert found.claim.total == Decimal("87.95")
    told = trace_of(house, "BAD")
    assert [(one["code"], one["amount"]) for one in told["claims"]] == [(CODE, "87.95")]
    assert [(one["kind"], one["quantity"]) for one in told["claims"][0]["items"]] == [
        ("damaged", "1.5")
    ]
    assert [one["claimed"] for one in told["money"]] == ["15.15"]
    assert "  damaged: 1.5 at 10.10 is 15.15 EUR" in lines(told)
    assert [one["claimed"] for one in trace_of(house, "OLD")["money"]] == ["70.70"]
    with house.database.transaction() as run:
        deliveries.settle(run, house.ask("select receipt_id from erp.goods_receipt")[0][0])
    assert claim(house) == found, "told again nothing changes"


def test_nothing_is_claimed_of_a_refused_delivery(house: Warehouse) -> None:
    receive(house, lot("OLD", "P", "4", line=1, produced_on=date(2026, 1, 1)))
    decide(house, "refused")
    assert claims(house) == []


def test_a_line_that_is_still_open_is_not_claimed_by_itself(house: Warehouse) -> None:
    receive(house, lot("L", "P", "12", line=1))
    decide(house)
    assert house.ask("select kind from erp.flag where kind = 'short'") == [("short",)]
    assert claims(house) == []


def test_what_was_announced_and_did_not_come_is_claimed_until_it_is_told_otherwise(
    house: Warehouse,
) -> None:
    told = Announcement("ASN-1", "PO-9", (AnnouncedLine("P", Decimal(20)),), "anna")
    with house.database.transaction() as run:
        deliveries.announce(run, told)
    receive(house, lot("L", "P", "12", line=1), announcement="ASN-1")
    decide(house)
    (item,) = claim(house).items
    assert (item.kind, item.quantity, item.amount) == ("missing", Decimal(8), Decimal("80.80"))
    receive(house, lot("L", "P", "12", line=1), lot("L2", "P", "8", line=1), announcement="ASN-1")
    found = claim(house)
    assert found.claim.total == Decimal("80.80"), "nothing is taken off by the machine"
    (change,) = found.changes
    assert change.words == (
        f"item {item.claim_item_id}: withdrawn, by what is known now it is as agreed: "
        "claim nothing for it, or otherwise?"
    )
    with house.database.transaction() as run:
        with pytest.raises(Refusal, match="claims seen"):
            handlers.submit(run, CODE, Told("carla", START))
        items.strike_item(run, CODE, item.claim_item_id, "it came a day later", "carla")
        with pytest.raises(Refusal, match="claims no item"):
            items.strike_item(run, CODE, item.claim_item_id, "again", "carla")
    assert claim(house).claim.total == 0


def test_goods_are_claimed_once_whatever_is_wrong_with_them(house: Warehouse) -> None:
    receive(house, lot("OLD", "P", "4", line=1, produced_on=date(2026, 1, 1)))
    with house.database.transaction() as run:
        drafting.open_claim(
            run, "GR-9", (drafting.HandLine("OLD/1", None, "the seal is broken"),), "anna"
        )
    decide(house)
    (line,) = claim(house).lines
    assert line.amount == Decimal("40.40")
    assert line.deficiency == (
        "the seal is broken; lot OLD: 60 days old on arrival, at most 30 are agreed"
    )
    with house.database.transaction() as run:
        for quantity in ("3", "2"):
            told = HandItem("damaged", 1, Decimal(quantity), "wet", "OLD")
            items.add_item(run, CODE, told, "anna")
        with pytest.raises(Refusal, match="claims 9 of lot OLD, of which 4 came"):
            handlers.submit(run, CODE, Told("carla", START))


def test_a_sent_claim_keeps_what_it_claims(house: Warehouse) -> None:
    receive(house, lot("BAD", "P", "10", line=1, damaged=Decimal(1), damage="crushed"))
    decide(house)
    with house.database.transaction() as run:
        handlers.submit(run, CODE, Told("carla", START))
        with pytest.raises(Refusal, match="was sent"):
            items.add_item(run, CODE, HandItem("missing", 1, Decimal(1), "gone"), "anna")
    with pytest.raises(Exception, match="was sent: its lines stay"):
        house.ask("delete from erp.claim_item returning 1")
    assert house.ask("update erp.claim_item set amount = 0 returning 1") == []
    with pytest.raises(Exception, match="was sent"):
        house.ask(
            "insert into erp.claim_item (claim_id, kind, order_line, quantity, unit_price, amount,"
            " deficiency, recorded_by) select claim_id, 'other', 1, 1, 1, 1, 'x', 'x' from erp.claim"
            " returning 1"
        )


def test_by_hand(house: Warehouse, server_folder: Path) -> None:
    told = {"COLDBIND_DATABASE_URL": house.database.url, "COLDBIND_VAR": str(server_folder)}
    receive(house, lot("L", "P", "12", line=1))
    decide(house)
    opened = coldbind("claims", "open", "GR-9", told=told)
    assert opened.out == f"claim {CODE}: 0 units claimed\n"

    def add(*arguments: str) -> object:
        return coldbind("claims", "add-item", CODE, *arguments, "--deficiency", "#1 gone", told=told)

    assert "item 1, 3 missing" in str(add("missing", "--line", "1", "--quantity", "3"))
    assert "item 2, 2 too old" in str(add("too_old", "--line", "1", "--quantity", "2", "--lot", "L"))
    shown = coldbind("claims", "show", CODE, told=told).out
    assert "item 1, missing, line 1: 3 x 10.1 = 30.30: #1 gone" in shown
    assert "item 2, too old of lot L, line 1: 2 x 10.1 = 20.20: #1 gone" in shown
    for arguments, why in (
        (("lost", "--line", "1", "--quantity", "3"), "'lost' is nothing to claim"),
        (("missing", "--line", "7", "--quantity", "3"), "has no line 7"),
        (("missing", "--line", "1", "--quantity", "0"), "claim more than 0"),
        (("missing", "--line", "1", "--quantity", "1", "--lot", "L"), "what is missing is of no lot"),
        (("damaged", "--line", "1", "--quantity", "1", "--lot", "X"), "no lot 'X' came"),
    ):
        coldbind("claims", "add-item", CODE, *arguments, "--deficiency", "gone", told=told).refused(why)
    struck = coldbind("claims", "strike-item", CODE, "2", "--reason", "it was new", told=told)
    assert struck.out == f"claim {CODE}: item 2 is not claimed\n"
    with house.database.transaction() as run:
        pdf = claim_pack(run, CODE, "carla")
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    assert "missing, line 1: #1 gone" in text
    assert "20.20" not in text

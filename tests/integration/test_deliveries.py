"""Whole deliveries: matched to the order, every difference flagged, no bad line in another's way."""

import json
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from erp.purchasing import closing
from erp.purchasing import handlers as purchasing
from erp.purchasing.core import OrderLine, Product
from erp.receiving import deliveries, handlers
from erp.receiving.cards import delivery_card, order_card
from erp.receiving.core import Decision, Verdict
from erp.receiving.deliveries import AnnouncedLine, Announcement, DeliveredLot, Delivery, Outcome
from kernel.events import ArrivingUnit
from kernel.instants import DAY, MINUTE
from kernel.refusal import Refusal
from tests.erp_world import ORDER
from tests.warehouse import START, Warehouse, warehouse

GTIN = "4006381333931"


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    """PO-9: 48 and 24 of P on lines 1 and 2, 10 of Q on line 3, at most 30 days old, 90 days left."""
    with warehouse(database_url) as house:
        lines = (
            OrderLine(1, "P", Decimal(48), Decimal(10), max_age_days=30, min_remaining_days=90),
            OrderLine(2, "P", Decimal(24), Decimal(10)),
            OrderLine(3, "Q", Decimal(10), Decimal(1)),
        )
        with house.database.transaction() as transaction:
            purchasing.put_product(
                transaction, Product("P", "Vaccine", "box", "medicines-2-8", gtin=GTIN)
            )
            for code in ("Q", "R"):
                purchasing.put_product(transaction, Product(code, "Tablets", "box", "medicines-2-8"))
            order = replace(ORDER, code="PO-9", supplier="S", lines=lines)
            purchasing.put_order(transaction, order)
        yield house


def lot(code: str, product: str, quantity: str, **more: Any) -> DeliveredLot:
    units = (ArrivingUnit(f"{code}/1", Decimal(quantity)),)
    return DeliveredLot(product, code, units, **more)


def receive(
    house: Warehouse, receipt: str, *lots: DeliveredLot, days: int = 0, announcement: str = ""
) -> list[Outcome]:
    order = "" if announcement else "PO-9"
    told = Delivery(receipt, "dc.dock", START + days * DAY, lots, "anna", order, announcement)
    with house.database.transaction() as transaction:
        return deliveries.receive(transaction, told)


def decide(house: Warehouse, receipt: str, decision: Verdict = "accepted", days: int = 0) -> None:
    at = START + days * DAY + 30 * MINUTE
    with house.database.transaction() as transaction:
        words = "" if decision == "accepted" else "as flagged"
        handlers.decide(transaction, Decision(receipt, decision, at, "anna", words))


def flags(house: Warehouse, receipt: str) -> dict[str, str]:
    """Kind to words of the flags that stand."""
    return {
        str(kind): str(words)
        for kind, words in house.ask(
            "select kind, words from erp.flag join erp.goods_receipt using (receipt_id)"
            " where code = %s and withdrawn_at is null and kind <> 'unmeasured' order by flag_id",
            receipt,
        )
    }


def test_products_find_their_line_by_code_or_gtin_and_by_what_is_open(house: Warehouse) -> None:
    outcomes = receive(house, "GR-9", lot("L1", GTIN, "48"), lot("L2", "P", "24"), lot("L3", "Q", "10"))
    assert [(one.lot.lot, one.line, one.refused) for one in outcomes] == [
        ("L1", 1, None),
        ("L2", 2, None),
        ("L3", 3, None),
    ]
    decide(house, "GR-9")
    assert flags(house, "GR-9") == {}
    with house.database.transaction() as transaction:
        card = json.loads(order_card(transaction, "PO-9") or "")
    assert [
        (line["received"], line["open"], [one["lot"] for one in line["lots"]]) for line in card["lines"]
    ] == [
        ("48", "0", ["L1"]),
        ("24", "0", ["L2"]),
        ("10", "0", ["L3"]),
    ]


def test_goods_find_no_line_that_was_closed(house: Warehouse) -> None:
    with house.database.transaction() as transaction:
        closing.close(transaction, "PO-9", 1, "anna", "sold out")
    assert [one.line for one in receive(house, "GR-9", lot("L1", "P", "20"), lot("L2", "P", "30"))] == [
        2,
        2,
    ]


def test_told_again_nothing_changes(house: Warehouse) -> None:
    lots = (lot("L1", "P", "40"), lot("L2", "P", "24"))
    first = receive(house, "GR-9", *lots)
    before = house.ask("select count(*) from audit.record")
    assert receive(house, "GR-9", *lots) == first
    assert house.ask("select count(*) from audit.record") == before


def test_units_told_later_are_held_for_what_stopped_their_lot(house: Warehouse) -> None:
    first, more = (ArrivingUnit(f"L1/{n}", Decimal(4)) for n in (1, 2))
    old = DeliveredLot("P", "L1", (first,), expires_on=date(2026, 2, 1))
    assert receive(house, "GR-9", old)[0].refused is None
    (refused,) = receive(house, "GR-9", replace(old, units=(more,)))
    assert "lot L1 is already recorded with" in str(refused.refused), "it may be another one by mistake"
    assert receive(house, "GR-9", replace(old, units=(first, more)))[0].refused is None
    held = house.ask("select code, cause from erp.hold join binding.stock_unit using (unit_id)")
    assert sorted(held) == [("L1/1", "expiry"), ("L1/2", "expiry")]
    assert house.ask("select quantity from erp.lot") == [(Decimal(8),)]


def test_one_bad_line_never_blocks_the_others_and_leaves_nothing_behind(house: Warehouse) -> None:
    outcomes = receive(
        house,
        "GR-9",
        lot("L0", "NOBODY", "5"),
        lot("L1", "P", "48", line=7),
        lot("L2", "P", "-1"),
        lot("L3", "Q", "10"),
        lot("L4", "P", "5", damaged=Decimal(6), damage="crushed"),
    )
    assert [one.refused is None for one in outcomes] == [False, False, False, True, False]
    assert "there is no product with code or GTIN 'NOBODY'" in str(outcomes[0].refused)
    assert "order PO-9 has no line 7: give one of 1, 2, 3" in str(outcomes[1].refused)
    assert "6 damaged of 5" in str(outcomes[4].refused)
    assert house.ask(
        "select code from erp.lot where receipt_id = (select receipt_id"
        " from erp.goods_receipt where code = 'GR-9')"
    ) == [("L3",)]
    assert house.ask(
        "select count(*) from audit.record where subject in ('lot L1', 'lot L2', 'unit L1/1')"
    ) == [(0,)]
    with house.database.transaction() as transaction:
        assert transaction.verify_audit()[1] == []


def test_partial_deliveries_are_short_until_the_rest_comes(house: Warehouse) -> None:
    receive(house, "GR-1", lot("L1", "P", "40", line=1))
    assert flags(house, "GR-1") == {}
    decide(house, "GR-1")
    assert flags(house, "GR-1") == {"short": "line 1: 40 of 48 box received, 8 missing"}
    receive(house, "GR-2", lot("L2", "P", "5", line=1), days=2)
    assert flags(house, "GR-1") == {"short": "line 1: 45 of 48 box received, 3 missing"}
    receive(house, "GR-3", lot("L3", "P", "5", line=1), days=3)
    assert flags(house, "GR-1") == {}
    assert flags(house, "GR-3") == {"over": "line 1: 2 box more than the 48 ordered"}
    decide(house, "GR-2", "refused", 2)
    assert flags(house, "GR-3") == {}
    assert flags(house, "GR-1") == {"short": "line 1: 45 of 48 box received, 3 missing"}
    assert house.ask("select count(*) from erp.flag where withdrawn_at is not null") == [(2,)]


def test_what_the_label_says_is_held_against_what_was_agreed(house: Warehouse) -> None:
    receive(
        house,
        "GR-9",
        lot("OLD", "P", "1", line=1, produced_on=date(2026, 1, 1), expires_on=date(2026, 5, 1)),
        lot("GONE", "P", "1", line=2, expires_on=date(2026, 3, 1)),
        lot("BAD", "Q", "4", damaged=Decimal("1.5"), damage="two boxes crushed"),
        lot("OTHER", "R", "2", line=3),
    )
    assert flags(house, "GR-9") == {
        "too_old": "lot OLD: 60 days old on arrival, at most 30 are agreed",
        "too_short_life": "lot OLD: 60 days left on arrival, at least 90 are agreed",
        "expired": "lot GONE: expired on 2026-03-01, 1 day before it arrived",
        "damaged": "lot BAD: 1.5 of 4 box damaged: two boxes crushed",
        "wrong_product": "lot OTHER: R came, line 3 orders Q",
    }
    assert house.ask("select numbers from erp.flag where kind = 'too_old'") == [
        ({"age_days": 60, "agreed_days": 30},)
    ]


def test_a_supplier_lot_that_came_before_is_told_with_where(house: Warehouse) -> None:
    receive(house, "GR-1", lot("L1", "P", "5", supplier_lot="S-7"))
    receive(house, "GR-2", lot("L2", "P", "5", supplier_lot="S-7"), days=1)
    assert flags(house, "GR-1") == {}
    assert flags(house, "GR-2") == {
        "duplicate_lot": "lot L2: supplier lot S-7 came before as L1 on GR-1"
    }


def announce(house: Warehouse, *lines: AnnouncedLine, order: str = "PO-9") -> bool:
    with house.database.transaction() as transaction:
        return deliveries.announce(transaction, Announcement("ASN-1", order, lines, "edi"))


def test_a_blind_count_is_held_against_the_announcement(house: Warehouse) -> None:
    said = (AnnouncedLine(GTIN, Decimal(40), "S-1"), AnnouncedLine("P", Decimal(8), "S-2"))
    assert announce(house, *said)
    assert not announce(house, *said)
    receive(
        house,
        "GR-9",
        lot("L1", "P", "36", line=1, supplier_lot="S-1"),
        lot("L2", "Q", "10", supplier_lot="S-9"),
        announcement="ASN-1",
    )
    assert flags(house, "GR-9") == {"not_announced": "lot L2: Q lot S-9 was not announced"}
    decide(house, "GR-9")
    assert flags(house, "GR-9")["announced_short"] == (
        "P: 36 of 48 box announced came, lot S-2 did not come"
    )
    with house.database.transaction() as transaction:
        card = json.loads(delivery_card(transaction, "GR-9") or "")
    assert (card["announcement"], card["order"]) == ("ASN-1", "PO-9")


def test_announcements_and_deliveries_that_cannot_be(house: Warehouse) -> None:
    announce(house, AnnouncedLine("P", Decimal(40)))
    with pytest.raises(Refusal, match="is recorded otherwise"):
        announce(house, AnnouncedLine("P", Decimal(41)))
    with pytest.raises(Refusal, match="there is no order 'PO-X'"):
        announce(house, AnnouncedLine("P", Decimal(40)), order="PO-X")
    with pytest.raises(Refusal, match="there is no announcement 'ASN-9'"):
        receive(house, "GR-9", lot("L1", "P", "1"), announcement="ASN-9")
    with pytest.raises(Refusal, match="has no lots"):
        receive(house, "GR-9")


def test_the_conditions_at_the_dock_are_attached_to_the_lot(house: Warehouse) -> None:
    house.hang("spare-t", "dc.dock", -60)
    house.measure("spare-t", [(-10, 3), (0, 4), (10, 6), (20, 5), (30, 5), (40, 9)])
    receive(house, "GR-9", lot("L1", "P", "48"))
    decide(house, "GR-9")
    with house.database.transaction() as transaction:
        card = json.loads(delivery_card(transaction, "GR-9") or "")
    transport, dock = card["lots"][0]["conditions"]
    assert (transport["stretch"], transport["readings"], transport["lowest"]) == ("transport", 0, None)
    assert (dock["lowest"], dock["highest"], dock["readings"]) == (4, 6, 3)
    assert (dock["monitored_seconds"], dock["sensors"]) == (1800, ["spare-t"])


def test_receivers_at_eight_docks_count_one_order_right(house: Warehouse) -> None:
    """80 of 48 ordered: each dock's surplus is counted once, whoever commits first."""

    def one(number: int) -> None:
        told = lot(f"L{number}", "P", "10", line=1)
        assert receive(house, f"GR-{number}", told)[0].refused is None
        decide(house, f"GR-{number}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(8)))
    over = house.ask(
        "select sum((numbers ->> 'over')::numeric) from erp.flag"
        " where kind = 'over' and withdrawn_at is null"
    )
    assert over == [(32,)]
    assert house.ask("select count(*) from erp.flag where kind = 'short' and withdrawn_at is null") == [
        (0,)
    ]

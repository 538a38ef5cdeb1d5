"""Deliveries, scanning and labels on the command line and over HTTP, as a receiver uses them."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.commands import Answer, coldbind
from tests.console_server import serving

SITE = """
locations:
  - {path: dc, name: Centre, kind: site}
  - {path: dc.dock, name: Dock, kind: dock_door}
suppliers: [{code: S, name: Supplier, incoterm: DAP, named_place: Berlin}]
products:
  - {code: P, name: Vaccine, unit_of_measure: box, profile: medicines-2-8, gtin: "4006381333931"}
  - {code: Q, name: Tablets, unit_of_measure: box, profile: medicines-2-8}
orders:
  - {code: PO-1, supplier: S, ordered_on: 2026-02-01, currency: EUR,
     lines: [{line: 1, product: P, quantity: 96, unit_price: 10, min_remaining_days: 365},
             {line: 2, product: Q, quantity: 5, unit_price: 2}]}
"""
DELIVERY = """product,quantity,unit,supplier_lot,expires_on,damaged,damage
4006381333931,48,PAL-1,AB-77,2026-12-31,,
4006381333931,40,PAL-2,AB-77,2026-12-31,2,crushed
NOBODY,5,,,,,
Q,many,,,,,
Q,5,,,,,
"""
ASN = "product,quantity,supplier_lot\nP,96,AB-77\n"
AT = ("--at", "2026-03-02T08:00:00Z")

Ask = Callable[..., Answer]


@pytest.fixture
def ask(database_url: str, server_folder: Path) -> Ask:
    """Type a command at a site with an order and files for it."""
    told = {"COLDBIND_DATABASE_URL": database_url, "COLDBIND_VAR": str(server_folder)}
    for name, text in (("site.yaml", SITE), ("delivery.csv", DELIVERY), ("asn.csv", ASN)):
        (server_folder / name).write_text(text, encoding="utf-8")

    def asked(*arguments: object) -> Answer:
        return coldbind(*map(str, arguments), told=told)

    assert asked("migrate").code == 0
    assert asked("apply", server_folder / "site.yaml").code == 0
    return asked


def test_a_delivery_is_announced_received_decided_and_shown(
    ask: Ask, database_url: str, server_folder: Path, free_port: int
) -> None:
    asn = ("delivery", "announce", "ASN-1", "--order", "PO-1", "--file", server_folder / "asn.csv")
    wrong = server_folder / "wrong.csv"
    wrong.write_text("product,quantity\nP,0\nP,5\nNOBODY,1\n")
    faults = ask("delivery", "announce", "ASN-2", "--order", "PO-1", "--file", wrong).err.splitlines()
    assert len(faults) == 2
    assert "line 2: announcement: 0 is no quantity" in faults[0]
    assert "line 4: announcement: there is no product" in faults[1]
    assert ask(*asn).out == "announcement ASN-1: 1 lines\n"
    received = ask(
        *("delivery", "receive", "GR-1", "--announcement", "ASN-1", "--dock", "dc.dock"),
        *("--file", server_folder / "delivery.csv", *AT),
    )
    assert received.code == 1
    assert "delivery.csv: line 5: delivery: quantity: 'many' is not a number" in received.err
    assert (
        "delivery.csv: line 4: delivery: there is no product with code or GTIN 'NOBODY'" in received.err
    )
    assert (
        "too short life: lot GR-1-1: 304 days left on arrival, at least 365 are agreed" in received.out
    )
    assert "damaged: lot GR-1-1: 2 of 88 box damaged: crushed" in received.out
    assert "not announced: lot GR-1-2: Q was not announced" in received.out
    (held,) = ask("hold", "list").out.splitlines()
    assert "PAL-2" in held
    assert "damage" in held
    decided = ask("decide", "GR-1", "accepted", "--at", "2026-03-02T08:30:00Z")
    assert "short: line 1: 88 of 96 box received, 8 missing" in decided.out
    assert "announced short: P: 88 of 96 box announced came" in decided.out
    shown = ask("order", "show", "PO-1").out
    assert "line 1: 96 box of P at 10.00 EUR, 88 received, 8 open" in shown
    assert "GR-1-1: 88, supplier lot AB-77, expires 2026-12-31, on GR-1 (accepted)" in shown
    card = json.loads(ask("delivery", "show", "GR-1", "--json").out)
    assert [unit["code"] for unit in card["lots"][0]["units"]] == ["PAL-1", "PAL-2"]
    assert [one["stretch"] for one in card["lots"][0]["conditions"]] == ["transport", "dock"]
    assert "at the dock: nothing measured" in ask("delivery", "judge", "GR-1").out
    ask("delivery", "show", "GR-9").refused("there is no receipt 'GR-9'")
    ask("order", "show", "PO-9").refused("there is no order 'PO-9'")
    with (
        serving(database_url, free_port) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        assert client.get("/deliveries/GR-1").json() == card
        assert client.get("/orders/PO-1").json()["lines"][1]["open"] == "0"
        assert client.get("/orders/PO-9").status_code == 404


CORRECTED = """product,quantity,unit,supplier_lot,expires_on,damaged,damage
P,6,,AB-78,2026-12-30,,
4006381333931,48,PAL-1,AB-77,2026-12-31,,
4006381333931,40,PAL-2,AB-77,2026-12-31,2,crushed
4006381333931,8,PAL-3,AB-77,2026-12-31,1,torn
Q,7,,,,,
Q,5,,,,,
"""


def test_a_file_is_corrected_and_told_again(ask: Ask, server_folder: Path) -> None:
    file = server_folder / "delivery.csv"
    file.write_text(DELIVERY + "P,0,PAL-3,AB-77,2026-12-31,,\nP,8,PAL-1,AB-77,2026-12-31,,\n")
    receive = ("delivery", "receive", "GR-1", "--order", "PO-1", "--dock", "dc.dock", "--file", file)
    first = ask(*receive, *AT)
    assert "line 7: delivery: 0 is no quantity: give more than 0" in first.err
    assert "line 8: delivery: unit PAL-1 comes twice: give each unit its own code" in first.err
    assert ask("decide", "GR-1", "accepted", "--at", "2026-03-02T08:30:00Z").code == 0
    file.write_text(CORRECTED)
    assert ask(*receive, *AT).code == 0
    lots = json.loads(ask("delivery", "show", "GR-1", "--json").out)["lots"]
    assert [
        (lot["lot"], lot["quantity"], [unit["code"] for unit in lot["units"]], len(lot["conditions"]))
        for lot in lots
    ] == [
        ("GR-1-1", "96", ["PAL-1", "PAL-2", "PAL-3"], 2),
        ("GR-1-2", "12", ["GR-1-2/0001", "GR-1-2/0002"], 2),
        ("GR-1-3", "6", ["GR-1-3/0001"], 2),
    ]
    assert (
        "flag, damaged: lot GR-1-1: 3 of 96 box damaged: crushed, torn"
        in ask("delivery", "show", "GR-1").out
    )
    held = json.loads(ask("hold", "list", "--json").out)
    assert {(one["unit"], one["cause"]) for one in held} == {("PAL-2", "damage"), ("PAL-3", "damage")}
    before = ask("audit", "log").out
    assert ask(*receive, *AT).code == 0
    assert ask("audit", "log").out == before
    file.write_text(CORRECTED.replace(",48,", ",47,"))
    answer = ask(*receive, *AT)
    assert answer.code == 1
    assert "lot GR-1-1 is already recorded with quantity 96, not 95" in answer.err
    assert "units added to lot" in ask("audit", "log", "--subject", "lot GR-1-1").out
    assert ask("ledger", "check").code == 0


def test_a_delivery_is_refused_with_a_reason(ask: Ask, server_folder: Path) -> None:
    file = server_folder / "delivery.csv"
    file.write_text("product,quantity\nP,90\n")
    receive = ("delivery", "receive", "GR-1", "--order", "PO-1", "--dock", "dc.dock", "--file", file)
    assert ask(*receive, *AT).code == 0
    ask("decide", "GR-1", "refused", *AT).refused("a refusal needs its reason")
    assert ask("decide", "GR-1", "refused", "--reason", "seal broken", "--by", "anna", *AT).code == 0
    shown = ask("delivery", "show", "GR-1").out
    assert "refused 2026-03-02 08:00 by anna: seal broken" in shown


def test_the_rest_of_a_line_is_given_up_and_claimed(
    ask: Ask, database_url: str, server_folder: Path, free_port: int
) -> None:
    file = server_folder / "delivery.csv"
    file.write_text("product,quantity\nP,90\n")
    receive = ("delivery", "receive", "GR-1", "--order", "PO-1", "--dock", "dc.dock", "--file", file)
    assert ask("order", "list").out == "order PO-1 to S of 2026-02-01, EUR: 2 lines, 2 open\n"
    assert ask(*receive, *AT).code == 0
    assert ask("delivery", "list").out == (
        "delivery GR-1 of S, order PO-1, arrived 2026-03-02 08:00 UTC at dc.dock: 1 lots, not decided\n"
    )
    assert ask("decide", "GR-1", "accepted", "--at", "2026-03-02T08:30:00Z").code == 0
    assert ask("delivery", "list").out == "no deliveries\n"
    assert "1 flags, accepted" in ask("delivery", "list", "--all").out
    ask("order", "close", "PO-1", "--line", "7", "--reason", "x").refused("no line 7 that is open")
    ask("order", "close", "PO-1", "--reason", " ").refused("write in --reason why")
    ask("order", "close", "PO-9", "--reason", "x").refused("there is no order 'PO-9'")
    closed = ask("order", "close", "PO-1", "--line", "1", "--reason", "sold out")
    first, hint = closed.out.splitlines()
    assert first == "order PO-1 line 1: closed, 6 of 96 box of P did not come"
    assert "claims open GR-1, then coldbind claims add-item CLAIM missing --line 1 --quantity 6" in hint
    ask("order", "close", "PO-1", "--line", "1", "--reason", "x").refused("no line 1 that is open")
    assert ask("claims", "open", "GR-1").code == 0
    item = ("claims", "add-item", "CLM-GR-1", "missing", "--line", "1", "--quantity", "6")
    assert ask(*item, "--deficiency", "6 of 96 never came").code == 0
    assert "60.00 EUR" in ask("claims", "list").out
    shown = ask("order", "show", "PO-1").out
    assert "line 1: 96 box of P at 10.00 EUR, 90 received, 6 did not come, closed" in shown
    assert "5 open" in shown
    assert ask("order", "close", "PO-1", "--reason", "they are gone").out.startswith(
        "order PO-1 line 2"
    )
    assert ask("order", "list").out == "no open orders\n"
    assert "nothing open" in ask("order", "list", "--all").out
    again = ("order", "reopen", "PO-1", "--line", "2", "--reason", "they are back")
    assert ask(*again).out == "order PO-1 line 2: open again\n"
    ask(*again).refused("no line 2 that is closed")
    log = ask("audit", "log", "--subject", "order PO-1").out
    assert "order line closed" in log
    assert "they are back" in log
    with (
        serving(database_url, free_port) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        assert [one["open"] for one in client.get("/orders").json()["orders"]] == [1]
        assert client.get("/orders/PO-1").json()["lines"][0]["closed"]["missing"] == "6"
        assert client.get("/deliveries").json() == {"deliveries": []}
        (card,) = client.get("/deliveries", params={"decided": True}).json()["deliveries"]
        assert (card["receipt"], card["decision"]) == ("GR-1", "accepted")


def test_what_one_lot_says_of_damage_holds_its_units(ask: Ask) -> None:
    receive = ("receive", "GR-1", "--order", "PO-1", "--dock", "dc.dock", *AT, "--lot", "L1")
    units = ("--unit", "U1=48", "--unit", "U2=48", "--damage", "wet")
    ask(*receive, *units, "--damaged", "U3=1").refused("--damaged U3: no --unit has this code")
    ask(*receive, *units, "--damaged", "U2=49").refused("tell no more of a unit than it holds")
    assert ask(*receive, *units, "--damaged", "U2=4").code == 0
    (held,) = json.loads(ask("hold", "list", "--json").out)
    assert (held["unit"], held["cause"]) == ("U2", "damage")
    assert held["why"] == "lot L1: 4 of 96 box damaged: wet"


def test_labels_are_printed_and_scanned_again(ask: Ask, server_folder: Path) -> None:
    receive = ("receive", "GR-1", "--order", "PO-1", "--dock", "dc.dock", *AT)
    told = ("--supplier-lot", "AB-77", "--expires", "2027-06-30", "--unit", "U1=48")
    assert ask(*receive, "--lot", "L1", *told).code == 0
    assert ask("sscc", "--prefix", "4012345").out == "040123450000000016\n"
    out = server_folder / "label.pdf"
    assert ask("label", "U1", "--format", "pdf", "--out", out).out == (
        f"label of U1: (01)04006381333931(17)270630(10)L1(21)U1 in {out}\n"
    )
    assert out.read_bytes().startswith(b"%PDF")
    assert ask("scan", "(01)04006381333931(17)270630(10)L1(21)U1").out.splitlines() == [
        "(01) GTIN: 04006381333931",
        "(17) expires on: 2027-06-30",
        "(10) lot: L1",
        "(21) serial number: U1",
        "product P Vaccine",
        "lot L1 of P, expires 2027-06-30, on GR-1",
        "stock unit U1: dc.dock",
    ]
    other = ask("scan", "(01)04006381333931(17)270701(10)L1").out
    assert "lot L1 of P, expires 2027-06-30, BUT THE LABEL SAYS 2027-07-01, on GR-1" in other
    ask("scan", "4006381333932").refused("ends with 2, and its check digit is 1")

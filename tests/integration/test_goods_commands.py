"""The commands about goods, as a warehouse worker and a program use them."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.commands import Answer, coldbind

SITE = """
locations:
  - {path: dc, name: Centre, kind: site}
  - {path: dc.dock, name: Dock, kind: dock_door}
  - {path: dc.z1, name: Zone 1, kind: zone}
  - {path: dc.z2, name: Zone 2, kind: zone}
sensors:
  - {name: t-1, location: dc.z1, since: 2026-03-01T00:00:00Z}
suppliers: [{code: S, name: Supplier}]
products: [{code: P, name: Tablets, unit_of_measure: box, profile: medicines-2-8}]
orders:
  - {code: PO-1, supplier: S, ordered_on: 2026-02-01, currency: EUR,
     lines: [{line: 1, product: P, quantity: 10, unit_price: 1.20}]}
"""

Ask = Callable[..., Answer]


@pytest.fixture
def ask(database_url: str, server_folder: Path) -> Ask:
    told = {"COLDBIND_DATABASE_URL": database_url, "COLDBIND_VAR": str(server_folder)}

    def ask(*arguments: object) -> Answer:
        return coldbind(*map(str, arguments), told=told)

    file = server_folder / "site.yaml"
    file.write_text(SITE, encoding="utf-8")
    assert ask("migrate").code == 0
    assert ask("apply", file).code == 0
    receive = ("receive", "GR-1", "--order", "PO-1", "--lot", "L1", "--dock", "dc.dock")
    assert ask(*receive, "--unit", "U1=8", "--unit", "U2=2", "--at", "2026-03-02T08:00:00Z").code == 0
    return ask


def at(clock: str) -> tuple[str, str]:
    return "--at", f"2026-03-02T{clock}:00Z"


def test_a_pallet_is_packed_moved_split_and_corrected(ask: Ask) -> None:
    assert ask("pack", "U1", "U2", "--into", "PAL-7", *at("08:30")).out == (
        "handling unit PAL-7: U1, U2 packed\n"
    )
    assert ask("move", "PAL-7", "dc.z2", "--kind", "put_away", *at("09:00")).code == 0
    assert ask("unit", "split", "U1", "U1a", "2.5", *at("10:00")).out == "unit U1a: 2.5 split off U1\n"
    assert ask("where", "U1a", *at("10:30")).out.startswith(
        "U1a at 2026-03-02 10:30:00 UTC: dc.z2 from"
    )
    movements = json.loads(ask("movement", "list", "PAL-7", "--json").out)
    number = movements[0]["movement"]
    done = ask("movement", "correct", number, "--location", "dc.z1", "--reason", "wrong zone scanned")
    assert done.out.startswith(f"movement {number}: corrected by movement ")
    assert json.loads(ask("where", "U1a", *at("10:30"), "--json").out)["location"] == "dc.z1"
    before = json.loads(
        ask("where", "U1a", *at("10:30"), "--as-known-at", "2026-03-02T12:00:00Z", "--json").out
    )
    assert before["location"] is None, "on that day nobody had told us anything"
    felt = ask("felt", "t-1", "--from", "2026-03-02T08:00:00Z", "--to", "2026-03-02T11:00:00Z")
    assert felt.out.splitlines()[-1] == "3 units felt t-1"
    card = json.loads(ask("unit", "show", "U1", *at("11:00"), "--json").out)
    assert (card["quantity"], card["began_with"], card["children"]) == ("5.5", "8", ["U1a"])
    assert (card["location"], card["handling_unit"]) == ("dc.z1", "PAL-7")
    assert "cancelled by movement" in ask("movement", "list", "PAL-7").out
    assert ask("changes", "--since", "2026-03-01T00:00:00Z").out.startswith("no verdict changed")
    assert ask("unpack", "U2", *at("11:30")).out == "unit U2: taken out\n"
    assert ask("unit", "adjust", "U2", "1.5", *at("12:00")).out == "unit U2: adjusted by -0.5\n"
    assert ask("unit", "write-off", "U2", "1", *at("12:30")).out == "unit U2: 1 written off\n"
    assert ask("audit", "verify").out.startswith("the chain holds: ")


def test_what_cannot_be_is_refused_in_one_sentence(ask: Ask) -> None:
    ask("unit", "split", "U1", "U1a", "9", *at("09:00")).refused("9 cannot be split off", "it held 8")
    ask("unit", "split", "U1", "U1a", "some").refused("quantity 'some'", "at most 6 decimals")
    ask("pack", "U1", "--into", "U2").refused("a stock unit has this code")
    ask("pack", "U9", "--into", "PAL-1").refused("'U9' is not known")
    ask("movement", "cancel", "999", "--reason", "x").refused("movement 999 is not known")
    ask("movement", "cancel", "1", "--reason", "x").refused("correct it instead")
    ask("movement", "correct", "1", "--kind", "pick", "--reason", "x").refused("keep the kind")
    ask("felt", "t-1", "--from", "2026-03-02T08:00:00Z", "--to", "2026-03-02T07:00:00Z").refused("--to")
    ask("felt", "t-9", "--from", "2026-03-02T08:00:00Z").refused("'t-9' is not registered")
    ask("unit", "write-off", "U1", "9", *at("09:00")).refused("9 is no quantity", "it held 8")


def test_goods_are_put_away_counted_and_found(ask: Ask, server_folder: Path) -> None:
    assert ask("storage", "set", "dc.z1", "--class", "medicines-2-8", "--capacity", "3").code == 0
    assert ask("task", "add", "U1").out == "task 1: put away U1 to dc.z1, open\n"
    assert ask("task", "suggest", "U2").out == "unit U2: dc.z1, as the same lot stands there\n"
    assert ask("task", "done", "1", *at("09:00")).out == "task 1: done, at dc.z1\n"
    scans = server_folder / "scans.csv"
    scans.write_text(
        "client_id,unit,kind,location,occurred_at\n"
        "s-2,U2,transfer,dc.z2,2026-03-02T10:00:00Z\n"
        "s-1,U2,put_away,dc.z1,2026-03-02T09:30:00Z\n"
        "s-3,U9,put_away,dc.z1,2026-03-02T09:30:00Z\n",
        encoding="utf-8",
    )
    answer = ask("scan", "upload", scans)
    assert answer.code == 1
    assert answer.out.splitlines() == [
        "s-3: refused: unit 'U9' is not known: was its delivery received?",
        "2 recorded, 0 known before, 1 refused",
    ]
    rows = json.loads(ask("stock", "L1", "--json").out)["stock"]
    assert [(one["unit"], one["location"], one["state"]) for one in rows] == [
        ("U1", "dc.z1", "not accepted yet"),
        ("U2", "dc.z2", "not accepted yet"),
    ]
    ask("count", "dc.z2", "--unit", "U2=1", *at("11:00")).refused("U2 holds 1, not 2", "--reason")
    counted = ask("count", "dc.z2", "--unit", "U2=1", "--reason", "one broken", *at("11:00"))
    assert counted.out.splitlines()[-1] == "location dc.z2: 1 counted, 1 differed"
    assert "one broken" in ask("counts").out
    assert ask("stock", "dc.z2").out.splitlines()[-1] == "1 units, 1 box"
    ask("stock", "nothing").refused("no lot, no product, no location and no unit")
    ask("task", "done", "7").refused("there is no task 7")


def test_an_order_is_promised_and_picked(ask: Ask, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into erp.customer (code, name, min_remaining_days) values ('C', 'Clinic', 10)"
        )
    assert ask("decide", "GR-1", "accepted", *at("08:10")).code == 0
    assert ask("move", "U1", "dc.z1", "--kind", "put_away", *at("08:30")).code == 0
    order = ("order", "add", "SO-1", "--customer", "C", "--deliver", "2026-03-05")
    assert ask(*order, "--ordered", "2026-03-02", "--line", "P=9").out == "order SO-1: recorded\n"
    ask(*order, "--line", "Q=9").refused("product 'Q' is not known")
    assert ask("wave", "add", "W1", "SO-1").code == 0
    assert ask("wave", "release", "W1").out == "wave W1: all promised\n"
    walk = json.loads(ask("pick", "list", "--wave", "W1", "--json").out)
    assert [(one["location"], one["unit"], float(one["quantity"])) for one in walk] == [
        ("dc.dock", "U2", 1),
        ("dc.z1", "U1", 8),
    ]
    take = ("pick", "take", "SO-1", "U2", "--to", "dc.z2", "--as", "U2a", *at("09:00"))
    assert ask(*take, "--client-id", "p1").out == "unit U2a: 1 picked, in order\n"
    assert ask(*take, "--client-id", "p1").out == "unit U2a: recorded before, nothing changed\n"
    shown = ask("order", "show", "SO-1").out.splitlines()
    assert shown[-1] == "  line 1: 9 box of P: 8 promised, 1 picked, 0 dispatched, 0 missing"
    assert "in order" in ask("rotation", "--lot", "L1").out
    ask("order", "cancel", "SO-1", "--reason", "x").refused("goods were picked for it")
    assert ask("pick", "back", "U2a", "--reason", "wrong clinic").out == "unit U2a: free again\n"
    assert ask("order", "cancel", "SO-1", "--reason", "not wanted").code == 0
    assert ask("order", "list").out == "no open orders\n"

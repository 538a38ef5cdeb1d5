"""The commands of warehouse, sales and recall, told as the days of a distribution centre."""

import csv
import io
import json
from pathlib import Path

import httpx
import pytest

from tests.commands_inside import Ask, asking
from tests.console_server import serving
from tests.stocked import stocked


@pytest.fixture
def ask(database_url: str) -> Ask:
    with stocked(database_url) as centre:
        centre.customer("C1", contact="qa@clinic.example")
        centre.receive("L1", [("U1", 8), ("U2", 2)], expires=None, supplier_lot="S-77")
    return asking(database_url)


def at(clock: str) -> str:
    return f" --at 2026-03-01T{clock}:00Z"


def test_goods_are_put_away_counted_and_found(ask: Ask, server_folder: Path) -> None:
    assert ask("task add U1").out == "task 1: put away U1 to dc1.zone1.c, open\n"
    assert ask("task suggest U2").out == "unit U2: dc1.zone1.a, as it is empty\n"
    assert ask("task take 1").code == 0
    assert ask("task done 1" + at("09:00")).out == "task 1: done, at dc1.zone1.c\n"
    assert ask("task list").out == "nothing to do\n"
    scans = server_folder / "scans.csv"
    scans.write_text(
        "client_id,unit,kind,location,occurred_at,into\n"
        "s-2,U2,transfer,dc1.zone1.b,2026-03-01T10:00:00Z,\n"
        ",U2,transfer,dc1.zone1.b,2026-03-01T10:00:00Z,\n"
        "s-1,U2,put_away,dc1.zone1.a,2026-03-01T09:30:00Z,\n"
        "s-3,U9,put_away,dc1.zone1.a,2026-03-01T09:30:00Z,\n"
        "s-4,U2,pack,,2026-03-01T09:30:00Z,H9\n"
        "s-5,U2,receive,dc1.zone1.a,2026-03-01T09:40:00Z,\n",
        encoding="utf-8",
    )
    answer = ask(f"movement upload {scans}")
    assert answer.code == 1
    assert answer.out.splitlines() == [
        "record 2: refused: client_id is missing",
        "s-3: refused: unit 'U9' is not known: was its delivery received?",
        (
            "s-4: refused: handling unit 'H9' is not known: coldbind pack UNIT --into H9, or into_kind "
            "in a scanner's record, makes it known"
        ),
        (
            "s-5: refused: movement of U2: kind 'receive' is not one of put_away, replenish, transfer, "
            "pick, load, dispatch, return, return_to_supplier, pack, unpack"
        ),
        "2 recorded, 0 known before, 4 refused",
    ]
    rows = json.loads(ask("stock L1 --json").out)["stock"]
    assert [(one["unit"], one["location"], one["state"]) for one in rows] == [
        ("U1", "dc1.zone1.c", "free"),
        ("U2", "dc1.zone1.b", "free"),
    ]
    ask("count dc1.zone1.b --unit U2=1" + at("11:00")).refused("U2 holds 1, not 2", "--reason")
    counted = ask("count dc1.zone1.b --unit U2=1 --reason broken" + at("11:00"))
    assert counted.out.splitlines()[-1] == "location dc1.zone1.b: 1 counted, 1 differed"
    assert "broken" in ask("counts").out
    twice = ask("count dc1.zone1.b --unit U2=1 --unit U2=2")
    twice.refused("--unit U2 is counted twice: write each unit once")
    assert ask("stock dc1.zone1.b").out.splitlines()[-1] == "1 units, 1 box"
    assert "dc1.zone1.a  fridge  0 of 2 units" in ask("storage list").out
    face = ask("pick-face dc1.zone1.a --product VAX-10 --minimum 1 --fill-to 5")
    assert face.out == "pick face dc1.zone1.a: VAX-10 filled up to 5 below 1\n"
    assert ask("replenish").out.splitlines()[-1] == "1 tasks added"
    ask("stock nothing").refused("no lot, no product, no location and no unit")
    ask("task done 7").refused("there is no task 7")


def test_an_order_is_promised_picked_shipped_and_partly_returned(ask: Ask) -> None:
    order = "sale add SO-1 --customer C1 --deliver 2026-03-05 --ordered 2026-03-01 --line "
    ask(order + "NONE=9").refused("product 'NONE' is not known")
    assert ask(order + "VAX-10=9").out == "order SO-1: recorded\n"
    assert ask(order + "VAX-10=9").out == "order SO-1: told before, nothing changed\n"
    assert ask("wave list").out == "no waves: coldbind wave add opens one\n"
    assert ask("wave add W1 SO-1").code == 0
    assert ask("wave list").out.startswith("wave W1: open since ")
    assert ask("wave release W1").out == "wave W1: all promised\n"
    (wave,) = json.loads(ask("wave list --json").out)
    assert (wave["state"], wave["orders"], wave["open_orders"]) == ("released", ["SO-1"], 1)
    walk = json.loads(ask("pick list --wave W1 --json").out)
    assert [(one["unit"], float(one["quantity"])) for one in walk] == [("U1", 8), ("U2", 1)]
    take = "pick take SO-1 U2 --to dc1.stage --as U2a --client-id p1" + at("09:00")
    assert ask(take).out == "unit U2a: 1 picked, in order\n"
    assert ask(take).out == "unit U2a: recorded before, nothing changed\n"
    shown = ask("sale show SO-1").out.splitlines()
    assert shown[-1] == "  line 1: 9 box of VAX-10: 8 promised, 1 picked, 0 dispatched, 0 missing"
    assert "in order" in ask("rotation --lot L1").out
    again = "pick take SO-1 U2 --to dc1.stage --quantity 9" + at("09:01")
    ask(again).refused("unit U2: 9 cannot be picked, 1 of it is free")
    ask("sale cancel SO-1 --reason x").refused("goods were picked for it")
    ask("pick take SO-1 U1 --to dc1.stage" + at("09:10"))
    ask("pick take SO-1 U2 --to dc1.stage" + at("09:11")).refused("all it wants is picked already")
    assert ask("pick back U2a --reason wrong").out == "unit U2a: free again\n"
    assert ask("shipment open SH-1 --customer C1 --vehicle truck").out == "shipment SH-1: opened\n"
    assert ask("shipment load SH-1 U1" + at("09:30")).out == "shipment SH-1: U1 loaded\n"
    assert ask("shipment show SH-1").out.splitlines()[-1] == "  U1 for SO-1: loaded"
    assert ask("shipment dispatch SH-1" + at("10:00")).out == "shipment SH-1: 1 units have left\n"
    assert "dispatched, left 2026-03-01 10:00 UTC" in ask("shipment list").out
    assert ask("shipment deliver SH-1 --to Lee" + at("12:00")).code == 0
    story = json.loads(ask("shipment show SH-1 --format json").out)
    assert (story["shipment"]["delivered_to"], story["manifest"][0]["lot"]) == ("Lee", "L1")
    (row,) = csv.DictReader(io.StringIO(ask("shipment show SH-1 --format csv").out))
    assert (row["unit"], row["lot"], row["quantity"]) == ("U1", "L1", "8")
    assert "felt nothing we know of" in ask("shipment show SH-1").out
    back = "return R-1 SH-1 U1 --location dc1.stage --quantity 2 --reason dented" + at("14:00")
    assert ask(back).out == "unit U1/R-1: is back, held for inspection\n"
    assert ask("sale close SO-1 --reason enough").code == 0
    assert ask("sale list").out == "no open orders\n"
    assert ask("wave list --json").out == "[]\n"
    assert ask("wave list --all").out.endswith("orders SO-1, 0 open\n")
    ask("shipment dispatch SH-1").refused("shipment SH-1 is delivered")
    ask("shipment show SH-9").refused("there is no shipment 'SH-9'")


def test_a_lot_is_recalled_and_accounted_for(ask: Ask, database_url: str, free_port: int) -> None:
    ask("sale add SO-1 --customer C1 --deliver 2026-03-05 --ordered 2026-03-01 --line VAX-10=8")
    ask("sale allocate SO-1")
    ask("pick take SO-1 U1 --to dc1.stage" + at("09:10"))
    ask("shipment open SH-1 --customer C1")
    ask("shipment load SH-1 U1" + at("09:30"))
    ask("shipment dispatch SH-1" + at("10:00"))
    found = ask("recall find --supplier-lot S-77").out.splitlines()
    assert found[1].startswith("C1 C1 clinic (qa@clinic.example): 8 box of L1, unit U1, shipment SH-1")
    assert found[2:] == [
        "here: U2, 2 box of L1 at dc1.dock1, NOT BLOCKED",
        "1 lots, 1 customers, 1 units left here",
    ]
    (row,) = csv.DictReader(io.StringIO(ask("recall find --lot L1 --format csv").out))
    assert (row["customer"], row["contact"], row["unit"]) == ("C1", "qa@clinic.example", "U1")
    ask("recall find").refused("exactly one of --lot")
    ask("recall find --lot NONE").refused("means no goods that we ever had")
    ask("recall find --product VAX-10").refused("needs a range of time")
    opened = ask("recall open RC-1 --lot L1 --reason glass").out
    assert "here: U2, 2 box of L1 at dc1.dock1, blocked" in opened
    assert ask("recall notify RC-1 C1 --how phone").out == "recall RC-1: C1 told\n"
    told = ask("recall reply RC-1 C1 --lot L1 --fate destroyed --quantity 6")
    assert told.out == "recall RC-1: 6 of L1 destroyed\n"
    shown = ask("recall show RC-1").out.splitlines()
    assert shown[-1] == "accounted for: 75.0% of 8 shipped, 2 open"
    story = json.loads(ask("recall show RC-1 --format json").out)
    assert [one["state"] for one in story["notices"]] == ["answered"]
    order = "sale add SO-2 --customer C1 --deliver 2026-03-05 --ordered 2026-03-01 --line VAX-10=1"
    assert ask(order).code == ask("wave add W2 SO-2").code == 0
    with serving(database_url, free_port) as address, httpx.Client(base_url=address) as client:
        asked = client.get("/recall-scope", params={"kind": "order", "subject": "PO-1"}).json()
        assert [one["unit"] for one in asked["forward"]] == ["U1"]
        assert client.get("/recall-scope", params={"kind": "lot", "subject": "?"}).status_code == 422
        assert client.get("/recalls/RC-1").json()["effect"][0]["destroyed"] == "6.000000"
        assert client.get("/recalls/RC-9").status_code == 404
        assert [one["code"] for one in client.get("/recalls").json()["recalls"]] == ["RC-1"]
        manifest = client.get("/shipments/SH-1").json()["manifest"]
        assert [(one["unit"], one["order"]) for one in manifest] == [("U1", "SO-1")]
        assert client.get("/sales-orders/SO-1").json()["order"]["state"] == "closed"
        (wave,) = client.get("/waves").json()["waves"]
        assert (wave["code"], wave["state"], wave["orders"]) == ("W2", "open", ["SO-2"])
        assert client.get("/rotation", params={"lot": "L1"}).json()["picks"][0]["in_order"] is True
    closed = ask("recall close RC-1 --conclusion done")
    assert closed.out == "recall RC-1: closed, 2 not accounted for\n"
    ask("recall close RC-1 --conclusion done").refused("recall RC-1 is closed")

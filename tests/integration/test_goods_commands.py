"""The commands about goods, as a warehouse worker and a program use them."""

import json
from collections.abc import Callable
from pathlib import Path

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

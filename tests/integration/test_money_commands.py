"""The commands about money, as finance uses them."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.commands import Answer
from tests.commands_here import coldbind_here
from tests.console_server import serving
from tests.integration.test_goods_commands import SITE

Ask = Callable[..., Answer]


@pytest.fixture
def ask(database_url: str, server_folder: Path) -> Ask:
    told = {"COLDBIND_DATABASE_URL": database_url, "COLDBIND_VAR": str(server_folder)}

    def ask(*arguments: object) -> Answer:
        return coldbind_here(*arguments, told=told)

    file = server_folder / "site.yaml"
    file.write_text(SITE, encoding="utf-8")
    assert ask("migrate").code == 0
    assert ask("apply", file).code == 0
    receive = ("receive", "GR-1", "--order", "PO-1", "--lot", "L1", "--dock", "dc.dock")
    assert ask(*receive, "--unit", "U1=8", "--unit", "U2=2", "--at", "2026-03-02T08:00:00Z").code == 0
    return ask


def test_the_books_are_asked_closed_and_checked(ask: Ask, database_url: str, free_port: int) -> None:
    assert ask("ledger", "trial-balance").out == "nothing is booked\n"
    assert ask("decide", "GR-1", "accepted", "--at", "2026-03-02T09:00:00Z", "--by", "anna").code == 0
    record = ("invoice", "record", "R-1", "--order", "PO-1", "--on", "2026-03-03", "--by", "carla")
    answer = ask(*record, "--line", "1:10@1.25")
    assert answer.out.splitlines() == [
        "invoice R-1: 12.50 EUR, blocked",
        "  price: order line 1: priced 1.25, ordered at 1.2 (+0.50)",
    ]
    approve = ("invoice", "approve", "S", "R-1", "--reason", "agreed")
    ask(*approve, "--by", "carla").refused("somebody else")
    assert ask(*approve, "--by", "dora").out == "invoice R-1: approved\n"
    assert "12.50 EUR, approved by dora: agreed" in ask("invoice", "show", "S", "R-1").out
    balance = ask("ledger", "trial-balance").out
    assert balance.splitlines()[-1].split() == ["total", "12.50", "12.50"]
    assert "1200 Inventory" in balance
    assert ask("ledger", "valuation").out.splitlines()[0] == "lot L1 (P): 12.00 EUR"
    cost = ("ledger", "cost", "destruction", "4.10", "EUR", "--document", "D-9")
    assert ask(*cost, "--at", "2026-03-05T10:00:00Z").code == 0
    ask("ledger", "cost", "bribes", "4.10", "EUR", "--document", "D-9").refused("no kind of cost")
    assert ask("ledger", "close-period", "2026-03").out == "the books are closed through 2026-03-31\n"
    ask("ledger", "close-period", "2026-13").refused("no period")
    assert ask("unit", "adjust", "U1", "7", "--at", "2026-03-04T08:00:00Z").code == 0
    journal = ask("ledger", "journal", "--unit", "U1")
    assert "count difference at 2026-03-04 08:00 UTC, booked on 2026-04-01" in journal.out
    assert ask("ledger", "check").out == "every unit is in the books as its facts say\n"
    assert ask("ledger", "catch-up").out == "0 entries posted\n"
    assert (
        json.loads(ask("ledger", "valuation", "--as-of", "2026-03-31", "--json").out)[0]["free"]
        == "12.00"
    )
    with (
        serving(database_url, free_port) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        lots = client.get("/ledger/valuation", params={"as_of": "2026-03-31", "by_fact": True}).json()
        assert [(one["lot"], one["free"]) for one in lots["lots"]] == [("L1", "10.80")]
        accounts = client.get("/ledger/trial-balance").json()["accounts"]
        assert {one["account"] for one in accounts} >= {"1200", "2000", "5110", "5300"}
        assert len(client.get("/ledger/journal", params={"unit": "U2"}).json()["lines"]) == 2

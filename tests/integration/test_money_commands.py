"""The commands about money, as finance uses them."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.commands import Answer, coldbind
from tests.console_server import serving
from tests.integration.test_goods_commands import SITE

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


def test_the_books_are_asked_closed_and_checked(ask: Ask, database_url: str, free_port: int) -> None:
    assert ask("ledger", "trial-balance").out == "nothing is booked\n"
    assert ask("decide", "GR-1", "accepted", "--at", "2026-03-02T09:00:00Z", "--by", "anna").code == 0
    record = ("invoice", "record", "R-1", "--order", "PO-1", "--on", "2026-03-03", "--by", "carla")
    late = ("invoice", "record", "R-1", "--order", "PO-1", "--on", "2999-03-03", "--line", "1:10@1.2")
    ask(*late).refused("has not come yet")
    ask(*record, "--line", "1:10@12.5", "--currency", "usd").refused("is in USD, order PO-1 in EUR")
    ask("invoice", "record", "R-1", "--order", "PO-9", "--line", "1:1@1").refused("no order 'PO-9'")
    assert ask(*record, "--line", "1:10@12.5").code == 0
    ask("invoice", "cancel", "S", "R-1", "--reason", " ").refused("--reason")
    ask("invoice", "list", "--state", "lost").refused("matched, blocked, approved, cancelled")
    taken_back = ask("invoice", "cancel", "S", "R-1", "--reason", "misread", "--by", "carla").out
    assert taken_back == "invoice R-1: cancelled, its entries are reversed\n"
    assert "cancelled by carla: misread" in ask("invoice", "show", "S", "R-1").out
    ask("invoice", "cancel", "S", "R-1", "--reason", "misread").refused("was taken back by carla")
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
    assert (
        ask("ledger", "check").out == "every unit, invoice and claim is in the books as its facts say\n"
    )
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


def test_a_claim_from_the_dock_to_the_credit_note(
    ask: Ask, server_folder: Path, database_url: str, free_port: int
) -> None:
    assert ask("decide", "GR-1", "accepted", "--at", "2026-03-02T09:00:00Z").code == 0
    wet = ("--deficiency", "wet")
    ask("claims", "open", "GR-1", "--unit", "U2=2.5", *wet).refused("at most the 2 that it held")
    assert ask("claims", "open", "GR-1", "--unit", "U1", "--unit", "U2=1", *wet).out == (
        "claim CLM-GR-1: 2 units claimed\n"
    )
    ask("claims", "open", "GR-1", "--unit", "U1", *wet).refused("claimed already")
    ask("claims", "list", "--state", "lost").refused("is no state of a claim")
    ask("claims", "show", "CLM-GR-2").refused("there is no claim 'CLM-GR-2'")
    terms = ask("claims", "terms", "S", "--price-share", "50", "--no-handling").out
    assert (
        terms == "supplier S makes good 50 % of the price, freight, disposal; answers within 14 days\n"
    )
    ask("claims", "charge", "CLM-GR-1", "handling", "5", "--words", "x").refused("did not agree")
    assert ask("claims", "charge", "CLM-GR-1", "freight", "5", "--words", "carried back").code == 0
    photo = server_folder / "wet.png"
    photo.write_bytes(b"\x89PNG")
    for _ in range(2):
        assert "wet.png kept, SHA-256 " in ask("claims", "attach", "CLM-GR-1", photo).out
    photo.write_bytes(b"\x89PNG again")
    ask("claims", "attach", "CLM-GR-1", photo).refused("another wet.png already")
    late = ask("claims", "due", "--today", "2026-04-01")
    assert late.code == 1
    assert "CLM-GR-1 on S, 15.80 EUR: send it (16 days late)" in late.out
    # 8 x 1.20 + 1 x 1.20 = 10.80, half of it, and 5 freight
    assert ask("claims", "submit", "CLM-GR-1").out == "claim CLM-GR-1: sent, over 10.40 EUR\n"
    assert ask("claims", "answer", "CLM-GR-1", "10.40").out == "claim CLM-GR-1: accepted\n"
    later = ("--on", "2999-01-01")
    ask("claims", "credit", "CLM-GR-1", "CN-1", "10.40", *later).refused("has not come yet")
    assert ask("claims", "credit", "CLM-GR-1", "CN-1", "10.40").out == (
        "claim CLM-GR-1: credit note CN-1 over 10.40 settles the claim\n"
    )
    ask("claims", "credit", "CLM-GR-1", "CN-2", "1").refused("is credited, nothing of it is open")
    ask("claims", "replace", "CLM-GR-1", "PO-1").refused("is credited, nothing of it is open")
    ask("claims", "cancel-credit", "CLM-GR-1", "CN-1", "--reason", " ").refused("--reason")
    back = ask("claims", "cancel-credit", "CLM-GR-1", "CN-1", "--reason", "misread", "--by", "carla")
    assert back.out == "claim CLM-GR-1: credit note CN-1 cancelled, the claim is accepted\n"
    assert "[taken back by carla: misread]" in ask("claims", "show", "CLM-GR-1").out
    assert ask("claims", "answer", "CLM-GR-1", "9", "--reason", "misread too").code == 0
    assert ask("claims", "answer", "CLM-GR-1", "10.40", "--reason", "all of it after all").code == 0
    assert ask("claims", "credit", "CLM-GR-1", "CN-1", "10.40").code == 0
    assert "100.0 % of 10.40 EUR in 1 claims came back" in ask("claims", "recovery").out
    assert ask("claims", "ageing").out == "nothing is open\n"
    assert "0 refused, 1 of 1 claims accepted" in ask("claims", "scorecard", "--from", "2026-01-01").out
    shown = ask("claims", "show", "CLM-GR-1").out
    assert "  deduction: -5.40: agreed share of the price: 50 %" in shown
    assert "credit note CN-1" in shown
    with (
        serving(database_url, free_port) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        (claim,) = client.get("/claims").json()["claims"]
        assert (claim["code"], claim["state"], claim["credited"]) == ("CLM-GR-1", "credited", "10.40")
        assert len(client.get("/claims/CLM-GR-1").json()["lines"]) == 2
        assert client.get("/claims/nothing").status_code == 404

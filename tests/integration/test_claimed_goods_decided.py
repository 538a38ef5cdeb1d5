"""What a person decides about claimed goods, to the cent: the claim asks, a person answers."""

import io
from collections.abc import Generator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from coldbind.signing import sign_and_act
from erp.claims import answering, drafting, handlers, reports, settling
from erp.claims.handlers import Told
from erp.claims.settling import Credit
from erp.evidence.handlers import claim_pack
from erp.ledger import books, costs
from erp.ledger.core import chart
from erp.ledger.costs import Cost
from erp.people import handlers as people
from erp.people.handlers import Pen
from erp.quality import dispositions
from erp.quality.core import Decision
from erp.receiving import handlers as receiving
from kernel.refusal import Refusal
from tests.commands import coldbind
from tests.erp_world import after
from tests.ledger_books import balances, unbalanced
from tests.stocked import Stocked, stocked

CODE = "CLM-GR-L"
PASSWORD = "a long enough phrase"
UNITS = ("U1", "U2", "U3", "U4", "U5", "U6")


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    """Six units of 10 boxes at 12.50, warm in the supplier's custody, accepted under reservation."""
    with stocked(database_url) as centre:
        with centre.database.transaction() as run:
            people.add_account(run, "anna", "Anna Berg", PASSWORD, "root")
        centre.receive("L", [(unit, 10) for unit in UNITS], accepted=False)
        for unit in UNITS:
            centre.hold(unit, 5, 40)
        verdict = receiving.Decision("GR-L", "accepted_with_reservation", after(50), "anna", "warm")
        with centre.database.transaction() as run:
            receiving.decide(run, verdict)
        yield centre
        assert unbalanced(database_url) == []


def hold_on(centre: Stocked, unit: str) -> int:
    (row,) = centre.ask(
        "select hold_id from erp.hold join binding.stock_unit using (unit_id)"
        " where code = %(unit)s and released_at is null",
        unit=unit,
    )
    return int(str(row["hold_id"]))


def decide(centre: Stocked, unit: str, decision: Decision) -> None:
    hold = hold_on(centre, unit)
    sign_and_act(
        centre.database,
        Pen("anna", PASSWORD, "decision", decision.words),
        lambda running: dispositions.document(running, hold, decision),
        lambda running, signed: dispositions.decide(running, hold, decision, signed, four_eyes=False),
    )


def told(minutes: float, why: str = "") -> Told:
    return Told("carla", after(minutes), why)


def changes(centre: Stocked) -> list[str]:
    with centre.database.transaction() as run:
        return [one.words for one in reports.whole(run, CODE).changes if one.seen_at is None]


def test_what_is_decided_about_six_units(centre: Stocked) -> None:
    with centre.database.transaction() as run:
        assert reports.whole(run, CODE).claim.total == Decimal("750.00")
    decide(centre, "U1", Decision("release", "within_stability_data", "40 min are within"))
    part = Decision("partial_release", "inspected_sound", "four were inside", Decimal(4), "U2-good")
    decide(centre, "U2", part)
    decide(centre, "U3", Decision("destroy", "damaged", "certificate D-17"))
    decide(centre, "U4", Decision("return_to_supplier", "agreed_with_supplier", "RMA 881"))
    decide(centre, "U5", Decision("downgrade", "reduced_quality", "for training", grade="dummy"))
    decide(centre, "U6", Decision("reject", "damaged", "nobody may use it"))

    # Nothing of the claim is altered; what changes what there is to claim is asked.
    with centre.database.transaction() as run:
        whole = reports.whole(run, CODE)
    assert whole.claim.total == Decimal("750.00")
    asked = [one.words for one in whole.changes]
    assert [one.split(" by Anna Berg on ")[0] for one in asked] == [
        "unit U1: released",
        "unit U2: 4 released as U2-good",
        "unit U4: returned to the supplier",
        "unit U5: downgraded to dummy",
    ]
    assert asked[0].endswith(", 40 min are within: claim nothing for it, or a reduced value?")
    assert [(one.unit, one.kind) for one in whole.decisions] == [
        ("U1", "release"),
        ("U2", "partial_release"),
        ("U3", "destroy"),
        ("U4", "return_to_supplier"),
        ("U5", "downgrade"),
        ("U6", "reject"),
    ]
    with centre.database.transaction() as run, pytest.raises(Refusal, match="claims seen"):
        handlers.submit(run, CODE, told(1440))

    # A person answers: U1 not at all, six of ten of U2, the loss of U5 only; and the cost of U3.
    with centre.database.transaction() as run:
        drafting.strike(run, CODE, "U1", "sound", "carla")
        assert drafting.reduce(run, CODE, "U2", Decimal("75.00"), "4 are sound", "carla") == 125
        drafting.reduce(run, CODE, "U5", Decimal("80.00"), "sold on for 45.00", "carla")
        destroying = Cost("destruction", Decimal("31.40"), "EUR", after(600), "D-17", "ben", CODE)
        costs.incur(run, destroying)
        assert handlers.see_changes(run, CODE, "carla", "as decided") == 4
        # 75.00 + 125.00 + 125.00 + 80.00 + 125.00 of goods and 31.40
        assert handlers.submit(run, CODE, told(1440)).total == Decimal("561.40")
        assert answering.answer(run, CODE, Decimal("561.40"), told(2880)) == "accepted"
        settling.credit(run, Credit("CN-1", CODE, date(2026, 3, 9), Decimal("561.40"), "carla"))
        assert books.check(run) == []
    found = balances(centre.url)
    assert found[chart.INVENTORY] == Decimal("300.00"), "U1, 4 of U2 and U5"
    assert found[chart.HELD] == Decimal("200.00"), "6 of U2, and U6"
    assert found[chart.WRITTEN_OFF] == Decimal("125.00"), "U3"
    assert found[chart.RETURNED] == Decimal("125.00"), "U4, once: its credit is part of 561.40"
    assert found[chart.DESTRUCTION] == Decimal("31.40")
    assert found[chart.RECOVERED] == Decimal("-561.40")
    assert chart.CLAIMS not in found


def test_a_sent_claim_is_flagged_and_stays_as_it_was_sent(centre: Stocked) -> None:
    with centre.database.transaction() as run:
        handlers.submit(run, CODE, told(60))
        with pytest.raises(Refusal, match="was sent"):
            drafting.reduce(run, CODE, "U1", Decimal(1), "late", "carla")
    decide(centre, "U1", Decision("release", "within_stability_data", "inside the budget"))
    (asked,) = changes(centre)
    assert asked.startswith("unit U1: released by Anna Berg on ")
    with centre.database.transaction() as run:
        assert reports.whole(run, CODE).claim.total == Decimal("750.00")
        with pytest.raises(Refusal, match="claims seen"):
            handlers.close(run, CODE, told(70, "done"))


def test_only_so_much_less_can_be_claimed(centre: Stocked) -> None:
    with centre.database.transaction() as run:
        for amount, why in ((Decimal(0), "x"), (Decimal("125.01"), "x"), (Decimal("1.001"), "x")):
            with pytest.raises(Refusal, match=r"at most 125\.00 EUR, in whole coins"):
                drafting.reduce(run, CODE, "U1", amount, why, "carla")
        with pytest.raises(Refusal, match="write why"):
            drafting.reduce(run, CODE, "U1", Decimal(1), " ", "carla")
        with pytest.raises(Refusal, match="claims no unit 'U9'"):
            drafting.reduce(run, CODE, "U9", Decimal(1), "x", "carla")
        drafting.reduce(run, CODE, "U1", Decimal("10.00"), "worth much", "carla")
        drafting.reduce(run, CODE, "U1", Decimal("125.00"), "worth nothing after all", "carla")
        assert reports.whole(run, CODE).claim.total == Decimal("750.00")


def test_goods_that_are_not_claimed_ask_nothing(centre: Stocked) -> None:
    centre.receive("M", [("M1", 10)], minute=60)
    centre.hold("M1", 70, 110)
    decide(centre, "M1", Decision("release", "within_stability_data", "inside the budget"))
    assert changes(centre) == []


def test_the_pack_and_the_commands_say_it(centre: Stocked, server_folder: Path) -> None:
    environment = {"COLDBIND_DATABASE_URL": centre.url, "COLDBIND_VAR": str(server_folder)}

    def ask(*arguments: str) -> str:
        answer = coldbind("claims", *arguments, told=environment)
        assert answer.code == 0, answer
        return answer.out

    decide(centre, "U5", Decision("downgrade", "reduced_quality", "for training", grade="dummy"))
    assert ask("reduce", CODE, "U5", "80.00", "--reason", "sold on for 45.00") == (
        f"claim {CODE}: 80.00 claimed for unit U5, 125.00 before\n"
    )
    shown = ask("show", CODE)
    assert "unit U5: 10 x 12.5 = 125.00, reduced to 80.00 [sold on for 45.00]" in shown
    assert "unit U5: downgrade of 10 to dummy by Anna Berg on " in shown
    assert "(to look at): unit U5: downgraded to dummy by Anna Berg on " in shown
    coldbind("claims", "submit", CODE, told=environment).refused("claims seen")
    ask("seen", CODE, "--reason", "reduced")
    ask("submit", CODE)
    with centre.database.transaction() as run:
        pdf = claim_pack(run, CODE, "carla")
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    assert "What became of the goods" in text
    assert "downgrade to dummy: for training" in text
    assert "reduced from 125.00: sold on for 45.00" in text

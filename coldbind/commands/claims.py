"""Commands about claims: what there is and is due, and the steps of a claim's life."""

from typing import Annotated

import typer

from coldbind.commands import claims_drafted, claims_reported
from coldbind.commands.answers import AsJson, report
from coldbind.commands.ledger import day, decimal, past_day
from coldbind.commands.places import now
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.commands.times import At, when
from erp.claims import answering, handlers, reports, settling
from erp.claims.handlers import Told
from erp.claims.settling import Credit
from erp.claims.store import ClaimRow
from kernel.money import Money

Code = Annotated[str, typer.Argument(help="The claim.")]
Reason = Annotated[str, typer.Option(help="Why.")]
Document = Annotated[str, typer.Option(help="The paper it belongs to.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    claims = typer.Typer(help="Claims on suppliers.", no_args_is_help=True)
    claims.command("list")(listed)
    claims.command("show")(show)
    claims.command("due")(due)
    claims.command("submit")(submit)
    claims.command("acknowledge")(acknowledge)
    claims.command("answer")(answer)
    claims.command("dispute")(dispute)
    claims.command("credit")(credit)
    claims.command("cancel-credit")(cancel_credit)
    claims.command("replace")(replace)
    claims.command("seen")(seen)
    claims.command("close")(close)
    claims_drafted.add_to(claims)
    claims_reported.add_to(claims)
    app.add_typer(claims, name="claims")


def listed(
    state: Annotated[str, typer.Option(help="Only claims in this state.")] = "",
    supplier: Annotated[str, typer.Option(help="Only claims on this supplier.")] = "",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Every claim, by its deadline."""
    with transaction(demo=use_demo) as running:
        found = reports.listed(running, state or None, supplier or None)
    report(found, map(_claim_line, found), "no claims", as_json=as_json)


def show(code: Code, *, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """A claim with everything that was ever told about it."""
    with transaction(demo=use_demo) as running:
        found = reports.whole(running, code)
    report(found, claims_reported.lines_of(found), as_json=as_json)


def due(
    within: Annotated[int, typer.Option(help="How many days ahead to look.")] = reports.DUE_WITHIN_DAYS,
    today: Annotated[str, typer.Option(help="As if it were this day.")] = "",
    *,
    use_demo: Demo = False,
) -> None:
    """What is to be done about claims soon, and what is late; exit code 1 when something is late."""
    with transaction(demo=use_demo) as running:
        found = reports.due(running, day(today, "--today"), within)
    words = {"send": "send it", "answer": "the supplier answers", "settle": "money or goods come"}
    for one in found:
        left = f"{-one.days} days late" if one.days < 0 else f"{one.days} days left"
        amount = Money(one.claim.total, one.claim.currency)
        console.print(
            f"{one.on}  {one.claim.code} on {one.claim.supplier}, {amount}: {words[one.duty]} ({left})",
            markup=False,
        )
    if not found:
        console.print(f"nothing is due within {within} days")
    if any(one.days < 0 for one in found):
        raise typer.Exit(1)


def submit(
    code: Code, document: Document = "", at: At = "", by: By = "", *, use_demo: Demo = False
) -> None:
    """The claim was sent to the supplier; from now on it stays as it is."""
    with transaction(demo=use_demo) as running:
        claim = handlers.submit(running, code, Told(whoever(by), when(at), document=document))
    console.print(f"claim {code}: sent, over {Money(claim.total, claim.currency)}", markup=False)


def acknowledge(
    code: Code, document: Document = "", at: At = "", by: By = "", *, use_demo: Demo = False
) -> None:
    """The supplier confirmed that it arrived."""
    with transaction(demo=use_demo) as running:
        handlers.acknowledge(running, code, Told(whoever(by), when(at), document=document))
    console.print(f"claim {code}: acknowledged", markup=False)


def answer(
    code: Code,
    accepted: Annotated[str, typer.Argument(help="What the supplier makes good; 0 when rejected.")],
    reason: Reason = "",
    document: Document = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record what the supplier agreed to make good, or again what was recorded wrongly."""
    told = Told(whoever(by), when(at), reason, document)
    with transaction(demo=use_demo) as running:
        state = answering.answer(running, code, decimal(accepted, "ACCEPTED"), told)
    console.print(f"claim {code}: {state.replace('_', ' ')}", markup=False)


def dispute(
    code: Code,
    reason: Reason,
    document: Document = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Do not take the supplier's answer."""
    with transaction(demo=use_demo) as running:
        answering.dispute(running, code, Told(whoever(by), when(at), reason, document))
    console.print(f"claim {code}: disputed", markup=False)


def credit(
    code: Code,
    note: Annotated[str, typer.Argument(help="The number of the supplier's credit note.")],
    amount: Annotated[str, typer.Argument(help="How much it is over.")],
    on: Annotated[str, typer.Option("--on", help="Its date; today when left out.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Match a credit note with the claim and post it."""
    told = Credit(note, code, past_day(on, "--on"), decimal(amount, "AMOUNT"), whoever(by))
    with transaction(demo=use_demo) as running:
        match = settling.credit(running, told)
    words = {"full": "settles the claim", "part": "settles part of it", "over": "is more than agreed"}
    console.print(f"claim {code}: credit note {note} over {amount} {words[match]}", markup=False)


def cancel_credit(
    code: Code,
    note: Annotated[str, typer.Argument(help="The number of the supplier's credit note.")],
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Take back a credit note that was recorded wrongly, and open what it settled."""
    told = Told(whoever(by), now(), reason)
    with transaction(demo=use_demo) as running:
        state = settling.cancel_credit(running, code, note, told)
    console.print(
        f"claim {code}: credit note {note} cancelled, the claim is {state.replace('_', ' ')}",
        markup=False,
    )


def replace(
    code: Code,
    order: Annotated[str, typer.Argument(help="The order under which the goods come.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """The supplier sends goods in place of money."""
    with transaction(demo=use_demo) as running:
        settling.replace_goods(running, code, order, whoever(by))
    console.print(f"claim {code}: goods come under order {order}", markup=False)


def seen(code: Code, reason: Reason, by: By = "", *, use_demo: Demo = False) -> None:
    """Say what follows from what became known, or was decided about the goods of a claim."""
    with transaction(demo=use_demo) as running:
        changes = handlers.see_changes(running, code, whoever(by), reason)
    console.print(f"claim {code}: {changes} changes seen", markup=False)


def close(code: Code, reason: Reason, at: At = "", by: By = "", *, use_demo: Demo = False) -> None:
    """Nothing more is to come; what was agreed and did not come is our loss."""
    with transaction(demo=use_demo) as running:
        handlers.close(running, code, Told(whoever(by), when(at), reason))
    console.print(f"claim {code}: closed", markup=False)


def _claim_line(one: ClaimRow) -> str:
    changed = f", {one.changes} changes to look at" if one.changes else ""
    got = f", {one.credited:,} credited" if one.credited else ""
    agreed = f", {one.accepted:,} accepted" if one.accepted is not None else ""
    due_ = f", due {one.due_on}" if one.state == "draft" else ""
    return (
        f"{one.code} on {one.supplier}, receipt {one.receipt}: {Money(one.total, one.currency)}, "
        f"{one.state.replace('_', ' ')}{agreed}{got}{due_}{changed}"
    )

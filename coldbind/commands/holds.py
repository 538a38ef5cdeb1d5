"""Commands about held goods: hold place, list, show, and what a person decides and signs about them."""

from collections.abc import Callable
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.passwords import password
from coldbind.commands.places import now
from coldbind.commands.session import By, Demo, console, opened_database, recorded, transaction, whoever
from coldbind.commands.units import quantity_of
from coldbind.hold_text import card_lines, line
from coldbind.settings import read_settings
from coldbind.signing import sign_and_act
from erp.people.core import Meaning
from erp.people.handlers import Pen
from erp.quality import disposition_store, dispositions, holds
from erp.quality.core import Decision, Kind
from erp.quality.dispositions import Decided
from kernel.instants import moment
from kernel.signing import Document, Signature
from storage.database import Transaction

Number = Annotated[int, typer.Argument(metavar="HOLD", help="The number of the hold.")]
Disposition = Annotated[int, typer.Argument(help="The number of the proposed decision.")]
Code = Annotated[str, typer.Option(help="The reason: coldbind hold reasons lists them.")]
Reason = Annotated[str, typer.Option(help="Why, in your words; it stands beside the signature.")]
Signer = Annotated[str, typer.Option("--as", help="Your account.", show_default="your login name")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    hold = typer.Typer(help="Held goods, and what is decided about them.", no_args_is_help=True)
    for command in (place, expired, show, reasons, release, reject, destroy, downgrade):
        hold.command()(command)
    hold.command("list")(list_holds)
    hold.command("return")(return_to_supplier)
    hold.command("approve")(approve)
    hold.command("withdraw")(withdraw)
    hold.command("two-people")(two_people)
    app.add_typer(hold, name="hold")


def place(
    unit: Annotated[list[str], typer.Argument(help="The stock units.")],
    cause: Annotated[str, typer.Option(help="excursion, recall, expiry, damage or inspection.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Hold units: nothing of them is picked or dispatched until a person decides."""
    numbers = recorded(
        lambda running: holds.place(running, unit, cause, reason, whoever(by)), demo=use_demo
    )
    told = ", ".join(str(number) for number in numbers)
    console.print(f"held for {cause}: {len(numbers)} units, hold {told}", markup=False)


def expired(by: By = "", *, use_demo: Demo = False) -> None:
    """Hold everything whose last day of use is over; for a daily job."""
    today = moment(now()).date()
    count = recorded(lambda running: holds.hold_expired(running, today, whoever(by)), demo=use_demo)
    console.print(f"expired before {today}: {count} more units held", markup=False)


def list_holds(
    unit: Annotated[str, typer.Option(help="Of this unit.")] = "",
    lot: Annotated[str, typer.Option(help="Of this lot.")] = "",
    cause: Annotated[str, typer.Option(help="For this cause.")] = "",
    *,
    ended: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List open holds, the newest first, and what each waits for."""
    with transaction(demo=use_demo) as running:
        found = disposition_store.holds(
            running, unit=unit or None, lot=lot or None, cause=cause or None, ended=ended
        )
    if as_json:
        told = [{**msgspec.to_builtins(one), "waits_for": holds.waiting(one)} for one in found]
        typer.echo(msgspec.json.encode(told).decode())
        return
    for one in found:
        console.print(line(one), markup=False)
    if not found:
        console.print("no holds", markup=False)


def show(number: Number, *, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """Tell why a unit is held, what is allowed meanwhile, and what was decided by whom."""
    with transaction(demo=use_demo) as running:
        card = holds.card(running, number)
    report(card, card_lines(card), as_json=as_json)


def reasons(*, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """List the reasons that a decision may have."""
    with transaction(demo=use_demo) as running:
        found = disposition_store.reasons(running)
    report(
        found,
        (f"{one.kind.replace('_', ' ')}: {one.code} ({one.words})" for one in found),
        as_json=as_json,
    )


def release(
    number: Number,
    code: Code,
    reason: Reason,
    quantity: Annotated[str, typer.Option(help="Only so much of it; the rest stays held.")] = "",
    into: Annotated[str, typer.Option(help="The code of the unit made from that part.")] = "",
    signer: Signer = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Sign that the goods, or part of them, may be used."""
    kind: Kind = "partial_release" if quantity else "release"
    part = quantity_of(quantity) if quantity else None
    _decide(number, Decision(kind, code, reason, part, into), signer, use_demo=use_demo)


def reject(
    number: Number, code: Code, reason: Reason, signer: Signer = "", *, use_demo: Demo = False
) -> None:
    """Sign that the goods are not used: they stay held until destroyed or returned."""
    _decide(number, Decision("reject", code, reason), signer, use_demo=use_demo)


def return_to_supplier(
    number: Number, code: Code, reason: Reason, signer: Signer = "", *, use_demo: Demo = False
) -> None:
    """Sign that the unit goes back to its supplier; it leaves stock with that."""
    _decide(number, Decision("return_to_supplier", code, reason), signer, use_demo=use_demo)


def destroy(
    number: Number, code: Code, reason: Reason, signer: Signer = "", *, use_demo: Demo = False
) -> None:
    """Sign that the unit is destroyed: all it holds is written off."""
    _decide(number, Decision("destroy", code, reason), signer, use_demo=use_demo)


def downgrade(
    number: Number,
    code: Code,
    reason: Reason,
    grade: Annotated[str, typer.Option(help="To what, such as 'feed' or 'use within a week'.")],
    signer: Signer = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Sign that the unit may be used as a lower grade: no order is promised any of it by itself."""
    _decide(number, Decision("downgrade", code, reason, grade=grade), signer, use_demo=use_demo)


def approve(
    disposition: Disposition, reason: Reason, signer: Signer = "", *, use_demo: Demo = False
) -> None:
    """Sign a proposed decision as the second person: it is carried out."""
    done = _signed(
        lambda running: dispositions.document_of(running, disposition),
        lambda running, signed: dispositions.approve(running, disposition, signed),
        _pen(signer, "approval", reason),
        use_demo=use_demo,
    )
    console.print(f"disposition {disposition} of unit {done.unit}: done", markup=False)


def withdraw(
    disposition: Disposition, reason: Reason, signer: Signer = "", *, use_demo: Demo = False
) -> None:
    """Sign that a proposed decision is taken back; the hold stands."""
    done = _signed(
        lambda running: dispositions.document_of(running, disposition),
        lambda running, signed: dispositions.withdraw(running, disposition, signed),
        _pen(signer, "decision", reason),
        use_demo=use_demo,
    )
    console.print(f"disposition {disposition} of unit {done.unit}: withdrawn", markup=False)


def two_people(
    profile: Annotated[str, typer.Argument(help="The profile's name; none lists them.")] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    by: By = "",
    *,
    off: Annotated[
        bool, typer.Option("--off", help="One person again, unless its version asks for two.")
    ] = False,
    use_demo: Demo = False,
) -> None:
    """Have every decision about goods of a profile signed by two people, whatever its versions ask."""
    if not profile:
        with transaction(demo=use_demo) as running:
            found = disposition_store.two_people(running)
        for one in found:
            console.print(f"{one.profile}: two people, by {one.by}: {one.why}", markup=False)
        return
    new = recorded(
        lambda running: holds.ask_two_people(running, profile, whoever(by), reason, two=not off),
        demo=use_demo,
    )
    told = "" if new else " (as before, nothing changed)"
    asked = "one person, unless its version asks for two" if off else "two people"
    console.print(f"profile {profile}: {asked}{told}", markup=False)


def _decide(number: int, decision: Decision, signer: str, *, use_demo: bool) -> None:
    four_eyes = read_settings().four_eyes
    done = _signed(
        lambda running: dispositions.document(running, number, decision),
        lambda running, signed: dispositions.decide(
            running, number, decision, signed, four_eyes=four_eyes
        ),
        _pen(signer, "decision", decision.words),
        use_demo=use_demo,
    )
    what = decision.kind.replace("_", " ")
    told = (
        "done"
        if done.effective
        else f"waits for a second person: coldbind hold approve {done.disposition_id}"
    )
    console.print(
        f"hold {number}, unit {done.unit}: {what} signed as disposition {done.disposition_id}, {told}",
        markup=False,
    )


def _pen(signer: str, meaning: Meaning, reason: str) -> Pen:
    login = signer or whoever("")
    return Pen(login, password(f"Password of {login}: "), meaning, reason)


def _signed(
    document: Callable[[Transaction], Document],
    act: Callable[[Transaction, Signature], Decided],
    pen: Pen,
    *,
    use_demo: bool,
) -> Decided:
    with opened_database(demo=use_demo) as database:
        return sign_and_act(database, pen, document, act)

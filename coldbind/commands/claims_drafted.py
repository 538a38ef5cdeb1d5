"""Commands that put something on a claim: open, strike, items, reduce, charge, terms, note, attach."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from coldbind.commands.ledger import day, decimal
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.commands.times import At, when
from erp.claims import drafting, items
from erp.claims.drafting import Attachment, Charge, HandLine, Letter, is_picture
from erp.claims.handlers import Told
from erp.claims.items import HandItem
from erp.claims.store import Terms
from erp.evidence.printing import can_be_shown
from kernel.refusal import Refusal

Code = Annotated[str, typer.Argument(help="The claim.")]
Document = Annotated[str, typer.Option(help="The paper it belongs to.")]


def add_to(claims: typer.Typer) -> None:
    """Put these commands under `claims`."""
    claims.command("open")(open_claim)
    claims.command("strike")(strike)
    claims.command("add-item")(add_item)
    claims.command("strike-item")(strike_item)
    claims.command("reduce")(reduce)
    claims.command("charge")(charge)
    claims.command("terms")(terms)
    claims.command("note")(note)
    claims.command("attach")(attach)
    claims.command("promise")(promise)


def open_claim(
    receipt: Annotated[str, typer.Argument(help="The delivery.")],
    unit: Annotated[
        list[str] | None, typer.Option(help="UNIT or UNIT=QUANTITY; repeat it, or none.")
    ] = None,
    deficiency: Annotated[str, typer.Option(help="What is wrong with them.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Claim units of a delivery by hand, on its draft if there is one."""
    lines = tuple(_line(text, deficiency) for text in unit or ())
    with transaction(demo=use_demo) as running:
        code = drafting.open_claim(running, receipt, lines, whoever(by))
    console.print(f"claim {code}: {len(lines)} units claimed", markup=False)


def strike(
    code: Code,
    unit: Annotated[str, typer.Argument(help="The unit that is not claimed.")],
    reason: Annotated[str, typer.Option(help="Why not.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Take a unit off a draft."""
    with transaction(demo=use_demo) as running:
        drafting.strike(running, code, unit, reason, whoever(by))
    console.print(f"claim {code}: unit {unit} is not claimed", markup=False)


def strike_item(
    code: Code,
    number: Annotated[int, typer.Argument(help="The item's number.")],
    reason: Annotated[str, typer.Option(help="Why not.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Take an item off a draft."""
    with transaction(demo=use_demo) as running:
        items.strike_item(running, code, number, reason, whoever(by))
    console.print(f"claim {code}: item {number} is not claimed", markup=False)


def add_item(
    code: Code,
    kind: Annotated[str, typer.Argument(help="missing, damaged, wrong_product, too_old or other.")],
    line: Annotated[int, typer.Option(help="The order's line, whose price is claimed.")],
    quantity: Annotated[str, typer.Option(help="How much of it.")],
    deficiency: Annotated[str, typer.Option(help="What is wrong.")],
    lot: Annotated[str, typer.Option(help="The lot it is part of, if it came.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Claim a quantity of an order line that no unit stands for, such as what did not come."""
    wanted = HandItem(kind, line, decimal(quantity, "--quantity"), deficiency, lot)
    with transaction(demo=use_demo) as running:
        number = items.add_item(running, code, wanted, whoever(by))
    console.print(f"claim {code}: item {number}, {quantity} {kind.replace('_', ' ')}", markup=False)


def reduce(
    code: Code,
    unit: Annotated[str, typer.Argument(help="The unit.")],
    amount: Annotated[str, typer.Argument(help="What is claimed for it.")],
    reason: Annotated[str, typer.Option(help="Why less, such as what it is still worth.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Claim less for a unit than its whole price, because it is worth something to us."""
    wanted = decimal(amount, "AMOUNT")
    with transaction(demo=use_demo) as running:
        before = drafting.reduce(running, code, unit, wanted, reason, whoever(by))
    console.print(f"claim {code}: {wanted} claimed for unit {unit}, {before} before", markup=False)


def charge(
    code: Code,
    kind: Annotated[str, typer.Argument(help="freight, handling, disposal, missing or other.")],
    amount: Annotated[str, typer.Argument(help="How much.")],
    words: Annotated[str, typer.Option(help="What it is for.")],
    document: Document = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Claim a cost beside the goods, when that is agreed."""
    told = Told(whoever(by), 0, document=document)
    with transaction(demo=use_demo) as running:
        drafting.charge(running, code, Charge(kind, decimal(amount, "AMOUNT"), words), told)
    console.print(f"claim {code}: {kind} of {amount} claimed", markup=False)


def terms(
    supplier: Annotated[str, typer.Argument(help="The supplier.")],
    price_share: Annotated[str, typer.Option(help="Percent of the price made good.")] = "",
    answer_days: Annotated[int, typer.Option(help="Days the supplier has to answer.")] = 0,
    by: By = "",
    *,
    freight: Annotated[bool | None, typer.Option(help="Freight is borne.")] = None,
    handling: Annotated[bool | None, typer.Option(help="Handling is borne.")] = None,
    disposal: Annotated[bool | None, typer.Option(help="Disposal is borne.")] = None,
    use_demo: Demo = False,
) -> None:
    """Show or record what a supplier agreed to make good."""
    with transaction(demo=use_demo) as running:
        before = drafting.agreed_terms(running, supplier)
        agreed = Terms(
            before.supplier_id,
            supplier,
            decimal(price_share, "--price-share") if price_share else before.price_share,
            before.freight if freight is None else freight,
            before.handling if handling is None else handling,
            before.disposal if disposal is None else disposal,
            answer_days or before.answer_days,
        )
        drafting.put_terms(running, agreed, whoever(by))
    borne = [
        name
        for name, yes in (
            ("freight", agreed.freight),
            ("handling", agreed.handling),
            ("disposal", agreed.disposal),
        )
        if yes
    ]
    console.print(
        f"supplier {supplier} makes good {agreed.price_share:f} % of the price, "
        f"{', '.join(borne) or 'no costs'}; answers within {agreed.answer_days} days",
        markup=False,
    )


def note(
    code: Code,
    body: Annotated[str, typer.Argument(help="What it says.")],
    direction: Annotated[str, typer.Option(help="in, out, or note.")] = "note",
    correspondent: Annotated[str, typer.Option("--with", help="Who wrote, or was written to.")] = "",
    document: Document = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Keep a letter, a call or a note about a claim."""
    told = Told(whoever(by), when(at), document=document)
    with transaction(demo=use_demo) as running:
        drafting.write(running, code, Letter(direction, correspondent, body), told)
    console.print(f"claim {code}: noted", markup=False)


def attach(
    code: Code,
    file: Annotated[Path, typer.Argument(help="A photo or paper: JPEG, PNG, PDF, text.")],
    words: Annotated[str, typer.Option(help="What it shows.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Keep a photo or paper with a claim, for its evidence pack."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    with transaction(demo=use_demo) as running:
        digest = drafting.attach(running, code, Attachment(file.name, content, words), whoever(by))
    console.print(f"claim {code}: {file.name} kept, SHA-256 {digest}", markup=False)
    if is_picture(file.name) and not can_be_shown(file.name, content):
        console.print(
            "it is damaged: the pack has it as a file only; attach a whole one by another name"
        )


def promise(
    order: Annotated[str, typer.Argument(help="The purchase order.")],
    on: Annotated[str, typer.Argument(help="The day it was promised for.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record the day on which a supplier promised to deliver an order."""
    promised = day(on, "ON")
    with transaction(demo=use_demo) as running:
        drafting.promise(running, order, promised, whoever(by))
    console.print(f"order {order}: promised for {promised}", markup=False)


def _line(text: str, deficiency: str) -> HandLine:
    unit, sign, quantity = text.rpartition("=")
    if not sign:
        return HandLine(text, None, deficiency)
    many: Decimal = decimal(quantity, "--unit, quantity")
    return HandLine(unit, many, deficiency)

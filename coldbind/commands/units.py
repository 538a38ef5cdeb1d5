"""Commands about stock units: unit show, split, adjust, write-off."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.commands.times import At, KnownAt, clock, known, told, when
from erp.quality.moving import admit_write_off
from kernel.refusal import Refusal
from lotbinding.handlers.units import Count, Split, count, plain, split
from lotbinding.handlers.whereabouts import UnitCard, Whereabouts, unit_card

Document = Annotated[str, typer.Option(help="The paper or task it belongs to.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    unit = typer.Typer(help="Stock units: what of a lot moves as one.", no_args_is_help=True)
    unit.command("show")(show)
    unit.command("split")(split_unit)
    unit.command("adjust")(adjust)
    unit.command("write-off")(write_off)
    app.add_typer(unit, name="unit")


def show(
    unit: Annotated[str, typer.Argument(help="The stock unit.")],
    at: At = "",
    as_known_at: KnownAt = "",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Tell what a unit holds, where it is, and what it was split from."""
    instant_ = when(at)
    with transaction(demo=use_demo) as running:
        card = unit_card(running, unit, instant_, known(as_known_at))
    if as_json:
        typer.echo(msgspec.json.encode(_as_json(card)).decode())
        return
    of = f", split off {card.parent}" if card.parent else ""
    console.print(
        f"unit {card.code} of lot {card.lot}: {plain(card.quantity)} {card.unit_of_measure}, "
        f"began with {plain(card.began_with)}{of}",
        markup=False,
    )
    console.print(f"  {sentence(card.whereabouts)}", markup=False)
    for child in card.children:
        console.print(f"  split off it: {child}", markup=False)


def split_unit(
    unit: Annotated[str, typer.Argument(help="The stock unit a part is taken from.")],
    child: Annotated[str, typer.Argument(help="The code of the new unit.")],
    quantity: Annotated[str, typer.Argument(help="How much the new unit holds.")],
    document: Document = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Make a new unit from part of another one; it keeps what that one has felt."""
    wanted = Split(unit, child, quantity_of(quantity), when(at), whoever(by), document)
    with transaction(demo=use_demo) as running:
        split(running, wanted)
    console.print(f"unit {child}: {quantity} split off {unit}", markup=False)


def adjust(
    unit: Annotated[str, typer.Argument(help="The stock unit.")],
    counted: Annotated[str, typer.Argument(help="How much was counted.")],
    document: Document = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record how much was counted in a unit."""
    wanted = Count(unit, "adjust", quantity_of(counted), when(at), whoever(by), document)
    with transaction(demo=use_demo) as running:
        delta = count(running, wanted)
    told_ = f"adjusted by {plain(delta)}" if delta else "counted as known, nothing changed"
    console.print(f"unit {unit}: {told_}", markup=False)


def write_off(
    unit: Annotated[str, typer.Argument(help="The stock unit.")],
    quantity: Annotated[str, typer.Argument(help="How much was lost.")],
    document: Document = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record that part of a unit, or all of it, is lost; where it stands does not change."""
    wanted = Count(unit, "write_off", quantity_of(quantity), when(at), whoever(by), document)
    with transaction(demo=use_demo) as running:
        admit_write_off(running, unit, wanted.occurred_at)
        count(running, wanted)
    console.print(f"unit {unit}: {quantity} written off", markup=False)


def sentence(found: Whereabouts) -> str:
    """Where something is, in words."""
    if found.location is None and found.handling_unit is None:
        return "not with us"
    inside = f" inside handling unit {found.handling_unit}" if found.handling_unit else ""
    since = f" from {clock(found.span.start)} to {clock(found.span.end)}" if found.span else ""
    return f"{found.location or 'under way'}{inside}{since}"


def whereabouts_as_json(found: Whereabouts) -> dict[str, object]:
    """Where something is, for a program."""
    return {
        "location": found.location,
        "handling_unit": found.handling_unit,
        "since": told(found.span.start) if found.span else None,
        "until": told(found.span.end) if found.span else None,
    }


def _as_json(card: UnitCard) -> dict[str, object]:
    return {
        "unit": card.code,
        "lot": card.lot,
        "quantity": plain(card.quantity),
        "unit_of_measure": card.unit_of_measure,
        "began_with": plain(card.began_with),
        "parent": card.parent,
        "children": list(card.children),
        **whereabouts_as_json(card.whereabouts),
    }


def quantity_of(text: str) -> Decimal:
    """A written quantity; refused in words when it is none."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or amount != amount.quantize(Decimal("0.000001")):
        raise Refusal(f"quantity {text!r}: write a number such as 48 or 2.5, with at most 6 decimals")
    return amount

"""Commands about picking: pick list, pick take, pick back, rotation."""

from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson
from coldbind.commands.session import By, Demo, console, recorded, transaction, whoever
from coldbind.commands.times import At, when
from coldbind.commands.units import quantity_of
from erp.fulfilment import store
from erp.fulfilment.picking import Pick, pick, put_back
from erp.wording import plain

Order = Annotated[str, typer.Option(help="Only this order.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    picking = typer.Typer(help="Taking goods for orders.", no_args_is_help=True)
    picking.command("list")(pick_list)
    picking.command("take")(take)
    picking.command("back")(back)
    app.add_typer(picking, name="pick")
    app.command()(rotation)


def pick_list(
    order: Order = "",
    wave: Annotated[str, typer.Option(help="Only this wave.")] = "",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List what is to be picked, place by place."""
    with transaction(demo=use_demo) as running:
        found = store.pick_list(running, order or None, wave or None)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        inside = f" in {one.handling_unit}" if one.handling_unit else ""
        part = "" if one.whole else " of it"
        console.print(
            f"{one.location}{inside}: unit {one.unit}, "
            f"{plain(one.quantity)} {one.unit_of_measure}{part}, "
            f"lot {one.lot}, expires {one.expires_on or 'never'}, for {one.order} line {one.line}",
            markup=False,
        )
    if not found:
        console.print("nothing to pick", markup=False)


def take(
    order: Annotated[str, typer.Argument(help="The sales order.")],
    unit: Annotated[str, typer.Argument(help="The stock unit it was taken from.")],
    to: Annotated[str, typer.Option(help="The place it was brought to.")],
    line: Annotated[int, typer.Option(help="The order's line.")] = 1,
    quantity: Annotated[
        str, typer.Option(help="How much; what the line was promised of it when left out.")
    ] = "",
    as_unit: Annotated[str, typer.Option("--as", help="The code of what is split off.")] = "",
    reason: Annotated[str, typer.Option(help="Why another lot than the promised one.")] = "",
    client_id: Annotated[str, typer.Option(help="The scanner's id of this pick.")] = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record what was picked, and whether it was the right one."""
    told = Pick(
        order=order,
        line=line,
        unit=unit,
        to=to,
        picked_at=when(at),
        by=whoever(by),
        quantity=quantity_of(quantity) if quantity else None,
        as_unit=as_unit,
        reason=reason,
        client_id=client_id or None,
    )
    done = recorded(lambda running: pick(running, told), demo=use_demo)
    if not done.recorded:
        console.print(f"unit {done.unit}: recorded before, nothing changed", markup=False)
        return
    order_ = "in order" if done.in_order else f"out of order, {done.first} came first"
    console.print(f"unit {done.unit}: {plain(done.quantity)} picked, {order_}", markup=False)


def back(
    unit: Annotated[str, typer.Argument(help="The unit as it was picked.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Take back a pick: the unit is free again, where it stands."""
    recorded(lambda running: put_back(running, unit, whoever(by), reason), demo=use_demo)
    console.print(f"unit {unit}: free again", markup=False)


def rotation(
    order: Order = "",
    lot: Annotated[str, typer.Option(help="Only picks of this lot.")] = "",
    *,
    out_of_order: Annotated[bool, typer.Option("--wrong", help="Only picks out of order.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Tell of every pick whether it was the right one by what was known then."""
    with transaction(demo=use_demo) as running:
        found = store.picks(running, order or None, lot or None, out_of_order=out_of_order)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        told = "in order"
        if not one.in_order:
            told = (
                f"out of order: {one.first_unit} of lot {one.first_lot} came first "
                f"(expires {one.first_expires_on or 'never'}): {one.reason}"
            )
        console.print(
            f"pick {one.pick_id}: {plain(one.quantity)} of {one.taken_from}, lot {one.lot} (expires "
            f"{one.expires_on or 'never'}), for {one.order} line {one.line} by {one.picked_by}, {told}",
            markup=False,
        )
    if not found:
        console.print("no picks", markup=False)

"""Commands about what leaves and comes back: shipment open, load, dispatch, deliver, show; return."""

from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.session import By, Demo, console, recorded, transaction, whoever
from coldbind.commands.times import At, when
from coldbind.commands.units import quantity_of
from coldbind.conditions import conditions_of
from coldbind.csv_rows import csv_of
from erp.fulfilment import shipment_store as store
from erp.fulfilment import shipping
from erp.fulfilment.returns import Return, take_back
from erp.fulfilment.shipment_store import Loaded, ManifestLine, Shipment
from erp.wording import degrees, length, plain
from kernel.instants import SECOND
from kernel.refusal import Refusal

Code = Annotated[str, typer.Argument(help="The shipment.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]


class Form(StrEnum):
    """How a manifest is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    shipment = typer.Typer(help="What leaves for customers.", no_args_is_help=True)
    shipment.command("open")(open_shipment)
    shipment.command("load")(load)
    shipment.command("dispatch")(dispatch)
    shipment.command("deliver")(deliver)
    shipment.command("cancel")(cancel)
    shipment.command("list")(list_shipments)
    shipment.command("show")(show)
    app.add_typer(shipment, name="shipment")
    app.command("return")(give_back)


def open_shipment(
    code: Code,
    customer: Annotated[str, typer.Option(help="The customer.")],
    vehicle: Annotated[str, typer.Option(help="The vehicle, a place; what is loaded goes there.")] = "",
    carrier: Annotated[str, typer.Option(help="Who drives.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Goods shall leave for a customer together."""
    new = recorded(
        lambda running: shipping.open_shipment(
            running, code, customer, whoever(by), vehicle=vehicle or None, carrier=carrier
        ),
        demo=use_demo,
    )
    console.print(
        f"shipment {code}: {'opened' if new else 'told before, nothing changed'}", markup=False
    )


def load(
    code: Code,
    goods: Annotated[list[str], typer.Argument(metavar="UNIT..", help="Units or handling units.")],
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Load what was picked."""
    instant_ = when(at)
    units = recorded(
        lambda running: shipping.load(running, code, goods, instant_, whoever(by)), demo=use_demo
    )
    console.print(f"shipment {code}: {', '.join(units)} loaded", markup=False)


def dispatch(code: Code, at: At = "", by: By = "", *, use_demo: Demo = False) -> None:
    """The shipment leaves: its manifest and the condition of each unit are written down."""
    instant_ = when(at)
    goods = recorded(
        lambda running: shipping.dispatch(running, code, instant_, whoever(by), conditions_of),
        demo=use_demo,
    )
    console.print(f"shipment {code}: {len(goods)} units have left", markup=False)


def deliver(
    code: Code,
    to: Annotated[str, typer.Option(help="Who took it.")],
    remark: Annotated[str, typer.Option(help="What they remarked.")] = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record the proof of delivery."""
    instant_ = when(at)
    recorded(
        lambda running: shipping.deliver(running, code, instant_, whoever(by), to=to, remark=remark),
        demo=use_demo,
    )
    console.print(f"shipment {code}: delivered to {to}", markup=False)


def cancel(code: Code, reason: Why, by: By = "", *, use_demo: Demo = False) -> None:
    """The shipment does not leave."""
    recorded(
        lambda running: shipping.cancel_shipment(running, code, whoever(by), reason), demo=use_demo
    )
    console.print(f"shipment {code}: cancelled", markup=False)


def list_shipments(*, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """List the shipments, the newest first."""
    with transaction(demo=use_demo) as running:
        found = store.shipments(running)
    report(found, map(_line, found), "no shipments", as_json=as_json)


def show(
    code: Code,
    form: Annotated[Form, typer.Option("--format", help="table, csv or json.")] = Form.TABLE,
    *,
    use_demo: Demo = False,
) -> None:
    """Tell what is loaded, or what left with a shipment and in which condition it left us."""
    with transaction(demo=use_demo) as running:
        found = store.shipments(running, code)
        if not found:
            raise Refusal(f"there is no shipment {code!r}: coldbind shipment list shows them")
        loaded = store.loaded(running, found[0].shipment_id)
        lines = store.manifest(running, code)
    if form is Form.JSON:
        told = {"shipment": found[0], "loaded": loaded, "manifest": lines}
        typer.echo(msgspec.json.encode(told).decode())
        return
    if form is Form.CSV:
        typer.echo(csv_of(ManifestLine, lines), nl=False)
        return
    console.print(_line(found[0]), markup=False)
    for one in loaded:
        console.print(_loaded_line(one), markup=False)
    for line in lines:
        console.print(_manifest_line(line), markup=False)


def give_back(
    code: Annotated[str, typer.Argument(help="The number of the return.")],
    shipment: Annotated[str, typer.Argument(help="The shipment it left with.")],
    unit: Annotated[str, typer.Argument(help="The unit as it left.")],
    location: Annotated[str, typer.Option(help="Where it stands now.")],
    reason: Annotated[str, typer.Option(help="Why it came back.")],
    quantity: Annotated[str, typer.Option(help="How much; all of it when left out.")] = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record what a customer sent back; it is held for inspection."""
    told = Return(
        code,
        shipment,
        unit,
        location,
        when(at),
        whoever(by),
        reason,
        quantity_of(quantity) if quantity else None,
    )
    back, new = recorded(lambda running: take_back(running, told), demo=use_demo)
    said = "is back, held for inspection" if new else "recorded before, nothing changed"
    console.print(f"unit {back}: {said}", markup=False)


def _line(one: Shipment) -> str:
    left = f", left {one.dispatched_at:%Y-%m-%d %H:%M} UTC" if one.dispatched_at else ""
    there = (
        f", taken by {one.delivered_to} {one.delivered_at:%Y-%m-%d %H:%M} UTC"
        if one.delivered_at
        else ""
    )
    remark = f": {one.remark}" if one.remark else ""
    return f"shipment {one.code} for {one.customer}, {one.state}{left}{there}{remark}"


def _loaded_line(one: Loaded) -> str:
    carrier = f" in {one.handling_unit}" if one.handling_unit else ""
    return f"  {one.unit}{carrier} for {one.order}: loaded"


def _manifest_line(one: ManifestLine) -> str:
    felt = "felt nothing we know of"
    if one.lowest is not None and one.highest is not None:
        felt = f"{degrees(one.lowest)} to {degrees(one.highest)}"
        if one.mkt is not None:
            felt += f", MKT {degrees(one.mkt)}"
        if one.unmonitored_seconds:
            felt += f", unmonitored {length(round(one.unmonitored_seconds * SECOND))}"
    return (
        f"  {one.unit}: {plain(one.quantity)} {one.unit_of_measure} of {one.product}, lot {one.lot}, "
        f"expires {one.expires_on or 'never'}, for {one.order} line {one.line}: {felt}"
    )

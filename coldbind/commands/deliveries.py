"""Commands about deliveries: delivery announce, receive, list, show, judge."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.commands.times import At, when
from coldbind.delivery_file import announced_lines, delivered_lots
from coldbind.wiring import CONDITIONS
from erp.receiving import deliveries
from erp.receiving.cards import ListedDelivery, delivery_card, delivery_lines, listed
from erp.receiving.deliveries import Announcement, Delivery
from kernel.refusal import Refusal

Receipt = Annotated[str, typer.Argument(help="The number of the delivery.")]
Order = Annotated[str, typer.Option(help="The purchase order.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    delivery = typer.Typer(help="Deliveries at a dock.", no_args_is_help=True)
    delivery.command("announce")(announce)
    delivery.command("receive")(receive)
    delivery.command("list")(list_deliveries)
    delivery.command("show")(show)
    delivery.command("judge")(judge)
    app.add_typer(delivery, name="delivery")


def announce(
    code: Annotated[str, typer.Argument(help="The number of the advance shipping notice.")],
    order: Order,
    file: Annotated[Path, typer.Option(help="CSV: product, quantity [, supplier_lot].")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record what a supplier says is on the way."""
    told = Announcement(code, order, announced_lines(file), whoever(by))
    with transaction(demo=use_demo) as running:
        new = deliveries.announce(running, told)
    ending = "" if new else " (told before, nothing changed)"
    console.print(f"announcement {code}: {len(told.lines)} lines{ending}", markup=False)


def receive(
    receipt: Receipt,
    dock: Annotated[str, typer.Option(help="The dock door it arrived at.")],
    file: Annotated[
        Path,
        typer.Option(
            help="CSV: product, quantity [, unit, lot, supplier_lot, expires_on, produced_on, "
            "damaged, damage, line]."
        ),
    ],
    order: Annotated[str, typer.Option(help="The purchase order.")] = "",
    announcement: Annotated[str, typer.Option(help="The shipping notice it is counted against.")] = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record a whole delivery, matched to its order; a row that is wrong stops no other one."""
    lots, faults = delivered_lots(file)
    told = Delivery(receipt, dock, when(at), lots, whoever(by), order, announcement)
    with transaction(demo=use_demo) as running:
        outcomes = deliveries.receive(running, told)
        card = delivery_card(running, receipt)
    if card is not None:
        for line in delivery_lines(msgspec.json.decode(card)):
            console.print(line, markup=False, soft_wrap=True)
    refused = [f"{one.lot.written}: {one.refused}" for one in outcomes if one.refused is not None]
    if faults or refused:
        raise Refusal("\n".join([*faults, *refused]))


def show(receipt: Receipt, *, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """Tell what came, what is flagged, and in which conditions it came."""
    with transaction(demo=use_demo) as running:
        card = delivery_card(running, receipt)
    if card is None:
        raise Refusal(f"there is no receipt {receipt!r}: record the arrival first")
    if as_json:
        typer.echo(card)
        return
    for line in delivery_lines(msgspec.json.decode(card)):
        console.print(line, markup=False, soft_wrap=True)


def judge(receipt: Receipt, *, use_demo: Demo = False) -> None:
    """Take the conditions of a delivery again, by all readings that are known now."""
    with transaction(demo=use_demo) as running:
        CONDITIONS.again(running, receipt)
    show(receipt, use_demo=use_demo)


def list_deliveries(
    *,
    decided: Annotated[bool, typer.Option("--all", help="Also those that are decided.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List the deliveries that wait for a decision, newest first."""
    with transaction(demo=use_demo) as running:
        found = listed(running, decided=decided)
    report(found, map(_delivery_line, found), "no deliveries", as_json=as_json)


def _delivery_line(one: ListedDelivery) -> str:
    decision = (one.decision or "not decided").replace("_", " ")
    flags = f", {one.flags} flags" if one.flags else ""
    return (
        f"delivery {one.receipt} of {one.supplier}, order {one.order}, arrived "
        f"{one.arrived_at:%Y-%m-%d %H:%M} UTC at {one.dock}: {one.lots} lots{flags}, {decision}"
    )

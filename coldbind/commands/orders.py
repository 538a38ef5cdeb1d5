"""Commands about sales orders and waves: sale add, list, allocate, ..; wave add, release, list."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.session import By, Demo, console, recorded, transaction, whoever
from coldbind.commands.times import clock
from coldbind.commands.units import quantity_of
from erp.fulfilment import allocation, handlers, order_store
from erp.fulfilment.handlers import NewOrder, OrderedLine
from erp.wording import plain
from kernel.instants import instant
from kernel.refusal import Refusal

Code = Annotated[str, typer.Argument(help="The sales order.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    order = typer.Typer(help="What customers ordered.", no_args_is_help=True)
    order.command("add")(add_order)
    order.command("list")(list_orders)
    order.command("show")(show_order)
    order.command("allocate")(allocate)
    order.command("release")(release)
    order.command("cancel")(cancel)
    order.command("close")(close)
    app.add_typer(order, name="sale")
    wave = typer.Typer(help="Orders that are picked together.", no_args_is_help=True)
    wave.command("add")(add_to_wave)
    wave.command("release")(release_wave)
    wave.command("list")(list_waves)
    app.add_typer(wave, name="wave")


def add_order(
    code: Code,
    customer: Annotated[str, typer.Option(help="The customer.")],
    deliver: Annotated[str, typer.Option(help="The day of delivery, such as 2026-03-03.")],
    line: Annotated[list[str], typer.Option(help="PRODUCT=QUANTITY; repeat it.")],
    ordered: Annotated[str, typer.Option(help="The day it was ordered; today when left out.")] = "",
    minimum_life: Annotated[
        int | None, typer.Option(help="Days of use left on delivery; the customer's when left out.")
    ] = None,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record what a customer ordered."""
    today = datetime.now(UTC).date()
    told = NewOrder(
        code,
        customer,
        _day(ordered, "--ordered") if ordered else today,
        _day(deliver, "--deliver"),
        [_line(number, text) for number, text in enumerate(line, 1)],
        minimum_life,
    )
    new = recorded(lambda running: handlers.put_order(running, told, whoever(by)), demo=use_demo)
    console.print(
        f"order {code}: {'recorded' if new else 'told before, nothing changed'}", markup=False
    )


def list_orders(
    *,
    ended: Annotated[bool, typer.Option("--all", help="Also those that ended.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List the orders, the newest first."""
    with transaction(demo=use_demo) as running:
        found = order_store.orders(running, ended=ended)
    report(found, map(_order_line, found), "no open orders", as_json=as_json)


def show_order(code: Code, *, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """Tell what was ordered, and what of it is promised, picked and dispatched."""
    with transaction(demo=use_demo) as running:
        found = order_store.orders(running, code)
        if not found:
            raise Refusal(f"there is no sales order {code!r}: coldbind sale list shows them")
        lines = order_store.lines(running, [found[0].sales_order_id])
    if as_json:
        typer.echo(msgspec.json.encode({"order": found[0], "lines": lines}).decode())
        return
    console.print(_order_line(found[0]), markup=False)
    for line in lines:
        console.print(
            f"  line {line.line}: {plain(line.quantity)} {line.unit_of_measure} of {line.product}: "
            f"{plain(line.reserved)} promised, {plain(line.picked)} picked, "
            f"{plain(line.dispatched)} dispatched, {plain(line.missing)} missing",
            markup=False,
        )


def allocate(
    codes: Annotated[list[str], typer.Argument(metavar="ORDER..", help="In the order of service.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Promise stock to orders, first expiring first; exit code 1 when something is missing."""
    today = datetime.now(UTC).date()
    missing = recorded(
        lambda running: allocation.allocate_orders(running, codes, today, whoever(by)), demo=use_demo
    )
    _tell_missing(f"order {', '.join(codes)}", missing)


def release(code: Code, reason: Why, by: By = "", *, use_demo: Demo = False) -> None:
    """Give free what was promised to an order."""
    count = recorded(
        lambda running: allocation.release_orders(running, code, whoever(by), reason), demo=use_demo
    )
    console.print(f"order {code}: {count} promises taken back", markup=False)


def cancel(code: Code, reason: Why, by: By = "", *, use_demo: Demo = False) -> None:
    """Nothing of an order is wanted any more."""
    recorded(lambda running: handlers.cancel_order(running, code, whoever(by), reason), demo=use_demo)
    console.print(f"order {code}: cancelled", markup=False)


def close(code: Code, reason: Why, by: By = "", *, use_demo: Demo = False) -> None:
    """Nothing more of an order is delivered."""
    recorded(lambda running: handlers.close_order(running, code, whoever(by), reason), demo=use_demo)
    console.print(f"order {code}: closed", markup=False)


def add_to_wave(
    wave: Annotated[str, typer.Argument(help="The wave; opened when it is not known.")],
    orders: Annotated[list[str], typer.Argument(metavar="ORDER..")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Have orders picked together."""
    recorded(lambda running: handlers.add_to_wave(running, wave, orders, whoever(by)), demo=use_demo)
    console.print(f"wave {wave}: {', '.join(orders)} joined", markup=False)


def release_wave(
    wave: Annotated[str, typer.Argument(help="The wave.")], by: By = "", *, use_demo: Demo = False
) -> None:
    """Promise stock to all orders of a wave: coldbind pick list --wave shows what to take where."""
    today = datetime.now(UTC).date()
    missing = recorded(
        lambda running: allocation.release_wave(running, wave, today, whoever(by)), demo=use_demo
    )
    _tell_missing(f"wave {wave}", missing)


def list_waves(
    *,
    ended: Annotated[bool, typer.Option("--all", help="Also those that are done.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List the waves with their orders, the newest first."""
    with transaction(demo=use_demo) as running:
        found = order_store.waves(running, ended=ended)
    report(found, map(_wave_line, found), "no waves: coldbind wave add opens one", as_json=as_json)


def _tell_missing(what: str, missing: list[allocation.Shortage]) -> None:
    for one in missing:
        console.print(
            f"order {one.order} line {one.line}: {plain(one.missing)} of {one.product} missing",
            markup=False,
        )
    if missing:
        raise typer.Exit(1)
    console.print(f"{what}: all promised", markup=False)


def _order_line(one: order_store.Order) -> str:
    wave = f", wave {one.wave}" if one.wave else ""
    return (
        f"order {one.code} for {one.customer}, delivered on {one.deliver_on} with "
        f"{one.minimum_life_days} days of use left, {one.state}{wave}"
    )


def _wave_line(one: order_store.WaveOfOrders) -> str:
    since = one.ended_at or one.released_at or one.opened_at
    return (
        f"wave {one.code}: {one.state} since {clock(instant(since))}, orders {', '.join(one.orders)}, "
        f"{one.open_orders} open"
    )


def _line(number: int, text: str) -> OrderedLine:
    product, _, quantity = text.rpartition("=")
    if not product:
        raise Refusal(f"--line {text!r}: write PRODUCT=QUANTITY, such as VAX-10=48")
    amount: Decimal = quantity_of(quantity)
    return OrderedLine(number, product, amount)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"{option} {text!r} is not a day such as 2026-12-31") from error

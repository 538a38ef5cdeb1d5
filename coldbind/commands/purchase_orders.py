"""Commands about purchase orders: order list, show, close, reopen."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.session import By, Demo, console, transaction, whoever
from erp.purchasing import closing, registers
from erp.receiving.cards import order_card, order_lines
from kernel.refusal import Refusal
from storage.database import Transaction

Order = Annotated[str, typer.Argument(help="The purchase order.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    order = typer.Typer(help="Purchase orders.", no_args_is_help=True)
    order.command("list")(list_orders)
    order.command("show")(show)
    order.command("close")(close)
    order.command("reopen")(reopen)
    app.add_typer(order, name="order")


def list_orders(
    *,
    complete: Annotated[
        bool, typer.Option("--all", help="Also those of which nothing is open.")
    ] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List the orders of which something is still to come, newest first."""
    with transaction(demo=use_demo) as running:
        found = registers.orders(running, complete=complete)
    report(found, map(_line, found), "no open orders", as_json=as_json)


def show(order: Order, *, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """Tell what is ordered and open, and which lots came under each line."""
    with transaction(demo=use_demo) as running:
        card = _card(running, order)
    if as_json:
        typer.echo(card)
        return
    for line in order_lines(msgspec.json.decode(card)):
        console.print(line, markup=False, soft_wrap=True)


def close(
    order: Order,
    reason: Why,
    line: Annotated[int | None, typer.Option(help="The line; every open one when left out.")] = None,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """The rest of an order, or of a line of it, will not come; tell how to claim it."""
    with transaction(demo=use_demo) as running:
        closed = {one.line for one in closing.close(running, order, line, whoever(by), reason)}
        card = msgspec.json.decode(_card(running, order))
    for one in card["lines"]:
        if one["line"] in closed:
            for told in _closed(order, one):
                console.print(told, markup=False, soft_wrap=True)


def reopen(
    order: Order,
    line: Annotated[int, typer.Option(help="The line.")],
    reason: Why,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """The rest of a closed line may come after all."""
    with transaction(demo=use_demo) as running:
        closing.reopen(running, order, line, whoever(by), reason)
    console.print(f"order {order} line {line}: open again", markup=False)


def _card(running: Transaction, order: str) -> str:
    card = order_card(running, order)
    if card is None:
        raise Refusal(f"there is no order {order!r}: record the purchase order first")
    return card


def _line(one: registers.KnownOrder) -> str:
    lines = "1 line" if one.lines == 1 else f"{one.lines} lines"
    rest = f"{one.open} open" if one.open else "nothing open"
    return f"order {one.code} to {one.supplier} of {one.ordered_on}, {one.currency}: {lines}, {rest}"


def _closed(order: str, line: dict[str, Any]) -> Iterator[str]:
    missing = line["closed"]["missing"]
    yield (
        f"order {order} line {line['line']}: closed, {missing} of {line['quantity']} "
        f"{line['unit_of_measure']} of {line['product']} did not come"
    )
    accepted = [one for one in line["lots"] if (one["decision"] or "").startswith("accepted")]
    if accepted:
        yield (
            f"  to claim them: coldbind claims open {accepted[-1]['receipt']}, then coldbind claims "
            f"add-item CLAIM missing --line {line['line']} --quantity {missing} --deficiency .."
        )

"""The command about stability budgets: budget."""

from typing import Annotated

import typer

from coldbind.budget_text import lines
from coldbind.commands.answers import AsJson
from coldbind.commands.places import now
from coldbind.commands.session import Demo, console, transaction
from coldbind.wiring import BINDING
from rules.budget_report import budgets_json
from rules.budgets import budgets_of


def add_to(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command()(budget)


def budget(
    goods: Annotated[str, typer.Argument(metavar="LOT|UNIT", help="A lot or one stock unit.")],
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Tell what units have used of their stability budgets, and when these run out as things are."""
    with transaction(demo=use_demo) as running:
        found = budgets_of(running, BINDING.exposures_of, lot=goods, unit=goods)
    if as_json:
        typer.echo(budgets_json(found).decode())
        return
    for line in lines(found, now()):
        console.print(line, markup=False)
    if not found:
        console.print(f"{goods}: its profile has no stability budget", markup=False)

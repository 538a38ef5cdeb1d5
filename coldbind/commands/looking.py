"""Commands that look: trace, doctor."""

from typing import Annotated

import msgspec
import typer

from coldbind.commands.session import Demo, console, transaction
from coldbind.doctor import examine
from coldbind.settings import read_settings
from erp.trace.handlers import trace_lot
from erp.trace.text import lines
from kernel.refusal import Refusal


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(trace)
    app.command()(doctor)


def trace(
    lot: Annotated[str, typer.Argument(help="The lot's code.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The whole story as JSON.")] = False,
    use_demo: Demo = False,
) -> None:
    """Tell a lot's whole story: order, receipt, stays, excursions, holds, claims."""
    with transaction(demo=use_demo) as running:
        story = trace_lot(running, lot)
    if story is None:
        raise Refusal(f"lot {lot!r} is not known: write its code as it was received")
    if as_json:
        typer.echo(story)
        return
    for line in lines(msgspec.json.decode(story)):
        console.print(line, markup=False, soft_wrap=True)


def doctor() -> None:
    """Check every link of the path and say what to do about what does not hold."""
    checks = examine(read_settings())
    for check in checks:
        mark = "[green]ok  [/]" if check.ok else "[red]FAIL[/]"
        console.print(f"{mark} {check.what}: ", end="")
        console.print(check.answer, markup=False, soft_wrap=True)
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)

"""How a command answers: lines for people, or JSON for programs."""

from collections.abc import Iterable
from typing import Annotated

import msgspec
import typer

from coldbind.commands.session import console

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


def report(found: object, lines: Iterable[str], nothing: str = "", *, as_json: bool) -> None:
    """Print `lines`, or all that was found as JSON; `nothing` is said when there are no lines."""
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    told = list(lines)
    for line in told or ([nothing] if nothing else []):
        console.print(line, markup=False)

"""`coldbind status`: how the way into the database is doing."""

from typing import Annotated

import typer

from coldbind.commands.answers import report
from coldbind.commands.session import Demo, transaction
from ingest.status import links
from ingest.status_text import lines


def add_to(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command()(status)


def status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON.")] = False,
    use_demo: Demo = False,
) -> None:
    """Say of each gateway what came and what is missing, what is parked, and what is still to judge."""
    with transaction(demo=use_demo) as running:
        found = links(running)
    report(found, lines(found), as_json=as_json)

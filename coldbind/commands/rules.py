"""Commands about profiles and their rules."""

import typer

from coldbind.commands import profiles_tried

app = typer.Typer(help="Temperature profiles and their rules.", no_args_is_help=True)
profiles_tried.add_to(app)


def add_to(parent: typer.Typer) -> None:
    """Put these commands on the command line."""
    parent.add_typer(app, name="rules")

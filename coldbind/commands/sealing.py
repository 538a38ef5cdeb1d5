"""The command `seal`: days gone by become one row each, which is quick to read."""

import time
from typing import Annotated

import typer

from coldbind.commands.session import Demo, console, opened_database
from ingest import sealing
from kernel.refusal import Refusal


def add_to(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command("seal")(seal)


def seal(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Compare every sealed day with its readings instead.")
    ] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Drop all sealed days before.")] = False,
    use_demo: Demo = False,
) -> None:
    """Seal all days that are over, which ingest does by itself once a minute."""
    if check and anew:
        raise Refusal("--check changes nothing and --anew seals again: write one of them")
    with opened_database(demo=use_demo) as database:
        if check:
            with database.transaction() as running:
                found, now = sealing.differing(running), sealing.sealing(running)
            if found:
                first = ", ".join(f"{one.series} on {one.day}" for one in found)
                raise Refusal(
                    f"sealed days that differ from their readings: {first}: coldbind seal --anew"
                )
            console.print(f"all {now.sealed:,} sealed series-days hold exactly their readings")
            return
        if anew:
            with database.transaction() as running:
                if not sealing.forget_seals(running):
                    raise Refusal("another process seals just now, or late readings come in: try again")
        done = sealing.seal_all(database, time.time_ns() // 1000)
        with database.transaction() as running:
            now = sealing.sealing(running)
    console.print(
        f"{done.readings:,} readings of {done.days:,} series-days sealed now; "
        f"{now.sealed:,} are sealed, {now.waiting:,} wait for their day to be over"
    )

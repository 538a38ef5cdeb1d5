"""Times on the command line: when something happened, and until when it was known."""

from datetime import datetime
from typing import Annotated

import typer

from coldbind.commands.places import now
from coldbind.site_file import parse_time
from kernel.instants import BEGINNING, FOREVER, MINUTE, moment
from kernel.refusal import Refusal

At = Annotated[str, typer.Option(help="When it happened, ISO 8601 with zone; now when left out.")]
KnownAt = Annotated[
    str,
    typer.Option("--as-known-at", help="Answer from what was recorded by then, ISO 8601 with zone."),
]

_CLOCKS_DIFFER = 10 * MINUTE
"""A scanner's clock may be ahead of ours by this much."""


def when(text: str) -> int:
    """The instant of `--at`; now when it is empty, refused when it has not come yet."""
    at, this_moment = parse_time(text, "--at") if text else now(), now()
    if at > this_moment + _CLOCKS_DIFFER:
        raise Refusal(f"--at {text} has not come yet: write when it happened")
    return at


def known(text: str) -> int | None:
    """The instant of `--as-known-at`; None (all that is known now) when it is empty."""
    return parse_time(text, "--as-known-at") if text else None


def told(at: int) -> datetime | None:
    """An instant for JSON; None for the ends of time."""
    return moment(at) if BEGINNING < at < FOREVER else None


def clock(at: int) -> str:
    """An instant for people."""
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC" if BEGINNING < at < FOREVER else "now"

"""Commands about what could not be stored: parked list, show, replay, discard."""

from datetime import datetime
from typing import Annotated

import typer

from coldbind.commands.answers import report
from coldbind.commands.session import By, Demo, console, opened_database, transaction, whoever
from coldbind.settings import read_settings
from coldbind.sources import decoders
from ingest.parked import Sought, extent, parked_entries, parked_groups, parked_lines
from ingest.parked_text import entry_lines, group_lines, replayed_lines
from ingest.path import Limits
from ingest.replay import Replay
from ingest.replay import discard as discard_entries
from kernel.instants import SECOND, parse_moment
from kernel.refusal import Refusal

_LARGEST = 2**63 - 1

Ids = Annotated[
    list[int] | None, typer.Argument(help="Numbers from `parked list`.", min=1, max=_LARGEST)
]
Code = Annotated[str | None, typer.Option(help="Only this reason, such as unknown_series.")]
Sensor = Annotated[str | None, typer.Option(help="Only readings of this sensor.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    parked = typer.Typer(help="What could not be stored, with the reason.", no_args_is_help=True)
    parked.command("list")(list_parked)
    parked.command("show")(show)
    parked.command("replay")(replay)
    parked.command("discard")(discard)
    app.add_typer(parked, name="parked")


def list_parked(
    code: Code = None,
    sensor: Sensor = None,
    topic: Annotated[str | None, typer.Option(help="Only topics with this text in them.")] = None,
    since: Annotated[str, typer.Option(help="Only what came since then, ISO 8601 with zone.")] = "",
    limit: Annotated[
        int, typer.Option(min=0, max=1_000_000, help="How many entries to show, newest first.")
    ] = 20,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Reasons and entries as JSON.")] = False,
    use_demo: Demo = False,
) -> None:
    """What waits, by reason, and the newest entries."""
    sought = Sought(code, sensor, topic, _moment(since) if since else None)
    with transaction(demo=use_demo) as running:
        groups, found = parked_groups(running, sought), parked_lines(running, sought, limit)
    report({"reasons": groups, "entries": found}, group_lines(groups, found), as_json=as_json)


def show(
    number: Annotated[int, typer.Argument(help="A number from `parked list`.", min=1, max=_LARGEST)],
    *,
    use_demo: Demo = False,
) -> None:
    """One entry with its payload as people can read it."""
    with transaction(demo=use_demo) as running:
        found = parked_entries(running, [number])
    if not found:
        raise Refusal(f"there is no parked record {number}: coldbind parked list shows them")
    for line in entry_lines(found[0]):
        console.print(line, markup=False)


def replay(
    ids: Ids = None,
    code: Code = None,
    sensor: Sensor = None,
    by: By = "",
    *,
    everything: Annotated[bool, typer.Option("--all", help="Everything that waits.")] = False,
    use_demo: Demo = False,
) -> None:
    """Take up again what waits, after the fix; what cannot be stored stays with its reason.

    A large replay goes in pieces, each one transaction; interrupted, it can be typed again.
    """
    if sum((bool(ids), code is not None, sensor is not None, everything)) != 1:
        raise Refusal(
            "say what to replay: numbers from coldbind parked list, --code, --sensor or --all"
        )
    settings = read_settings()
    limits = Limits(settings.future_tolerance_s * SECOND, settings.late_after_s * SECOND)
    with opened_database(demo=use_demo) as database:
        taken_up = Replay(database, decoders(settings).decode, limits, whoever(by))
        done = taken_up.run(Sought(code, sensor, ids=ids or None))
        with database.transaction() as running:
            left = extent(running, Sought()).entries
    for line in replayed_lines(done, left):
        console.print(line, markup=False)


def discard(
    ids: Annotated[list[int], typer.Argument(help="Numbers from `parked list`.", min=1, max=_LARGEST)],
    reason: Annotated[str, typer.Option(help="Why nobody needs it; goes into the audit record.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Give up parked entries for a reason; they are kept, and no longer listed."""
    with transaction(demo=use_demo) as running:
        count = discard_entries(running, list(dict.fromkeys(ids)), whoever(by), reason)
    console.print(f"{count} parked {'entry is' if count == 1 else 'entries are'} discarded")


def _moment(text: str) -> datetime:
    try:
        return parse_moment(text)
    except ValueError as error:
        raise Refusal(f"--since: {error}") from error

"""Commands about how long records are kept: retention show, set, run; holds on records."""

from datetime import UTC, datetime, time
from typing import Annotated

import typer

from coldbind.commands.ledger import day
from coldbind.commands.session import By, Demo, console, transaction, whoever
from erp.claims import legal_holds
from ingest import retention
from kernel.refusal import Refusal

Reason = Annotated[str, typer.Option(help="Why.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    kept = typer.Typer(help="How long records are kept.", no_args_is_help=True)
    kept.command("show")(show)
    kept.command("set")(keep)
    kept.command("run")(run)
    kept.command("hold")(hold)
    kept.command("holds")(holds)
    kept.command("release")(release)
    app.add_typer(kept, name="retention")


def show(*, use_demo: Demo = False) -> None:
    """How long each kind of record is kept."""
    with transaction(demo=use_demo) as running:
        found = retention.policies(running)
    for kind in retention.KINDS:
        console.print(f"{kind}: {f'{found[kind]} days' if kind in found else 'for ever'}")
    console.print("everything else: for ever")


def keep(
    kind: Annotated[str, typer.Argument(help="readings, parked, clock_jumps or thinned.")],
    days: Annotated[str, typer.Argument(help="How many days, or forever.")],
    reason: Reason,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Say how long a kind of record is kept."""
    if days != "forever" and not days.isdigit():
        raise Refusal(f"DAYS {days!r} is no number of days: write one, or forever")
    number = None if days == "forever" else int(days)
    with transaction(demo=use_demo) as running:
        new = retention.keep(running, kind, number, reason, whoever(by))
    told = "for ever" if number is None else f"{number} days"
    console.print(f"{kind}: kept {told}{'' if new else ', as before'}")


def run(
    until: Annotated[str, typer.Option(help="Drop only what is older than this day.")] = "",
    by: By = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be dropped.")] = False,
    use_demo: Demo = False,
) -> None:
    """Drop what is older than it is kept; refused while anything needs it."""
    last = datetime.combine(day(until, "--until"), time(), UTC) if until else None
    with transaction(demo=use_demo) as running:
        found = retention.drop(running, datetime.now(UTC), whoever(by), until=last, dry=dry_run)
    for one in found:
        told = "would be dropped" if dry_run else "dropped"
        console.print(f"{one.kind}: {one.records:,} older than {one.before:%Y-%m-%d %H:%M} UTC {told}")
    if not found:
        console.print("every kind is kept for ever")


def hold(
    words: Annotated[str, typer.Argument(help="What it is about.")],
    since: Annotated[str, typer.Option(help="Records from this day on stay.")],
    cause: Annotated[str, typer.Option(help="legal or recall.")] = "legal",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Hold all records from a day on."""
    first = day(since, "--since")
    with transaction(demo=use_demo) as running:
        number = legal_holds.place(running, cause, words, first, whoever(by))
    console.print(f"records hold {number}: nothing since {first} is dropped")


def holds(*, use_demo: Demo = False) -> None:
    """The open holds on records."""
    with transaction(demo=use_demo) as running:
        found = legal_holds.open_holds(running)
    for one in found:
        console.print(
            f"records hold {one.legal_hold_id} ({one.cause}) since {one.since:%Y-%m-%d}, placed by "
            f"{one.placed_by}: {one.words}",
            markup=False,
        )
    if not found:
        console.print("no records are held")


def release(
    number: Annotated[int, typer.Argument(help="The hold's number.")],
    reason: Reason,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """End a hold on records."""
    with transaction(demo=use_demo) as running:
        legal_holds.release(running, number, reason, whoever(by))
    console.print(f"records hold {number}: released")

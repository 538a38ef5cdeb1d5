"""Commands about places that are judged themselves: location profile, location excursions."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.site_file import parse_time
from kernel.instants import instant, moment
from kernel.refusal import Refusal
from rules.places import handlers, shown
from rules.places.store import Listed

Place = Annotated[str, typer.Argument(metavar="[PATH]", help="The place; all when left out.")]


def add_to(location: typer.Typer) -> None:
    """Put these commands beside the others about places."""
    location.command("profile")(profile)
    location.command("excursions")(excursions)


def profile(
    path: Place = "",
    name: Annotated[str, typer.Argument(metavar="[PROFILE]", help="Judges the place.")] = "",
    version: Annotated[
        int | None, typer.Argument(metavar="[VERSION]", help="The newest approved one when left out.")
    ] = None,
    since: Annotated[
        str, typer.Option("--from", help="Judged from then on, ISO 8601 with zone; now when left out.")
    ] = "",
    by: By = "",
    *,
    forget: Annotated[bool, typer.Option("--forget", help="It judges the place no longer.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Show or tell which profiles judge a place itself, whatever goods stand there."""
    if (forget or since) and not name:
        raise Refusal("name the place and the profile")
    if forget and (since or version is not None):
        raise Refusal("--forget ends it now: leave the version and --from out")
    now = instant(datetime.now(UTC))
    at = parse_time(since, "--from") if since else None
    with transaction(demo=use_demo) as running:
        if forget:
            said = handlers.judge_no_longer(running, path, name, now, whoever(by))
        elif name:
            said = handlers.judge_by(running, path, name, version, at, now, whoever(by))
        else:
            said = ""
        found = handlers.judged_places(running, path or None)
    if as_json:
        typer.echo(msgspec.json.encode([_judged_json(one) for one in found]).decode())
    elif said:
        console.print(said, markup=False)
    elif not found:
        console.print("no place is judged by itself")
    else:
        for one in found:
            console.print(_judged_line(one), markup=False)


def excursions(
    path: Place = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="Also those that were withdrawn.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Show the excursions of places themselves, of one with what is inside it or of all."""
    with transaction(demo=use_demo) as running:
        found = handlers.excursions(running, path or None, every=every)
    report(
        [shown.as_json(one) for one in found],
        (f"{one.excursion_id:>6}  {one.severity:<8}  {shown.line(one)}" for one in found),
        "no excursions of places",
        as_json=as_json,
    )


def _judged_line(one: Listed) -> str:
    until = "" if one.until is None else f" until {_clock(one.until)}"
    return (
        f"{one.place}  {one.profile} version {one.version} from {_clock(one.since)}{until} "
        f"(told by {one.told_by})"
    )


def _judged_json(one: Listed) -> dict[str, object]:
    return {
        "place": one.place,
        "profile": one.profile,
        "version": one.version,
        "since": moment(one.since),
        "until": None if one.until is None else moment(one.until),
        "told_by": one.told_by,
    }


def _clock(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"

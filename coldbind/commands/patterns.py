"""The command about patterns of places: doors and defrosts that are no news while they are short."""

from typing import Annotated

import msgspec
import typer

from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.site_file.lengths_and_times import parse_span, span_text
from kernel.refusal import Refusal
from rules.patterns import handlers
from rules.patterns.core.patterns import Pattern
from rules.patterns.store import Listed


def add_to(location: typer.Typer) -> None:
    """Put this command beside the others about places."""
    location.command("pattern")(pattern)


def pattern(
    path: Annotated[str, typer.Argument(metavar="PATH", help="The place; all when left out.")] = "",
    kind: Annotated[str, typer.Argument(help="door or defrost.")] = "",
    longest: Annotated[str, typer.Option(help="A rise lasts at most so long, such as 10 min.")] = "",
    rise: Annotated[float, typer.Option(help="... and is at most so high, kelvin.")] = 5.0,
    every: Annotated[str, typer.Option(help="... and comes again after so long; any time else.")] = "",
    by: By = "",
    *,
    forget: Annotated[bool, typer.Option("--forget", help="Such rises are news again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    use_demo: Demo = False,
) -> None:
    """Show or tell rises that are daily work: no notice and no early warning while they are short."""
    if (longest or forget) and not (path and kind):
        raise Refusal("name the place and the kind, door or defrost")
    if kind and not (longest or forget):
        raise Refusal(f"how long may a {kind} last? write --longest, such as 10 min, or --forget")
    with transaction(demo=use_demo) as running:
        if forget:
            handlers.forget_pattern(running, path, kind, whoever(by))
        elif longest:
            told = Pattern(
                kind,
                parse_span(longest, "--longest"),
                rise,
                parse_span(every, "--every") if every else None,
            )
            handlers.tell_pattern(running, path, told, whoever(by))
        found = handlers.patterns(running, path or None)
    if as_json:
        typer.echo(msgspec.json.encode([_json(one) for one in found]).decode())
        return
    for one in found:
        again = f", every {span_text(one.every)}" if one.every else ""
        lasts = f"up to {span_text(one.longest)} and {one.rise:g} K{again}"
        console.print(f"{one.place}  {one.kind}: {lasts} (told by {one.told_by})", markup=False)
    if not found:
        console.print("no patterns are told")


def _json(one: Listed) -> dict[str, object]:
    return {
        "place": one.place,
        "kind": one.kind,
        "longest_s": one.longest / 1_000_000,
        "rise_k": one.rise,
        "every_s": None if one.every is None else one.every / 1_000_000,
        "told_by": one.told_by,
    }

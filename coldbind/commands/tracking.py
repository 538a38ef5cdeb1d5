"""Commands that follow goods: where, felt, changes; movement list, cancel, correct."""

from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.places import now
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.commands.stock import upload_file
from coldbind.commands.times import At, KnownAt, clock, known, told, when
from coldbind.commands.units import sentence, whereabouts_as_json
from coldbind.site_file import parse_time
from kernel.refusal import Refusal
from lotbinding.felt_by import felt_by
from lotbinding.handlers.corrections import Correction, cancel, correct
from lotbinding.handlers.whereabouts import listed, where
from lotbinding.store.movements import ListedMovement
from rules.changes import changes_since

Reason = Annotated[str, typer.Option(help="Why it was told wrongly.")]
Thing = Annotated[str, typer.Argument(help="The stock unit or handling unit.")]
Number = Annotated[int, typer.Argument(help="The movement, as movement list shows it.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command("where")(where_is)
    app.command()(felt)
    app.command()(changes)
    movement = typer.Typer(help="What was told about goods.", no_args_is_help=True)
    movement.command("list")(list_movements)
    movement.command("cancel")(cancel_movement)
    movement.command("correct")(correct_movement)
    movement.command("upload")(upload_file)
    app.add_typer(movement, name="movement")


def where_is(
    unit: Thing,
    at: At = "",
    as_known_at: KnownAt = "",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Tell where a unit or handling unit was, as it is known now or was known earlier."""
    instant_ = when(at)
    with transaction(demo=use_demo) as running:
        found = where(running, unit, instant_, known(as_known_at))
    if as_json:
        typer.echo(msgspec.json.encode({"unit": unit, **whereabouts_as_json(found)}).decode())
    else:
        console.print(f"{unit} at {clock(instant_)}: {sentence(found)}", markup=False)


def felt(
    sensor: Annotated[str, typer.Argument(help="The sensor.")],
    since: Annotated[str, typer.Option("--from", help="ISO 8601 with zone.")],
    until: Annotated[str, typer.Option("--to", help="ISO 8601 with zone; now when left out.")] = "",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Tell which units felt a sensor: it was the nearest to them."""
    start, end = parse_time(since, "--from"), parse_time(until, "--to") if until else now()
    if end <= start:
        raise Refusal(f"--to {until} is not after --from {since}")
    with transaction(demo=use_demo) as running:
        found = felt_by(running, sensor, start, end)
    if as_json:
        rows = [
            {"unit": code, "spans": [[told(span.start), told(span.end)] for span in spans]}
            for code, spans in found.items()
        ]
        typer.echo(msgspec.json.encode(rows).decode())
        return
    for code, spans in found.items():
        times = ", ".join(f"{clock(span.start)} to {clock(span.end)}" for span in spans)
        console.print(f"unit {code}: {times}", markup=False)
    units = "1 unit" if len(found) == 1 else f"{len(found)} units"
    console.print(f"{units} felt {sensor}", markup=False)


def changes(
    since: Annotated[str, typer.Option(help="ISO 8601 with zone.")],
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Tell which excursions were found and which were withdrawn, and why."""
    with transaction(demo=use_demo) as running:
        found = changes_since(running, parse_time(since, "--since"))
    if as_json:
        rows = [
            {
                "unit": one.unit,
                "lot": one.lot,
                "rule": one.rule,
                "started_at": told(one.started_at),
                "changed_at": told(one.changed_at),
                "change": "withdrawn" if one.withdrawn else "found",
                "why": one.why or None,
            }
            for one in found
        ]
        typer.echo(msgspec.json.encode(rows).decode())
        return
    for one in found:
        console.print(f"{clock(one.changed_at)}  {one.sentence}", markup=False)
    if not found:
        console.print(f"no verdict changed since {since}", markup=False)


def list_movements(
    unit: Thing,
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List all that was ever told about a unit or handling unit, also what was cancelled."""
    with transaction(demo=use_demo) as running:
        found = listed(running, unit)
    report([_as_json(one) for one in found], map(_line, found), as_json=as_json)


def cancel_movement(
    movement: Number,
    reason: Reason,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Take back a movement that never happened; it stays on record."""
    with transaction(demo=use_demo) as running:
        cancel(running, [movement], whoever(by), reason)
    console.print(f"movement {movement}: cancelled", markup=False)


def correct_movement(
    movement: Number,
    reason: Reason,
    location: Annotated[str, typer.Option(help="Where it really went.")] = "",
    kind: Annotated[str, typer.Option(help="What it really was.")] = "",
    at: Annotated[str, typer.Option(help="When it really happened, ISO 8601 with zone.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Cancel a movement and record how it really was; what is left out stays."""
    correction = Correction(movement, location or None, when(at) if at else None, kind or None)
    with transaction(demo=use_demo) as running:
        (number,) = correct(running, [correction], whoever(by), reason)
    console.print(f"movement {movement}: corrected by movement {number}", markup=False)


def _line(one: ListedMovement) -> str:
    where_to = one.path or (f"into {one.packed_into}" if one.packed_into else "")
    fate = ""
    if one.cancelled_at is not None:
        by = f" by movement {one.replaced_by}" if one.replaced_by else ""
        fate = f"; cancelled{by} {clock(one.cancelled_at)} by {one.cancelled_by}: {one.cancelled_why}"
    kind = one.kind.replace("_", " ")
    told_at = f"told {clock(one.recorded_at)} by {one.recorded_by}"
    return f"{one.movement_id:>6}  {clock(one.occurred_at)}  {kind} {where_to} ({told_at}{fate})"


def _as_json(one: ListedMovement) -> dict[str, object]:
    return {
        "movement": one.movement_id,
        "kind": one.kind,
        "location": one.path,
        "packed_into": one.packed_into,
        "occurred_at": told(one.occurred_at),
        "recorded_at": told(one.recorded_at),
        "recorded_by": one.recorded_by,
        "document": one.document,
        "cancelled_at": None if one.cancelled_at is None else told(one.cancelled_at),
        "cancelled_by": one.cancelled_by,
        "cancelled_why": one.cancelled_why,
        "replaced_by": one.replaced_by,
    }

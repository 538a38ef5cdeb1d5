"""Commands about sensors' faults: what was wrong, and what a sensor can show at all."""

import math
from typing import Annotated, Any

import msgspec
import typer

from coldbind.commands.answers import AsJson
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.commands.times import told
from coldbind.site_file.lengths_and_times import parse_span, span_text
from kernel.refusal import Refusal
from rules.faults import handlers
from rules.faults.core.limits import Limits
from rules.faults.core.words import advice, sentence
from rules.faults.store import Listed

_NEVER = "never"


def add_to(sensor: typer.Typer) -> None:
    """Put these commands beside the others about sensors."""
    sensor.command("faults")(list_faults)
    sensor.command("limits")(sensor_limits)


def list_faults(
    sensor: Annotated[str | None, typer.Argument(help="Only of this sensor.")] = None,
    most: Annotated[
        int, typer.Option("--limit", min=1, max=100_000, help="At most so many, the newest first.")
    ] = 100,
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List readings that say something about their sensor, and are no evidence about goods."""
    with transaction(demo=use_demo) as running:
        found = handlers.faults(running, sensor, most)
    if as_json:
        typer.echo(msgspec.json.encode([_json(one) for one in found]).decode())
        return
    for one in found:
        words = sentence(one.kind, one.started_at, one.ended_at, one.lowest, one.highest)
        lasts = "; this is its newest reading" if one.lasts else ""
        console.print(f"{one.sensor}  {one.quantity}, {one.unit}: {words}{lasts}", markup=False)
        if one.kind != "unconfirmed":
            console.print(f"    {advice(one.kind)}", markup=False)
    if not found:
        console.print("no faults found")


def sensor_limits(
    name: Annotated[str, typer.Argument(metavar="SENSOR", help="What the sensor calls itself.")],
    quantity: Annotated[str, typer.Option(help="Which of its quantities.")] = "temperature",
    lowest: Annotated[float | None, typer.Option(help="It cannot show less.")] = None,
    highest: Annotated[float | None, typer.Option(help="It cannot show more.")] = None,
    error: Annotated[
        list[float] | None, typer.Option(help="A value that means an error; may be given again.")
    ] = None,
    max_step: Annotated[
        float | None, typer.Option(help="A larger step needs a second reading.")
    ] = None,
    max_rate: Annotated[float | None, typer.Option(help="... when it is faster, per minute.")] = None,
    stuck_after: Annotated[
        str, typer.Option(help="Repeating one value for so long is a fault; 'never'.")
    ] = "",
    levels: Annotated[
        int | None,
        typer.Option(help="... after moving by so many steps of its scale; 0: without that."),
    ] = None,
    low: Annotated[float | None, typer.Option(help="A battery below this is to be changed.")] = None,
    by: By = "",
    *,
    reset: Annotated[bool, typer.Option("--reset", help="As the catalog has its model.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Show or change what a sensor can show; all it ever measured is then looked at again."""
    given: dict[str, Any] = {
        "lowest": lowest,
        "highest": highest,
        "errors": tuple(error) if error else None,
        "max_step": max_step,
        "max_rate": max_rate,
        "levels": levels,
        "low": low,
    }
    changed = {field: value for field, value in given.items() if value is not None}
    if stuck_after:
        never = stuck_after == _NEVER
        changed["stuck_after"] = None if never else parse_span(stuck_after, "--stuck-after")
    if reset and changed:
        raise Refusal("--reset brings back the catalog's limits: leave the others out")
    with transaction(demo=use_demo) as running:
        if changed or reset:
            handlers.tell_limits(running, name, quantity, whoever(by), **changed)
        limits = handlers.limits_now(running, name, quantity)
    if as_json:
        typer.echo(msgspec.json.encode(_limits_json(name, quantity, limits)).decode())
        return
    console.print(f"{name}  {quantity}: {_told(limits)}", markup=False)


def _told(limits: Limits) -> str:
    parts: list[str] = []
    if math.isfinite(limits.lowest):
        parts.append(f"from {limits.lowest:g}")
    if math.isfinite(limits.highest):
        parts.append(f"up to {limits.highest:g}")
    if limits.errors:
        means = "means" if len(limits.errors) == 1 else "mean"
        parts.append(f"{', '.join(f'{value:g}' for value in limits.errors)} {means} an error")
    if math.isfinite(limits.max_step):
        parts.append(
            f"steps of more than {limits.max_step:g} faster than {limits.max_rate:g} a minute need a "
            "second reading"
        )
    if limits.stuck_after is not None:
        moved = f" after moving by {limits.levels} steps of its scale" if limits.levels else ""
        parts.append(f"stuck after {span_text(limits.stuck_after)}{moved}")
    if limits.low is not None:
        parts.append(f"to be changed below {limits.low:g}")
    return "; ".join(parts) or "no limits"


def _limits_json(name: str, quantity: str, limits: Limits) -> dict[str, object]:
    stuck = limits.stuck_after
    return {
        "sensor": name,
        "quantity": quantity,
        "lowest": limits.lowest if math.isfinite(limits.lowest) else None,
        "highest": limits.highest if math.isfinite(limits.highest) else None,
        "errors": limits.errors,
        "max_step": limits.max_step if math.isfinite(limits.max_step) else None,
        "max_rate": limits.max_rate,
        "stuck_after_s": None if stuck is None else stuck / 1_000_000,
        "levels": limits.levels,
        "low": limits.low,
    }


def _json(one: Listed) -> dict[str, object]:
    return {
        "sensor": one.sensor,
        "model": one.model,
        "quantity": one.quantity,
        "unit": one.unit,
        "kind": one.kind,
        "started_at": told(one.started_at),
        "ended_at": told(one.ended_at),
        "lasts": bool(one.lasts),
        "lowest": one.lowest,
        "highest": one.highest,
        "found_at": told(one.found_at),
        "words": sentence(one.kind, one.started_at, one.ended_at, one.lowest, one.highest),
        "advice": advice(one.kind),
    }

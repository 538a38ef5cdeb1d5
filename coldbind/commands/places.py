"""Commands about places and sensors: location add, sensor add, sensor place, apply."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.site_file import apply_site, parse_span, parse_time, read_site
from ingest.handlers import SensorRegistration, register_sensor
from ingest.parked import waiting_for
from kernel.instants import instant
from kernel.refusal import Refusal
from lotbinding import handlers as lotbinding

Since = Annotated[str, typer.Option(help="When, ISO 8601 with zone; now when left out.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    location = typer.Typer(help="Places where goods stand.", no_args_is_help=True)
    location.command("add")(add_location)
    sensor = typer.Typer(help="Sensors, and where they hang.", no_args_is_help=True)
    sensor.command("add")(add_sensor)
    sensor.command("place")(place_sensor)
    app.add_typer(location, name="location")
    app.add_typer(sensor, name="sensor")
    app.command("apply")(apply_file)


def add_location(
    path: Annotated[str, typer.Argument(help="Labels joined by dots, such as dc1.zone2.bin04.")],
    kind: Annotated[
        str, typer.Option(help="site, room, zone, aisle, bay, bin, dock_door, vehicle, ...")
    ],
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Add a place to the tree, or rename it."""
    with transaction(demo=use_demo) as running:
        lotbinding.record_location(running, path, name or path, kind, whoever(by))
    console.print(f"location {path} is recorded")


def add_sensor(
    name: Annotated[str, typer.Argument(help="What the sensor calls itself.")],
    quantity: Annotated[str, typer.Option(help="What it measures.")] = "temperature",
    max_gap: Annotated[str, typer.Option(help="Longest time between readings.")] = "15 min",
    model: Annotated[str, typer.Option(help="Maker and model.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Register a sensor, so that its readings are stored instead of parked."""
    gap = parse_span(max_gap, "--max-gap")
    with transaction(demo=use_demo) as running:
        new = register_sensor(running, SensorRegistration(name, quantity, gap, model), whoever(by))
        waiting = waiting_for(running, name, quantity)
    console.print(f"sensor {name} ({quantity}) is {'registered' if new else 'registered already'}")
    if waiting:
        verb = "record waits" if waiting == 1 else "records wait"
        console.print(f"{waiting} parked {verb} for it: coldbind parked replay --sensor {name}")


def place_sensor(
    name: Annotated[str, typer.Argument(help="The sensor.")],
    location: Annotated[str, typer.Argument(help="Where it hangs from now on.")],
    since: Since = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Hang a sensor at a place; where it hung before ends at that moment."""
    at = parse_time(since, "--since") if since else now()
    with transaction(demo=use_demo) as running:
        lotbinding.place_sensor(running, name, location, at, whoever(by))
    console.print(f"sensor {name} hangs at {location}")


def apply_file(
    file: Annotated[Path, typer.Argument(help="A site file (YAML); see docs/reference/site-file.md.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record places, sensors, suppliers, products and orders from a file; all of it or nothing."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Refusal(f"{file} cannot be read: it is not UTF-8 text") from error
    site = read_site(text, str(file))
    with transaction(demo=use_demo) as running:
        done = apply_site(running, site, whoever(by))
    console.print(
        f"{done.locations} locations, {done.sensors} sensors, {done.suppliers} suppliers, "
        f"{done.products} products and {done.orders} orders are as the file says"
    )


def now() -> int:
    """This moment as an instant."""
    return instant(datetime.now(UTC))

"""Commands about sensors: register, hang, swap, take down, correct, calibrate."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from coldbind.commands import sensor_faults, sensors_shown
from coldbind.commands.places import now
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.commands.times import At, when
from coldbind.site_file import parse_span, parse_time
from ingest.handlers import SensorRegistration, register_sensor
from ingest.parked import waiting_for
from kernel.refusal import Refusal
from lotbinding.handlers import calibration, placements
from lotbinding.handlers.calibration import Certificate
from lotbinding.handlers.placements import Correction, Hanging
from lotbinding.store import placements as recorded
from storage.database import Transaction

Name = Annotated[str, typer.Argument(metavar="SENSOR", help="What the sensor calls itself.")]
Since = Annotated[str, typer.Option(help="When, ISO 8601 with zone; now when left out.")]
Number = Annotated[int, typer.Argument(help="The number of the placing; see sensor history.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept with the placing.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    sensor = typer.Typer(help="Sensors, where they hang, and their calibration.", no_args_is_help=True)
    sensor.command("add")(add_sensor)
    sensor.command("place")(place_sensor)
    sensor.command("put")(put_sensor)
    sensor.command("take-down")(take_down)
    sensor.command("swap")(swap_sensor)
    sensor.command("correct")(correct_placing)
    sensor.command("cancel")(cancel_placing)
    sensor.command("calibrate")(calibrate_sensor)
    sensors_shown.add_to(sensor)
    sensor_faults.add_to(sensor)
    app.add_typer(sensor, name="sensor")


def add_sensor(
    name: Name,
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
    name: Name,
    location: Annotated[str, typer.Argument(help="Where it hangs from then on.")],
    since: Since = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Hang a sensor at a place, until it is hung elsewhere; may be told late."""
    _hang(
        Hanging(name, parse_time(since, "--since") if since else now(), location),
        by,
        f"hangs at {location}",
        use_demo,
    )


def put_sensor(
    name: Name,
    handling_unit: Annotated[str, typer.Argument(help="The pallet or box it lies in from then on.")],
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Put a sensor into a handling unit: it travels along and speaks for what is inside."""
    hanging = Hanging(name, when(at), handling_unit=handling_unit)
    _hang(hanging, by, f"is inside {handling_unit}", use_demo)


def take_down(name: Name, at: At = "", by: By = "", *, use_demo: Demo = False) -> None:
    """Take a sensor down, or out of its handling unit: from then on it speaks for nobody."""
    _hang(Hanging(name, when(at)), by, "is taken down", use_demo)


def swap_sensor(
    old: Annotated[str, typer.Argument(help="The sensor that hangs there.")],
    new: Annotated[str, typer.Argument(help="The sensor that takes its place.")],
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Exchange a sensor: same place, same instant, no gap. A new one is registered like the old one."""
    instant = when(at)
    with transaction(demo=use_demo) as running:
        registered = _register_alike(running, old, new, whoever(by))
        place = placements.swap(running, old, new, instant, whoever(by))
    added = f", registered with the quantities of {old}" if registered else ""
    console.print(f"sensor {new} takes the place of {old} at {place}{added}", markup=False)


def correct_placing(
    placing: Number,
    reason: Reason,
    location: Annotated[str, typer.Option(help="Where it really hung.")] = "",
    handling_unit: Annotated[str, typer.Option(help="What it really was put into.")] = "",
    at: Annotated[str, typer.Option(help="When it really happened, ISO 8601 with zone.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Cancel a placing and record how it really was; what is left out stays."""
    how = Correction(placing, location or None, handling_unit or None, when(at) if at else None)
    with transaction(demo=use_demo) as running:
        number = placements.correct_placing(running, how, whoever(by), reason)
    console.print(f"placing {placing}: corrected by placing {number}", markup=False)


def cancel_placing(placing: Number, reason: Reason, by: By = "", *, use_demo: Demo = False) -> None:
    """Take back a placing that never happened; it stays on record."""
    with transaction(demo=use_demo) as running:
        sensor = placements.cancel_placing(running, placing, whoever(by), reason)
    console.print(f"placing {placing} of sensor {sensor}: cancelled", markup=False)


def calibrate_sensor(
    name: Name,
    on: Annotated[str, typer.Option(help="The day of calibration, such as 2026-03-01.")],
    offset: Annotated[str, typer.Option(help="What it showed more than the reference, degC.")],
    due: Annotated[str, typer.Option(help="The day by which it must be calibrated again.")],
    certificate: Annotated[str, typer.Option(help="The number of the certificate.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record a calibration; readings stay as they are. Told again for a day it is corrected."""
    number = Certificate(name, _day(on, "--on"), _degrees(offset), _day(due, "--due"), certificate)
    with transaction(demo=use_demo) as running:
        changed = calibration.calibrate(running, number, _today(), whoever(by))
    console.print(changed or f"sensor {name}: told before, nothing changed", markup=False)


def _hang(hanging: Hanging, by: str, words: str, use_demo: bool) -> None:
    with transaction(demo=use_demo) as running:
        new = placements.hang(running, [hanging], whoever(by))
    again = "" if new else " (told before, nothing changed)"
    console.print(f"sensor {hanging.sensor} {words}{again}", markup=False)


def _register_alike(running: Transaction, old: str, new: str, by: str) -> bool:
    placements.registered(running, old)
    if recorded.sensor_id(running, new) is not None:
        return False
    for one in recorded.sensors(running, old):
        alike = SensorRegistration(new, one.quantity, one.max_gap, one.model)
        register_sensor(running, alike, by)
    return True


def _day(text: str, what: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"{what} {text!r} is not a day such as 2026-12-31") from error


def _degrees(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise Refusal(f"--offset {text!r} is not a number of degrees such as -0.2") from error


def _today() -> date:
    return datetime.now(UTC).date()

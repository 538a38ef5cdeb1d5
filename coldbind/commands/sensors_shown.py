"""Commands that show sensors: list, show, history."""

from datetime import UTC, date, datetime
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson
from coldbind.commands.session import Demo, console, transaction
from coldbind.commands.times import clock, told
from coldbind.site_file.lengths_and_times import span_text
from kernel.instants import moment
from lotbinding.handlers import placements
from lotbinding.store import calibration as certificates
from lotbinding.store import placements as recorded
from lotbinding.store.calibration import Calibration
from lotbinding.store.placements import ListedPlacing, ListedSensor

Name = Annotated[str, typer.Argument(metavar="SENSOR", help="What the sensor calls itself.")]


def add_to(sensor: typer.Typer) -> None:
    """Put these commands beside the others about sensors."""
    sensor.command("list")(list_sensors)
    sensor.command("show")(show_sensor)
    sensor.command("history")(tell_history)


def list_sensors(*, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """List all sensors, where they hang, and whose calibration is overdue."""
    with transaction(demo=use_demo) as running:
        found = recorded.sensors(running)
        valid = {one.sensor: one for one in reversed(certificates.listed(running)) if not one.replaced}
    if as_json:
        rows = [_sensor_json(one, valid.get(one.name)) for one in found]
        typer.echo(msgspec.json.encode(rows).decode())
        return
    for one in found:
        due = valid.get(one.name)
        overdue = "  calibration overdue" if due and due.overdue(_today()) else ""
        console.print(f"{one.name}  {one.quantity}  {_where(one)}{overdue}", markup=False)


def show_sensor(name: Name, *, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """Show what a sensor measures, where it hangs and how it was calibrated last."""
    with transaction(demo=use_demo) as running:
        placements.registered(running, name)
        found = recorded.sensors(running, name)
        last = next((one for one in certificates.listed(running, name) if not one.replaced), None)
    if as_json:
        typer.echo(msgspec.json.encode([_sensor_json(one, last) for one in found]).decode())
        return
    for one in found:
        gap = span_text(one.max_gap)
        console.print(f"{one.name}  {one.quantity}, readings at most {gap} apart", markup=False)
    if found:
        model = f"  {found[0].model}" if found[0].model else ""
        console.print(f"{_where(found[0])}{model}", markup=False)
    console.print(_certificate(last) if last else "never calibrated as far as is known", markup=False)


def tell_history(name: Name, *, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """Tell where a sensor ever hung, also what was cancelled, and all its calibrations."""
    with transaction(demo=use_demo) as running:
        found = placements.history(running, name)
        calibrated = certificates.listed(running, name)
    if as_json:
        story = {
            "placings": [_placing_json(one) for one in found],
            "calibrations": [_certificate_json(one) for one in calibrated],
        }
        typer.echo(msgspec.json.encode(story).decode())
        return
    for placing in found:
        console.print(_line(placing), markup=False)
    for certificate in calibrated:
        console.print(_certificate(certificate), markup=False)
    if not found:
        console.print(f"sensor {name} never hung anywhere: coldbind sensor place", markup=False)


def _where(one: ListedSensor) -> str:
    if one.since is None:
        return "hangs nowhere"
    place = one.path or f"inside {one.handling_unit}"
    return f"at {place} since {clock(one.since)}"


def _line(one: ListedPlacing) -> str:
    where = one.path or (f"into {one.handling_unit}" if one.handling_unit else "taken down")
    fate = ""
    if one.cancelled_at is not None:
        by = f" by placing {one.replaced_by}" if one.replaced_by else ""
        fate = f"; cancelled{by} {clock(one.cancelled_at)} by {one.cancelled_by}: {one.cancelled_why}"
    told_at = f"told {clock(one.recorded_at)} by {one.recorded_by}"
    return f"{one.placing_id:>6}  {clock(one.occurred_at)}  {where} ({told_at}{fate})"


def _certificate(one: Calibration) -> str:
    overdue = ", overdue" if one.overdue(_today()) and not one.replaced else ""
    replaced = ", replaced by a newer telling" if one.replaced else ""
    return (
        f"calibrated on {one.calibrated_on}: showed {one.offset_k.normalize():+f} K, certificate "
        f"{one.certificate}, due {one.due_on}{overdue} (told {clock(one.recorded_at)} by "
        f"{one.recorded_by}{replaced})"
    )


def _sensor_json(one: ListedSensor, last: Calibration | None) -> dict[str, object]:
    return {
        "sensor": one.name,
        "model": one.model,
        "quantity": one.quantity,
        "max_gap_s": one.max_gap / 1_000_000,
        "location": one.path,
        "handling_unit": one.handling_unit,
        "since": None if one.since is None else moment(one.since),
        "calibration": None if last is None else _certificate_json(last),
    }


def _placing_json(one: ListedPlacing) -> dict[str, object]:
    return {
        "placing": one.placing_id,
        "location": one.path,
        "handling_unit": one.handling_unit,
        "occurred_at": told(one.occurred_at),
        "recorded_at": told(one.recorded_at),
        "recorded_by": one.recorded_by,
        "cancelled_at": None if one.cancelled_at is None else told(one.cancelled_at),
        "cancelled_by": one.cancelled_by,
        "cancelled_why": one.cancelled_why,
        "replaced_by": one.replaced_by,
    }


def _certificate_json(one: Calibration) -> dict[str, object]:
    return {
        "calibrated_on": one.calibrated_on,
        "offset_k": one.offset_k,
        "due_on": one.due_on,
        "certificate": one.certificate,
        "overdue": one.overdue(_today()),
        "replaced": one.replaced,
        "recorded_at": told(one.recorded_at),
        "recorded_by": one.recorded_by,
    }


def _today() -> date:
    return datetime.now(UTC).date()

"""Commands about the warehouse floor: storage, pick-face, task, replenish."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.session import By, Demo, console, recorded, transaction, whoever
from coldbind.commands.times import At, when
from coldbind.commands.units import quantity_of
from erp.wms import handlers, places, store

Number = Annotated[int, typer.Argument(help="The task, as task list shows it.")]
To = Annotated[str, typer.Option("--to", help="The place; where it fits best when left out.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    storage = typer.Typer(help="What may stand where.", no_args_is_help=True)
    storage.command("set")(set_storage)
    storage.command("list")(list_storage)
    app.add_typer(storage, name="storage")
    task = typer.Typer(help="The work of the floor.", no_args_is_help=True)
    task.command("suggest")(suggest)
    task.command("add")(add_task)
    task.command("list")(list_tasks)
    task.command("take")(take_task)
    task.command("done")(do_task)
    task.command("cancel")(cancel_task)
    app.add_typer(task, name="task")
    app.command("pick-face")(pick_face)
    app.command()(replenish)


def set_storage(
    path: Annotated[str, typer.Argument(help="The place.")],
    temperature_class: Annotated[
        str, typer.Option("--class", help="The profile of what may stand there; holds inside it too.")
    ] = "",
    capacity: Annotated[int | None, typer.Option(help="So many units have room.")] = None,
    keeps_apart: Annotated[str, typer.Option(help="lot or product: one at a time.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Say what may stand at a place; only a place with a capacity is suggested for put-away."""
    new = recorded(
        lambda running: places.set_storage_place(
            running,
            path,
            whoever(by),
            temperature_class=temperature_class or None,
            capacity=capacity,
            keeps_apart=keeps_apart or None,
        ),
        demo=use_demo,
    )
    console.print(f"location {path}: {'set' if new else 'said before, nothing changed'}", markup=False)


def list_storage(*, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """List what may stand where, and how full it is."""
    with transaction(demo=use_demo) as running:
        found = store.storage_places(running)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        room = f"{one.units} of {one.capacity} units" if one.capacity else "not put away to itself"
        apart = f", keeps {one.keeps_apart}s apart" if one.keeps_apart else ""
        console.print(f"{one.path}  {one.temperature_class or '-'}  {room}{apart}", markup=False)


def pick_face(
    path: Annotated[str, typer.Argument(help="The place from which the product is picked.")],
    product: Annotated[str, typer.Option(help="The product.")],
    minimum: Annotated[str, typer.Option(help="Below this it is filled up.")],
    fill_to: Annotated[str, typer.Option(help="Up to this.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Say from which place a product is picked, and when that is filled up."""
    least, most = quantity_of(minimum), quantity_of(fill_to)
    recorded(
        lambda running: places.set_pick_face(
            running, path, product, whoever(by), minimum=least, fill_to=most
        ),
        demo=use_demo,
    )
    console.print(f"pick face {path}: {product} filled up to {fill_to} below {minimum}", markup=False)


def suggest(
    unit: Annotated[str, typer.Argument(help="The stock unit.")],
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Tell where a unit should be put away, and why there."""
    with transaction(demo=use_demo) as running:
        found = handlers.place_for(running, unit)
    if as_json:
        told = {"unit": unit, "location": found.room.path, "why": found.why}
        typer.echo(msgspec.json.encode(told).decode())
    else:
        console.print(f"unit {unit}: {found.room.path}, as {found.why}", markup=False)


def add_task(
    unit: Annotated[str, typer.Argument(help="The stock unit.")],
    kind: Annotated[str, typer.Option(help="put_away, replenish, transfer, quarantine.")] = "put_away",
    to: To = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Have a unit moved."""
    task = recorded(
        lambda running: handlers.add_task(running, kind, unit, to or None, whoever(by)), demo=use_demo
    )
    console.print(_line(task), markup=False)


def list_tasks(
    *,
    ended: Annotated[bool, typer.Option("--all", help="Also those that ended.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List what there is to do, the newest first."""
    with transaction(demo=use_demo) as running:
        found = store.tasks(running, ended=ended)
    report(found, map(_line, found), "nothing to do", as_json=as_json)


def take_task(number: Number, by: By = "", *, use_demo: Demo = False) -> None:
    """Do a task yourself: nobody else will."""
    task = recorded(lambda running: handlers.take_task(running, number, whoever(by)), demo=use_demo)
    console.print(f"task {number}: {task.unit} to {task.location}, yours", markup=False)


def do_task(
    number: Number,
    location: Annotated[str, typer.Option(help="Where it went instead.")] = "",
    reason: Annotated[str, typer.Option(help="Why it went elsewhere.")] = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record that a task is done: the unit was moved."""
    instant_ = when(at)
    place = recorded(
        lambda running: handlers.do_task(
            running, number, instant_, whoever(by), elsewhere=location or None, reason=reason
        ),
        demo=use_demo,
    )
    console.print(f"task {number}: done, at {place}", markup=False)


def cancel_task(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why it is not done.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Take a task off the list."""
    recorded(lambda running: handlers.cancel_task(running, number, whoever(by), reason), demo=use_demo)
    console.print(f"task {number}: cancelled", markup=False)


def replenish(by: By = "", *, use_demo: Demo = False) -> None:
    """Have every pick face below its minimum filled up, first expiring first."""
    today = datetime.now(UTC).date()
    found = recorded(lambda running: handlers.replenish(running, today, whoever(by)), demo=use_demo)
    for one in found:
        console.print(_line(one), markup=False)
    console.print(f"{len(found)} tasks added", markup=False)


def _line(one: store.Task) -> str:
    why = f" ({one.why})" if one.why else ""
    state = one.state if one.state != "taken" else f"taken by {one.taken_by}"
    outcome = f": {one.outcome}" if one.outcome else ""
    kind = one.kind.replace("_", " ")
    return f"task {one.task_id}: {kind} {one.unit} to {one.location}{why}, {state}{outcome}"

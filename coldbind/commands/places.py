"""Commands about places and whole sites: location add and the like, apply, site import, site export."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from coldbind.commands import patterns, places_judged
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.site_file import Applied, SiteFile, apply_site, parse_time
from coldbind.site_file.reading import read_site_files
from coldbind.site_file.writing import csv_of, recorded_site, yaml_of
from kernel.instants import instant, moment
from kernel.refusal import Refusal
from lotbinding.handlers import places
from lotbinding.store import places as recorded
from storage.database import Transaction

Path_ = Annotated[str, typer.Argument(metavar="PATH", help="The place, such as dc1.zone2.bin04.")]
From = Annotated[str, typer.Option("--at", help="When, ISO 8601 with zone; now when left out.")]


class _DryRun(Exception):
    """Undoes the transaction of a dry run."""


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    location = typer.Typer(help="Places where goods stand.", no_args_is_help=True)
    location.command("add")(add_location)
    location.command("list")(list_locations)
    location.command("rename")(rename_location)
    location.command("close")(close_location)
    location.command("reopen")(reopen_location)
    patterns.add_to(location)
    places_judged.add_to(location)
    site = typer.Typer(help="The whole site as files.", no_args_is_help=True)
    site.command("import")(import_site)
    site.command("export")(export_site)
    app.add_typer(location, name="location")
    app.add_typer(site, name="site")
    app.command("apply")(apply_file)


def add_location(
    path: Annotated[str, typer.Argument(help="Labels joined by dots, such as dc1.zone2.bin04.")],
    kind: Annotated[
        str, typer.Option(help="site, room, zone, aisle, bay, bin, dock_door, vehicle, ...")
    ],
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    needed: Annotated[
        int | None,
        typer.Option(
            help="So many of its sensors must be beyond a limit at once; 1: the worst counts."
        ),
    ] = None,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Add a place to the tree, or tell anew what it is."""
    with transaction(demo=use_demo) as running:
        places.record_location(running, path, name or path, kind, whoever(by), needed=needed)
    console.print(f"location {path} is recorded", markup=False)


def list_locations(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    use_demo: Demo = False,
) -> None:
    """Show the tree of places."""
    with transaction(demo=use_demo) as running:
        found = recorded.all_locations(running)
    if as_json:
        rows = [
            {
                "path": one.path,
                "name": one.name,
                "kind": one.kind,
                "needed": one.needed,
                "closed_at": None if one.closed_at is None else moment(one.closed_at),
            }
            for one in found
        ]
        typer.echo(msgspec.json.encode(rows).decode())
        return
    for one in found:
        votes = f", {one.needed} sensors must agree" if one.needed > 1 else ""
        closed = (
            ""
            if one.closed_at is None
            else f", closed since {moment(one.closed_at):%Y-%m-%d %H:%M} UTC"
        )
        indent = "  " * one.path.count(".")
        console.print(f"{indent}{one.path}  {one.name} ({one.kind}{votes}{closed})", markup=False)


def rename_location(
    path: Path_,
    label: Annotated[str, typer.Argument(help="The new last label of its path.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Give a place another label; what is inside comes along, what happened there stays."""
    with transaction(demo=use_demo) as running:
        new = places.rename_location(running, path, label, whoever(by))
    console.print(f"location {path} is now {new}", markup=False)


def close_location(path: Path_, at: From = "", by: By = "", *, use_demo: Demo = False) -> None:
    """Use a place and all inside it no longer; refused while goods stand or sensors hang there."""
    since = parse_time(at, "--at") if at else now()
    with transaction(demo=use_demo) as running:
        changed = places.close_location(running, path, since, whoever(by))
    console.print(changed or f"location {path}: closed then already", markup=False)


def reopen_location(path: Path_, by: By = "", *, use_demo: Demo = False) -> None:
    """Use a closed place again, with what was closed together with it."""
    with transaction(demo=use_demo) as running:
        places.reopen_location(running, path, whoever(by))
    console.print(f"location {path}: in use again", markup=False)


def apply_file(
    file: Annotated[Path, typer.Argument(help="A site file (YAML); see docs/reference/site-file.md.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record places, sensors, suppliers, products and orders from a file; all of it or nothing."""
    if file.is_dir():
        raise Refusal(f"{file} cannot be read: Is a directory: coldbind site import reads a folder")
    site = read_site_files([file])
    with transaction(demo=use_demo) as running:
        done = apply_site(running, site, whoever(by))
    console.print(
        f"{done.locations} locations, {done.sensors} sensors, {done.suppliers} suppliers, "
        f"{done.products} products and {done.orders} orders are as the file says"
    )


def import_site(
    files: Annotated[
        list[Path], typer.Argument(help="YAML files, CSV files, or a folder of CSV files.")
    ],
    by: By = "",
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would change; record nothing.")
    ] = False,
    use_demo: Demo = False,
) -> None:
    """Record a site from files and say what changed; all of it or nothing, faults with their lines."""
    site = read_site_files(files)
    done: Applied | None = None
    try:
        with transaction(demo=use_demo) as running:
            done = apply_site(running, site, whoever(by))
            _undo(dry_run)
    except _DryRun:
        pass
    changes = done.changes if done else ()
    for change in changes:
        console.print(change, markup=False)
    would = "would be recorded" if dry_run else "recorded"
    console.print(f"{len(changes)} changes {would}" if changes else "nothing to change", markup=False)


def export_site(
    form: Annotated[str, typer.Option("--format", help="yaml or csv.")] = "yaml",
    out: Annotated[
        Path | None, typer.Option(help="The file (yaml) or the folder (csv) to write.")
    ] = None,
    *,
    use_demo: Demo = False,
) -> None:
    """Write places, sensors, where they hung and their calibrations; importing it changes nothing."""
    if form not in {"yaml", "csv"}:
        raise Refusal(f"--format {form!r} is not known: write yaml or csv")
    if form == "csv" and out is None:
        raise Refusal("--format csv writes a file for each kind of entry: name their folder with --out")
    with transaction(demo=use_demo) as running:
        site, texts = _exported(running, form)
    if out is None:
        typer.echo(texts[""], nl=False)
        return
    try:
        _write(out, texts)
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}") from error
    console.print(
        f"{len(site.locations)} locations, {len(site.sensors)} sensors, {len(site.placings)} placings "
        f"and {len(site.calibrations)} calibrations written to {out}",
        markup=False,
    )


def now() -> int:
    """This moment as an instant."""
    return instant(datetime.now(UTC))


def _undo(dry_run: bool) -> None:
    if dry_run:
        raise _DryRun


def _exported(running: Transaction, form: str) -> tuple[SiteFile, dict[str, str]]:
    site = recorded_site(running)
    return site, csv_of(site) if form == "csv" else {"": yaml_of(site)}


def _write(out: Path, texts: dict[str, str]) -> None:
    if "" in texts:
        out.write_bytes(texts[""].encode())
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (out / name).write_bytes(text.encode())

"""Commands about travelling loggers: logger import, show, list, unbind."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import typer

from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.site_file import parse_time
from coldbind.wiring import CONDITIONS
from erp.receiving.cards import delivery_card
from kernel.instants import MINUTE, moment
from kernel.refusal import Refusal
from lotbinding.loggers import handlers, store
from lotbinding.loggers.core.csv_mapping import parse_mapping
from lotbinding.loggers.core.figures import Comparison
from lotbinding.loggers.core.report import Mark, Report
from storage.database import Transaction

_LARGEST_FILE = 32 * 1024 * 1024
_FEW = 12
"""So many figures are shown whether they differ or not; of more, only those that differ."""


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    logger = typer.Typer(help="Data loggers that travel with goods.", no_args_is_help=True)
    logger.command("import")(import_file)
    logger.command("show")(show)
    logger.command("list")(list_files)
    logger.command("unbind")(unbind)
    app.add_typer(logger, name="logger")


def import_file(
    file: Annotated[Path, typer.Argument(help="The logger's text report (.txt), or a CSV file.")],
    unit: Annotated[
        list[str] | None, typer.Option(help="The stock unit it travelled with; repeat it.")
    ] = None,
    handling_unit: Annotated[
        list[str] | None, typer.Option(help="The handling unit (pallet, box) it travelled in.")
    ] = None,
    receipt: Annotated[
        str,
        typer.Option(help="The delivery it came with in the trailer: all its units, until arrival."),
    ] = "",
    since: Annotated[
        str, typer.Option("--from", help="Since when with it; its start when left out.")
    ] = "",
    until: Annotated[
        str, typer.Option("--to", help="Until when with it; its stop when left out.")
    ] = "",
    mapping: Annotated[Path | None, typer.Option(help="How to read a CSV file (YAML).")] = None,
    zone: Annotated[
        str, typer.Option(help="What the device's clock shows: Europe/Vienna, +02:00; UTC if left out.")
    ] = "",
    serial: Annotated[str, typer.Option(help="Register it by this name, not by its serial.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Read a logger's file, keep it, and bind it to the goods it travelled with."""
    journey = handlers.Journey(
        tuple(unit or ()),
        tuple(handling_unit or ()),
        parse_time(since, "--from") if since else None,
        parse_time(until, "--to") if until else None,
    )
    told = _told(file, mapping, zone, serial)
    if not receipt:
        _some(journey)
    with transaction(demo=use_demo) as running:
        if receipt:
            journey = _in_the_trailer(running, receipt, journey)
        done = handlers.import_file(running, told, journey, whoever(by))
        if receipt:
            CONDITIONS.again(running, receipt)
    _print_report(done.report, told.zone_name)
    _print_figures(done.figures)
    again = "imported before, nothing changed: " if done.known and not done.bound else ""
    console.print(
        f"{again}{done.new} new readings, bound to {', '.join(done.bound) or 'nothing new'}",
        markup=False,
    )


def show(
    what: Annotated[str, typer.Argument(help="The logger's serial, or the name of an imported file.")],
    *,
    all_figures: Annotated[
        bool, typer.Option("--all", help="All figures, also the many that agree.")
    ] = False,
    use_demo: Demo = False,
) -> None:
    """Show what was imported from a logger: run, marks, alarms, figures beside ours, goods."""
    with transaction(demo=use_demo) as running:
        files = store.files(running, what)
        if not files:
            raise Refusal(f"no file of a logger {what!r} was imported: coldbind logger list")
        for file in files:
            _print_file(running, file, all_figures=all_figures)


def list_files(*, use_demo: Demo = False) -> None:
    """List the imported files."""
    with transaction(demo=use_demo) as running:
        files = store.files(running)
    rows = [("serial", "file", "from", "to", "readings", "differing figures")]
    for file in files:
        numbers = str(file.readings), str(file.differing)
        rows.append(
            (file.serial, file.name, _clock(file.started_at), _clock(file.stopped_at), *numbers)
        )
    _print_table(rows)


def unbind(
    serial: Annotated[str, typer.Argument(help="The logger.")],
    reason: Annotated[str, typer.Option(help="Why; the record keeps it.")],
    unit: Annotated[
        list[str] | None, typer.Option(help="The stock unit it did not travel with; repeat it.")
    ] = None,
    handling_unit: Annotated[
        list[str] | None, typer.Option(help="The handling unit it did not travel in.")
    ] = None,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Take back that a logger went with these goods; they are judged again without it."""
    journey = handlers.Journey(tuple(unit or ()), tuple(handling_unit or ()))
    _some(journey)
    with transaction(demo=use_demo) as running:
        handlers.unbind(running, serial, journey, reason, whoever(by))
    goods = ", ".join([*journey.units, *journey.handling_units])
    console.print(f"logger {serial} did not go with {goods}: recorded", markup=False)


def _some(journey: handlers.Journey) -> None:
    if not journey.units and not journey.handling_units:
        raise Refusal("which goods? write --unit CODE, --handling-unit CODE or --receipt CODE")


def _in_the_trailer(
    transaction: Transaction, receipt: str, journey: handlers.Journey
) -> handlers.Journey:
    """The journey with all units of a delivery, which ends where they arrived when nobody says when."""
    card = delivery_card(transaction, receipt)
    if card is None:
        raise Refusal(f"there is no receipt {receipt!r}: record the arrival first")
    told = msgspec.json.decode(card)
    units = [unit["code"] for lot in told["lots"] for unit in lot["units"]]
    arrived = parse_time(told["arrived_at"], "arrival")
    until = arrived if journey.until is None else journey.until
    return handlers.Journey((*journey.units, *units), journey.handling_units, journey.since, until)


def _told(file: Path, mapping: Path | None, zone: str, serial: str) -> handlers.LoggerFile:
    rules = None if mapping is None else _bytes(mapping).decode("utf-8", errors="replace")
    named = zone or (parse_mapping(rules, str(mapping)).zone if rules is not None else None) or "UTC"
    return handlers.LoggerFile(
        name=file.name,
        content=_bytes(file),
        zone=parse_zone(named),
        zone_name=named,
        mapping=rules,
        mapping_name=str(mapping),
        serial=serial or None,
    )


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise Refusal(f"{file} is larger than 32 MB: that is no logger's file")
        return file.read_bytes()
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error


def parse_zone(name: str) -> tzinfo:
    """The time zone called `name`, or an offset such as +02:00; `Refusal` says how to write one."""
    if name == "UTC":
        return UTC
    try:
        if name[:1] in {"+", "-"}:
            ahead = datetime.strptime(name[1:], "%H:%M").replace(tzinfo=UTC)
            offset = timedelta(hours=ahead.hour, minutes=ahead.minute)
            return timezone(-offset if name[0] == "-" else offset)
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise Refusal(f"--zone {name!r}: write a zone such as Europe/Vienna, or +02:00") from error


def _print_report(report: Report, zone: str) -> None:
    step = "no log" if report.interval is None else f"every {report.interval / MINUTE:g} min"
    console.print(
        f"{report.model}, serial {report.serial}: {len(report.times)} readings, {step}, "
        f"{report.missing} failed; its clock is read as {zone}",
        markup=False,
    )
    if report.form != "csv" and not report.signed:
        console.print("the file does not end with the device's signature: was it cut?", markup=False)
    _print_marks(report.marks)
    for alarm in report.alarms:
        setting = alarm.setting
        whole = " in sum" if setting.kind == "cumulative" else ""
        _print_alarm(
            f"device alarm {setting.side} {setting.limit:g} degC for "
            f"{setting.tolerance / MINUTE:g} min{whole}",
            alarm.started_at,
            alarm.alarmed_at,
            alarm.ended_at,
            alarm.counted,
        )


def _print_file(running: Transaction, file: store.File, *, all_figures: bool) -> None:
    console.print(
        f"{file.name}: {file.model}, serial {file.serial}, {file.readings} readings, "
        f"{file.missing} failed, clock read as {file.zone}; "
        f"imported {_clock(file.recorded_at)} by {file.recorded_by}, SHA-256 {file.digest}",
        markup=False,
    )
    _print_marks(msgspec.json.decode(file.marks, type=list[Mark]))
    for alarm in store.alarms(running, file.file_id):
        _print_alarm(alarm.rule, alarm.started_at, alarm.alarmed_at, alarm.ended_at, alarm.counted)
    _print_figures(store.figures(running, file.file_id), all_figures=all_figures)
    for one in store.companions(running, file.file_id):
        during = f"from {_clock(one.since)} to {_clock(one.until)}"
        taken_back = f"; taken back: {one.reason}" if one.reason is not None else ""
        console.print(f"  went with {one.goods} {during}{taken_back}", markup=False)


def _print_marks(marks: Iterable[Mark]) -> None:
    for mark in marks:
        console.print(f"  {_clock(mark.at)} {mark.what}", markup=False)


def _print_alarm(
    rule: str, started_at: int, alarmed_at: int, ended_at: int | None, counted: int
) -> None:
    end = "no end recorded" if ended_at is None else f"until {_clock(ended_at)}"
    console.print(
        f"  {rule}: from {_clock(started_at)}, raised {_clock(alarmed_at)}, {end}, "
        f"{counted / MINUTE:g} min by the device's count",
        markup=False,
    )


def _print_figures(figures: Iterable[Comparison], *, all_figures: bool = False) -> None:
    every = list(figures)
    shown = every if all_figures or len(every) <= _FEW else [one for one in every if one.differs]
    differing = sum(one.differs for one in every)
    console.print(f"{len(every)} figures of the device, {differing} differ from ours beyond tolerance")
    if not shown:
        return
    rows = [("figure", "device", "ours", "difference", "tolerance", "")]
    for one in shown:
        rows.append(
            (
                one.name,
                f"{one.device:g} {one.unit}",
                "no log" if one.ours is None else f"{one.ours:.2f}",
                "" if one.difference is None else f"{one.difference:+.2f}",
                f"{one.tolerance:g}",
                "differs" if one.differs else "",
            )
        )
    _print_table(rows)


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Aligned columns, never wrapped: a line is one row, also in a pipe."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console.print("  ".join(cells).rstrip(), markup=False)


def _clock(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M} UTC"

"""The command about what goods felt: history, with the figures or with every reading."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from coldbind.commands.places import now
from coldbind.commands.session import Demo, console, transaction
from coldbind.commands.times import KnownAt, known
from kernel.refusal import Refusal
from lotbinding.record.report import Cell, facts, figures_csv, figures_json, figures_table
from lotbinding.record.statistics import LotRecord, lot_statistics
from storage.database import Transaction

_FEW = 20


class Form(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command()(history)


def history(
    goods: Annotated[str, typer.Argument(metavar="LOT|UNIT", help="The lot, or (--unit) the unit.")],
    form: Annotated[Form, typer.Option("--format", help="json only with --stats.")] = Form.TABLE,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; xlsx and parquet need one.")
    ] = None,
    as_known_at: KnownAt = "",
    *,
    unit: Annotated[bool, typer.Option("--unit", help="It is the code of one unit.")] = False,
    stats: Annotated[
        bool, typer.Option("--stats", help="What the readings come to, instead of the readings.")
    ] = False,
    use_demo: Demo = False,
) -> None:
    """Tell every reading that the units of a lot felt, or what these come to."""
    _possible(form, out, stats=stats)
    instant_ = known(as_known_at)
    lot, one = (None, goods) if unit else (goods, None)
    with transaction(demo=use_demo) as running:
        if stats:
            record = lot_statistics(running, lot, unit=one, as_known_at=instant_)
            answer = _figures(record, form)
        else:
            answer = _readings(running, lot, one, form, instant_)
    _write(answer, out)


def _possible(form: Form, out: Path | None, *, stats: bool) -> None:
    if stats and form in {Form.XLSX, Form.PARQUET}:
        raise Refusal(
            f"--stats is written as table, csv or json; without it {form} has the figures too"
        )
    if not stats and form is Form.JSON:
        raise Refusal("readings are written as table, csv, xlsx or parquet; json goes with --stats")
    if out is None and form in {Form.XLSX, Form.PARQUET}:
        raise Refusal(f"{form} is not for a terminal: write --out FILE")


def _figures(record: LotRecord, form: Form) -> bytes:
    if form is Form.JSON:
        return figures_json(record, now()) + b"\n"
    if form is Form.CSV:
        return figures_csv(record).encode()
    lines = [f"{name}: {told}" for name, told in facts(record, now())]
    for row in figures_table(record):
        width = max(map(len, row))
        lines += ["", *(f"{name.ljust(width)}  {_cell(value)}" for name, value in row.items())]
    return ("\n".join(lines) + "\n").encode()


def _cell(value: Cell) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _readings(
    running: Transaction, lot: str | None, unit: str | None, form: Form, as_known_at: int | None
) -> bytes:
    from lotbinding.record import export, history  # noqa: PLC0415 - pandas is slow to load

    found = history.history(running, lot, unit=unit, as_known_at=as_known_at)
    if form is not Form.TABLE:
        return export.exported(found, export.Form(form.value), now())
    shown = found.readings
    if len(shown) <= 2 * _FEW:
        return (shown.to_string(index=False) + "\n").encode()
    ends = (shown.head(_FEW), shown.tail(_FEW))
    first, last = (part.to_string(index=False, header=not number) for number, part in enumerate(ends))
    more = f"... {len(shown) - 2 * _FEW:,} more: --format csv --out FILE writes all ..."
    return f"{first}\n{more}\n{last}\n".encode()


def _write(answer: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(answer)
        sys.stdout.flush()
        return
    try:
        out.write_bytes(answer)
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}") from error
    console.print(f"{out}: {len(answer):,} bytes", markup=False)

"""Commands at the scanner and the label printer: scan, label, sscc."""

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from coldbind.commands.session import Demo, console, transaction
from erp.labels import formats
from erp.labels.handlers import label_of, number
from erp.scanning.core import Scan, Value, read
from erp.scanning.handlers import Known, look_up
from erp.wording import plain
from kernel.refusal import Refusal


class Form(StrEnum):
    """How a label is written."""

    SVG = "svg"
    PDF = "pdf"
    ZPL = "zpl"


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(scan)
    app.command()(label)
    app.command()(sscc)


def scan(
    code: Annotated[str, typer.Argument(help="What the scanner sent, or what stands on the label.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    use_demo: Demo = False,
) -> None:
    """Tell what a code says (GS1-128, DataMatrix, Digital Link, SSCC, EAN) and what is known of it."""
    found = read(code, datetime.now(UTC).date())
    with transaction(demo=use_demo) as running:
        known = look_up(running, found)
    if as_json:
        typer.echo(msgspec.json.encode(scan_as_json(found, known)).decode())
        return
    for one in found.elements:
        console.print(f"({one.ai}) {one.title}: {_words(one.value)}", markup=False)
    _print_known(found, known)


def label(
    unit: Annotated[str, typer.Argument(help="The stock unit or handling unit.")],
    form: Annotated[Form, typer.Option("--format", help="svg, pdf or zpl.")] = Form.SVG,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; standard output if left out.")
    ] = None,
    *,
    use_demo: Demo = False,
) -> None:
    """Make the label of a unit: a GS1 DataMatrix, and its SSCC as GS1-128 bars when it has one."""
    with transaction(demo=use_demo) as running:
        made = label_of(running, unit)
    written = {Form.SVG: formats.svg, Form.PDF: formats.pdf, Form.ZPL: formats.zpl}[form](made)
    if out is None:
        sys.stdout.buffer.write(written)
        return
    try:
        out.write_bytes(written)
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}") from error
    console.print(f"label of {unit}: {made.readable} in {out}", markup=False, soft_wrap=True)


def sscc(
    prefix: Annotated[str, typer.Option(help="Your GS1 company prefix.")],
    *,
    use_demo: Demo = False,
) -> None:
    """Give out the next SSCC under your company prefix, such as for pack --sscc."""
    with transaction(demo=use_demo) as running:
        typer.echo(number(running, prefix))


def scan_as_json(found: Scan, known: Known) -> dict[str, object]:
    """A scan and what is known of it, for programs."""
    return {
        "form": found.form,
        "elements": [
            {"ai": one.ai, "title": one.title, "value": _plain(one.value)} for one in found.elements
        ],
        "product": known.product,
        "lots": known.lots,
        "units": known.things,
    }


def _print_known(found: Scan, known: Known) -> None:
    label = found.value("17")
    if known.product is not None:
        console.print(f"product {known.product.code} {known.product.name}", markup=False)
    for lot in known.lots:
        expiry = f", expires {lot.expires_on}" if lot.expires_on else ""
        if label not in {None, lot.expires_on}:
            expiry += f", BUT THE LABEL SAYS {label}"
        console.print(f"lot {lot.lot} of {lot.product}{expiry}, on {lot.receipt}", markup=False)
    for thing in known.things:
        held = ", HELD" if thing.held else ""
        console.print(
            f"{thing.kind} {thing.code}: {thing.location or 'not in the house'}{held}", markup=False
        )
    if known.product is None and not known.lots and not known.things:
        console.print("nothing is known of it here", markup=False)


def _words(value: Value) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def _plain(value: Value) -> str | int:
    """As JSON holds it: decimals and times as text."""
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value

"""Commands about evidence packs: of a claim, a lot, what left us, a recall; and verifying one."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from coldbind.commands.session import By, Demo, console, transaction, whoever
from erp.evidence.verifying import check, check_here
from kernel.refusal import Refusal
from storage.database import Transaction

Out = Annotated[
    Path | None, typer.Option(help="The file to write; named after what it is about when left out.")
]

Pack = Callable[[Transaction, str, str], bytes]
"""Makes the PDF about what has this code, for whoever asks."""


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    evidence = typer.Typer(help="Evidence packs: PDF/A-3 with raw data inside.", no_args_is_help=True)
    evidence.command("make")(make)
    evidence.command("lot")(lot_file)
    evidence.command("dispatch")(dispatch)
    evidence.command("recall")(recall)
    evidence.command("verify")(verify)
    app.add_typer(evidence, name="evidence")


def make(
    claim: Annotated[str, typer.Argument(help="The claim.")],
    out: Out = None,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Bind everything that proves a claim into one file."""
    from erp.evidence.handlers import claim_pack  # noqa: PLC0415 - typst is slow to load

    _bind(claim_pack, claim, out, by, use_demo=use_demo)


def lot_file(
    lot: Annotated[str, typer.Argument(help="The lot.")],
    out: Out = None,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Bind the whole record of a lot into one file, for an audit."""
    from coldbind.evidence_packs import lot_file  # noqa: PLC0415 - pandas is slow to load

    _bind(lot_file, lot, out, by, use_demo=use_demo)


def dispatch(
    unit: Annotated[str, typer.Argument(help="The unit that left us.")],
    out: Out = None,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Certify in what condition a unit left us."""
    from coldbind.evidence_packs import dispatch_certificate  # noqa: PLC0415 - pandas is slow to load

    _bind(dispatch_certificate, unit, out, by, use_demo=use_demo)


def recall(
    code: Annotated[str, typer.Argument(help="The recall.")],
    out: Out = None,
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Bind everything that shows how a recall was carried out into one file."""
    from coldbind.recall_pack import recall_pack  # noqa: PLC0415 - typst is slow to load

    _bind(recall_pack, code, out, by, use_demo=use_demo)


def _bind(pack: Pack, subject: str, out: Path | None, by: str, *, use_demo: bool) -> None:
    with transaction(demo=use_demo) as running:
        pdf = pack(running, subject, whoever(by))
    write(out or Path(f"{subject.replace('/', '_')}.pdf"), pdf)


def verify(
    file: Annotated[Path, typer.Argument(help="The PDF.")],
    *,
    alone: Annotated[bool, typer.Option("--alone", help="Without a database: only the file.")] = False,
    use_demo: Demo = False,
) -> None:
    """Check every file inside a pack, its readings, and that it is one that was made here."""
    try:
        pdf = file.read_bytes()
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    if alone:
        checked = check(pdf)
    else:
        with transaction(demo=use_demo) as running:
            checked = check_here(running, pdf)
    for fault in checked.faults:
        console.print(fault, style="red", markup=False)
    if checked.faults:
        raise typer.Exit(1)
    console.print(f"{len(checked.files)} files are as the manifest says, contents {checked.contents}")
    if checked.made is not None:
        made = checked.made
        console.print(
            f"made by {made.actor} at {made.recorded_at:%Y-%m-%d %H:%M:%S} UTC about {made.subject}, "
            f"audit record {made.record_id}",
            markup=False,
        )


def write(out: Path, pdf: bytes) -> None:
    """Write a pack and say so."""
    try:
        out.write_bytes(pdf)
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}") from error
    console.print(f"{out}: {len(pdf):,} bytes", markup=False)

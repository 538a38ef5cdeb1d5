"""Printing a pack as PDF/A-3b with its files inside; the same pack gives the same bytes.

The date in the document is the day the pack is about, fonts are those inside typst, and nothing is
taken from the machine it is printed on.
"""

import tempfile
from importlib.resources import files
from pathlib import Path

import typst

from erp.evidence.core import MANIFEST, Pack
from kernel.instants import moment
from kernel.refusal import Refusal

_STANDARD = "a-3b"


def printed(pack: Pack) -> bytes:
    """The PDF of `pack`; `Refusal` when something in it cannot be printed."""
    dated = moment(pack.dated).replace(microsecond=0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for template in (files("erp.evidence") / "templates").iterdir():
            (folder / template.name).write_bytes(template.read_bytes())
        for file, content in {**pack.files, MANIFEST: pack.manifest}.items():
            (folder / file).write_bytes(content)
        told = {
            "name": pack.name,
            "contents": pack.contents,
            "files": "/".join(sorted([*pack.files, MANIFEST])),
            "dated": dated.strftime("%Y %m %d %H %M %S"),
        }
        try:
            return typst.compile(
                folder / f"{pack.template}.typ",
                root=folder,
                format="pdf",
                pdf_standards=[_STANDARD],
                ignore_system_fonts=True,
                timestamp=dated,
                sys_inputs=told,
            )
        except typst.TypstError as error:
            raise Refusal(f"{pack.name} cannot be printed: {error.message}") from error


def can_be_shown(name: str, picture: bytes) -> bool:
    """Whether a picture of that name can be printed: a damaged one is in a pack as a file only."""
    with tempfile.TemporaryDirectory() as created:
        folder = Path(created)
        (folder / name).write_bytes(picture)
        page = folder / "page.typ"
        page.write_text("#image(sys.inputs.name)", encoding="utf-8")
        try:
            typst.compile(
                page, root=folder, format="pdf", ignore_system_fonts=True, sys_inputs={"name": name}
            )
        except typst.TypstError:
            return False
    return True

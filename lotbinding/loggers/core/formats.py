"""Which format a file has, and its reader."""

from datetime import tzinfo

from kernel.refusal import Refusal
from lotbinding.loggers.core.csv_log import parse_csv
from lotbinding.loggers.core.csv_mapping import Mapping
from lotbinding.loggers.core.fridgetag import parse_fridge_tag
from lotbinding.loggers.core.outline import outline
from lotbinding.loggers.core.qtag import parse_qtag
from lotbinding.loggers.core.report import Report
from lotbinding.loggers.core.words import Words

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def parse_file(
    content: bytes, where: str, zone: tzinfo, mapping: Mapping | None = None, serial: str | None = None
) -> Report:
    """The report in a file's `content`; `Refusal` says what is wrong and in which line."""
    text = _text(content, where)
    if mapping is not None:
        return parse_csv(text, where, mapping, zone, serial)
    top = outline(text)
    device = top.get("Device")
    words = Words(where, zone)
    if device is not None and "Fridge-tag" in device.text:
        return parse_fridge_tag(top, words)
    if device is not None and device.text.startswith("Q-tag"):
        return parse_qtag(top, words)
    raise Refusal(
        f"{where}, line 1: this is no report of a Q-tag CLm doc or a Fridge-tag; "
        "for a CSV file say how to read it with --mapping"
    )


def _text(content: bytes, where: str) -> str:
    if content.startswith(b"%PDF"):
        raise Refusal(f"{where} is a PDF: import the text file (.txt) the device writes beside it")
    try:
        return content.decode("utf-16" if content.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")

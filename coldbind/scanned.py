"""What a scanner kept in a file: a JSON list, one JSON object a line, or CSV with a line of names."""

import csv
import io
from collections.abc import Iterable

import msgspec

from kernel.refusal import Refusal


def records_of(content: bytes) -> list[object]:
    """The records in the file, one that is none as the sentence that says so.

    Refused when the file as a whole cannot be read.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(f"the file is no text in UTF-8: byte {error.start} cannot be read") from error
    return list(_records(text))


def _records(text: str) -> Iterable[object]:
    begin = text.lstrip()[:1]
    if begin == "[":
        return _json(text, "the file")
    if begin == "{":
        lines = enumerate(text.splitlines(), 1)
        return [_line(line, number) for number, line in lines if line.strip()]
    rows = csv.DictReader(io.StringIO(text), restkey="more fields than names", strict=True)
    try:
        return list(rows)
    except csv.Error as error:
        raise Refusal(f"line {rows.line_num} of the file is no CSV: {error}") from error


def _json(text: str, what: str) -> list[object]:
    try:
        return msgspec.json.decode(text, type=list[object])
    except msgspec.DecodeError as error:
        raise Refusal(f"{what} is no JSON list: {error}") from error


def _line(line: str, number: int) -> object:
    """A line that is no JSON is one bad record, not a bad file."""
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        return f"line {number} is no JSON: {error}"

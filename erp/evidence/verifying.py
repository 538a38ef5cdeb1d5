"""Checking a pack by itself, and against what the audit chain has of it.

By itself: every file inside against the manifest, and the readings against the facts.
"""

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from erp.evidence import store
from erp.evidence.core import FACTS, MANIFEST, READINGS, Reading, contents_hash, digest, manifest
from erp.evidence.store import Made
from kernel.instants import instant, parse_moment
from kernel.refusal import Refusal
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Checked:
    """What a pack holds, its contents hash, what is wrong with it, and the record that it was made."""

    files: tuple[str, ...]
    contents: str
    faults: tuple[str, ...]
    made: Made | None = None


def check(pdf: bytes) -> Checked:
    """Check a pack by itself: whoever has the file can do this without our database."""
    files = _files(pdf)
    if MANIFEST not in files:
        raise Refusal("this PDF has no manifest.txt inside: it is no evidence pack")
    inside = {name: content for name, content in files.items() if name != MANIFEST}
    lines = [line.partition("  ") for line in files[MANIFEST].decode().splitlines()]
    listed = {name: told for told, _, name in lines}
    faults = [
        f"{name} is in the manifest and not in the file" for name in sorted(listed.keys() - inside)
    ]
    faults += [
        f"{name} is in the file and not in the manifest" for name in sorted(inside.keys() - listed)
    ]
    faults += [
        f"{name} was altered: it does not have the SHA-256 of the manifest"
        for name in sorted(inside.keys() & listed)
        if hashlib.sha256(inside[name]).hexdigest() != listed[name]
    ]
    if not faults:
        assert manifest(inside) == files[MANIFEST], "the same names and hashes make the same manifest"
        faults += _readings_faults(inside)
    return Checked(tuple(sorted(inside)), contents_hash(files[MANIFEST]), tuple(faults))


def check_here(transaction: Transaction, pdf: bytes) -> Checked:
    """Check a pack, and that it is one that was made here, byte by byte."""
    alone = check(pdf)
    file = hashlib.sha256(pdf).hexdigest()
    made = store.made(transaction, alone.contents, file)
    faults = list(alone.faults)
    if made is None:
        faults.append("no pack with these contents was made here: the audit chain has no record of it")
    elif made.file != file:
        faults.append(
            f"the contents are those of audit record {made.record_id}, the document around them is not"
        )
    return Checked(alone.files, alone.contents, tuple(faults), made)


def _files(pdf: bytes) -> dict[str, bytes]:
    if not pdf.startswith(b"%PDF-"):
        raise Refusal("this is no PDF: give the file that coldbind evidence wrote")
    try:
        attached = PdfReader(io.BytesIO(pdf)).attachments
        return {name: contents[0] for name, contents in attached.items()}
    except (PyPdfError, ValueError, KeyError, TypeError) as error:
        raise Refusal(f"this is no PDF that can be read: {error}") from error


def _readings_faults(inside: Mapping[str, bytes]) -> list[str]:
    """The digest of every stretch of evidence, computed again from the raw readings."""
    if FACTS not in inside or READINGS not in inside:
        return []
    facts: dict[str, Any] = msgspec.json.decode(inside[FACTS])
    told = cast("list[dict[str, Any]]", [*facts.get("evidence", []), *facts.get("agreements", [])])
    if not told:
        return []
    series: dict[str, list[Reading]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(inside[READINGS].decode())):
        at = instant(parse_moment(row["time"]))
        series[row["sensor"]].append(Reading(at, float(row["value_degc"]), int(row["quality"])))
    faults: list[str] = []
    for one in told:
        stretch = [r for r in series[one["sensor"]] if one["since"] <= r.at <= one["until"]]
        if digest(stretch) != one["digest"]:
            where = f"unit {one['unit']}, sensor {one['sensor']}, from {one['started_at']}"
            faults.append(f"{where}: the readings are not those that were evidence")
    return faults

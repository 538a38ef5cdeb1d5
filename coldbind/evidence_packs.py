"""Packs that join several stages: the file of a lot, the condition in which a unit left us.

The trace tells the story, lot binding what the goods felt; erp/evidence binds both into one document.
"""

from datetime import datetime
from typing import Any, cast

import msgspec

from erp.evidence.handlers import bound
from erp.trace.handlers import trace_lot
from erp.trace.shape import Movement, Trace, Unit
from erp.trace.text import lines
from kernel.instants import instant, moment, parse_moment
from kernel.refusal import Refusal
from lotbinding.record import export
from lotbinding.record.history import History, history
from lotbinding.record.report import figures_table
from storage.database import Transaction

_AFTER = "unwatched_after_min"
"""Grows while nothing happens: not part of a document that is the same each time."""


def lot_file(transaction: Transaction, lot: str, by: str) -> bytes:
    """The complete temperature, movement and decision record of a lot, as PDF/A-3."""
    story = trace_lot(transaction, lot)
    if story is None:
        raise Refusal(f"lot {lot!r} is not known: write its code as it was received")
    trace = cast("Trace", msgspec.json.decode(story))
    felt = history(transaction, lot)
    newest = max((one["recorded_at"] for one in trace["audit"]), default="1970-01-01T00:00:00Z")
    facts = {
        "kind": "lot",
        "title": f"File of lot {lot}",
        "statement": [f"All that is known of lot {lot} as of {_words(newest)}."],
        "story": lines(trace),
        "figures": _figures(felt),
        "dated": instant(parse_moment(newest)),
    }
    files = {"readings.csv": _readings(felt), "trace.json": story.encode()}
    return bound(transaction, "record", f"file of lot {lot}", facts, files, by=by)


def dispatch_certificate(transaction: Transaction, unit: str, by: str) -> bytes:
    """In what condition a unit left us: what it felt, and what stood against it, as PDF/A-3."""
    felt = history(transaction, unit=unit)
    story = trace_lot(transaction, felt.record.lot)
    assert story is not None, "the unit is one of that lot"
    trace = cast("Trace", msgspec.json.decode(story))
    mine = next(one for one in trace["units"] if one["code"] == unit)
    left = _left(mine)
    facts = {
        "kind": "dispatch",
        "title": f"Condition of unit {unit} at dispatch",
        "statement": _condition(trace, mine, left),
        "story": lines({**trace, "units": [mine], "claims": [], "audit": []}),
        "figures": _figures(felt),
        "dated": instant(parse_moment(left["occurred_at"])),
    }
    files = {"readings.csv": _readings(felt)}
    return bound(transaction, "record", f"condition of unit {unit}", facts, files, by=by)


def _left(unit: Unit) -> Movement:
    """The movement with which a unit left us; `Refusal` while it is with us."""
    gone = [one for one in unit["movements"] if one["kind"] == "dispatch"]
    if unit["location"] is not None or not gone:
        raise Refusal(
            f"unit {unit['code']} did not leave us: a certificate is about what was dispatched"
        )
    return gone[-1]


def _condition(trace: Trace, unit: Unit, left: Movement) -> list[str]:
    at = left["occurred_at"]
    product = trace["lot"]["product"]
    before = [
        one
        for one in unit["excursions"]
        if one["superseded_at"] is None and _at(one["started_at"]) < _at(at)
    ]
    held = [
        one
        for one in unit["holds"]
        if _at(one["placed_at"]) <= _at(at)
        and (one["released_at"] is None or _at(one["released_at"]) > _at(at))
    ]
    expires = f", expires {trace['lot']['expires_on']}" if trace["lot"]["expires_on"] else ""
    document = f", {left['document']}" if left["document"] else ""
    lot, limits = trace["lot"]["code"], product["profile"]["title"]
    what = f"Unit {unit['code']} of lot {lot} ({product['code']} {product['name']}{expires})"
    beyond = (
        f"Until then {len(before)} excursions from {limits} were found."
        if before
        else f"Until then it was never beyond the limits of {limits}."
    )
    return [
        f"{what} left us on {_words(at)}{document}.",
        beyond,
        "It was held at that time." if held else "It was not held at that time.",
    ]


def _figures(felt: History) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name != _AFTER}
        for row in figures_table(felt.record)
    ]


def _readings(felt: History) -> bytes:
    return export.exported(felt, export.Form.CSV, 0)


def _at(text: str) -> datetime:
    return parse_moment(text)


def _words(text: str) -> str:
    return f"{moment(instant(parse_moment(text))):%Y-%m-%d %H:%M:%S} UTC"

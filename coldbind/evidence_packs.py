"""Packs that join several stages: the file of a lot, the condition in which a unit left us.

The trace tells the story, lot binding what the goods felt; erp/evidence binds both into one document.
"""

from datetime import datetime
from typing import cast

import msgspec

from erp.evidence.handlers import bound
from erp.trace.handlers import trace_lot
from erp.trace.shape import Movement, Trace, Unit
from erp.trace.text import lines, lines_of_unit
from erp.wording import degrees
from kernel.instants import BEGINNING, MINUTE, instant, moment, parse_moment
from kernel.intervals import Span
from kernel.refusal import Refusal
from lotbinding.record import export
from lotbinding.record.core.figures import Figures
from lotbinding.record.history import History, history
from lotbinding.record.report import figures_table
from lotbinding.record.statistics import asked
from storage.database import Transaction


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
        "figures": figures_table(felt.record),
        "dated": instant(parse_moment(newest)),
    }
    files = {"readings.csv": _readings(felt), "trace.json": story.encode()}
    return bound(transaction, "record", f"file of lot {lot}", facts, files, by=by)


def dispatch_certificate(transaction: Transaction, unit: str, by: str) -> bytes:
    """In what condition a unit left us: what it felt until then, and what stood against it, as PDF/A-3.

    It is about the last time it left, also when it came back since.
    """
    story = trace_lot(transaction, asked(transaction, None, unit)[0].lot)
    assert story is not None, "the unit is one of that lot"
    trace = cast("Trace", msgspec.json.decode(story))
    mine = next(one for one in trace["units"] if one["code"] == unit)
    left = _left(mine)
    left_at = instant(parse_moment(left["occurred_at"]))
    felt = history(transaction, unit=unit, within=Span(BEGINNING, left_at))
    facts = {
        "kind": "dispatch",
        "title": f"Condition of unit {unit} at dispatch",
        "statement": _condition(trace, mine, left, felt.record.units[0].figures),
        "story": lines_of_unit(trace, mine),
        "figures": figures_table(felt.record),
        "dated": left_at,
    }
    files = {"readings.csv": _readings(felt)}
    return bound(transaction, "record", f"condition of unit {unit}", facts, files, by=by)


def _left(unit: Unit) -> Movement:
    """The last movement with which a unit left us; `Refusal` when there is none."""
    gone = [one for one in unit["movements"] if one["kind"] == "dispatch"]
    if not gone:
        raise Refusal(
            f"unit {unit['code']} did not leave us: a certificate is about what was dispatched"
        )
    return gone[-1]


def _condition(trace: Trace, unit: Unit, left: Movement, felt: Figures) -> list[str]:
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
    beyond = f"{len(before)} excursions" if before else "no excursion"
    return [
        f"{what} left us on {_words(at)}{document}.",
        f"Until then {beyond} from the limits of {limits} {'were' if before else 'was'} found.",
        _watched(felt),
        "It was held at that time." if held else "It was not held at that time.",
    ]


def _watched(felt: Figures) -> str:
    """How much of its time with us the readings speak for: nothing is said to be good unmeasured."""
    if felt.lowest is None or felt.highest is None:
        return "No reading speaks for it: its temperature with us is not known."
    extremes = f"from {degrees(felt.lowest)} to {degrees(felt.highest)}"
    return (
        f"{felt.readings} readings watched it for {felt.monitored // MINUTE} min, {extremes}; "
        f"{felt.unmonitored // MINUTE} min were unwatched."
    )


def _readings(felt: History) -> bytes:
    return export.exported(felt, export.Form.CSV, 0)


def _at(text: str) -> datetime:
    return parse_moment(text)


def _words(text: str) -> str:
    return f"{moment(instant(parse_moment(text))):%Y-%m-%d %H:%M:%S} UTC"

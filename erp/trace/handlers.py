"""Telling a lot's story: where from, where it stood, what it felt, what was decided and claimed."""

from collections.abc import Sequence
from typing import Any

import msgspec

from erp.custody import Delivery, Phase, timeline
from erp.trace import store
from kernel.instants import BEGINNING, FOREVER, instant, moment, parse_moment
from kernel.intervals import Span
from storage.database import Transaction


def trace_lot(transaction: Transaction, lot_code: str) -> str | None:
    """The trace of a lot as JSON text in the shape of `erp.trace.shape.Trace`; None when unknown."""
    told = store.trace(transaction, lot_code)
    if told is None:
        return None
    story = msgspec.json.decode(told)
    delivery = _delivery(story)
    for unit in story["units"]:
        since, until, sent_back = unit["custody"]
        with_us = [Span(start, end) for start, end in zip(since, until, strict=True)]
        unit["custody"] = _told(timeline(delivery, with_us, sent_back))
    return msgspec.json.encode(story).decode()


def _delivery(story: dict[str, Any]) -> Delivery:
    order, receipt = story["purchase_order"], story["receipt"]
    return Delivery(
        order["incoterm"],
        order["named_place"],
        receipt["carrier"] or "",
        _instant(receipt["handed_over_at"]),
        receipt["decision"],
        _instant(receipt["decided_at"]),
    )


def _instant(time: str | None) -> int | None:
    return None if time is None else instant(parse_moment(time))


def _told(phases: Sequence[Phase]) -> list[dict[str, str | None]]:
    return [
        {
            "party": phase.party,
            "since": _utc(phase.span.start),
            "until": _utc(phase.span.end),
            "why": phase.why,
        }
        for phase in phases
    ]


def _utc(at: int) -> str | None:
    """As erp.utc writes an instant in the database."""
    if not BEGINNING < at < FOREVER:
        return None
    time = moment(at).isoformat().removesuffix("+00:00")
    return (time.rstrip("0") if "." in time else time) + "Z"

"""Telling a lot's story: where from, where it stood, what was decided about it, who got it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from erp.custody import Delivery, Phase, timeline
from erp.trace import stays, store
from erp.trace.stays import Teller, utc
from kernel.instants import BEGINNING, FOREVER, instant, parse_moment
from kernel.intervals import Span
from kernel.stood import Stood
from storage.database import Transaction

_PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_FACTS = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])
_OBJECT = msgspec.json.Decoder(dict[str, Any])
_WITH_US = msgspec.json.Decoder(list[tuple[int, int | None, bool]])


@dataclass(frozen=True, slots=True)
class More:
    """What is asked beyond the story as of now: as it was known then, or what was felt in each stay.

    `teller` is lot binding's answer, since what was felt, and what was known of stays, is its own.
    """

    teller: Teller
    as_known_at: int | None = None


def trace_lot(transaction: Transaction, lot_code: str, more: More | None = None) -> str | None:
    """The trace of a lot as JSON text in the shape of `erp.trace.shape.Trace`.

    None when there is no such lot, or was none by what was known then.
    """
    told = store.trace(transaction, lot_code, more and more.as_known_at)
    if told is None:
        return None
    if more is None:
        return _with_custody(told)
    story = msgspec.json.decode(told)
    _stand(story, more.teller(transaction, lot_code, more.as_known_at))
    if more.as_known_at is not None:
        promised = store.promised_then(transaction, lot_code, more.as_known_at)
        story["stock"] = [line for unit in story["units"] if (line := stays.left(unit, promised))]
    return _with_custody(msgspec.json.encode(story))


def _with_custody(told: str | bytes) -> str:
    """The story with the timeline of each unit's custody in place of the facts it is made from.

    All else passes through as it is written: taking a large story apart takes longer than asking it.
    """
    story = _PARTS.decode(told)
    facts = _FACTS.decode(story["units"])
    order, receipt = (_OBJECT.decode(story[key]) for key in ("purchase_order", "receipt"))
    delivery = _delivery(order, receipt)
    known: dict[bytes, msgspec.Raw] = {}
    for unit in facts:
        raw = bytes(unit["custody"])
        if raw not in known:
            known[raw] = msgspec.Raw(msgspec.json.encode(_told(_phases(delivery, raw))))
        unit["custody"] = known[raw]
    story["units"] = msgspec.Raw(msgspec.json.encode(facts))
    return msgspec.json.encode(story).decode()


def _phases(delivery: Delivery, raw: bytes) -> list[Phase]:
    """The timeline from the times at our places, and whether it then went back to the supplier."""
    facts = _WITH_US.decode(raw)
    with_us = [Span(start, FOREVER if end is None else end) for start, end, _ in facts]
    return timeline(delivery, with_us, {end for _, end, sent_back in facts if sent_back and end})


def _stand(story: dict[str, Any], told: Sequence[Stood]) -> None:
    """Put in the stays as lot binding tells them, and what follows from them."""
    by_unit: dict[str, list[Stood]] = {unit["code"]: [] for unit in story["units"]}
    for stay in told:
        if stay.unit in by_unit:
            by_unit[stay.unit].append(stay)
    for unit in story["units"]:
        stood = by_unit[unit["code"]]
        since = _instant(unit["split_at"])
        unit["stays"] = stays.told(stood, BEGINNING if since is None else since)
        last = unit["stays"][-1] if unit["stays"] else None
        unit["location"] = last["location"] if last and last["until"] is None else None
        sent_back = {
            _instant(one["occurred_at"])
            for one in unit["movements"]
            if one["kind"] == "return_to_supplier"
        }
        unit["custody"] = [
            [start, None if end == FOREVER else end, end in sent_back]
            for start, end in (stay.span for stay in stood)
        ]


def _delivery(order: dict[str, Any], receipt: dict[str, Any]) -> Delivery:
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
            "since": utc(phase.span.start),
            "until": utc(phase.span.end),
            "why": phase.why,
        }
        for phase in phases
    ]

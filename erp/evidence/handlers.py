"""Making packs: facts, raw readings and photos bound into one file, and that recorded in the chain."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from erp import subjects
from erp.evidence import store
from erp.evidence.core import (
    FACTS,
    READINGS,
    Pack,
    Reading,
    figure,
    in_words,
    limits_drawn,
    mkt,
    readings_csv,
    rule_of,
)
from erp.evidence.printing import can_be_shown, printed
from erp.evidence.store import Attachment
from kernel.instants import moment
from kernel.intervals import Span
from kernel.refusal import Refusal
from storage.database import Transaction

Facts = dict[str, Any]
Series = Mapping[str, Sequence[Reading]]
_PICTURES = ("image/jpeg", "image/png")


def claim_pack(transaction: Transaction, code: str, by: str) -> bytes:
    """The evidence of a claim as PDF/A-3; the same bytes while nothing new is known about it."""
    told = store.claim_facts(transaction, code)
    if told is None:
        raise Refusal(f"there is no claim {code!r}: coldbind claims list")
    readings = store.claim_readings(transaction, code)
    facts: Facts = msgspec.json.decode(told)
    for one in cast("list[Facts]", facts["evidence"]):
        stretch = [r for r in readings.get(one["sensor"], ()) if one["since"] <= r.at <= one["until"]]
        one.update(in_words(one), mkt=mkt(stretch))
    for one in cast("list[Facts]", facts["limits"]):
        one["asks"] = rule_of(one["asked"]).asks
    facts["figures"] = _figures(facts, readings)
    files: dict[str, bytes] = {READINGS: readings_csv(readings)}
    photos: list[Facts] = []
    for photo in store.attachments(transaction, code):
        name = f"attachment-{photo.name}"
        files[name] = photo.content
        photos.append({"name": name, "words": photo.words, **_shown(photo)})
    facts["photos"] = photos
    return bound(transaction, "claim", f"claim {code}", facts, files, by=by)


def excursion_proof(transaction: Transaction, excursion_id: int) -> tuple[list[Facts], Series]:
    """An excursion by each sensor that showed it, in words, and the readings that show it."""
    told = cast("list[Facts]", msgspec.json.decode(store.excursion_facts(transaction, excursion_id)))
    for one in told:
        one.update(in_words(one))
    return told, store.excursion_readings(transaction, excursion_id)


def bound(
    transaction: Transaction,
    template: str,
    subject: str,
    facts: Facts,
    files: Mapping[str, bytes],
    *,
    by: str,
) -> bytes:
    """Print facts and files by a template, and record what was made."""
    content = msgspec.json.format(msgspec.json.encode(facts, order="sorted"), indent=1)
    pack = Pack(template, subject, facts["dated"], {**files, FACTS: content})
    file = printed(pack)
    transaction.audit(
        by,
        "evidence made",
        subject if template != "claim" else subjects.claim(subject.removeprefix("claim ")),
        contents=pack.contents,
        file=hashlib.sha256(file).hexdigest(),
        files=sorted(pack.files),
    )
    return file


def _shown(photo: Attachment) -> Facts:
    """Whether an attachment is printed, or is a picture that is damaged and cannot be."""
    if photo.media_type not in _PICTURES:
        return {"picture": False, "damaged": False}
    readable = can_be_shown(photo.name, photo.content)
    return {"picture": readable, "damaged": not readable}


def _figures(facts: Facts, readings: Series) -> list[Facts]:
    """One figure for each sensor: from arrival to the decision or the end of the evidence."""
    receipt = facts["receipt"]
    limits = limits_drawn(facts["evidence"])
    return [
        drawn(
            sensor,
            told,
            Span(min(receipt["arrived"], told[0].at), max(told[-1].at, receipt["decided"] or 0)),
            limits,
            receipt["decided"],
        )
        for sensor, told in sorted(readings.items())
    ]


def drawn(
    sensor: str, readings: Sequence[Reading], during: Span, limits: list[float], decided: int | None
) -> Facts:
    """A figure of readings of a sensor with limits in degC and, if any, the instant of a decision."""
    since, until = during
    return {
        "sensor": sensor,
        "since": _utc(since),
        "until": _utc(until),
        "count": len(readings),
        "limits": limits,
        "points": figure(readings, since, until),
        "decided": None if not decided else round((decided - since) / max(until - since, 1), 6),
    }


def _utc(at: int) -> str:
    return f"{moment(at):%Y-%m-%dT%H:%M:%SZ}"

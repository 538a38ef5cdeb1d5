"""What scanners kept while they were offline: delivered late, in any order, perhaps twice.

Every record gets an answer of its own. One that cannot be recorded never blocks the others, and one
that was delivered before is answered as such, by the scanner's own id of it.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from kernel.instants import MINUTE, instant, parse_moment
from kernel.refusal import Refusal
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.recording import lock
from lotbinding.handlers.units import add_handling_unit
from lotbinding.store import units
from storage.database import Database, Transaction
from storage.errors import DuplicateKey, Refused

MOST = 100
"""So many records are one transaction: few enough that nobody waits long for their goods."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one record: `recorded`, `known` (delivered before) or `refused`, and why."""

    client_id: str | None
    unit: str
    outcome: Literal["recorded", "known", "refused"]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A movement as a scanner tells it.

    `into_kind` and `into_sscc` say what it was packed into when we may not know that handling unit yet.
    """

    movement: Movement
    into_kind: str | None = None
    into_sscc: str | None = None


FIELDS = (
    *("client_id", "unit", "kind", "location", "occurred_at", "by", "document"),
    *("into", "into_kind", "into_sscc"),
)
_REQUIRED = ("client_id", "unit", "kind", "occurred_at")
_CLOCKS_DIFFER = 10 * MINUTE
"""A scanner's clock may be ahead of ours by this much."""


def movement_of(record: object, by: str, now: int) -> Scanned | Answer:
    """The movement that a record of a scanner tells, or the answer that says what is wrong with it.

    `by` did it when the record does not say who; `now` is our clock, in microseconds.
    """
    if not isinstance(record, Mapping):
        what = record if isinstance(record, str) else "this is no record"
        return Answer(None, "", "refused", f"{what}: write client_id, unit, kind, occurred_at")
    told = cast("Mapping[object, object]", record)
    fields = {str(name): one for name, one in told.items() if one is not None and one != ""}
    try:
        return _scanned(fields, by, now)
    except (ValueError, TypeError) as fault:
        client_id, unit = fields.get("client_id"), fields.get("unit", "")
        return Answer(None if client_id is None else str(client_id), str(unit), "refused", str(fault))


def _scanned(fields: Mapping[str, object], by: str, now: int) -> Scanned:
    for name, value in fields.items():
        if name not in FIELDS:
            raise Refusal(f"{name} is no field of a movement: write {', '.join(FIELDS)}")
        if not isinstance(value, str) or not value.isprintable():
            raise Refusal(f"{name} {value!r}: write it as a line of text")
    missing = [name for name in _REQUIRED if name not in fields]
    if missing:
        raise Refusal(f"{', '.join(missing)} is missing")
    if fields["kind"] != "pack" and (fields.keys() & {"into_kind", "into_sscc"}):
        raise Refusal("into_kind and into_sscc say what was packed into: write them with kind pack")
    if "into_sscc" in fields and "into_kind" not in fields:
        raise Refusal("into_sscc says more of a new handling unit: write its into_kind too")
    at = instant(parse_moment(str(fields["occurred_at"])))
    if at > now + _CLOCKS_DIFFER:
        raise Refusal(f"occurred_at {fields['occurred_at']} has not come yet: set the scanner's clock")
    text = {name: str(value) for name, value in fields.items()}
    movement = Movement(
        unit=text["unit"],
        kind=text["kind"],
        location=text.get("location"),
        occurred_at=at,
        by=text.get("by", by),
        document=text.get("document", ""),
        client_id=text["client_id"],
        into=text.get("into"),
    )
    return Scanned(movement, text.get("into_kind"), text.get("into_sscc"))


def deliver(database: Database, records: Sequence[object], by: str) -> list[Answer]:
    """Record what a scanner kept, some at a time; an answer for each record, in their order.

    What makes a handling unit known goes first, so that a record before it may move that.
    """
    now = time.time_ns() // 1000
    read = dict(enumerate(movement_of(record, by, now) for record in records))
    answers = {number: one for number, one in read.items() if isinstance(one, Answer)}
    told = [(number, one) for number, one in read.items() if isinstance(one, Scanned)]
    told.sort(key=lambda numbered: numbered[1].into_kind is None)
    for begin in range(0, len(told), MOST):
        numbers, batch = zip(*told[begin : begin + MOST], strict=True)
        given = database.attempt(lambda transaction, batch=batch: upload(transaction, batch))
        answers |= zip(numbers, given, strict=True)
    return [answers[number] for number in read]


def upload(transaction: Transaction, scanned: Sequence[Scanned]) -> list[Answer]:
    """Record movements one by one; the answers, in the same order."""
    told = [one.movement for one in scanned]
    codes = {code for one in told for code in (one.unit, one.into) if code is not None}
    things = list(units.things(transaction, sorted(codes)).values())
    lock(transaction, things)
    return [_answer(transaction, one) for one in scanned]


def _answer(transaction: Transaction, scanned: Scanned) -> Answer:
    told = scanned.movement
    if not told.client_id:
        why = f"movement of {told.unit}: it has no client_id: without one it might be recorded twice"
        return Answer(None, told.unit, "refused", why)
    try:
        with transaction.savepoint():
            if told.into is not None and scanned.into_kind is not None:
                add_handling_unit(transaction, told.into, scanned.into_kind, told.by, scanned.into_sscc)
            new = record_movement(transaction, told)
    except Refusal as refusal:
        return Answer(told.client_id, told.unit, "refused", str(refusal))
    except DuplicateKey:
        why = f"client id {told.client_id!r} was already used for another movement: give each its own"
        return Answer(told.client_id, told.unit, "refused", why)
    except Refused as broken:
        return Answer(told.client_id, told.unit, "refused", str(broken))
    return Answer(told.client_id, told.unit, "recorded" if new else "known")

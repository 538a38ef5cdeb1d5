"""Use cases on what was parked: take it up again on the same path as live messages, or discard it.

A replay goes in pieces, each a transaction, so that any number of entries fits into memory; what is
interrupted has done its whole pieces, and doing it again is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest import parked as entries
from ingest import store
from ingest.core.decode import Decoded, Message, Undecodable
from ingest.core.parking import Parked, park_message
from ingest.core.registry import Registry
from ingest.parked import ParkedEntry, Sought
from ingest.path import Decode, Limits, Opened, keep
from kernel.instants import instant
from kernel.quality import Quality
from kernel.refusal import Refusal
from storage.database import Database, Transaction
from storage.errors import StorageError, Unavailable
from wire.columns import Malformed
from wire.frame import decode_body

_ENTRIES, _PAYLOAD = 1_000, 2 * 2**20
"""The most of a piece: entries, and bytes of payload."""


@dataclass(frozen=True, slots=True)
class StillParked:
    """Records that could not be stored this time either: how many, and the newest reason."""

    code: str
    records: int
    reason: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of `entries`: readings `stored` that were new, and what waits `again`."""

    entries: int = 0
    stored: int = 0
    again: tuple[StillParked, ...] = ()

    def then(self, later: "Replayed") -> "Replayed":
        """Both together."""
        counted = {one.code: one for one in self.again}
        for one in later.again:
            before = counted.get(one.code)
            counted[one.code] = replace(one, records=one.records + (before.records if before else 0))
        return Replayed(
            self.entries + later.entries, self.stored + later.stored, tuple(counted.values())
        )


class Replay:
    """Takes parked entries up again, in the name of `by`."""

    def __init__(self, database: Database, decode: Decode, limits: Limits, by: str) -> None:
        self._database = database
        self._decode = decode
        self._limits = limits
        self._by = by
        self._registry = Registry()

    def run(self, sought: Sought) -> Replayed:
        """Replay what waits and is sought; `Refusal` when that is nothing, or an entry has ended."""
        with self._database.transaction() as transaction:
            if sought.ids is not None:
                _all_waiting(transaction, sought.ids)
            whole = entries.extent(transaction, sought)
        if not whole.entries:
            raise Refusal(_nothing(sought))
        done, after = Replayed(), 0
        while piece := self._next(sought, after, whole.newest):
            done, after = done.then(self._piece(piece)), piece[-1]
        return done

    def _next(self, sought: Sought, after: int, upto: int) -> list[int]:
        with self._database.transaction() as transaction:
            return entries.next_waiting(
                transaction, sought, after=after, upto=upto, entries=_ENTRIES, payload=_PAYLOAD
            )

    def _piece(self, ids: Sequence[int]) -> Replayed:
        """One transaction, or halves of it when the database refuses one of the entries."""
        try:
            return self._database.attempt(lambda transaction: self._take_up(transaction, ids))
        except Unavailable:
            raise
        except StorageError as error:
            if len(ids) == 1:
                refused = StillParked("undecodable", 1, f"the database refused it: {error}")
                return Replayed(1, 0, (refused,))
            middle = len(ids) // 2
            return self._piece(ids[:middle]).then(self._piece(ids[middle:]))

    def _take_up(self, transaction: Transaction, ids: Sequence[int]) -> Replayed:
        waiting = entries.lock_waiting(transaction, ids)
        opened = [(_open(entry, self._decode), Quality(entry.quality)) for entry in waiting]
        readable = [(one, quality) for one, quality in opened if isinstance(one, Decoded)]
        parked = [park_message(one, mark) for one, mark in opened if isinstance(one, Undecodable)]
        marks = np.array([quality for _, quality in readable], np.int16)
        members = [one for one, _ in readable]
        kept = keep(transaction, members, marks, registry=self._registry, limits=self._limits)
        parked += kept.parked
        stood = store.park(transaction, parked, seen_again=False) if parked else []
        stay = {one.parked_id for one in stood if not one.fresh}
        ended = [entry.parked_id for entry in waiting if entry.parked_id not in stay]
        entries.resolve(transaction, ended, self._by, "replayed")
        again = _by_code(parked)
        transaction.audit(
            self._by,
            "parked records replayed",
            "parked records",
            entries=len(waiting),
            first=ids[0],
            last=ids[-1],
            stored=kept.stored,
            parked_again={one.code: one.records for one in again},
        )
        return Replayed(len(waiting), kept.stored, again)


def discard(transaction: Transaction, ids: Sequence[int], by: str, reason: str) -> int:
    """Give up the entries with these numbers, for a `reason`; how many.

    They stay in the table and the audit record says what they were; `Refusal` when one is unknown or
    has ended, or without a reason.
    """
    if not reason.strip():
        raise Refusal("a discarded record needs a reason: write --reason 'why nobody needs it'")
    _all_waiting(transaction, ids)
    for entry in entries.lock_waiting(transaction, ids):
        transaction.audit(
            by,
            "parked record discarded",
            f"parked record {entry.parked_id}",
            reason=reason,
            before=_before(entry),
        )
    return entries.resolve(transaction, ids, by, "discarded", reason)


def _before(entry: ParkedEntry) -> dict[str, object]:
    return {
        "topic": entry.topic,
        "code": entry.code,
        "reason": entry.reason,
        "records": entry.records,
        "repeats": entry.repeats,
        "received_at": entry.received_at,
        "payload_bytes": len(entry.payload),
        "digest": entry.digest.hex(),
    }


def _all_waiting(transaction: Transaction, ids: Sequence[int]) -> None:
    found = {entry.parked_id: entry for entry in entries.parked_entries(transaction, ids)}
    for parked_id in ids:
        entry = found.get(parked_id)
        if entry is None:
            raise Refusal(f"there is no parked record {parked_id}: coldbind parked list shows them")
        if entry.resolved_at is not None:
            raise Refusal(
                f"parked record {parked_id} was {entry.resolution} by {entry.resolved_by} on "
                f"{entry.resolved_at:%Y-%m-%d %H:%M} UTC: only what still waits can be replayed or "
                "discarded"
            )


def _nothing(sought: Sought) -> str:
    if sought.code is not None:
        return f"nothing waits with the code {sought.code!r}: coldbind parked list shows what waits"
    if sought.sensor is not None:
        return f"nothing waits of sensor {sought.sensor!r}: coldbind parked list shows what waits"
    return "nothing is parked"


def _open(entry: ParkedEntry, decode: Decode) -> Opened:
    """The entry as a message that came when it did; its number was dealt with then."""
    message = Message(entry.topic, entry.payload, instant(entry.received_at))
    taken_at = None if entry.gateway_at is None else instant(entry.gateway_at)
    if entry.format == "columns":
        try:
            return Decoded(message, decode_body(entry.payload), taken_at=taken_at)
        except Malformed as error:
            return Undecodable(message, "undecodable", str(error))
    opened = decode(message)
    if isinstance(opened, Undecodable):
        return replace(opened, batch=None)
    return replace(
        opened,
        batch=None,
        published_at=None,
        thinned=None,
        requests=(),
        taken_at=taken_at if opened.taken_at is None else opened.taken_at,
    )


def _by_code(parked: Sequence[Parked]) -> tuple[StillParked, ...]:
    records: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for one in parked:
        records[one.code] = records.get(one.code, 0) + one.records
        reasons[one.code] = one.reason
    return tuple(StillParked(code, count, reasons[code]) for code, count in records.items())

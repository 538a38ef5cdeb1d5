"""What waits in telemetry.parked, as people look at it and as it is taken up again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Sought:
    """Which waiting entries are meant; None leaves a field open.

    `topic` is a part of the topic's text, `since` the earliest arrival.
    """

    code: str | None = None
    sensor: str | None = None
    topic: str | None = None
    since: datetime | None = None
    ids: Sequence[int] | None = None

    def parameters(self) -> dict[str, object]:
        """As the statements take them."""
        return {
            "code": self.code,
            "sensor": self.sensor,
            "topic": self.topic,
            "since": self.since,
            "ids": None if self.ids is None else list(self.ids),
        }


@dataclass(frozen=True, slots=True)
class ParkedGroup:
    """What waits for one reason: `entries` with `records` readings that came again `repeats` times."""

    code: str
    entries: int
    records: int
    repeats: int
    first_received_at: datetime
    last_received_at: datetime
    newest: str


@dataclass(frozen=True, slots=True)
class ParkedLine:
    """One waiting entry, without its payload."""

    parked_id: int
    received_at: datetime
    last_received_at: datetime
    repeats: int
    topic: str
    code: str
    reason: str
    records: int
    format: str
    payload_bytes: int


@dataclass(frozen=True, slots=True)
class ParkedEntry:
    """One entry whole: `quality` holds for all its readings, the last four say how it ended."""

    parked_id: int
    received_at: datetime
    gateway_at: datetime | None
    last_received_at: datetime
    repeats: int
    topic: str
    code: str
    reason: str
    records: int
    format: str
    payload: bytes
    quality: int
    digest: bytes
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How many entries wait, and the number of the newest."""

    entries: int
    newest: int


@dataclass(frozen=True, slots=True)
class _Number:
    parked_id: int


@dataclass(frozen=True, slots=True)
class _Records:
    records: int


_sql = Statements("ingest")
_GROUPS = _sql.returning(ParkedGroup, "parked_groups")
_LINES = _sql.returning(ParkedLine, "parked_lines")
_ENTRIES = _sql.returning(ParkedEntry, "parked_entries")
_LOCK = _sql.returning(ParkedEntry, "lock_parked")
_EXTENT = _sql.returning(Extent, "parked_extent")
_NEXT = _sql.returning(_Number, "next_parked")
_WAITING_FOR = _sql.returning(_Records, "parked_for_series")
_RESOLVE = _sql.command("resolve_parked")


def parked_groups(transaction: Transaction, sought: Sought) -> list[ParkedGroup]:
    """What waits, by reason, most records first."""
    return transaction.rows(_GROUPS, **sought.parameters())


def parked_lines(transaction: Transaction, sought: Sought, limit: int) -> list[ParkedLine]:
    """The newest waiting entries."""
    return transaction.rows(_LINES, limit=limit, **sought.parameters())


def parked_entries(transaction: Transaction, ids: Iterable[int]) -> list[ParkedEntry]:
    """The entries with these numbers, also those that have ended."""
    return transaction.rows(_ENTRIES, ids=list(ids))


def lock_waiting(transaction: Transaction, ids: Sequence[int]) -> list[ParkedEntry]:
    """Those of the entries that still wait; nobody else may end them now."""
    return transaction.rows(_LOCK, ids=list(ids))


def extent(transaction: Transaction, sought: Sought) -> Extent:
    """How much waits."""
    return transaction.one(_EXTENT, **sought.parameters())


def next_waiting(
    transaction: Transaction, sought: Sought, *, after: int, upto: int, entries: int, payload: int
) -> list[int]:
    """The numbers of the next waiting entries beyond `after`, at most `entries` and `payload` bytes."""
    found = transaction.rows(
        _NEXT, after=after, upto=upto, entries=entries, payload=payload, **sought.parameters()
    )
    return [one.parked_id for one in found]


def waiting_for(transaction: Transaction, sensor: str, quantity: str) -> int:
    """How many parked records would have been stored, had the series been registered."""
    return transaction.one(_WAITING_FOR, sensor=sensor, quantity=quantity).records


def resolve(transaction: Transaction, ids: Iterable[int], by: str, how: str, note: str = "") -> int:
    """Write down how entries ended: `replayed`, or `discarded` with a `note` that says why."""
    return transaction.run(_RESOLVE, ids=list(ids), by=by, resolution=how, note=note)

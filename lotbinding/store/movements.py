"""What lot binding reads and writes about movements, their cancellations, and the stays that follow."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lotbinding.core.stays import Stay
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")


@dataclass(frozen=True, slots=True)
class NewMovement:
    """A movement as it shall be recorded."""

    unit_id: int | None
    handling_unit_id: int | None
    kind: str
    location_id: int | None
    packed_into: int | None
    occurred_at: int
    by: str
    document: str
    client_id: str | None

    @property
    def told(self) -> tuple[int | None, int | None, str, int | None, int | None, int]:
        """What makes it this movement and no other."""
        return (
            self.unit_id,
            self.handling_unit_id,
            self.kind,
            self.location_id,
            self.packed_into,
            self.occurred_at,
        )


@dataclass(frozen=True, slots=True)
class NewChange:
    """A quantity change as it shall be recorded."""

    unit_id: int
    movement_id: int
    occurred_at: int
    delta: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class RecordedMovement:
    """A movement as it was recorded; `thing` is the code of the unit or handling unit."""

    movement_id: int
    thing: str
    unit_id: int | None
    handling_unit_id: int | None
    kind: str
    location_id: int | None
    packed_into: int | None
    occurred_at: int
    document: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class ListedMovement:
    """A movement with all that was ever said about it; times are instants, or None."""

    movement_id: int
    kind: str
    path: str | None
    packed_into: str | None
    occurred_at: int
    recorded_at: int
    recorded_by: str
    document: str
    cancelled_at: int | None
    cancelled_by: str | None
    cancelled_why: str | None
    replaced_by: int | None


@dataclass(frozen=True, slots=True)
class _Delivered:
    client_id: str
    unit_id: int | None
    handling_unit_id: int | None
    kind: str
    location_id: int | None
    packed_into: int | None
    occurred_at: int


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


_INSERT = _SQL.returning(_Id, "insert_movements")
_BY_CLIENT_ID = _SQL.returning(_Delivered, "movements_by_client_id")
_BY_ID = _SQL.returning(RecordedMovement, "movements_by_id")
_LISTED = _SQL.returning(ListedMovement, "movements_of_thing")
_CANCEL = _SQL.command("insert_cancellations")
_INSERT_CHANGES = _SQL.command("insert_quantity_changes")
_DELETE_STAYS = _SQL.command("delete_stays")
_INSERT_STAYS = _SQL.command("insert_stays")


def insert(transaction: Transaction, movements: Sequence[NewMovement]) -> list[int]:
    """Record movements; their ids, in the same order. `DuplicateKey` when a client id is taken."""
    rows = transaction.rows(
        _INSERT,
        unit_ids=[one.unit_id for one in movements],
        handling_unit_ids=[one.handling_unit_id for one in movements],
        kinds=[one.kind for one in movements],
        location_ids=[one.location_id for one in movements],
        packed_into=[one.packed_into for one in movements],
        occurred_at=[one.occurred_at for one in movements],
        by=[one.by for one in movements],
        documents=[one.document for one in movements],
        client_ids=[one.client_id for one in movements],
    )
    return sorted(row.id for row in rows)


def delivered(
    transaction: Transaction, client_ids: Collection[str]
) -> dict[str, tuple[int | None, int | None, str, int | None, int | None, int]]:
    """What scanners already delivered under these client ids, as `NewMovement.told`."""
    return {
        row.client_id: (
            row.unit_id,
            row.handling_unit_id,
            row.kind,
            row.location_id,
            row.packed_into,
            row.occurred_at,
        )
        for row in transaction.rows(_BY_CLIENT_ID, client_ids=list(client_ids))
    }


def movements_by_id(
    transaction: Transaction, movement_ids: Collection[int]
) -> dict[int, RecordedMovement]:
    """These movements, whether they count or not."""
    rows = transaction.rows(_BY_ID, movement_ids=list(movement_ids))
    return {row.movement_id: row for row in rows}


def listed(
    transaction: Transaction, unit_id: int | None, handling_unit_id: int | None
) -> list[ListedMovement]:
    """All that was ever told about a unit or a handling unit, in order of time."""
    return transaction.rows(_LISTED, unit_id=unit_id, handling_unit_id=handling_unit_id)


def cancel(transaction: Transaction, replaced: Mapping[int, int | None], by: str, reason: str) -> None:
    """Movements that no longer count, each with the one that replaces it or None."""
    transaction.run(
        _CANCEL,
        movement_ids=list(replaced),
        replaced_by=list(replaced.values()),
        by=by,
        reason=reason,
    )


def insert_changes(transaction: Transaction, changes: Sequence[NewChange]) -> None:
    """Record what movements change about quantities."""
    transaction.run(
        _INSERT_CHANGES,
        unit_ids=[one.unit_id for one in changes],
        movement_ids=[one.movement_id for one in changes],
        occurred_at=[one.occurred_at for one in changes],
        deltas=[one.delta for one in changes],
        reasons=[one.reason for one in changes],
    )


def replace_stays(transaction: Transaction, stays: Mapping[int, Sequence[Stay]]) -> None:
    """Make these the projection of what happened to each of the units."""
    rows = [(unit, stay) for unit, its_stays in stays.items() for stay in its_stays]
    transaction.run(_DELETE_STAYS, unit_ids=list(stays))
    transaction.run(
        _INSERT_STAYS,
        unit_ids=[unit for unit, _ in rows],
        location_ids=[stay.location_id for _, stay in rows],
        handling_unit_ids=[stay.handling_unit_id for _, stay in rows],
        since=[stay.span.start for _, stay in rows],
        until=[stay.span.end for _, stay in rows],
    )

"""What rules read and write about units: their excursions and verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from kernel.instants import moment
from rules.excursion_table import ExcursionTable, Inserted, StandingRow
from rules.finding_columns import moments
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome for one unit: its `state`, how far it was monitored, and for how long it was not.

    Readings within the limits matter again from `look_from` on, and the clock at `wake_at`.
    """

    unit_id: int
    profile_id: int
    state: str
    judged_until: int | None
    unmonitored: int
    look_from: int | None
    wake_at: int | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Place:
    path: str


_PENDING = _SQL.returning(_Id, "pending_units")
_PUT_VERDICTS = _SQL.command("put_verdicts")
_PLACE = _SQL.returning(_Place, "place_of_location")


EXCURSIONS = ExcursionTable(
    standings=_SQL.returning(StandingRow, "current_excursions"),
    insert=_SQL.returning(Inserted, "insert_excursions"),
    grow=_SQL.command("grow_excursions"),
    supersede=_SQL.command("supersede_excursion"),
)
"""The excursions of units."""


def pending_units(transaction: Transaction, newest: int) -> set[int]:
    """Units that any new reading may change, the `newest` of which is of that instant.

    An excursion is open, nothing was monitored yet, or a mean may rise although nothing is beyond it.
    """
    return {row.id for row in transaction.rows(_PENDING, newest=moment(newest))}


def put_verdicts(transaction: Transaction, judged: Sequence[Judged]) -> None:
    """Write the standing of units where it changed."""
    transaction.run(
        _PUT_VERDICTS,
        units=[one.unit_id for one in judged],
        profiles=[one.profile_id for one in judged],
        states=[one.state for one in judged],
        until=moments(one.judged_until for one in judged),
        unmonitored=[timedelta(microseconds=one.unmonitored) for one in judged],
        look_from=moments(one.look_from for one in judged),
        wake_at=moments(one.wake_at for one in judged),
    )


def place(transaction: Transaction, location_id: int) -> str:
    """The path of a place."""
    return transaction.one(_PLACE, location_id=location_id).path

"""Reading which goods are held, and which were moved all the same."""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.instants import moment
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class OpenHold:
    """A hold on a unit that is to be moved."""

    hold_id: int
    unit: str
    cause: str
    why: str


@dataclass(frozen=True, slots=True)
class MovedWhileHeld:
    """A unit went to `location`, or left us when that is None, while these holds were open."""

    unit: str
    location: str | None
    kind: str
    occurred_at: int
    by: str
    holds: list[int]
    causes: list[str]


@dataclass(frozen=True, slots=True)
class _Cage:
    path: str


_SQL = Statements("erp.quality")
_HOLDS_AT = _SQL.returning(OpenHold, "holds_at")
_CAGES = _SQL.returning(_Cage, "cages")
_MOVED = _SQL.returning(MovedWhileHeld, "moved_while_held")


def holds_at(transaction: Transaction, code: str, at: int) -> list[OpenHold]:
    """The holds, open since before `at`, on a unit or on what is in a handling unit."""
    return transaction.rows(_HOLDS_AT, code=code, at=moment(at))


def cages(transaction: Transaction) -> list[str]:
    """The quarantine cages."""
    return [row.path for row in transaction.rows(_CAGES)]


def moved_while_held(transaction: Transaction, movements: Iterable[int]) -> list[MovedWhileHeld]:
    """What these movements did to goods that were held at their instants."""
    return transaction.rows(_MOVED, movements=list(movements))

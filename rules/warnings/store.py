"""What early warnings read and write: series near a limit, and where they are heading."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.core.profile import Limit
from rules.warnings.core.forecast import Heading
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules.warnings")
Way = tuple[int, Limit]
"""A series and the limit it may be heading for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A series near a limit: the sensor, its place, and when it measured last."""

    series_id: int
    side: str
    limit_value: float
    sensor: str
    place: str
    at: int

    @property
    def way(self) -> Way:
        """The series and the limit."""
        return self.series_id, Limit(self.side, self.limit_value)


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a series was heading at the last look, its place, and whether it is there by now."""

    heading: Heading
    place: str
    reached: bool


@dataclass(frozen=True, slots=True)
class _HeadingRow:
    series_id: int
    side: str
    limit_value: float
    first_at: int
    last_at: int
    expected_at: int
    seen: int
    place: str
    reached: bool


_CANDIDATES = _SQL.returning(Candidate, "candidates")
_HEADINGS = _SQL.returning(_HeadingRow, "headings")
_PUT = _SQL.command("put_headings")
_DROP = _SQL.command("drop_headings")


def candidates(transaction: Transaction, now: int, near: float) -> list[Candidate]:
    """Series that measure now and are no further than `near` kelvin from a limit, within it."""
    return transaction.rows(_CANDIDATES, now=now, near=near)


def headings(transaction: Transaction) -> dict[Way, Followed]:
    """Where series were heading at the last look."""
    return {
        (row.series_id, Limit(row.side, row.limit_value)): Followed(
            Heading(row.first_at, row.last_at, row.expected_at, row.seen), row.place, row.reached
        )
        for row in transaction.rows(_HEADINGS)
    }


def put(transaction: Transaction, found: Mapping[Way, Heading]) -> None:
    """Remember where series are heading."""
    if not found:
        return
    transaction.run(
        _PUT,
        series=[series for series, _ in found],
        sides=[limit.side for _, limit in found],
        limits=[limit.value for _, limit in found],
        first=[one.first_at for one in found.values()],
        last=[one.last_at for one in found.values()],
        expected=[one.expected_at for one in found.values()],
        seen=[one.seen for one in found.values()],
    )


def drop(transaction: Transaction, gone: Iterable[Way]) -> None:
    """Forget where these were heading."""
    ways = list(gone)
    if ways:
        transaction.run(
            _DROP,
            series=[series for series, _ in ways],
            sides=[limit.side for _, limit in ways],
            limits=[limit.value for _, limit in ways],
        )

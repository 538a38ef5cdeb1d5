"""The due list: what nobody has judged yet, taken off by whoever judges it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kernel.instants import moment
from kernel.intervals import Span
from rules.core.news import News
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")


@dataclass(frozen=True, slots=True)
class Due:
    """New readings of a series between `since` and `until`, sent by a gateway at `published_at`.

    Their values lie between `lowest` and `highest`, and neighbours at most `longest_step` microseconds
    apart; all three are None when that is not known.
    """

    series_id: int
    since: int
    until: int
    published_at: int | None
    lowest: float | None
    highest: float | None
    longest_step: int | None

    @property
    def news(self) -> News | None:
        """The same in short; None when that is not known."""
        if self.lowest is None or self.highest is None or self.longest_step is None:
            return None
        return News(
            self.series_id, self.since, self.until, self.lowest, self.highest, self.longest_step
        )


@dataclass(frozen=True, slots=True)
class _Series:
    series_id: int


@dataclass(frozen=True, slots=True)
class _Unit:
    unit_id: int


@dataclass(frozen=True, slots=True)
class _DueUnit:
    unit_id: int
    moved: bool


@dataclass(frozen=True, slots=True)
class _Count:
    number: int


@dataclass(frozen=True, slots=True)
class _Sent:
    sent_at: int | None


_CLAIM_UNITS = _SQL.returning(_DueUnit, "claim_units")
_CLAIM_UNITS_OF = _SQL.returning(_DueUnit, "claim_units_of")
_CLAIM_SERIES = _SQL.returning(Due, "claim_series")
_NEWS = _SQL.returning(News, "news")
_PASS_QUIET = _SQL.returning(_Series, "pass_quiet_series")
_DUE_UNITS = _SQL.command("insert_due_units")
_LOCK_UNITS = _SQL.returning(_Unit, "lock_units")
_COUNT_DUE = _SQL.returning(_Count, "count_due")
_SENT_AT = _SQL.returning(_Sent, "sent_at")


def claim_units(transaction: Transaction, limit: int) -> dict[int, bool]:
    """Take up to `limit` units off the due list; for each whether its exposure changed."""
    return _by_unit(transaction.rows(_CLAIM_UNITS, limit=limit))


def claim_units_of(transaction: Transaction, unit_ids: Collection[int]) -> dict[int, bool]:
    """Take these units off the due list; for each that was on it whether its exposure changed.

    Asked after `lock_units`: a movement that the judging will see is then on the list as well.
    """
    return _by_unit(transaction.rows(_CLAIM_UNITS_OF, unit_ids=list(unit_ids)))


def _by_unit(rows: Iterable[_DueUnit]) -> dict[int, bool]:
    found: dict[int, bool] = {}
    for row in rows:
        found[row.unit_id] = found.get(row.unit_id, False) or row.moved
    return found


def claim_series(transaction: Transaction, limit: int) -> list[Due]:
    """Take the due stretches of up to `limit` series off the list; nobody else judges these now."""
    return transaction.rows(_CLAIM_SERIES, limit=limit)


def news(transaction: Transaction, came: Mapping[int, Span]) -> list[News]:
    """What came of each series in that stretch, in short; only of those judged up to before it."""
    return transaction.rows(
        _NEWS,
        series=list(came),
        since=[moment(span.start) for span in came.values()],
        until=[moment(span.end) for span in came.values()],
    )


def pass_quiet_series(transaction: Transaction, told: Sequence[News]) -> set[int]:
    """Mark those series as judged whose news changes no run and no gap; which these were."""
    rows = transaction.rows(
        _PASS_QUIET,
        series=[one.series_id for one in told],
        since=[one.since for one in told],
        until=[one.until for one in told],
        lowest=[one.lowest for one in told],
        highest=[one.highest for one in told],
        steps=[one.longest_step for one in told],
    )
    return {row.series_id for row in rows}


def add_due_units(transaction: Transaction, unit_ids: Collection[int], *, moved: bool = True) -> None:
    """Put units on the due list and wake the judges when the transaction commits.

    `moved` says that their exposure changed.
    """
    transaction.run(_DUE_UNITS, unit_ids=list(unit_ids), moved=moved)


def count_due(transaction: Transaction) -> int:
    """Pieces of work that nobody has judged yet."""
    return transaction.one(_COUNT_DUE).number


def sent_at(transaction: Transaction, series_ids: Collection[int], since: int) -> int | None:
    """When a gateway sent the first reading of `series_ids` from `since` on that is still due."""
    return transaction.one(_SENT_AT, series=list(series_ids), since=since).sent_at


def lock_units(transaction: Transaction, unit_ids: Collection[int]) -> None:
    """Nobody else moves or judges these units until the transaction ends."""
    transaction.rows(_LOCK_UNITS, unit_ids=list(unit_ids))

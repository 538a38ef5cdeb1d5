"""What is kept of judged places: which profiles judge them, what is due, and their excursions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kernel.instants import FOREVER, moment
from kernel.intervals import Span
from kernel.rule_words import RuleWords
from rules.excursion_table import ExcursionTable, Inserted, StandingRow
from rules.finding_columns import moments
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules.places")


@dataclass(frozen=True, slots=True)
class JudgedPlace:
    """A profile version judges a place from `since` to `until`, or for good when that is None."""

    place_profile_id: int
    location_id: int
    profile_id: int
    since: int
    until: int | None

    @property
    def span(self) -> Span:
        """The time that is judged."""
        return Span(self.since, FOREVER if self.until is None else self.until)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a place was monitored, and when readings within limits or the clock matter again."""

    place_profile_id: int
    judged_until: int | None
    look_from: int | None
    wake_at: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """What judges a place, or did."""

    place_profile_id: int
    place: str
    profile: str
    version: int
    since: int
    until: int | None
    told_by: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An excursion of a place as it is told; lengths and instants in microseconds."""

    excursion_id: int
    place: str
    profile: str
    version: int
    rule: str
    kind: str
    side: str
    limit_value: float
    severity: str
    tolerance: int
    window_size: int | None
    stretch: int | None
    started_at: int
    breached_at: int
    ended_at: int | None
    observed_until: int
    measured: float
    peak: float
    beyond: int
    detected_at: int
    withdrawn_why: str | None

    @property
    def words(self) -> str:
        """What was found."""
        asked = RuleWords(
            kind=self.kind,
            side=self.side,
            limit=self.limit_value,
            tolerance=self.tolerance,
            window=self.window_size,
            stretch=self.stretch,
        )
        return asked.broken(self.measured, self.beyond)


@dataclass(frozen=True, slots=True)
class Beside:
    """A unit that stood in a place, or inside it, while that place was beyond its limits.

    Until `until`, or `FOREVER` while unit and excursion last.
    """

    unit: str
    lot: str
    place: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Location:
    """A place, which nobody else points to a profile until the transaction ends."""

    location_id: int
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class _Due:
    place_profile_id: int
    moved: bool


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


_CLAIM = _SQL.returning(_Due, "claim_due_places")
_CLAIM_OF = _SQL.returning(_Due, "claim_due_of_places")
_WITH_NEWS = _SQL.returning(_Id, "places_with_news")
_LOCK = _SQL.returning(JudgedPlace, "lock_places")
_PUT_VERDICTS = _SQL.command("put_place_verdicts")
_DUE_SILENT = _SQL.command("add_due_where_silent")
_DUE_AT = _SQL.command("add_due_at_locations")
_DUE = _SQL.command("add_due_place")
_LOCK_LOCATION = _SQL.returning(Location, "lock_location")
_POINTINGS = _SQL.returning(Listed, "pointings")
_POINT = _SQL.returning(_Id, "insert_pointing")
_END = _SQL.command("end_pointing")
_EXCURSIONS = _SQL.returning(Shown, "place_excursions")
_BESIDE = _SQL.returning(Beside, "units_beside")


EXCURSIONS = ExcursionTable(
    standings=_SQL.returning(StandingRow, "current_place_excursions"),
    insert=_SQL.returning(Inserted, "insert_place_excursions"),
    grow=_SQL.command("grow_place_excursions"),
    supersede=_SQL.command("supersede_place_excursion"),
)
"""The excursions of judged places."""


def claim(transaction: Transaction, limit: int) -> dict[int, bool]:
    """Take so many judged places off the due list; for each whether its sensors or profile changed."""
    return _by_place(transaction.rows(_CLAIM, limit=limit))


def claim_of(transaction: Transaction, places: Collection[int]) -> dict[int, bool]:
    """The same for these places; asked after `lock`, so that what is judged was on the list."""
    return _by_place(transaction.rows(_CLAIM_OF, place_ids=list(places)))


def _by_place(rows: Iterable[_Due]) -> dict[int, bool]:
    found: dict[int, bool] = {}
    for row in rows:
        found[row.place_profile_id] = found.get(row.place_profile_id, False) or row.moved
    return found


def with_news(
    transaction: Transaction, touched: Sequence[tuple[int, Span]], news: Sequence[tuple[int, Span]]
) -> set[int]:
    """The judged places that `touched` series may change, and those that wait for any `news`."""
    if not news:
        return set()
    rows = transaction.rows(
        _WITH_NEWS,
        touched=[series for series, _ in touched],
        any=[series for series, _ in news],
        newest=moment(max(span.end for _, span in news)),
    )
    return {row.id for row in rows}


def lock(transaction: Transaction, places: Collection[int]) -> list[JudgedPlace]:
    """These judged places, which nobody else judges until the transaction ends."""
    return transaction.rows(_LOCK, place_ids=list(places))


def put_verdicts(transaction: Transaction, outcomes: Sequence[Outcome]) -> None:
    """Write how far places are judged."""
    transaction.run(
        _PUT_VERDICTS,
        places=[one.place_profile_id for one in outcomes],
        until=moments(one.judged_until for one in outcomes),
        look_from=moments(one.look_from for one in outcomes),
        wake_at=moments(one.wake_at for one in outcomes),
    )


def add_due_where_silent(transaction: Transaction, series: Iterable[int], now: int) -> None:
    """Put on the due list where one of these series hangs, and what has to be judged by now anyhow."""
    transaction.run(_DUE_SILENT, series=list(series), now=moment(now))


def add_due_at(transaction: Transaction, location_ids: Collection[int]) -> None:
    """What judges these places, or places inside them, does it again: their sensors changed."""
    transaction.run(_DUE_AT, location_ids=list(location_ids))


def add_due(transaction: Transaction, places: Collection[int]) -> None:
    """Judge these again, and wake the judges when the transaction commits."""
    transaction.run(_DUE, place_ids=list(places))


def lock_location(transaction: Transaction, path: str) -> Location | None:
    """The place at `path`, if there is one."""
    return transaction.row(_LOCK_LOCATION, path=path)


def pointings(transaction: Transaction, place: str | None) -> list[Listed]:
    """What judges a place or did, or all places."""
    return transaction.rows(_POINTINGS, place=place)


def point(transaction: Transaction, location_id: int, profile_id: int, since: int, by: str) -> int:
    """From `since` on the profile judges the place; the id of that."""
    return transaction.one(
        _POINT, location_id=location_id, profile_id=profile_id, since=since, by=by
    ).id


def end(transaction: Transaction, place_profile_id: int, until: int, by: str) -> None:
    """From `until` on the profile judges the place no longer."""
    transaction.run(_END, place_id=place_profile_id, until=until, by=by)


def excursions(transaction: Transaction, place: str | None, *, every: bool) -> list[Shown]:
    """Excursions of a place and those inside it, or of all; `every` one also when withdrawn."""
    return transaction.rows(_EXCURSIONS, place=place, alert_id=None, every=every)


def excursions_of_alert(transaction: Transaction, alert_id: int) -> list[Shown]:
    """The excursions of places that an alert tells of, also withdrawn ones."""
    return transaction.rows(_EXCURSIONS, place=None, alert_id=alert_id, every=True)


def units_beside(transaction: Transaction, alert_id: int) -> list[Beside]:
    """The units that stood there meanwhile, those that stood in several places once for each."""
    return transaction.rows(_BESIDE, alert_id=alert_id)

"""What alerts read and write: their steps, what they tell of, the facts that raise and end them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from kernel.instants import moment
from rules.alerts.core.life import Alert
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules.alerts")


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that a fact joined; `new` when it is raised by it, or raised again as more severe."""

    alert_id: int
    words: str
    severity: str
    new: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert that nobody acknowledged; it may wait `after` microseconds, None for ever."""

    alert: Alert
    words: str
    after: int | None


@dataclass(frozen=True, slots=True)
class Over:
    """An alert that evidence ends; whether what it told of `stands` or was withdrawn."""

    id: int
    stands: bool


@dataclass(frozen=True, slots=True)
class OpenExcursion:
    """An open excursion of a unit, or (`of_place`) of a place itself, that no open alert tells of yet.

    A silence is shown by no series.
    """

    excursion_id: int
    of_place: bool
    rule: str
    kind: str
    severity: str
    side: str
    limit_value: float
    started_at: int
    breached_at: int
    observed_until: int
    series_id: int | None


@dataclass(frozen=True, slots=True)
class SensorOf:
    """The sensor of a series and where it was."""

    sensor: str
    quantity: str
    place: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An alert as it is told; instants in microseconds.

    `happened_at` is the time of the device, `detected_at` when we found it. `unmonitored_since` is set
    when the sensors that showed it are silent: nobody can tell whether it goes on.
    """

    alert_id: int
    cause: str
    subject: str
    place: str
    severity: str
    state: str
    level: int
    words: str
    advice: str
    happened_at: int
    last_at: int
    detected_at: int
    raised_at: int
    occurrences: int
    escalated_at: int | None
    acknowledged_at: int | None
    acknowledged_by: str | None
    acknowledged_why: str | None
    resolved_at: int | None
    resolved_by: str | None
    resolved_why: str | None
    units: int
    unmonitored_since: int | None


@dataclass(frozen=True, slots=True)
class UnitOf:
    """An excursion that an alert tells of."""

    unit: str
    lot: str
    rule: str
    kind: str
    severity: str
    started_at: int
    breached_at: int
    ended_at: int | None
    detected_at: int
    peak: float
    withdrawn_why: str | None
    unmonitored_since: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an alert's life."""

    at: int
    state: str
    level: int
    severity: str
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """How long an alert of a severity may wait before it goes up a level; None: for ever."""

    severity: str
    after: int | None


@dataclass(frozen=True, slots=True)
class _WaitingRow:
    alert_id: int
    cause: str
    severity: str
    state: str
    level: int
    raised_at: int
    escalated_at: int | None
    acknowledged_by: str | None
    acknowledged_why: str | None
    resolved_by: str | None
    resolved_why: str | None
    words: str
    after: int | None


_RAISE_FOR_EXCURSION = _SQL.returning(Raised, "raise_for_excursion")
_JOIN = _SQL.command("join_excursions")
_RAISE = _SQL.returning(Raised, "raise_alert")
_LOCKED = _SQL.returning(Alert, "alert_locked")
_WAITING = _SQL.returning(_WaitingRow, "alerts_waiting")
_STEP = _SQL.command("step")
_EXCURSIONS_OVER = _SQL.returning(Over, "excursion_alerts_over")
_WITHDRAWN = _SQL.returning(Over, "faults_withdrawn")
_WITHOUT = _SQL.returning(OpenExcursion, "excursions_without_alert")
_SENSOR = _SQL.returning(SensorOf, "sensor_of_series")
_LISTED = _SQL.returning(Listed, "alerts_listed")
_UNITS = _SQL.returning(UnitOf, "units_of_alert")
_STEPS = _SQL.returning(Step, "steps_of_alert")
_ESCALATIONS = _SQL.returning(Escalation, "escalations")
_PUT_ESCALATION = _SQL.command("put_escalation")


def raise_for_excursion(
    transaction: Transaction, excursion: OpenExcursion, way: str, words: str, advice: str
) -> Raised:
    """The alert of where its series measured then, or the unit stood, or of the place; of that `way`.

    `words` follow the name of the place.
    """
    return transaction.one(
        _RAISE_FOR_EXCURSION,
        cause="place" if excursion.of_place else "excursion",
        excursion_id=None if excursion.of_place else excursion.excursion_id,
        place_excursion_id=excursion.excursion_id if excursion.of_place else None,
        series_id=excursion.series_id,
        way=way,
        severity=excursion.severity,
        breached_at=excursion.breached_at,
        words=words,
        advice=advice,
    )


def join_excursions(transaction: Transaction, alert_id: int, excursions: Collection[int]) -> None:
    """The alert tells of these excursions too."""
    transaction.run(_JOIN, alert_id=alert_id, excursions=list(excursions))


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to look at: of what it tells (`subject`), since when it is so, and what to do.

    It counts as one more occurrence when it joins an open alert, unless it is a `state` that lasts.
    """

    cause: str
    subject: str
    place: str
    severity: str
    words: str
    advice: str
    happened_at: int
    last_at: int
    state: bool = False


_QUIET = timedelta(days=1)


def raise_alert(transaction: Transaction, fact: Fact) -> Raised | None:
    """The alert that tells of the fact; None when a person resolved the same within the last day."""
    return transaction.row(
        _RAISE,
        cause=fact.cause,
        subject=fact.subject,
        place=fact.place,
        severity=fact.severity,
        words=fact.words,
        advice=fact.advice,
        happened_at=fact.happened_at,
        last_at=fact.last_at,
        again=0 if fact.state else 1,
        quiet_s=_QUIET.total_seconds() if fact.state else 0,
    )


def locked(transaction: Transaction, alert_id: int) -> Alert | None:
    """The alert, which nobody else changes until the transaction ends."""
    return transaction.row(_LOCKED, alert_id=alert_id)


def waiting(transaction: Transaction) -> list[Waiting]:
    """All alerts that nobody acknowledged, and how long they may wait."""
    return [
        Waiting(
            Alert(
                row.alert_id,
                row.cause,
                row.severity,
                row.state,
                row.level,
                row.raised_at,
                row.escalated_at,
                row.acknowledged_by,
                row.acknowledged_why,
                row.resolved_by,
                row.resolved_why,
            ),
            row.words,
            row.after,
        )
        for row in transaction.rows(_WAITING)
    ]


def step(transaction: Transaction, alert: Alert, by: str, words: str) -> None:
    """Write the alert as it is now, and the step that brought it there."""
    transaction.run(
        _STEP,
        alert_id=alert.alert_id,
        state=alert.state,
        level=alert.level,
        severity=alert.severity,
        escalated_at=None if alert.escalated_at is None else moment(alert.escalated_at),
        acknowledged_by=alert.acknowledged_by,
        acknowledged_why=alert.acknowledged_why,
        resolved_by=alert.resolved_by,
        resolved_why=alert.resolved_why,
        by=by,
        words=words,
    )


def excursion_alerts_over(transaction: Transaction) -> list[Over]:
    """Open alerts whose excursions are all over."""
    return transaction.rows(_EXCURSIONS_OVER)


def faults_withdrawn(transaction: Transaction) -> list[Over]:
    """Open alerts about faults that were none."""
    return transaction.rows(_WITHDRAWN)


def excursions_without_alert(transaction: Transaction) -> list[OpenExcursion]:
    """Open excursions of which no open alert tells."""
    return transaction.rows(_WITHOUT)


def sensor_of(transaction: Transaction, series_id: int, at: int) -> SensorOf:
    """The sensor of a series, and where it was then."""
    return transaction.one(_SENSOR, series_id=series_id, at=at)


def listed(
    transaction: Transaction, *, resolved: bool = False, alert_id: int | None = None, most: int = 200
) -> list[Listed]:
    """Open alerts, the most urgent first; also those `resolved`, or only the one asked for."""
    return transaction.rows(_LISTED, resolved=resolved, alert_id=alert_id, most=most)


def units_of(transaction: Transaction, alert_id: int) -> list[UnitOf]:
    """The excursions that an alert tells of."""
    return transaction.rows(_UNITS, alert_id=alert_id)


def steps_of(transaction: Transaction, alert_id: int) -> list[Step]:
    """The life of an alert."""
    return transaction.rows(_STEPS, alert_id=alert_id)


def escalations(transaction: Transaction) -> list[Escalation]:
    """How long alerts may wait, the worst severity first."""
    return transaction.rows(_ESCALATIONS)


def put_escalation(transaction: Transaction, severity: str, after: int | None, by: str) -> None:
    """Alerts of a severity may wait so long from now on."""
    length = None if after is None else timedelta(microseconds=after)
    transaction.run(_PUT_ESCALATION, severity=severity, after=length, by=by)

"""What alerts watch beside excursions: certificates, batteries, gateways, neighbouring sensors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules.alerts")


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The newest certificate of a sensor."""

    sensor: str
    place: str
    due_on: date
    due_at: int
    certificate: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Battery:
    """What a battery shows, in `unit`, and below which it wants to be changed."""

    sensor: str
    place: str
    unit: str
    shows: float
    low: float
    at: int


@dataclass(frozen=True, slots=True)
class Gateway:
    """How far a gateway's clock is behind ours (microseconds), and when it last brought anything."""

    gateway: str
    clock_offset: int
    offset_at: int
    last_at: int


@dataclass(frozen=True, slots=True)
class Near:
    """A temperature sensor that has neighbours at the same place, and what it shows."""

    location_id: int
    place: str
    series_id: int
    sensor: str
    shows: float
    calibrated: bool
    at: int


@dataclass(frozen=True, slots=True)
class _Since:
    series_id: int
    since: int


_CALIBRATIONS = _SQL.returning(Calibrated, "calibrations_overdue")
_BATTERIES = _SQL.returning(Battery, "batteries")
_GATEWAYS = _SQL.returning(Gateway, "gateways")
_NEAR = _SQL.returning(Near, "neighbours_now")
_DISAGREEMENTS = _SQL.returning(_Since, "disagreements")
_PUT_DISAGREEMENTS = _SQL.command("put_disagreements")
_DROP_DISAGREEMENTS = _SQL.command("drop_disagreements")


def calibrations(transaction: Transaction) -> list[Calibrated]:
    """The newest certificate of each sensor that has one."""
    return transaction.rows(_CALIBRATIONS)


def batteries(transaction: Transaction) -> list[Battery]:
    """All batteries that somebody watches."""
    return transaction.rows(_BATTERIES)


def gateways(transaction: Transaction) -> list[Gateway]:
    """All gateways that ever brought anything."""
    return transaction.rows(_GATEWAYS)


def near(transaction: Transaction) -> list[Near]:
    """Sensors with equally near neighbours, as far as they measured just now."""
    return transaction.rows(_NEAR)


def disagreements(transaction: Transaction) -> dict[int, int]:
    """Since when a series differs from its neighbours."""
    return {row.series_id: row.since for row in transaction.rows(_DISAGREEMENTS)}


def put_disagreements(transaction: Transaction, now: int, differences: Mapping[int, float]) -> None:
    """Series that differ now; those that do not any more are forgotten."""
    transaction.run(_DROP_DISAGREEMENTS, series=list(differences))
    if differences:
        transaction.run(
            _PUT_DISAGREEMENTS,
            now=now,
            series=list(differences),
            differences=list(differences.values()),
        )

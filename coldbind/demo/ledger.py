"""What the demo asks the database: what was detected since last time, and how it all came out."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("coldbind.demo")


@dataclass(frozen=True, slots=True)
class News:
    """Something the machine decided: a line of the audit chain, with the units it was about."""

    record_id: int
    action: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The counts of a finished story."""

    units: int
    excursions: int
    holds: int
    claims: int
    readings_parked: int


@dataclass(frozen=True, slots=True)
class SeriesCount:
    """How many readings of a series are stored."""

    sensor: str
    quantity: str
    readings: int


@dataclass(frozen=True, slots=True)
class HoldDelay:
    """One hold: its unit, and from publication to commit in milliseconds (None: not by a reading)."""

    unit: str
    delay_ms: float | None


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One line of a claim."""

    unit: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StandingExcursion:
    """An excursion that is not superseded, and whether the supplier answers for it."""

    unit: str
    rule: str
    started_at: datetime
    claimed: bool


@dataclass(frozen=True, slots=True)
class _Count:
    number: int


_NEWS = _SQL.returning(News, "news")
_OUTCOME = _SQL.returning(Outcome, "outcome")
_STORED = _SQL.returning(SeriesCount, "stored")
_DELAYS = _SQL.returning(HoldDelay, "hold_delays")
_CLAIM_LINES = _SQL.returning(ClaimLine, "claim_lines")
_EXCURSIONS = _SQL.returning(StandingExcursion, "standing_excursions")
_LOTS = _SQL.returning(_Count, "count_lots")


def news(transaction: Transaction, after: int) -> list[News]:
    """What the machine put into the audit chain after record `after`."""
    return transaction.rows(_NEWS, after=after)


def outcome(transaction: Transaction) -> Outcome:
    """The counts for the result."""
    return transaction.one(_OUTCOME)


def stored(transaction: Transaction) -> dict[tuple[str, str], int]:
    """Readings stored, by sensor and quantity."""
    return {(row.sensor, row.quantity): row.readings for row in transaction.rows(_STORED)}


def hold_delays(transaction: Transaction) -> list[HoldDelay]:
    """Every hold with its delay."""
    return transaction.rows(_DELAYS)


def claim_lines(transaction: Transaction) -> list[ClaimLine]:
    """Every line of every claim."""
    return transaction.rows(_CLAIM_LINES)


def standing_excursions(transaction: Transaction) -> list[StandingExcursion]:
    """Every excursion that stands."""
    return transaction.rows(_EXCURSIONS)


def lots(transaction: Transaction) -> int:
    """How many lots the database holds."""
    return transaction.one(_LOTS).number

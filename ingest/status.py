"""How the path is doing: what was parked and why, and how far each gateway's batches are stored."""

from dataclasses import dataclass
from datetime import datetime

from ingest.parked import ParkedGroup, Sought, parked_groups
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("ingest")


@dataclass(frozen=True, slots=True)
class ParkedCount:
    """Records parked for one reason code, and the newest reason in words."""

    code: str
    records: int
    newest: str


@dataclass(frozen=True, slots=True)
class GatewayStatus:
    """A gateway's newest epoch: highest batch number stored, numbers missing below it, last commit."""

    site: str
    gateway: str
    highest: int
    missing: int
    last_commit_at: datetime


@dataclass(frozen=True, slots=True)
class GatewayLink:
    """One epoch of a gateway's batch numbers, and how its clock goes; ranges are the first few.

    `missing` numbers were overtaken by newer ones more than a minute ago, `coming` ones were not, or
    holes are being filled just now. A full spool `thinned` batches from `thinned_before` readings to
    `thinned_left`, and `dropped` others with `dropped_readings`. `offset_s` is the centre's clock minus
    the gateway's (None: not known yet), `lag_s` the time from sending to commit of the newest batch
    (None when the clock is wrong). The newest of the last week's `jumps` went from `jump_before_s` to
    `jump_after_s`. An epoch that is not `current` has ended.
    """

    site: str
    gateway: str
    epoch: int
    current: bool
    highest: int
    last_commit_at: datetime
    missing: int
    missing_ranges: list[list[int]]
    coming: int
    coming_ranges: list[list[int]]
    thinned: int
    thinned_ranges: list[list[int]]
    thinned_before: int
    thinned_left: int
    dropped: int
    dropped_ranges: list[list[int]]
    dropped_readings: int
    offset_s: float | None
    lag_s: float | None
    jumps: int
    jump_seen_at: datetime | None
    jump_before_s: float | None
    jump_after_s: float | None


@dataclass(frozen=True, slots=True)
class Links:
    """Everything about the way into the database at one moment, and how much work is due behind it."""

    now: datetime
    due: int
    gateways: list[GatewayLink]
    parked: list[ParkedGroup]


@dataclass(frozen=True, slots=True)
class _Now:
    now: datetime
    due: int


_PARKED = _SQL.returning(ParkedCount, "parked_counts")
_GATEWAYS = _SQL.returning(GatewayStatus, "gateway_status")
_LINKS = _SQL.returning(GatewayLink, "gateway_links")
_NOW = _SQL.returning(_Now, "due_now")


def parked_counts(transaction: Transaction) -> list[ParkedCount]:
    """What waits in telemetry.parked, by reason."""
    return transaction.rows(_PARKED)


def gateways(transaction: Transaction) -> list[GatewayStatus]:
    """Every gateway that ever delivered."""
    return transaction.rows(_GATEWAYS)


def links(transaction: Transaction) -> Links:
    """How the way into the database is doing, for people and for `coldbind status --json`."""
    now = transaction.one(_NOW)
    return Links(now.now, now.due, transaction.rows(_LINKS), parked_groups(transaction, Sought()))

"""How the path is doing: what was parked and why, and how far each gateway's batches are stored."""

from dataclasses import dataclass
from datetime import datetime

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


_PARKED = _SQL.returning(ParkedCount, "parked_counts")
_GATEWAYS = _SQL.returning(GatewayStatus, "gateway_status")


def parked_counts(transaction: Transaction) -> list[ParkedCount]:
    """What waits in telemetry.parked, by reason."""
    return transaction.rows(_PARKED)


def gateways(transaction: Transaction) -> list[GatewayStatus]:
    """Every gateway that ever delivered."""
    return transaction.rows(_GATEWAYS)

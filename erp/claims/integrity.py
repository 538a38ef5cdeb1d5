"""Whether what claims rest on is still what it was: the evidence, and every reading under it."""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class _Reading:
    sensor: str
    time: datetime
    kept: float
    found: float | None


@dataclass(frozen=True, slots=True)
class _Evidence:
    claim: str
    unit: str
    about: str
    fault: str


_SQL = Statements("erp.claims")
_ALTERED_READINGS = _SQL.returning(_Reading, "altered_readings")
_ALTERED_EVIDENCE = _SQL.returning(_Evidence, "altered_evidence")


def faults(transaction: Transaction) -> list[str]:
    """Everything under a claim that was altered or removed, a sentence each."""
    readings = [
        f"reading of {one.sensor} at {one.time:%Y-%m-%dT%H:%M:%S.%f}Z, under claim: it was {one.kept}, "
        + ("and is gone" if one.found is None else f"and is {one.found} now")
        for one in transaction.rows(_ALTERED_READINGS)
    ]
    evidence = [
        f"claim {one.claim}, unit {one.unit}, {one.about}: its evidence {one.fault}"
        for one in transaction.rows(_ALTERED_EVIDENCE)
    ]
    return [*readings, *evidence]

"""How the story came out, held against how it is told."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal

import numpy as np

from coldbind.demo import ledger
from coldbind.demo.chapters import CLAIM_TOTAL, CLAIMED, EXCURSIONS, HELD
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Result:
    """The keys of result.json; delays are from publication by the gateway to the committed hold."""

    story_ok: bool
    readings_sent: int
    readings_stored: int
    readings_lost: int
    readings_doubled: int
    readings_parked: int
    units: int
    excursions: int
    holds: int
    claims: int
    hold_ms_p50: float | None
    hold_ms_p99: float | None
    faults: list[str] = field(default_factory=list[str])

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def examine(transaction: Transaction, sent: Mapping[tuple[str, str], int], nonsense: int) -> Result:
    """The result of a finished story in which devices sent these readings."""
    stored = ledger.stored(transaction)
    outcome = ledger.outcome(transaction)
    missing = sum(max(0, count - stored.get(series, 0)) for series, count in sent.items())
    doubled = sum(max(0, count - sent.get(series, 0)) for series, count in stored.items())
    parked = outcome.readings_parked
    lost = max(0, missing + nonsense - parked)
    doubled += max(0, parked - missing - nonsense)
    delays = [d.delay_ms for d in ledger.hold_delays(transaction) if d.delay_ms is not None]
    faults = _faults(transaction)
    if lost or doubled:
        faults.append(f"{lost} readings lost and {doubled} doubled")
    return Result(
        story_ok=not faults,
        readings_sent=sum(sent.values()) + nonsense,
        readings_stored=sum(stored.values()),
        readings_lost=lost,
        readings_doubled=doubled,
        readings_parked=parked,
        units=outcome.units,
        excursions=outcome.excursions,
        holds=outcome.holds,
        claims=outcome.claims,
        hold_ms_p50=round(float(np.percentile(delays, 50)), 1) if delays else None,
        hold_ms_p99=round(float(np.percentile(delays, 99)), 1) if delays else None,
        faults=faults,
    )


def _faults(transaction: Transaction) -> list[str]:
    """Every way in which the database tells another story than chapters.py."""
    faults: list[str] = []
    excursions = ledger.standing_excursions(transaction)
    custody = {e.unit: "supplier" if e.claimed else "own" for e in excursions}
    if custody != EXCURSIONS or len(excursions) != len(EXCURSIONS):
        faults.append(f"excursions stand on {custody}, told was {EXCURSIONS}")
    held = {hold.unit for hold in ledger.hold_delays(transaction)}
    if held != HELD:
        faults.append(f"held are {sorted(held)}, told was {sorted(HELD)}")
    lines = ledger.claim_lines(transaction)
    if {line.unit for line in lines} != CLAIMED:
        faults.append(f"claimed are {sorted(line.unit for line in lines)}, told was {sorted(CLAIMED)}")
    total = sum((line.amount for line in lines), Decimal(0))
    if total != CLAIM_TOTAL:
        faults.append(f"the claim is over {total}, told was {CLAIM_TOTAL}")
    _, findings = transaction.verify_audit()
    if findings:
        faults.append(f"the audit chain is broken at record {findings[0].record_id}")
    return faults

"""What one of the judges does every few seconds because time passed, not because something came in."""

import time

from rules.alerts import sweep as alerts
from rules.warnings import sweep as warnings
from storage.database import Transaction

EVERY_S = 10.0
WORK = "rules sweep"


def sweep(transaction: Transaction, now: int | None = None) -> bool:
    """Do what is due at `now`, this moment when left out; False when another judge has it in hand."""
    if not transaction.alone(WORK):
        return False
    at = time.time_ns() // 1000 if now is None else now
    alerts.sweep(transaction, at)
    warnings.sweep(transaction, at)
    return True

"""What a dock reports and what is wrong with it: arrivals and decisions, agreed conditions, flags."""

from erp.receiving.core.arrival import (
    Arrival,
    Carriage,
    Decision,
    KnownLot,
    KnownReceipt,
    Verdict,
    added,
    arrival_fault,
    carriage_fault,
    decision_contradiction,
    decision_fault,
    lot_contradiction,
    receipt_contradiction,
    repeats,
)

__all__ = [
    "Arrival",
    "Carriage",
    "Decision",
    "KnownLot",
    "KnownReceipt",
    "Verdict",
    "added",
    "arrival_fault",
    "carriage_fault",
    "decision_contradiction",
    "decision_fault",
    "lot_contradiction",
    "receipt_contradiction",
    "repeats",
]

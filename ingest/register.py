"""The registry of sensors as it is written; ingest's hot path only reads it."""

from dataclasses import dataclass
from datetime import timedelta

from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("ingest")


@dataclass(frozen=True, slots=True)
class Registration:
    """One quantity of a sensor, kept in `unit`; `max_gap` is in microseconds."""

    name: str
    quantity: str
    unit: str
    max_gap: int
    model: str


@dataclass(frozen=True, slots=True)
class _MaxGap:
    max_gap: int


_KNOWN = _SQL.returning(_MaxGap, "max_gap_of_series")
_REGISTER = _SQL.command("register_series")


def known_max_gap(transaction: Transaction, name: str, quantity: str) -> int | None:
    """The longest gap of a registered series in microseconds; None when it is not registered."""
    found = transaction.row(_KNOWN, name=name, quantity=quantity)
    return found.max_gap if found else None


def register(transaction: Transaction, registration: Registration) -> None:
    """Add the series, and its sensor when that is new too."""
    transaction.run(
        _REGISTER,
        name=registration.name,
        quantity=registration.quantity,
        unit=registration.unit,
        max_gap=timedelta(microseconds=registration.max_gap),
        model=registration.model,
    )

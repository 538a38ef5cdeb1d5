"""Readings that come in a file instead of a message: stored once, and the judges told.

A logger's file is a few thousand rows at most, so it takes the plain way, not the hot path's.
"""

from dataclasses import dataclass

from ingest.handlers import DEFAULT_MAX_GAP, SensorRegistration, register_sensor
from ingest.register import known_max_gap
from kernel.events import LoggerRead
from kernel.instants import MINUTE, moment
from kernel.refusal import Refusal
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("ingest")
_QUANTITY = "temperature"


@dataclass(frozen=True, slots=True)
class _Stored:
    readings: int


@dataclass(frozen=True, slots=True)
class _Contradiction:
    at: int
    stored: float
    told: float


_CONTRADICTION = _SQL.returning(_Contradiction, "imported_contradiction")
_STORE = _SQL.returning(_Stored, "store_imported")


def store_logger(event: LoggerRead, transaction: Transaction) -> None:
    """Register the logger and store those of its readings that are new.

    `Refusal` when a stored reading says otherwise, or the registered gap does not suit the file.
    """
    known = known_max_gap(transaction, event.sensor, _QUANTITY)
    if known is None:
        gap = event.max_gap or DEFAULT_MAX_GAP
        registration = SensorRegistration(event.sensor, _QUANTITY, gap, event.model)
        register_sensor(transaction, registration, event.actor)
    elif event.max_gap is not None and known < event.max_gap:
        raise Refusal(
            f"sensor {event.sensor}: it is registered with a longest gap of {known / MINUTE:g} min, "
            f"and this file needs {event.max_gap / MINUTE:g} min; now that it logs more rarely, "
            "register it by another name: --serial"
        )
    columns = {
        "sensor": event.sensor,
        "quantity": _QUANTITY,
        "times": list(event.times),
        "values": list(event.values),
    }
    other = transaction.row(_CONTRADICTION, **columns)
    if other is not None:
        raise Refusal(
            f"sensor {event.sensor}: at {moment(other.at):%Y-%m-%d %H:%M:%S} UTC it was "
            f"{other.stored:g} degC by what is stored, and {other.told:g} by this file: "
            "is it a file of this logger, and is --zone right?"
        )
    transaction.one(_STORE, **columns)

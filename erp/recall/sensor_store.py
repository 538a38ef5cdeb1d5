"""What the sensor showed by which goods are recalled."""

from dataclasses import dataclass

from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Showed:
    """A reading: microseconds since 1970, degC, quality bits."""

    at: int
    value: float
    quality: int


_SQL = Statements("erp.recall")
_KEEP = _SQL.command("keep_sensor")
_READINGS = _SQL.returning(Showed, "sensor_readings")


def readings(transaction: Transaction, recall_id: int) -> list[Showed]:
    """The readings of the time of a recall by sensor, kept from now on; none for other recalls."""
    transaction.run(_KEEP, recall_id=recall_id)
    return transaction.rows(_READINGS, recall_id=recall_id)

"""Which units felt a sensor, as recalls ask: lot binding's answer."""

from kernel.intervals import Span
from lotbinding.felt_by import felt_by
from storage.database import Transaction


def units_that_felt(transaction: Transaction, sensor: str, during: Span) -> list[str]:
    """The codes of the units for which the sensor spoke at any time of `during`."""
    return list(felt_by(transaction, sensor, during.start, during.end))

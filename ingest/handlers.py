"""Use case of ingest: make a sensor known, so that its readings find a series."""

import re
from dataclasses import dataclass

from ingest.register import Registration, known_max_gap, register
from kernel.instants import MINUTE
from kernel.refusal import Refusal
from kernel.units import QUANTITY_UNITS
from storage.database import Transaction

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]*")
DEFAULT_MAX_GAP = 15 * MINUTE


@dataclass(frozen=True, slots=True)
class SensorRegistration:
    """The sensor calls itself `name` and measures `quantity`.

    Readings further apart than `max_gap` microseconds leave the time between them unmonitored.
    """

    name: str
    quantity: str = "temperature"
    max_gap: int = DEFAULT_MAX_GAP
    model: str = ""


def register_sensor(transaction: Transaction, sensor: SensorRegistration, by: str) -> bool:
    """Register one quantity of a sensor; False when it is registered like this already."""
    if not _NAME.fullmatch(sensor.name):
        raise Refusal(
            f"sensor {sensor.name!r}: a name is letters, digits, colon, dot, hyphen and underscore"
        )
    if sensor.quantity not in QUANTITY_UNITS:
        raise Refusal(
            f"sensor {sensor.name}: quantity {sensor.quantity!r} is not one of "
            f"{', '.join(QUANTITY_UNITS)}"
        )
    if sensor.max_gap <= 0:
        raise Refusal(f"sensor {sensor.name}: the longest gap must be more than nothing")
    known = known_max_gap(transaction, sensor.name, sensor.quantity)
    if known == sensor.max_gap:
        return False
    if known is not None:
        raise Refusal(
            f"sensor {sensor.name}: its {sensor.quantity} is registered with a longest gap of "
            f"{known // MINUTE} min; a changed gap would change verdicts already given"
        )
    unit = QUANTITY_UNITS[sensor.quantity]
    register(
        transaction,
        Registration(sensor.name, sensor.quantity, unit, sensor.max_gap, sensor.model),
    )
    transaction.audit(
        by,
        "sensor registered",
        f"sensor {sensor.name}",
        quantity=sensor.quantity,
        unit=unit,
        max_gap_s=sensor.max_gap / 1_000_000,
    )
    return True

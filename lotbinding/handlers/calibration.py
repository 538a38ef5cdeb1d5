"""Use case of calibration: what a certificate says of a sensor. Readings stay what the device said."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel.refusal import Refusal
from lotbinding.handlers.placements import registered
from lotbinding.store import calibration as store
from storage.database import Transaction

_MOST = Decimal(100)
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Certificate:
    """On `calibrated_on` the sensor showed `offset_k` kelvin more than the reference."""

    sensor: str
    calibrated_on: date
    offset_k: Decimal
    due_on: date
    number: str


def calibrate(transaction: Transaction, told: Certificate, today: date, by: str) -> str:
    """Record a calibration; what changed in words, empty when exactly this is known already.

    Telling another result for the same day corrects it: the newer one counts, both are kept.
    """
    sensor_id = registered(transaction, told.sensor)
    _check(told, today)
    known = [
        one
        for one in store.listed(transaction, told.sensor)
        if one.calibrated_on == told.calibrated_on and not one.replaced
    ]
    says = (told.offset_k, told.due_on, told.number)
    if any((one.offset_k, one.due_on, one.certificate) == says for one in known):
        return ""
    store.insert(
        transaction,
        sensor_id,
        told.calibrated_on,
        told.offset_k,
        told.due_on,
        told.number,
        by,
    )
    transaction.audit(
        by,
        "sensor calibrated",
        f"sensor {told.sensor}",
        calibrated_on=str(told.calibrated_on),
        offset_k=told.offset_k,
        due_on=str(told.due_on),
        certificate=told.number,
    )
    corrected = " (corrected)" if known else ""
    return f"sensor {told.sensor}: calibrated on {told.calibrated_on}, due {told.due_on}{corrected}"


def _check(told: Certificate, today: date) -> None:
    where = f"sensor {told.sensor}"
    if not told.offset_k.is_finite() or abs(told.offset_k) > _MOST:
        raise Refusal(f"{where}: {told.offset_k} is no offset of a sensor: write degrees, such as -0.2")
    exponent = told.offset_k.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_DECIMALS:
        raise Refusal(f"{where}: write the offset with at most {_DECIMALS} decimals")
    if told.calibrated_on > today:
        raise Refusal(
            f"{where}: {told.calibrated_on} has not come yet: write the day of the certificate"
        )
    if told.due_on <= told.calibrated_on:
        raise Refusal(
            f"{where}: it is due on {told.due_on}, before it was calibrated: write a later day"
        )
    if not told.number.strip():
        raise Refusal(f"{where}: write the number of the certificate")

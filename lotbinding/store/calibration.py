"""What lot binding reads and writes about the calibration of sensors."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel.instants import moment
from lotbinding.store.facts import known_until
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a certificate says: the sensor showed `offset_k` kelvin more than the reference.

    `replaced` by a newer telling of the same day. Days are those of UTC.
    """

    sensor: str
    calibrated_on: date
    offset_k: Decimal
    due_on: date
    certificate: str
    recorded_at: int
    recorded_by: str
    replaced: bool

    def overdue(self, on: date) -> bool:
        """Whether it should have been calibrated again before that day."""
        return on > self.due_on


_INSERT = _SQL.command("insert_calibration")
_LISTED = _SQL.returning(Calibration, "calibrations_of_sensor")


def insert(  # noqa: PLR0917 - the columns of a calibration
    transaction: Transaction,
    sensor_id: int,
    calibrated_on: date,
    offset_k: Decimal,
    due_on: date,
    certificate: str,
    by: str,
) -> None:
    """Record what a certificate says."""
    transaction.run(
        _INSERT,
        sensor_id=sensor_id,
        calibrated_on=calibrated_on,
        offset_k=offset_k,
        due_on=due_on,
        certificate=certificate,
        by=by,
    )


def listed(
    transaction: Transaction, sensor: str | None = None, as_known_at: int | None = None
) -> list[Calibration]:
    """All that was told about calibrations of a sensor (None: any) by an instant, newest day first."""
    return transaction.rows(_LISTED, sensor=sensor, known_at=known_until(as_known_at))


def calibration_at(
    transaction: Transaction, sensor: str, at: int, as_known_at: int | None = None
) -> Calibration | None:
    """The calibration that counted for the sensor at the instant `at`; None when there was none yet."""
    day = moment(at).date()
    known = listed(transaction, sensor, as_known_at)
    return next((one for one in known if one.calibrated_on <= day and not one.replaced), None)

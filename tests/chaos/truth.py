"""What devices were answered for against what the database holds: the oracle of a run.

Every answered reading is there once, with its value; there is nothing else; no number is missing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import psycopg
from numpy.typing import NDArray

from storage.database import Database

Readings = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Instants in microseconds and values, in order of time."""

_STORED = """
select public.micros(time), value from telemetry.reading
join telemetry.series using (series_id) join telemetry.sensor using (sensor_id)
where name = %s and quantity = 'temperature' order by time
"""
_UNKNOWN = """
select count(*) from telemetry.reading
where not exists (select from telemetry.series join telemetry.sensor using (sensor_id)
                  where series.series_id = reading.series_id and name = any(%s::text[])
                      and quantity = 'temperature')
"""
_PARKED = "select code, topic, reason from telemetry.parked order by parked_id limit 5"
_PARKED_RECORDS = "select coalesce(sum(records), 0) from telemetry.parked"
_HOLES = """
select format('%s, epoch %s: %s', gateway, epoch, committed) from telemetry.gateway_epoch
where (select count(*) from unnest(committed)) <> 1 or lower(committed) <> 1
order by 1
"""


@dataclass(slots=True)
class Difference:
    """Readings lost, doubled, `foreign` (nobody sent them), changed; what else is wrong, in words."""

    sent: int = 0
    lost: int = 0
    doubled: int = 0
    foreign: int = 0
    changed: int = 0
    faults: list[str] = field(default_factory=list[str])

    @property
    def sentences(self) -> list[str]:
        """Everything that is wrong; empty when all is well."""
        counts = {
            "lost": self.lost,
            "doubled": self.doubled,
            "foreign": self.foreign,
            "changed": self.changed,
        }
        return [f"{count} readings {what}" for what, count in counts.items() if count] + self.faults


def compare(sensor: str, sent: Readings, stored: Readings, difference: Difference) -> None:
    """Count into `difference` how the `stored` readings of a sensor differ from the `sent` ones."""
    times, first = np.unique(stored[0], return_index=True)
    values = stored[1][first]
    missing = np.setdiff1d(sent[0], times)
    strange = np.setdiff1d(times, sent[0])
    _, ours, theirs = np.intersect1d(sent[0], times, return_indices=True)
    wrong = sent[1][ours] != values[theirs]
    difference.sent += len(sent[0])
    difference.lost += len(missing)
    difference.doubled += len(stored[0]) - len(times)
    difference.foreign += len(strange)
    difference.changed += int(wrong.sum())
    if len(missing):
        difference.faults.append(f"{sensor}: lost {missing[:3].tolist()}...")
    if len(strange):
        difference.faults.append(f"{sensor}: nobody sent {strange[:3].tolist()}...")


def check_readings(url: str, sent: Mapping[str, Readings]) -> Difference:
    """Hold the database at `url` against what each sensor `sent`."""
    difference = Difference()
    with psycopg.connect(url) as connection:
        for sensor, readings in sent.items():
            rows = connection.execute(_STORED, [sensor]).fetchall()
            compare(sensor, readings, _columns(rows), difference)
        difference.foreign += _number(connection, _UNKNOWN, [list(sent)])
        parked = _number(connection, _PARKED_RECORDS)
        if parked:
            examples = connection.execute(_PARKED).fetchall()
            difference.faults.append(f"{parked} records were parked, such as {examples}")
        for (hole,) in connection.execute(_HOLES):
            difference.faults.append(f"numbers are missing: {hole}")
    return difference


def check_audit(database: Database) -> tuple[int, list[str]]:
    """How many records the audit chain has, and where it does not hold."""
    with database.transaction() as transaction:
        records, findings = transaction.verify_audit()
    return records, [f"audit record {one.record_id} {one.fault}" for one in findings]


def _columns(rows: Iterable[tuple[int, float]]) -> Readings:
    pairs = list(rows)
    times = np.array([time for time, _ in pairs], np.int64)
    return times, np.array([value for _, value in pairs], np.float64)


def _number(
    connection: psycopg.Connection[tuple[object, ...]],
    query: str,
    parameters: list[object] | None = None,
) -> int:
    row = connection.execute(query.encode(), parameters).fetchone()
    assert row is not None, "a count always returns a row"
    return int(str(row[0]))

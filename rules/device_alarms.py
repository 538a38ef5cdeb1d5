"""Devices' own alarms: kept as facts when they are told, read again when units are judged."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from kernel.events import DeviceAlarm
from kernel.instants import MINUTE, moment
from rules.core.device_alarms import SEVERITY, Alarm, device_rule
from rules.core.profile import Limit, Rule
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _AlarmRow:
    series_id: int
    rule_id: int
    side: str
    limit_value: float
    tolerance: int
    in_sum: bool
    started_at: int
    alarmed_at: int
    ended_at: int | None
    observed_until: int
    counted: int
    peak: float | None
    peak_at: int | None


_DEVICE_RULE = _SQL.returning(_Id, "device_rule")
_INSERT = _SQL.command("insert_device_alarm")
_ALARMS = _SQL.returning(_AlarmRow, "device_alarms")


def keep_alarm(event: DeviceAlarm, transaction: Transaction) -> None:
    """Remember an alarm a device raised; who published it tells whom to judge again."""
    limit = Limit(event.side, event.limit)
    rule = device_rule(limit, event.tolerance, MINUTE, in_sum=event.in_sum)
    rule_id = transaction.one(
        _DEVICE_RULE,
        name=rule.name,
        side=limit.side,
        limit_value=limit.value,
        tolerance=timedelta(microseconds=rule.tolerance),
        severity=SEVERITY,
    ).id
    transaction.run(
        _INSERT,
        series_id=event.series_id,
        rule_id=rule_id,
        in_sum=event.in_sum,
        started_at=moment(event.started_at),
        alarmed_at=moment(event.alarmed_at),
        ended_at=None if event.ended_at is None else moment(event.ended_at),
        observed_until=moment(event.observed_until),
        counted=timedelta(microseconds=event.counted),
        peak=event.peak,
        peak_at=None if event.peak_at is None else moment(event.peak_at),
    )


def alarms_of(
    transaction: Transaction, series_ids: Collection[int]
) -> tuple[list[Alarm], dict[Rule, int]]:
    """The alarms of these series, each as its newest report has it, and the ids of their rules."""
    found: list[Alarm] = []
    rules: dict[Rule, int] = {}
    for row in transaction.rows(_ALARMS, series_ids=list(series_ids)):
        limit = Limit(row.side, row.limit_value)
        rule = device_rule(limit, row.tolerance, MINUTE, in_sum=row.in_sum)
        rules[rule] = row.rule_id
        found.append(
            Alarm(
                row.series_id,
                rule,
                row.in_sum,
                row.started_at,
                row.alarmed_at,
                row.ended_at,
                row.observed_until,
                row.counted,
                row.peak,
                row.peak_at,
            )
        )
    return found, rules

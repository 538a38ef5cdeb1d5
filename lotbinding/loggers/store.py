"""Logger files as they are kept: bytes, figures, and the goods the logger went with."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

import msgspec

from kernel.instants import moment
from kernel.intervals import Span
from lotbinding.loggers.core.figures import Comparison
from lotbinding.loggers.core.report import Report
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding.loggers")


@dataclass(frozen=True, slots=True)
class Logger:
    """A logger in the registry of sensors."""

    sensor_id: int
    series_id: int


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that was imported before, and how it was read."""

    file_id: int
    serial: str
    zone: str
    mapping: str | None


@dataclass(frozen=True, slots=True)
class File:
    """An imported file: what it is, the run it tells of, and how many figures differ from ours."""

    file_id: int
    serial: str
    name: str
    model: str
    form: str
    zone: str
    started_at: int
    stopped_at: int
    step: int | None
    readings: int
    missing: int
    digest: str
    marks: str
    recorded_at: int
    recorded_by: str
    differing: int


@dataclass(frozen=True, slots=True)
class Goods:
    """A stock unit or a handling unit, by its code; exactly one of the ids is not None."""

    code: str
    unit_id: int | None
    handling_unit_id: int | None

    def __str__(self) -> str:
        return f"unit {self.code}" if self.unit_id is not None else f"handling unit {self.code}"


@dataclass(frozen=True, slots=True)
class Companion:
    """What the logger went with; `reason` says why that was taken back, None while it stands."""

    goods: str
    since: int
    until: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm of the device; `rule` says its limit in words."""

    rule: str
    started_at: int
    alarmed_at: int
    ended_at: int | None
    counted: int
    peak: float | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Count:
    number: int


_GOODS = _SQL.returning(Goods, "thing_by_code")
_LOGGER = _SQL.returning(Logger, "series_of_logger")
_COUNT = _SQL.returning(_Count, "count_readings")
_KNOWN = _SQL.returning(KnownFile, "known_file")
_INSERT_FILE = _SQL.returning(_Id, "insert_file")
_INSERT_FIGURES = _SQL.command("insert_figures")
_INSERT_TRAVEL = _SQL.command("insert_travel")
_CANCEL_TRAVELS = _SQL.command("cancel_travels")
_FILES = _SQL.returning(File, "files")
_FIGURES = _SQL.returning(Comparison, "figures_of_file")
_COMPANIONS = _SQL.returning(Companion, "goods_of_file")
_ALARMS = _SQL.returning(Alarm, "alarms_of_file")


def goods(transaction: Transaction, code: str, *, handling: bool) -> Goods | None:
    """The stock unit, or the handling unit, with this code."""
    return transaction.row(_GOODS, code=code, handling=handling)


def logger(transaction: Transaction, serial: str) -> Logger | None:
    """The logger with this serial, when it is registered."""
    return transaction.row(_LOGGER, serial=serial)


def count_readings(transaction: Transaction, series_id: int, first: int, last: int) -> int:
    """How many readings of the series are stored from `first` to `last`, both included."""
    return transaction.one(_COUNT, series_id=series_id, first=moment(first), last=moment(last)).number


def known_file(transaction: Transaction, content: bytes) -> KnownFile | None:
    """The file with exactly these bytes, when it was imported before."""
    return transaction.row(_KNOWN, content=content)


def insert_file(  # noqa: PLR0917 - what a file is kept with
    transaction: Transaction,
    sensor_id: int,
    name: str,
    content: bytes,
    mapping: str | None,
    zone: str,
    report: Report,
    by: str,
) -> int:
    """Keep the file as it came, with what was read from it; its id."""
    return transaction.one(
        _INSERT_FILE,
        sensor_id=sensor_id,
        name=name,
        content=content,
        mapping=mapping,
        zone=zone,
        form=report.form,
        model=report.model,
        started_at=moment(report.started_at),
        stopped_at=moment(report.stopped_at),
        step=None if report.interval is None else timedelta(microseconds=report.interval),
        readings=len(report.times),
        missing=report.missing,
        settings=msgspec.json.encode(dict(report.settings)).decode(),
        marks=msgspec.json.encode([asdict(mark) for mark in report.marks]).decode(),
        by=by,
    ).id


def insert_figures(transaction: Transaction, file_id: int, figures: Sequence[Comparison]) -> None:
    """Keep the device's figures beside ours."""
    transaction.run(
        _INSERT_FIGURES,
        file_id=file_id,
        names=[one.name for one in figures],
        units=[one.unit for one in figures],
        devices=[one.device for one in figures],
        ours=[one.ours for one in figures],
        tolerances=[one.tolerance for one in figures],
    )


def insert_travel(  # noqa: PLR0917 - the columns of a travel
    transaction: Transaction, file_id: int, sensor_id: int, went: Goods, during: Span, by: str
) -> bool:
    """The logger went with these goods; False when that is known already."""
    return bool(
        transaction.run(
            _INSERT_TRAVEL,
            file_id=file_id,
            sensor_id=sensor_id,
            unit_id=went.unit_id,
            handling_unit_id=went.handling_unit_id,
            since=moment(during.start),
            until=moment(during.end),
            by=by,
        )
    )


def cancel_travels(transaction: Transaction, sensor_id: int, went: Goods, reason: str, by: str) -> int:
    """The logger did not go with these goods; how many travels that takes back."""
    return transaction.run(
        _CANCEL_TRAVELS,
        sensor_id=sensor_id,
        unit_id=went.unit_id,
        handling_unit_id=went.handling_unit_id,
        reason=reason,
        by=by,
    )


def files(transaction: Transaction, what: str | None = None) -> list[File]:
    """Imported files, all or those of a serial or a file name, by start."""
    return transaction.rows(_FILES, what=what)


def figures(transaction: Transaction, file_id: int) -> list[Comparison]:
    """The device's figures beside ours, in the order of the report."""
    return transaction.rows(_FIGURES, file_id=file_id)


def companions(transaction: Transaction, file_id: int) -> list[Companion]:
    """What the logger went with."""
    return transaction.rows(_COMPANIONS, file_id=file_id)


def alarms(transaction: Transaction, file_id: int) -> list[Alarm]:
    """The alarms of the device during the run."""
    return transaction.rows(_ALARMS, file_id=file_id)

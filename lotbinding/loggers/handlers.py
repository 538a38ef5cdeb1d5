"""Use cases of travelling loggers: import a file and bind it to goods, or take the binding back.

The readings and the alarms are told to the stages that own them by events; all of it commits together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from kernel.events import BindingChanged, DeviceAlarm, LoggerRead
from kernel.instants import DAY, moment
from kernel.intervals import Span
from kernel.refusal import Refusal
from lotbinding.loggers import store
from lotbinding.loggers.core.csv_mapping import parse_mapping
from lotbinding.loggers.core.figures import Comparison, compare, longest_gap
from lotbinding.loggers.core.formats import parse_file
from lotbinding.loggers.core.report import CUMULATIVE, AlarmRecord, Report
from lotbinding.loggers.travels import units_with_series
from storage.database import Transaction

_EVER = Span(0, 200 * 365 * DAY)
"""Longer than any logger ran: from 1970 on for 200 years."""


@dataclass(frozen=True, slots=True)
class LoggerFile:
    """A file as a person hands it in.

    `zone` is the time zone of the device's clock, by its name `zone_name`; `mapping` the text of the
    mapping file of a CSV. The logger is registered as `serial`, when None as the file says.
    """

    name: str
    content: bytes
    zone: tzinfo
    zone_name: str
    mapping: str | None = None
    mapping_name: str = ""
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """The goods a logger went with, by code, from `since` to `until`: the whole run when None."""

    units: tuple[str, ...] = ()
    handling_units: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed: `new` readings, goods `bound`; `known` when the file came again."""

    report: Report
    figures: Sequence[Comparison]
    known: bool
    new: int
    bound: tuple[str, ...]


def import_file(transaction: Transaction, file: LoggerFile, journey: Journey, by: str) -> Imported:
    """Keep the file, its readings and alarms, and bind the logger to the goods it went with.

    The same file again changes nothing, except that it binds goods that were not told before.
    """
    report = _read(file)
    goods = _goods(transaction, journey.units, journey.handling_units)
    during = _stretch(report, journey)
    known = _known(transaction, file)
    figures = compare(report)
    new = _tell(transaction, report, by) if known is None else 0
    serial = report.serial if known is None else known.serial
    logger = store.logger(transaction, serial)
    assert logger is not None, "the logger was registered when its readings were stored"
    if known is None:
        file_id = _keep(transaction, file, report, logger, figures, by)
        for alarm in report.alarms:
            transaction.publish(_event(logger.series_id, alarm))
    else:
        file_id = known.file_id
    bound = [
        went
        for went in goods
        if store.insert_travel(transaction, file_id, logger.sensor_id, went, during, by)
    ]
    for went in bound:
        _audit(transaction, "logger bound", went, serial, by, since=during.start, until=during.end)
    if bound or known is None:
        _judge_again(transaction, logger, Span(report.started_at, report.stopped_at))
    return Imported(report, figures, known is not None, new, tuple(str(went) for went in bound))


def unbind(transaction: Transaction, serial: str, journey: Journey, reason: str, by: str) -> None:
    """The logger did not go with these goods after all; what they felt is judged again without it."""
    if not reason.strip():
        raise Refusal("say why with --reason: the record keeps it")
    logger = store.logger(transaction, serial)
    for went in _goods(transaction, journey.units, journey.handling_units):
        touched = () if logger is None else _companions(transaction, logger, _EVER)
        if logger is None or not store.cancel_travels(transaction, logger.sensor_id, went, reason, by):
            raise Refusal(f"logger {serial} is not bound to {went}: see coldbind logger show {serial}")
        _audit(transaction, "logger unbound", went, serial, by, reason=reason)
        transaction.publish(BindingChanged(touched))


def _judge_again(transaction: Transaction, logger: store.Logger, during: Span) -> None:
    touched = _companions(transaction, logger, during)
    if touched:
        transaction.publish(BindingChanged(touched))


def _companions(transaction: Transaction, logger: store.Logger, during: Span) -> tuple[int, ...]:
    return tuple(sorted(units_with_series(transaction, [(logger.series_id, during)])))


def _read(file: LoggerFile) -> Report:
    mapping = None if file.mapping is None else parse_mapping(file.mapping, file.mapping_name)
    report = parse_file(file.content, file.name, file.zone, mapping, file.serial)
    return report if file.serial is None else replace(report, serial=file.serial)


def _goods(
    transaction: Transaction, units: Sequence[str], handling_units: Sequence[str]
) -> list[store.Goods]:
    found: list[store.Goods] = []
    for code, handling in [
        *((code, False) for code in units),
        *((code, True) for code in handling_units),
    ]:
        went = store.goods(transaction, code, handling=handling)
        if went is None:
            todo = "make it with coldbind pack" if handling else "was its delivery received?"
            raise Refusal(f"{'handling ' * handling}unit {code!r} is not known: {todo}")
        found.append(went)
    return found


def _stretch(report: Report, journey: Journey) -> Span:
    since = report.started_at if journey.since is None else journey.since
    until = report.stopped_at if journey.until is None else journey.until
    if since >= until or since >= report.stopped_at or until <= report.started_at:
        raise Refusal(
            f"logger {report.serial}: it ran from {_clock(report.started_at)} to "
            f"{_clock(report.stopped_at)}; --from and --to must name a stretch of that"
        )
    return Span(max(since, report.started_at), min(until, report.stopped_at))


def _known(transaction: Transaction, file: LoggerFile) -> store.KnownFile | None:
    known = store.known_file(transaction, file.content)
    if known is not None and (known.zone, known.mapping) != (file.zone_name, file.mapping):
        raise Refusal(
            f"{file.name} was imported before with --zone {known.zone}"
            + (" and another mapping" if known.mapping != file.mapping else "")
            + ": its readings stand as they were read then"
        )
    return known


def _tell(transaction: Transaction, report: Report, by: str) -> int:
    """Hand the readings to the stage that keeps them; how many were new."""
    before = store.logger(transaction, report.serial)
    count = 0 if before is None else _count(transaction, before.series_id, report)
    model, gap = report.model, longest_gap(report)
    transaction.publish(LoggerRead(report.serial, model, gap, report.times, report.values, by))
    after = store.logger(transaction, report.serial)
    return 0 if after is None else _count(transaction, after.series_id, report) - count


def _count(transaction: Transaction, series_id: int, report: Report) -> int:
    if not report.times:
        return 0
    return store.count_readings(transaction, series_id, report.times[0], report.times[-1])


def _keep(  # noqa: PLR0917 - a file and what was read from it
    transaction: Transaction,
    file: LoggerFile,
    report: Report,
    logger: store.Logger,
    figures: Sequence[Comparison],
    by: str,
) -> int:
    file_id = store.insert_file(
        transaction,
        logger.sensor_id,
        file.name,
        file.content,
        file.mapping,
        file.zone_name,
        report,
        by,
    )
    store.insert_figures(transaction, file_id, figures)
    transaction.audit(
        by,
        "logger file imported",
        f"sensor {report.serial}",
        file=file.name,
        zone=file.zone_name,
        readings=len(report.times),
        alarms=len(report.alarms),
        started_at=moment(report.started_at),
        stopped_at=moment(report.stopped_at),
        differing=[one.name for one in figures if one.differs],
    )
    return file_id


def _event(series_id: int, alarm: AlarmRecord) -> DeviceAlarm:
    setting = alarm.setting
    return DeviceAlarm(
        series_id=series_id,
        side=setting.side,
        limit=setting.limit,
        tolerance=setting.tolerance,
        in_sum=setting.kind == CUMULATIVE,
        started_at=alarm.started_at,
        alarmed_at=alarm.alarmed_at,
        ended_at=alarm.ended_at,
        observed_until=alarm.observed_until,
        counted=alarm.counted,
        peak=alarm.peak,
        peak_at=alarm.peak_at,
    )


def _audit(
    transaction: Transaction, action: str, went: store.Goods, serial: str, by: str, **detail: object
) -> None:
    told = {key: moment(value) if isinstance(value, int) else value for key, value in detail.items()}
    transaction.audit(by, action, str(went), sensor=serial, **told)


def _clock(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M} UTC"

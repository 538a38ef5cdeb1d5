"""Berlinger Fridge-tag 2, 2 L, 2 E and Ultra Low: a text report of days, some with a log.

For each day the device keeps the extremes and when they were, the mean, the minutes beyond each limit
and when an alarm was raised. Where it keeps no log, the extremes are the readings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kernel.instants import DAY
from lotbinding.loggers.core.outline import Section, fault
from lotbinding.loggers.core.report import (
    ABOVE,
    BELOW,
    SINGLE,
    AlarmLimit,
    AlarmRecord,
    Figures,
    Mark,
    Report,
)
from lotbinding.loggers.core.table import Readings, readings
from lotbinding.loggers.core.words import Words

_SIDES = {"0": BELOW, "1": ABOVE}
_CHECKS = {"TS AM": "checked in the morning", "TS PM": "checked in the afternoon"}


@dataclass(frozen=True, slots=True)
class _Extreme:
    """The lowest or highest reading of a day."""

    value: float
    at: int


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of the device: from `start` to `end`, and what it found out about it."""

    section: Section
    start: int
    end: int
    lowest: _Extreme | None
    highest: _Extreme | None


def parse_fridge_tag(top: Section, words: Words) -> Report:
    """The report in the outline `top`; `Refusal` names the line of what is wrong."""
    conf, hist = top.section("Conf"), top.section("Hist")
    unit = conf.get("Temp unit")
    words.fahrenheit = unit is not None and unit.text == "F"
    started_at = words.moment(words.needed(hist, "TS Actv"))
    stopped_at = words.moment(words.needed(hist, "TS Report Creation"))
    if stopped_at <= started_at:
        raise fault(words.where, hist.line, "the report was made before the device was activated")
    limits = tuple(_limits(conf.section("Alarm"), words))
    days = sorted(_days(hist, words, started_at, stopped_at), key=lambda day: day.start)
    interval = conf.get("Logging Interval")
    log = readings(words, top.section("Data")) if interval else _extremes(days)
    return Report(
        form="fridge-tag",
        model=words.needed(top, "Device").text,
        serial=words.needed(conf, "Serial").text,
        settings={key: found.text for key, found in conf.fields.items() if found.text},
        started_at=started_at if not days else max(started_at, days[0].start),
        stopped_at=stopped_at,
        interval=words.minutes(interval) if interval else None,
        times=log.times,
        values=log.values,
        missing=log.missing,
        limits=limits,
        alarms=tuple(alarm for limit in limits for alarm in _alarms(limit, days, words)),
        figures=tuple(_figures(day, limits, words) for day in days),
        marks=(
            Mark("activated", started_at),
            *(mark for day in days for mark in _checks(day, words)),
            Mark("report made", stopped_at),
        ),
        signed=top.get("Sig") is not None,
    )


def _limits(alarms: Section, words: Words) -> Iterator[AlarmLimit]:
    for number, alarm in alarms.sections.items():
        if number not in _SIDES:
            raise fault(words.where, alarm.line, f"alarm {number!r} is neither 0 (cold) nor 1 (warm)")
        limit = words.reading(words.needed(alarm, "T AL"))
        if limit is not None:  # dashes: switched off
            tolerance = words.minutes(words.needed(alarm, "t AL"))
            yield AlarmLimit(number, _SIDES[number], SINGLE, limit, tolerance)


def _days(hist: Section, words: Words, first: int, last: int) -> Iterator[_Day]:
    for name, section in hist.sections.items():
        if name.isdecimal():
            _, start = words.day(words.needed(section, "Date"))
            if not first - DAY < start <= last:
                raise fault(words.where, section.line, "this day is not one the device was running")
            lowest, highest = (_extreme(section, which, start, words) for which in ("Min T", "Max T"))
            yield _Day(section, start, min(start + DAY, last), lowest, highest)


def _extreme(section: Section, key: str, start: int, words: Words) -> _Extreme | None:
    value, at = section.get(key), section.get(f"TS {key}")
    degrees = words.reading(value) if value else None
    return None if degrees is None or at is None else _Extreme(degrees, start + words.clock(at))


def _extremes(days: Sequence[_Day]) -> Readings:
    """The days' extremes as readings; of two in one minute the lower one stays."""
    found: dict[int, float] = {}
    for extreme in (extreme for day in days for extreme in (day.highest, day.lowest) if extreme):
        found[extreme.at] = extreme.value
    return Readings(tuple(sorted(found)), tuple(found[at] for at in sorted(found)), 0)


def _figures(day: _Day, limits: Sequence[AlarmLimit], words: Words) -> Figures:
    mean = day.section.get("Avrg T")
    counted = {
        limit: day.section.section("Alarm").section(limit.number).get("t Acc") for limit in limits
    }
    return Figures(
        f"day {words.needed(day.section, 'Date').text}",
        day.start,
        day.end,
        lowest=day.lowest.value if day.lowest else None,
        highest=day.highest.value if day.highest else None,
        mean=words.reading(mean) if mean else None,
        beyond={limit: words.minutes(count) for limit, count in counted.items() if count},
        exact_extremes=False,
    )


def _alarms(limit: AlarmLimit, days: Sequence[_Day], words: Words) -> list[AlarmRecord]:
    """The alarms of one limit: what lasts over midnight is one alarm."""
    found: list[AlarmRecord] = []
    for day in days:
        record = _alarm(limit, day, words)
        if record is None:
            continue
        # Raised at midnight means that it was going on then: the alarm of the day before had not ended.
        if found and record.started_at == day.start < found[-1].observed_until + DAY:
            found[-1] = _joined(found[-1], record)
        else:
            found.append(record)
    return found


def _alarm(limit: AlarmLimit, day: _Day, words: Words) -> AlarmRecord | None:
    """The alarm of one day; when it ended the device does not say, only for how long it was beyond."""
    section = day.section.section("Alarm").section(limit.number)
    raised, counted = section.get("TS A"), section.get("t Acc")
    if raised is None or counted is None:
        return None
    clock, length = words.clock(raised), words.minutes(counted)
    alarmed_at = day.start + clock
    started_at = day.start if clock == 0 else alarmed_at - limit.tolerance
    until = max(alarmed_at, min(day.end, max(started_at, day.start) + length))
    extreme = day.highest if limit.side == ABOVE else day.lowest
    return AlarmRecord(
        limit,
        started_at,
        alarmed_at,
        None if until == day.end else until,
        until,
        length,
        extreme.value if extreme else None,
        extreme.at if extreme else None,
    )


def _joined(before: AlarmRecord, record: AlarmRecord) -> AlarmRecord:
    worst = max(
        (one for one in (before, record) if one.peak is not None),
        key=lambda one: (one.peak or 0.0) if one.setting.side == ABOVE else -(one.peak or 0.0),
        default=record,
    )
    return AlarmRecord(
        record.setting,
        before.started_at,
        before.alarmed_at,
        record.ended_at,
        record.observed_until,
        before.counted + record.counted,
        worst.peak,
        worst.peak_at,
    )


def _checks(day: _Day, words: Words) -> Iterator[Mark]:
    checked = day.section.section("Checked")
    for key, what in _CHECKS.items():
        found = checked.get(key)
        if found:
            yield Mark(what, day.start + words.clock(found))

"""Berlinger Q-tag CLm doc (also D, L, LR, Ice): a text report of one run, with up to five alarms.

The device measures every minute and logs every few; its alarms and counts come from the minutes.
"""

from collections.abc import Iterator

from kernel.temperature import GAS_CONSTANT
from lotbinding.loggers.core.outline import Section, Text, fault
from lotbinding.loggers.core.report import (
    ABOVE,
    BELOW,
    CUMULATIVE,
    SINGLE,
    AlarmLimit,
    AlarmRecord,
    Figures,
    Mark,
    Report,
)
from lotbinding.loggers.core.table import Readings, readings
from lotbinding.loggers.core.words import Words

_KINDS = {
    "1": (BELOW, SINGLE),
    "2": (ABOVE, SINGLE),
    "3": (BELOW, CUMULATIVE),
    "4": (ABOVE, CUMULATIVE),
}
"""What the report calls an alarm's type."""
_UNUSED = "0"
_MARK_CELLS = 2
_MARKS = {
    "TS Actv": "activated",
    "TS Start Trig": "start pressed",
    "TS Start": "started",
    "TS Batt Temp": "battery too cold",
    "TS Batt Crit": "battery low",
    "TS Stop": "stopped",
}


def parse_qtag(top: Section, words: Words) -> Report:
    """The report in the outline `top`; `Refusal` names the line of what is wrong."""
    conf, result = top.section("Conf"), top.section("Res")
    limits = tuple(_limits(conf.section("Alarm"), words))
    started_at = words.moment(words.needed(result, "TS Start"))
    stopped_at = words.moment(words.needed(result, "TS Stop"))
    if stopped_at <= started_at:
        raise fault(
            words.where, result.line, "TS Stop is not later than TS Start: the run has no length"
        )
    logged = readings(words, top.section("Data"))
    energy = conf.get("MKT Energy")
    return Report(
        form="qtag",
        model=words.needed(top, "Device").text,
        serial=words.needed(conf, "Serial").text,
        settings={key: found.text for key, found in conf.fields.items() if found.text},
        started_at=started_at,
        stopped_at=stopped_at,
        interval=words.minutes(words.needed(conf, "Logging Interval")),
        times=logged.times,
        values=logged.values,
        missing=logged.missing,
        limits=limits,
        alarms=tuple(_alarms(result, limits, words, logged, stopped_at)),
        figures=(_figures(result, words, started_at, stopped_at),),
        marks=tuple(_marks(top, words)),
        dh_r=words.number(energy) * 1000 / GAS_CONSTANT if energy else None,
        signed=top.get("Sig") is not None,
    )


def _limits(alarms: Section, words: Words) -> Iterator[AlarmLimit]:
    for number, alarm in alarms.sections.items():
        kind = words.needed(alarm, "Type")
        if kind.text == _UNUSED:
            continue
        if kind.text not in _KINDS:
            raise fault(words.where, kind.line, f"alarm type {kind.text!r} is not 1, 2, 3 or 4")
        limit = words.degrees(words.needed(alarm, "T AL"))
        tolerance = words.minutes(words.needed(alarm, "t AL"))
        yield AlarmLimit(number, *_KINDS[kind.text], limit, tolerance)


def _figures(result: Section, words: Words, started_at: int, stopped_at: int) -> Figures:
    def degrees(key: str) -> float | None:
        found = result.get(key)
        return words.degrees(found) if found else None

    return Figures(
        "run",
        started_at,
        stopped_at,
        lowest=degrees("Min T"),
        highest=degrees("Max T"),
        mean=degrees("Avrg T"),
        mkt=degrees("MKT"),
    )


def _alarms(
    result: Section, limits: tuple[AlarmLimit, ...], words: Words, logged: Readings, stopped_at: int
) -> Iterator[AlarmRecord]:
    by_number = {limit.number: limit for limit in limits}
    for number, alarm in result.section("Alarm").sections.items():
        for line in alarm.lines:
            if number not in by_number:
                raise fault(
                    words.where, alarm.line, f"alarm {number} was raised and is not set in Conf"
                )
            yield _alarm(by_number[number], line, words, logged, stopped_at)


def _alarm(
    setting: AlarmLimit, line: dict[str, Text], words: Words, logged: Readings, stopped_at: int
) -> AlarmRecord:
    at = {key: words.moment(line[key]) for key in ("TS S", "TS A", "TS E", "TS M") if _told(line, key)}
    if "TS S" not in at or "TS A" not in at or not _told(line, "t A"):
        number = next(iter(line.values())).line
        raise fault(words.where, number, "an alarm needs its start (TS S), its time (TS A) and t A")
    ended_at = at.get("TS E")
    until = stopped_at if ended_at is None else ended_at
    peak = words.degrees(line["T M"]) if _told(line, "T M") and "TS M" in at else None
    peak_at = at.get("TS M") if peak is not None else None
    if peak is None:
        peak, peak_at = _worst(setting.side, logged, at["TS S"], until)
    return AlarmRecord(
        setting, at["TS S"], at["TS A"], ended_at, until, words.minutes(line["t A"]), peak, peak_at
    )


def _told(line: dict[str, Text], key: str) -> bool:
    return key in line and bool(line[key].text)


def _worst(side: str, logged: Readings, start: int, until: int) -> tuple[float | None, int | None]:
    inside = [(value, at) for at, value in zip(*logged[:2], strict=True) if start <= at <= until]
    if not inside:
        return None, None
    return max(inside, key=lambda one: one[0] if side == ABOVE else -one[0])


def _marks(top: Section, words: Words) -> Iterator[Mark]:
    result = top.section("Res")
    for key, what in _MARKS.items():
        found = result.get(key)
        if found:
            yield Mark(what, words.moment(found))
    for row in top.section("Marker").rows[1:]:
        cells = [cell for cell in row if cell.text]
        if len(cells) < _MARK_CELLS:
            raise fault(words.where, row[0].line, "a mark needs a number and a time")
        yield Mark(f"mark {cells[0].text}", words.moment(cells[-1]))

"""The table of readings at the end of a text report: time, temperature, and an x when out of limits."""

from typing import NamedTuple

from lotbinding.loggers.core.outline import Section, fault
from lotbinding.loggers.core.words import Words

_COLUMNS = 2


class Readings(NamedTuple):
    """Readings in order of time; `missing` were logged without a temperature."""

    times: tuple[int, ...]
    values: tuple[float, ...]
    missing: int


def readings(words: Words, data: Section) -> Readings:
    """The rows below the table's head; every time must be later than the one before."""
    times: list[int] = []
    values: list[float] = []
    missing = 0
    last: int | None = None
    for row in data.rows[1:]:
        if len(row) < _COLUMNS:
            raise fault(words.where, row[0].line, "a reading needs a time and a temperature")
        at, value = words.moment(row[0]), words.reading(row[1])
        if last is not None and at <= last:
            raise fault(
                words.where,
                row[0].line,
                f"{row[0].text} is not later than the reading before: was the device's clock set back?",
            )
        last = at
        if value is None:
            missing += 1
            continue
        times.append(at)
        values.append(value)
    return Readings(tuple(times), tuple(values), missing)

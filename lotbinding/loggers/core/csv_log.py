"""Any logger's CSV file, read with a mapping: a time and a temperature a line.

Such a file knows no alarms and no figures; the rules of the product judge its readings.
"""

import csv
import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from kernel.instants import instant
from kernel.temperature import ABSOLUTE_ZERO
from kernel.units import CONVERSIONS
from lotbinding.loggers.core.csv_mapping import Mapping
from lotbinding.loggers.core.outline import fault
from lotbinding.loggers.core.report import Mark, Report
from lotbinding.loggers.core.words import HOTTEST

_READINGS_NEEDED = 2


def parse_csv(text: str, where: str, mapping: Mapping, zone: tzinfo, serial: str | None) -> Report:
    """The report in CSV `text`; `serial` goes before what the mapping says."""
    table = _Table(text.splitlines(), where, mapping, zone)
    times, values, missing = table.readings()
    if len(times) < _READINGS_NEEDED:
        raise fault(where, mapping.header, f"two readings at least are needed, found {len(times)}")
    steps = Counter(after - before for before, after in pairwise(times))
    return Report(
        form="csv",
        model=mapping.model,
        serial=serial or mapping.serial or table.serial(),
        settings={},
        started_at=times[0],
        stopped_at=times[-1],
        interval=mapping.interval or max(steps, key=lambda step: (steps[step], -step)),
        times=tuple(times),
        values=tuple(values),
        missing=missing,
        limits=(),
        alarms=(),
        figures=(),
        marks=(Mark("first reading", times[0]), Mark("last reading", times[-1])),
    )


class _Table:
    """The lines below the column names."""

    def __init__(self, lines: Sequence[str], where: str, mapping: Mapping, zone: tzinfo) -> None:
        self._where, self._mapping, self._zone = where, mapping, zone
        if len(lines) < mapping.header:
            raise fault(
                where, max(1, len(lines)), f"the column names should be in line {mapping.header}"
            )
        reader = csv.reader(lines[mapping.header - 1 :], delimiter=mapping.delimiter)
        try:
            self._rows = list(reader)
        except csv.Error as error:
            line = mapping.header - 1 + reader.line_num
            raise fault(where, line, f"this is no line of a CSV file ({error})") from error
        self._columns = {name.strip(): place for place, name in enumerate(self._rows[0])}
        self._when = [self._column(name) for name in mapping.when]
        self._temperature = self._column(mapping.temperature)
        self._last: datetime | None = None

    def serial(self) -> str:
        """What stands in the serial's column."""
        name = self._mapping.serial_column
        if name is None:
            raise fault(
                self._where,
                self._mapping.header,
                "which logger is it? write --serial, or serial in the mapping",
            )
        place = self._column(name)
        told = (row[place].strip() for row in self._rows[1:] if place < len(row))
        found = next((serial for serial in told if serial), None)
        if found is None:
            raise fault(
                self._where, self._mapping.header, f"no line says which logger it is in {name!r}"
            )
        return found

    def readings(self) -> tuple[list[int], list[float], int]:
        """Times and temperatures, and how many readings had failed."""
        times: list[int] = []
        values: list[float] = []
        missing = 0
        for line, row in enumerate(self._rows[1:], start=self._mapping.header + 1):
            if not any(cell.strip() for cell in row):
                continue
            at = self._instant(" ".join(self._cell(row, place, line) for place in self._when), line)
            if times and at <= times[-1]:
                raise fault(self._where, line, "this reading is not later than the one before")
            cell = self._cell(row, self._temperature, line)
            if not cell or cell in self._mapping.missing:
                missing += 1
                continue
            times.append(at)
            values.append(self._celsius(cell, line))
        return times, values, missing

    def _column(self, name: str) -> int:
        if name not in self._columns:
            there = ", ".join(self._columns) or "none"
            raise fault(self._where, self._mapping.header, f"no column {name!r}; there are: {there}")
        return self._columns[name]

    def _cell(self, row: Sequence[str], place: int, line: int) -> str:
        if place >= len(row):
            raise fault(self._where, line, f"column {place + 1} is missing")
        return row[place].strip()

    def _celsius(self, cell: str, line: int) -> float:
        written = cell.replace(",", ".") if self._mapping.decimal == "," else cell
        try:
            number = float(written)
        except ValueError as error:
            raise fault(self._where, line, f"{cell!r} is not a number") from error
        _, factor, offset = CONVERSIONS[self._mapping.unit]
        celsius = number * factor + offset
        if not (math.isfinite(celsius) and ABSOLUTE_ZERO <= celsius <= HOTTEST):
            raise fault(self._where, line, f"{cell!r} cannot be a temperature")
        return celsius

    def _instant(self, text: str, line: int) -> int:
        form = self._mapping.time
        try:
            told = datetime.fromisoformat(text) if form is None else datetime.strptime(text, form)  # noqa: DTZ007 - the zone is told beside the file
        except ValueError as error:
            example = "an ISO 8601 time" if form is None else f"a time written {form}"
            raise fault(self._where, line, f"{text!r} is not {example}") from error
        return instant(told if told.tzinfo else self._aware(told, line))

    def _aware(self, local: datetime, line: int) -> datetime:
        """In autumn an hour comes twice: the second time is when the clock did not go on."""
        again = self._last is not None and local <= self._last
        found = local.replace(tzinfo=self._zone, fold=int(again))
        self._last = None if again else local
        if found.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) != local:
            hour = timedelta(hours=1)
            raise fault(
                self._where,
                line,
                f"{local} did not exist in this zone: the clock went on to {local + hour} that night; "
                "if the logger's clock was not put forward, write --zone as an offset such as +01:00",
            )
        return found

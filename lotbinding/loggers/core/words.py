"""Numbers and times as logger files write them; a fault names the file and the line."""

import math
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from kernel.instants import MINUTE, instant
from kernel.temperature import ABSOLUTE_ZERO
from lotbinding.loggers.core.outline import Section, Text, fault

HOTTEST = 1000.0
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_NO_READING = re.compile(r"[-+. ]*")


class Words:
    """Reads the words of one file.

    A device's clock has no zone and is not put forward in spring: what `zone` was off UTC when the
    file begins holds for the whole file.
    """

    def __init__(self, where: str, zone: tzinfo) -> None:
        self.where = where
        self.fahrenheit = False
        self._zone = zone
        self._offset: timedelta | None = None

    def needed(self, section: Section, key: str) -> Text:
        """What stands behind `key`, which must be there."""
        found = section.get(key)
        if found is None:
            inside = f" in {section.name}" if section.name else ""
            raise fault(self.where, section.line, f"{key!r} is missing{inside}: the file is not whole")
        return found

    def moment(self, word: Text) -> int:
        """An instant such as ``2026-03-01 08:15``."""
        try:
            local = datetime.strptime(word.text, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a device's clock has no zone
        except ValueError as error:
            raise fault(
                self.where, word.line, f"{word.text!r} is not a time such as 2026-03-01 08:15"
            ) from error
        return self._instant(local)

    def day(self, word: Text) -> tuple[date, int]:
        """A day such as ``2026-03-01``, and the instant it began."""
        try:
            found = date.fromisoformat(word.text)
        except ValueError as error:
            raise fault(
                self.where, word.line, f"{word.text!r} is not a day such as 2026-03-01"
            ) from error
        return found, self._instant(datetime.combine(found, time.min))

    def clock(self, word: Text) -> int:
        """A time of day such as ``08:15`` as the length of time since midnight."""
        match = _CLOCK.fullmatch(word.text)
        if match is None:
            raise fault(self.where, word.line, f"{word.text!r} is not a time of day such as 08:15")
        return (int(match[1]) * 60 + int(match[2])) * MINUTE

    def degrees(self, word: Text) -> float:
        """A temperature, in degC whatever the device shows."""
        return self._celsius(self.number(word), word)

    def reading(self, word: Text) -> float | None:
        """A temperature, or None where the device shows dashes: its probe did not answer."""
        return None if _NO_READING.fullmatch(word.text) else self.degrees(word)

    def minutes(self, word: Text) -> int:
        """A whole number of minutes as a length of time."""
        if not word.text.isdecimal():
            raise fault(self.where, word.line, f"{word.text!r} is not a number of minutes")
        return int(word.text) * MINUTE

    def number(self, word: Text) -> float:
        """A decimal number."""
        if not _NUMBER.fullmatch(word.text):
            raise fault(self.where, word.line, f"{word.text!r} is not a number")
        return float(word.text)

    def _celsius(self, number: float, word: Text) -> float:
        celsius = (number - 32) * 5 / 9 if self.fahrenheit else number
        if not (math.isfinite(celsius) and ABSOLUTE_ZERO <= celsius <= HOTTEST):
            raise fault(self.where, word.line, f"{word.text!r} cannot be a temperature")
        return celsius

    def _instant(self, local: datetime) -> int:
        if self._offset is None:
            self._offset = local.replace(tzinfo=self._zone).utcoffset() or timedelta(0)
        return instant(local.replace(tzinfo=UTC) - self._offset)

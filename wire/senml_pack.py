"""What a SenML pack says (RFC 8428), whichever way it is written: base fields resolved, records judged.

Base fields hold for their record and all that follow, so a broken one spoils the pack; anything else
that is wrong spoils its own record only. Records are maps from the labels that CBOR uses.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import cast

from kernel.instants import SECOND
from kernel.units import UNIT_QUANTITIES
from wire.columns import Malformed, SeriesName
from wire.fields import WORDS, word
from wire.gathering import LONGEST_NAME, Gathering
from wire.timestamps import LAST_SECOND

VERSION = 10
BASE_VERSION, BASE_NAME, BASE_TIME, BASE_UNIT, BASE_VALUE, BASE_SUM = -1, -2, -3, -4, -5, -6
NAME, UNIT, VALUE, STRING, BOOLEAN, SUM, TIME, UPDATE_TIME, DATA = 0, 1, 2, 3, 4, 5, 6, 7, 8
RELATIVE_BELOW = 2**28 * SECOND
"""A resolved time below this, in microseconds, counts from the moment of arrival."""
NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")

RawRecord = dict[object, object]
"""A record by its CBOR labels, not yet judged."""

_LAST_INSTANT = LAST_SECOND * SECOND
_TRUTH_UNIT = "/"
_LONGEST_BASE = 2 * LONGEST_NAME
_BASE_LABELS = frozenset((BASE_VERSION, BASE_NAME, BASE_TIME, BASE_UNIT, BASE_VALUE, BASE_SUM))
_VALUES = (VALUE, BOOLEAN, STRING, DATA)
_NOT_KEPT = {STRING: "a text", DATA: "a byte string", SUM: "a sum"}
_SCALARS = (str, bytes, int, float, Decimal)


class Resolver:
    """The base fields in force, and the readings found so far.

    Relative and missing times count from `received_at`; `write` makes a pack of one record.
    """

    __slots__ = ("_name", "_numbers", "_time", "_unit", "_value", "_write", "found", "received_at")

    def __init__(self, received_at: int, write: Callable[[object], bytes]) -> None:
        self.received_at = received_at
        self.found = Gathering()
        self._write = write
        self._name = ""
        self._time = 0
        self._unit = ""
        self._value: float | None = None
        self._numbers: dict[tuple[str, str], int] = {}

    def read(self, record: object, where: str) -> None:
        """Take in one record; `Malformed` when its base fields cannot be understood."""
        if not isinstance(record, dict):
            scalar = record if isinstance(record, _SCALARS) else None
            self.found.refuse(f"senml: {where} is not a map", self._write(scalar))
            return
        known = cast("RawRecord", record)
        base = 0 if _BASE_LABELS.isdisjoint(known) else self._take_base(known, where)
        value = known.get(VALUE)
        plain = base + (VALUE in known) + (NAME in known) + (UNIT in known) + (TIME in known)
        if plain != len(known):
            _check_labels(known, where)
        try:
            if plain == len(known) and (type(value) is float or type(value) is int):
                self._take(known, value + (self._value or 0.0))
            else:
                self._take_unusual(known, where)
        except OverflowError:
            self._refuse(f"{where}: value is too large a number", known)
        except Malformed as fault:
            self._refuse(f"{where}: {fault}", known)

    def _take(self, record: RawRecord, value: float) -> None:
        name, unit, time = record.get(NAME, ""), record.get(UNIT, self._unit), record.get(TIME, 0)
        if not (isinstance(name, str) and isinstance(unit, str)):
            raise Malformed(f"{'unit' if isinstance(name, str) else 'name'} is not a text")
        if not math.isfinite(value):
            raise Malformed("value and base value add up to no finite number")
        at = self._time + (time * SECOND if type(time) is int else _microseconds(time, "time"))
        if at < RELATIVE_BELOW:
            at += self.received_at
        if not 0 <= at < _LAST_INSTANT:
            raise Malformed("its time lies outside the calendar")
        full = self._name + name
        number = self._numbers.get((full, unit))
        if number is None:
            number = self._number(full, unit)
        self.found.put(number, at, float(value))

    def _number(self, full: str, unit: str) -> int:
        number = self.found.number(series_of(full, unit))
        self._numbers[full, unit] = number
        return number

    def _take_unusual(self, record: RawRecord, where: str) -> None:
        """A record that is more, or less, than a number with its time and name."""
        given = [label for label in _VALUES if label in record]
        if len(given) > 1:
            raise Malformed("has more than one value")
        for label in (*_NOT_KEPT, BASE_SUM):
            if label in record:
                what = f"holds {_NOT_KEPT[label]}" if label in _NOT_KEPT else "sets a base sum"
                self._refuse(f"{where} {what}, which is not kept", record)
        if given == [VALUE]:
            self._take(record, _number(record[VALUE], "value") + (self._value or 0.0))
        elif given == [BOOLEAN]:
            self._take({UNIT: self._unit or _TRUTH_UNIT, **record}, _truth(record[BOOLEAN]))
        elif not given and SUM not in record and not record.keys() <= _BASE_LABELS:
            self._take_base_value(record)

    def _take_base_value(self, record: RawRecord) -> None:
        """Without a value of its own a record has the base value (section 4.5.4)."""
        if self._value is None and any(isinstance(label, int) and label >= 0 for label in record):
            raise Malformed("has no value")
        if self._value is not None:
            self._take(record, self._value)

    def _take_base(self, record: RawRecord, where: str) -> int:
        """Put the base fields of `record` in force; how many of them a plain record may have."""
        if BASE_VERSION in record:
            _check_version(record[BASE_VERSION], where)
        try:
            if BASE_NAME in record:
                self._name = _text(record[BASE_NAME], "base name")
            if BASE_TIME in record:
                self._time = _microseconds(record[BASE_TIME], "base time")
            if BASE_UNIT in record:
                self._unit = _text(record[BASE_UNIT], "base unit")
            if BASE_VALUE in record:
                self._value = _number(record[BASE_VALUE], "base value")
        except Malformed as fault:
            raise Malformed(f"senml: {where}: {fault}") from fault
        return len(record.keys() & _BASE_LABELS) - (BASE_SUM in record)

    def _refuse(self, reason: str, record: RawRecord) -> None:
        alone: RawRecord = {BASE_NAME: self._name, BASE_UNIT: self._unit}
        alone |= {BASE_TIME: in_seconds(self._time)} if self._time else {}
        alone |= {BASE_VALUE: self._value} if self._value is not None else {}
        own = {label: value for label, value in record.items() if isinstance(value, _SCALARS)}
        self.found.refuse(f"senml: {reason}", self._write(alone | own))


@lru_cache(16_384)
def series_of(name: str, unit: str) -> SeriesName:
    """The series that a resolved `name` stands for; `Malformed` when it names no quantity.

    A slash parts sensor and quantity; otherwise a last word that is a quantity, or the unit, tells what
    is measured.
    """
    if not NAME_PATTERN.fullmatch(name):
        raise Malformed(f"{name[:64]!r} is not a SenML name")
    sensor, slash, quantity = name.rpartition("/")
    if slash and sensor and quantity:
        return SeriesName(sensor, quantity, unit)
    head, _, last = name.rpartition(":")
    if not slash and head and word(last) in WORDS:
        return SeriesName(head, WORDS[word(last)].quantity, unit)
    if not slash and unit in UNIT_QUANTITIES:
        return SeriesName(name, UNIT_QUANTITIES[unit], unit)
    if not slash and head and last.isalpha():
        return SeriesName(head, last, unit)
    raise Malformed(f"{name[:64]!r} is not sensor/quantity, and its unit does not say what is measured")


def in_seconds(span: int) -> int | float:
    """A length of time in microseconds as SenML writes it."""
    whole, rest = divmod(span, SECOND)
    return span / SECOND if rest else whole


def _check_labels(record: RawRecord, where: str) -> None:
    """A field that must be understood may change the meaning of every other, so it spoils the pack."""
    for label in record:
        if isinstance(label, str) and label.endswith("_"):
            raise Malformed(f"senml: {where}: field {label[:32]!r} must be understood, and is not")


def _check_version(raw: object, where: str) -> None:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 < raw <= VERSION:
        raise Malformed(f"senml: {where}: only versions 1 to {VERSION} are understood")


def _text(raw: object, what: str) -> str:
    if not isinstance(raw, str):
        raise Malformed(f"{what} is not a text")
    if len(raw) > _LONGEST_BASE:
        raise Malformed(f"{what} has {len(raw)} characters, more than {_LONGEST_BASE}")
    return raw


def _truth(raw: object) -> float:
    if not isinstance(raw, bool):
        raise Malformed("truth value is neither true nor false")
    return float(raw)


def _number(raw: object, what: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise Malformed(f"{what} is not a number")
    try:
        number = float(raw)
    except (OverflowError, ValueError) as error:
        raise Malformed(f"{what} is too large a number") from error
    if not math.isfinite(number):
        raise Malformed(f"{what} is not a finite number")
    return number


def _microseconds(raw: object, what: str) -> int:
    """Rounding restores the microsecond: float64 seconds stay closer than half of one until 2106."""
    number = _number(raw, what)
    if abs(number) >= LAST_SECOND:
        raise Malformed(f"{what} lies outside the calendar")
    return raw * SECOND if isinstance(raw, int) else round(number * SECOND)

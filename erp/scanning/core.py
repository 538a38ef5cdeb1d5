"""What a scanned code says: GS1-128, GS1 DataMatrix, Digital Link, SSCC or EAN, read by biip.

Whatever is wrong is answered with what is wrong and where: a `Refusal` with one sentence. The century
of a date follows GS1 General Specifications, 7.12: at most 50 years ahead, at most 49 back.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_element_strings import GS1ElementString

from erp.scanning.digital_link import elements_of_link
from kernel.gs1 import GTIN_LENGTHS, check_digit, gtin14, gtin_fault
from kernel.refusal import Refusal

_SSCC = 18
_SEPARATOR = "\x1d"
_SPELLED_SEPARATORS = ("<GS>", "{GS}", "<FNC1>", "{FNC1}", "[GS]")
"""How keyboards and apps write the separator that a scanner sends as byte 29."""
_BRACKETS = re.compile(r"\((\d{2,4})\)([^(]*)")
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_SYMBOLOGIES = {"]C1", "]d2", "]Q3", "]e0", "]J1"}
"""What scanners say of GS1-128, DataMatrix, QR Code, DataBar and DotCode."""
_CHECKED = {"00": _SSCC, "01": 14, "02": 14}
_DATES = ("11", "13", "15", "17")
_IN_ORDER = (("11", "15"), ("11", "17"), ("13", "15"), ("13", "17"), ("4333", "4331"))
"""Pairs of which the second must not be before, or below, the first."""
_TITLES = {
    "00": "SSCC",
    "01": "GTIN",
    "02": "GTIN of the content",
    "10": "lot",
    "11": "produced on",
    "13": "packed on",
    "15": "best before",
    "17": "expires on",
    "21": "serial number",
    "37": "count",
    "7003": "expires at",
    "4331": "at most degC",
    "4333": "at least degC",
}
_FORMS = {
    "00": "18 digits",
    "01": "14 digits",
    "02": "14 digits",
    "10": "1 to 20 letters, digits or signs",
    "21": "1 to 20 letters, digits or signs",
    "37": "1 to 8 digits",
    "7003": "10 digits: year, month, day, hour, minute",
    "4331": "6 digits, hundredths of a degree, and - when below 0",
    "4333": "6 digits, hundredths of a degree, and - when below 0",
    **dict.fromkeys(_DATES, "6 digits: year, month, day"),
}

Value = str | int | Decimal | date | datetime


@dataclass(frozen=True, slots=True)
class Element:
    """One application identifier, its name and value; kg, degC, times as local as the label's."""

    ai: str
    title: str
    value: Value


@dataclass(frozen=True, slots=True)
class Scan:
    """What a code says, in its own order; `form` is gs1, digital_link, sscc or gtin."""

    form: str
    elements: tuple[Element, ...]

    def value(self, *ais: str) -> Value | None:
        """The value of the first of these application identifiers that is there."""
        return next((one.value for ai in ais for one in self.elements if one.ai == ai), None)

    def text(self, *ais: str) -> str | None:
        """The same as text; None when none is there."""
        found = self.value(*ais)
        return None if found is None else str(found)


def read(scanned: str, today: date) -> Scan:
    """What `scanned` says; raises `Refusal` with what is wrong with it."""
    text, told_to_be_gs1 = _without_symbology(scanned.strip(" \t\r\n"))
    if not text:
        raise Refusal("nothing was scanned: scan the label again")
    if text.lower().startswith(("http://", "https://")):
        return _scan("digital_link", elements_of_link(text), today)
    for spelled in _SPELLED_SEPARATORS:
        text = text.replace(spelled, _SEPARATOR)
    if text.startswith("("):
        return _scan("gs1", _bracketed(text), today)
    if text.isascii() and text.isdigit() and not told_to_be_gs1:
        if len(text) == _SSCC:
            return _scan("sscc", [("00", text)], today)
        if len(text) in GTIN_LENGTHS:
            return _gtin(text)
    return _scan("gs1", list(_walk(text.strip(_SEPARATOR))), today)


def _without_symbology(text: str) -> tuple[str, bool]:
    """The text without the scanner's symbology identifier, and whether that says GS1."""
    found = _SYMBOLOGY.match(text)
    return (text, False) if found is None else (text[found.end() :], found[0] in _GS1_SYMBOLOGIES)


def _gtin(text: str) -> Scan:
    fault = gtin_fault(text)
    if fault is not None:
        raise Refusal(fault)
    return Scan("gtin", (Element("01", _TITLES["01"], gtin14(text)),))


def _scan(form: str, pairs: Sequence[tuple[str, str]], today: date) -> Scan:
    elements = tuple(Element(ai, _title(ai), _value(ai, text, today)) for ai, text in pairs)
    said: dict[str, Value] = {}
    for one in elements:
        if said.setdefault(one.ai, one.value) != one.value:
            raise Refusal(
                f"({one.ai}) {one.title} is there twice, as {said[one.ai]} and as {one.value}"
            )
    for lower, upper in _IN_ORDER:
        if lower in said and upper in said and said[lower] > said[upper]:  # type: ignore[operator]  # both of one kind
            raise Refusal(
                f"({lower}) {_title(lower)} {said[lower]} is beyond ({upper}) {_title(upper)} "
                f"{said[upper]}: read the label again"
            )
    return Scan(form, elements)


def _bracketed(text: str) -> list[tuple[str, str]]:
    """A message as people write it: (01)04006381333931(10)AB-77."""
    parts = _BRACKETS.findall(text)
    if "".join(f"({ai}){value}" for ai, value in parts) != text:
        raise Refusal(f"{text!r}: write each number in brackets before its value, such as (10)AB-77")
    return [(ai, _alone(ai, value.strip())) for ai, value in parts]


def _alone(ai: str, value: str) -> str:
    """A value that is known to belong to `ai` and to end where it ends."""
    try:
        found = GS1ElementString.extract(f"{ai}{value}")
    except (ParseError, ValueError) as error:
        raise Refusal(_faulty(ai, f"{ai}{value}")) from error
    if found.ai.ai != ai:
        raise Refusal(f"({ai}) is no application identifier: read the label again")
    if found.value != value:
        raise Refusal(f"({ai}) {_title(ai)}: {value!r} is not {_form(ai)}")
    return value


def _walk(text: str) -> Iterator[tuple[str, str]]:
    """The elements of a message, each taken off its front."""
    rest, place = text, 1
    while rest:
        try:
            ai = GS1ApplicationIdentifier.extract(rest).ai
        except ParseError as error:
            raise Refusal(_unknown(text, rest, place)) from error
        try:
            value = GS1ElementString.extract(rest).value
        except ParseError as error:
            raise Refusal(_faulty(ai, rest)) from error
        except ValueError as error:  # biip: a date of the right form that no calendar has
            raise Refusal(_faulty(ai, rest)) from error
        yield ai, value
        taken = len(ai) + len(value)
        while rest[taken : taken + 1] == _SEPARATOR:
            taken += 1
        rest, place = rest[taken:], place + taken


def _unknown(text: str, rest: str, place: int) -> str:
    if place == 1:
        return (
            f"{text!r} is no GS1 code and no EAN: it has {len(text)} characters and begins with no "
            "application identifier"
        )
    return (
        f"at character {place} {rest[:4]!r} is no application identifier: the value before it may be "
        "longer than it should, or lacks its separator"
    )


def _faulty(ai: str, rest: str) -> str:
    value = rest[len(ai) :].split(_SEPARATOR, maxsplit=1)[0]
    if ai in _DATES and value[:6].isdigit() and len(value) >= 6:  # noqa: PLR2004 - YYMMDD
        return f"({ai}) {_title(ai)}: {value[:6]} is no date: {_why_no_date(value[:6])}"
    if ai == "7003" and value[:10].isdigit() and len(value) >= 10:  # noqa: PLR2004 - YYMMDDHHMM
        return f"({ai}) {_title(ai)}: {value[:10]} is no time: {_why_no_time(value[:10])}"
    return f"({ai}) {_title(ai)}: {value[:20]!r} is not {_form(ai)}"


def _why_no_time(digits: str) -> str:
    hour, minute = int(digits[6:8]), int(digits[8:10])
    if hour > 23 or minute > 59:  # noqa: PLR2004 - a day's last minute
        return f"there is no {hour:02}:{minute:02}"
    return _why_no_date(digits[:6])


def _why_no_date(digits: str) -> str:
    month, day = int(digits[2:4]), int(digits[4:6])
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return f"there is no month {month}"
    return f"month {month} has no day {day}"


def _form(ai: str) -> str:
    return "6 digits, kg" if ai.startswith("310") else _FORMS.get(ai, "what GS1 has for it")


def _title(ai: str) -> str:
    return "net weight in kg" if ai.startswith("310") else _TITLES.get(ai, "other")


def _value(ai: str, text: str, today: date) -> Value:
    if ai in _CHECKED:
        return _checked(ai, text)
    if ai in _DATES:
        return _day(ai, text, today)
    if ai == "7003":
        return _minute(text, today)
    return _number(ai, text)


def _number(ai: str, text: str) -> Value:
    """Counts, weights and temperatures as numbers; everything else is text."""
    if ai == "37":
        return int(text)
    if ai.startswith("310"):
        return Decimal(int(text)).scaleb(-int(ai[3]))
    if ai in {"4331", "4333"}:
        sign = -1 if text.endswith("-") else 1
        return sign * Decimal(int(text.rstrip("-"))).scaleb(-2)
    return text


def _checked(ai: str, text: str) -> str:
    right = check_digit(text[:-1])
    if text[-1] != right:
        raise Refusal(
            f"({ai}) {_title(ai)} {text} ends with {text[-1]}, and its check digit is {right}: "
            "scan it again"
        )
    return text


def _day(ai: str, digits: str, today: date) -> date:
    year, month, day = _year(int(digits[:2]), today), int(digits[2:4]), int(digits[4:6])
    if not 1 <= month <= 12 or day > monthrange(year, month)[1]:  # noqa: PLR2004 - months
        raise Refusal(f"({ai}) {_title(ai)}: {digits} is no date: {_why_no_date(digits)}")
    return date(year, month, day or monthrange(year, month)[1])  # day 00: the last of the month


def _minute(digits: str, today: date) -> datetime:
    day = _day("7003", digits[:6], today)
    hour, minute = int(digits[6:8]), int(digits[8:10])
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - the label names no zone


def _year(two: int, today: date) -> int:
    """The year that is at most 50 ahead of today's and at most 49 behind."""
    century = today.year // 100 * 100
    ahead = two - today.year % 100
    if ahead >= 51:  # noqa: PLR2004 - GS1 General Specifications, 7.12
        return century - 100 + two
    return century + 100 + two if ahead <= -50 else century + two  # noqa: PLR2004 - see above

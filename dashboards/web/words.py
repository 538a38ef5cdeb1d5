"""Figures as a person reads them: times, spans, temperatures, money, names of places and units."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from kernel.instants import instant, moment

_MINUS = "\N{MINUS SIGN}"
_THIN = "\N{NARROW NO-BREAK SPACE}"
_NBSP = "\N{NO-BREAK SPACE}"
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_SHOWN_ONE_BY_ONE = 2


def clock(at: datetime) -> str:
    """The UTC day and minute, `2026-03-02 08:14`."""
    return moment(instant(at)).strftime(f"%Y-%m-%d{_NBSP}%H:%M")


def day(on: date) -> str:
    """The day, `2026-03-02`."""
    return on.isoformat()


def iso(at: datetime) -> str:
    """The instant as a machine reads it, UTC with Z."""
    return moment(instant(at)).isoformat().replace("+00:00", "Z")


def span(seconds: float) -> str:
    """A length of time in its two largest units: `47 min`, `2 h 10 min`, `3 d 4 h`."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole}{_NBSP}s"
    minutes = round(whole / _MINUTE)
    if whole < 10 * _MINUTE and whole % _MINUTE:
        return f"{whole // _MINUTE}{_NBSP}min{_NBSP}{whole % _MINUTE}{_NBSP}s"
    if minutes < _HOUR // _MINUTE:
        return f"{minutes}{_NBSP}min"
    hours, rest = divmod(minutes, 60)
    if whole < 2 * _DAY:
        return f"{hours}{_NBSP}h" + (f"{_NBSP}{rest}{_NBSP}min" if rest else "")
    days, hours = divmod(round(whole / _HOUR), 24)
    return f"{days}{_NBSP}d" + (f"{_NBSP}{hours}{_NBSP}h" if hours else "")


def degrees(value: float) -> str:
    """A temperature to a tenth of a degree, `4.5 °C`."""
    return f"{value:.1f}{_NBSP}°C".replace("-", _MINUS)


def limit(value: float) -> str:
    """A limit as precisely as it was set, `8 °C`."""
    return f"{value:g}{_NBSP}°C".replace("-", _MINUS)


def money(amount: Decimal, currency: str) -> str:
    """An amount of money with the decimals it has, `1 234.00 EUR`."""
    return f"{amount:,f}".replace(",", _THIN) + f"{_NBSP}{currency}"


def quantity(amount: Decimal, unit_of_measure: str = "") -> str:
    """A quantity without trailing zeros, `12 box`."""
    text = f"{amount.normalize():,f}".replace(",", _THIN)
    return f"{text}{_NBSP}{unit_of_measure}" if unit_of_measure else text


def count(number: int, noun: str) -> str:
    """`1 unit`, `3 units`."""
    return f"{number}{_NBSP}{noun}" if number == 1 else f"{number}{_NBSP}{noun}s"


def plain(code: str) -> str:
    """A code of ours as words: `accepted_with_reservation` becomes `accepted with reservation`."""
    return code.replace("_", " ")


def sign(text: str) -> str:
    """A title with the degree sign: what YAML and SQL write as degC."""
    return text.replace("degC", "°C")


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def short_code(code: str, lot: str) -> str:
    """A unit's code without the code of its lot in front: `LOT-A/0001` becomes `0001`."""
    return code[len(lot) :].lstrip("/-. _") or code if code.startswith(lot) else code


def unit_ranges(codes: Sequence[str]) -> str:
    """Short unit codes, consecutive numbers drawn together: `0001 to 0012 and 0014`."""
    parts: list[str] = []
    numbered = enumerate(sorted(codes, key=_number_in))
    for _, run in groupby(numbered, key=lambda item: _row_of(item[0], item[1])):
        members = [code for _, code in run]
        if len(members) > _SHOWN_ONE_BY_ONE:
            parts.append(f"{members[0]} to {members[-1]}")
        else:
            parts.extend(members)
    return listed(parts)


def _number_in(code: str) -> tuple[str, int, str]:
    found = re.fullmatch(r"(.*?)(\d{1,18})", code)
    return (found[1], int(found[2]), code) if found else (code, -1, code)


def _row_of(position: int, code: str) -> tuple[str, int, str]:
    """Equal for codes that follow each other: number minus position stays the same along a row."""
    head, number, _ = _number_in(code)
    return (head, number - position, "") if number >= 0 else (head, -1, code)

"""Lengths of time and instants as people write them, with the name of what they are for."""

from datetime import datetime

from kernel.instants import DAY, HOUR, MINUTE, SECOND, instant, parse_moment
from kernel.lengths import parse_length
from kernel.refusal import Refusal

_UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"))
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


def parse_span(text: str, what: str) -> int:
    """A length of time such as 15 min, 2 h or 1 d in microseconds; `Refusal` names `what`."""
    try:
        return parse_length(text)
    except ValueError as error:
        raise Refusal(f"{what}: {error}") from error


def span_text(span: int) -> str:
    """A length in microseconds as `parse_span` reads it: 15 min, 2 h, 1 d."""
    for unit, name in _UNITS:
        if span % unit == 0:
            return f"{span // unit} {name}"
    return f"{span / SECOND:f} s"


def length_or_never(text: str) -> int | None:
    """A length of time in microseconds, or None for `never`; `ValueError` says what is wrong."""
    return None if text == "never" else parse_length(text)


def numbers(text: str) -> tuple[float, ...]:
    """Numbers between commas; `ValueError` names the one that is none."""
    found: list[float] = []
    for part in text.split(","):
        try:
            found.append(float(part))
        except ValueError as error:
            raise ValueError(f"{part.strip()!r} is not a number such as 85.0") from error
    return tuple(found)


def parse_time(text: str, what: str) -> int:
    """An ISO 8601 time with zone as an instant; `Refusal` names `what`."""
    try:
        parsed = moment_of(text)
    except ValueError as error:
        raise Refusal(f"{what}: {error}") from error
    return instant(parsed)


def moment_of(text: str) -> datetime:
    """An ISO 8601 time with zone; `ValueError` also when its year cannot be right."""
    parsed = parse_moment(text)
    if not _FIRST_YEAR <= parsed.year <= _LAST_YEAR:
        raise ValueError(f"the year of {text} cannot be right")
    return parsed

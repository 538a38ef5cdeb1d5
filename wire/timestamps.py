"""Times as JSON senders write them: ISO 8601 with zone, or seconds or milliseconds since 1970."""

from datetime import datetime
from typing import Annotated

import msgspec

from kernel.instants import SECOND, instant, parse_moment
from wire.columns import Malformed

LAST_SECOND = 253_402_300_800
"""The year 10000, where calendars and the database stop."""
MILLISECONDS_FROM = 1e11
"""A number from here on counts milliseconds, a smaller one seconds."""

Zoned = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone, as msgspec reads it from text."""

_LONGEST = 64  # a longer text is no time, and a reason shall not repeat a megabyte


def instant_of(written: object, received_at: int) -> int:
    """The instant in microseconds that `written` names, `received_at` where it is None.

    `Malformed` says why it names none.
    """
    if written is None:
        return received_at
    if isinstance(written, str):
        return _instant_of_text(written[:_LONGEST])
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise Malformed("ts is neither a text nor a number")
    return _instant_of_number(written)


def _instant_of_text(written: str) -> int:
    """A last digit beyond microseconds is rounded as msgspec does where it reads times itself."""
    try:
        return instant(msgspec.convert(written, Zoned))
    except (msgspec.ValidationError, OverflowError):
        pass
    try:
        return instant(parse_moment(written))
    except (ValueError, OverflowError) as error:
        raise Malformed(f"ts {error}") from error


def _instant_of_number(written: float) -> int:
    try:
        in_seconds = written / 1000 if abs(written) >= MILLISECONDS_FROM else written
    except OverflowError as error:
        raise Malformed("ts is larger than any time") from error
    if not abs(in_seconds) < LAST_SECOND:
        raise Malformed("ts lies outside the calendar")
    return round(in_seconds * SECOND)

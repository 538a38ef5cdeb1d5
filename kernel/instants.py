"""Time as the machine room uses it: whole microseconds since 1970-01-01T00:00:00Z.

Integers compare, sort and subtract exactly and lie in NumPy columns; PostgreSQL keeps the same
resolution, so an instant survives the trip to the database and back unchanged.
"""

from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

BEGINNING = -(2**62)
"""Earlier than every instant: the lower end of an interval that never began."""
FOREVER = 2**62
"""Later than every instant: the upper end of an interval that has not ended."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def instant(moment: datetime) -> int:
    """Microseconds since the epoch of an aware `moment`; a naive one is a `ValueError`."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; write it with one, such as Z")
    return (moment - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """The UTC datetime of an instant in microseconds."""
    return _EPOCH + timedelta(microseconds=at)


def parse_moment(text: str) -> datetime:
    """An ISO 8601 time with zone as a UTC datetime; `ValueError` says what is wrong with `text`."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not an ISO 8601 time such as 2026-03-01T08:00:00Z") from error
    if parsed.tzinfo is None:
        whole = text if "T" in text or " " in text else f"{text}T00:00:00"
        raise ValueError(f"{text!r} has no time zone; write it with one, such as {whole}Z")
    return parsed.astimezone(UTC)


def seconds(span: int) -> float:
    """A length of time in microseconds as seconds."""
    return span / SECOND

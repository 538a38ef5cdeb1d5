"""Instants and lengths of time: exact both ways, and refused when they are ambiguous."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.instants import DAY, HOUR, MINUTE, SECOND, instant, moment, parse_moment, seconds
from kernel.lengths import parse_length


@given(
    st.datetimes(
        min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(9998, 12, 31),  # noqa: DTZ001 - hypothesis adds the zone
        timezones=st.just(UTC),
    )
)
def test_an_instant_survives_the_trip(at: datetime) -> None:
    assert moment(instant(at)) == at


def test_every_zone_is_the_same_instant() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert instant(noon) == 1_772_366_400 * SECOND
    assert instant(noon.astimezone(timezone(timedelta(hours=5, minutes=30)))) == instant(noon)
    assert moment(instant(noon) + 1).microsecond == 1
    assert instant(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


@pytest.mark.parametrize(
    ("text", "such"),
    [("2026-11-20", "2026-11-20T00:00:00Z"), ("2026-11-20T08:00", "2026-11-20T08:00Z")],
)
def test_what_is_proposed_for_a_time_without_zone_can_be_read(text: str, such: str) -> None:
    with pytest.raises(ValueError, match=f"such as {such}$"):
        parse_moment(text)
    assert parse_moment(such)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        instant(datetime(2026, 3, 1))  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="write it with one, such as 2026-03-01T08:00Z"):
        parse_moment("2026-03-01T08:00")


@pytest.mark.parametrize(
    "text", ["2026-03-01T08:00:00Z", "2026-03-01T09:00:00+01:00", "20260301T080000Z"]
)
def test_iso_times(text: str) -> None:
    assert parse_moment(text) == datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01T00:00:00Z", "08:00Z", "2026-02-30T00:00:00Z"]
)
def test_other_texts_are_no_times(text: str) -> None:
    with pytest.raises(ValueError, match="is not an ISO 8601 time such as"):
        parse_moment(text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90 s", 90 * SECOND),
        ("90s", 90 * SECOND),
        ("30 min", 30 * MINUTE),
        (" 2 h ", 2 * HOUR),
        ("1.5 d", 36 * HOUR),
        ("0 s", 0),
        ("0.000001 s", 1),
        ("7 d", 7 * DAY),
    ],
)
def test_lengths_of_time(text: str, length: int) -> None:
    assert parse_length(text) == length


@pytest.mark.parametrize(
    "text", ["", "5", "min", "-5 min", "5 minutes", "1 h 30 min", "1e3 s", "5 m", "nan s"]
)
def test_other_texts_are_no_lengths(text: str) -> None:
    with pytest.raises(ValueError, match="is not a length of time such as 30 min, 2 h or 1 d"):
        parse_length(text)


def test_seconds() -> None:
    assert seconds(1_500_000) == 1.5

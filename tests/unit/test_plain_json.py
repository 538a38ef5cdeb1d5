"""Plain JSON: what anybody may send, and the sentence for everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.instants import SECOND, instant, parse_moment
from wire.columns import Malformed, SeriesName
from wire.plain_json import decode_plain_json

NOW = instant(parse_moment("2026-03-01T08:00:00Z"))


def test_one_object_with_several_quantities() -> None:
    columns = decode_plain_json(
        b'{"sensor": "fridge-1", "ts": "2026-03-01T09:00:00+01:00", "temp": 4.2, "rh": 61}', 0
    )
    assert columns.names == (
        SeriesName("fridge-1", "temperature", "Cel"),
        SeriesName("fridge-1", "humidity", "%RH"),
    )
    assert columns.times.tolist() == [NOW, NOW]
    assert columns.values.tolist() == [4.2, 61.0]


@pytest.mark.parametrize(
    ("ts", "at"),
    [
        (b"1772352000", NOW),
        (b"1772352000.25", NOW + SECOND // 4),
        (b"1772352000000", NOW),
        (b"null", 77),
    ],
)
def test_times_in_seconds_milliseconds_and_missing(ts: bytes, at: int) -> None:
    columns = decode_plain_json(b'[{"sensor": "a", "temp_f": 41, "ts": ' + ts + b"}]", 77)
    assert columns.times.tolist() == [at]
    assert columns.names[0].unit == "degF"


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (b"{", "json"),
        (b'{"temp": 4}', "sensor"),
        (b'{"sensor": "a"}', "none of the fields"),
        (b'{"sensor": "a", "temp": "warm"}', "not a number"),
        (b'{"sensor": "a", "temp": true}', "not a number"),
        (b'{"sensor": "a", "temp": 4, "ts": "yesterday"}', "ISO 8601"),
        (b'{"sensor": "a", "temp": 4, "ts": "2026-03-01T08:00:00"}', "no time zone"),
        (b'{"sensor": "a", "temp": 4, "ts": 1e300}', "calendar"),
        (b'{"sensor": "a", "temp": 4, "ts": true}', "truth value"),
        (b'{"sensor": "a", "temp": 1' + b"0" * 400 + b"}", "larger than anything"),
    ],
)
def test_faults_are_sentences(payload: bytes, fault: str) -> None:
    with pytest.raises(Malformed, match=fault):
        decode_plain_json(payload, NOW)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_decode_or_are_malformed(payload: bytes) -> None:
    try:
        columns = decode_plain_json(payload, NOW)
    except Malformed:
        return
    assert len(columns.index) == len(columns.times) == len(columns.values)
